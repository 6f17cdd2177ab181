import pytest

from house import DAY_MS, NOW, house
from matinee.service import (
    ConflictError,
    HistoryQuery,
    ListQuery,
    Matinee,
    NewAccount,
    NewProfile,
    ProfileChange,
    RecommendationsQuery,
    RefusedError,
    TitleQuery,
    UnknownError,
)
from matinee.types import AccountId, Episode, Moment, ProfileId, Title, TitleId
from matinee.types.event import MyListAdd, PlayEnd, PlayStart, Thumb

P1 = ProfileId("p1")


@pytest.fixture
def matinee() -> Matinee:
    return house()


def act(matinee: Matinee, *events) -> None:
    assert matinee.record(events, now=NOW, request_id="r").stored == len(events)


# Accounts and profiles


def test_an_account_and_its_profile_are_made_and_found(matinee):
    account = matinee.new_account(NewAccount(name="Home", country="NL"), now=NOW, seed=1)
    assert matinee.account(AccountId(account.account_id)) == account
    body = NewProfile(account_id=account.account_id, name="Ada", kids=True, maturity=7)
    made = matinee.new_profile(body, now=NOW, seed=1)
    held = matinee.profile(ProfileId(made.profile_id))
    assert (held.name, held.kids, held.maturity, held.events) == ("Ada", True, 7, 0)
    assert (held.taste, held.blocked) == ([], [])


def test_ids_that_are_taken_or_accounts_that_are_not_there_are_refused(matinee):
    with pytest.raises(ConflictError, match="'a' already"):
        matinee.new_account(NewAccount(account_id="a"), now=NOW, seed=1)
    with pytest.raises(ConflictError, match="PUT /v1/profiles/p1"):
        matinee.new_profile(NewProfile(account_id="a", profile_id="p1"), now=NOW, seed=1)
    with pytest.raises(RefusedError, match="'nowhere'"):
        matinee.new_profile(NewProfile(account_id="nowhere"), now=NOW, seed=1)
    with pytest.raises(UnknownError, match="'nowhere'"):
        matinee.account(AccountId("nowhere"))


def test_an_id_taken_since_anybody_looked_is_refused_too(matinee, monkeypatch):
    held = matinee.stores.profiles.profile(P1)
    with monkeypatch.context() as stale:
        for read in ("account", "profile"):
            stale.setattr(matinee.stores.profiles, read, lambda _: None)
        with pytest.raises(ConflictError):
            matinee.new_account(NewAccount(account_id="a", name="Other"), now=NOW, seed=1)
        with pytest.raises(ConflictError):
            matinee.new_profile(NewProfile(account_id="a", profile_id="p1"), now=NOW, seed=1)
    assert matinee.stores.profiles.profile(P1) == held


def test_a_change_replaces_protection_and_keeps_the_account(matinee):
    change = ProfileChange(name="Kid", kids=True, maturity=7, language="nl")
    view = matinee.change_profile(P1, change, now=NOW)
    assert (view.account_id, view.kids, view.maturity, view.language) == ("a", True, 7, "nl")
    assert view.events == matinee.stores.log.counts([P1])[0]
    with pytest.raises(UnknownError):
        matinee.change_profile(ProfileId("nobody"), change, now=NOW)


def test_profiles_are_listed_whole_page_by_page(matinee):
    names, cursor = [], None
    while True:
        view = matinee.profiles(ListQuery(limit=5, cursor=cursor))
        assert len(view.profiles) <= 5
        names += [one.profile_id for one in view.profiles]
        cursor = view.next
        if cursor is None:
            break
    assert names == [*(f"p{n}" for n in range(12)), "child", "new"]
    with pytest.raises(RefusedError, match="cursor"):
        matinee.profiles(ListQuery(cursor="made-up"))


def test_taste_is_what_was_liked_and_its_shares_fall(matinee):
    taste = matinee.profile(ProfileId("p0")).taste
    weights = [facet.weight for facet in taste]
    assert weights == sorted(weights, reverse=True)
    assert sum(weights) <= 1.001
    of = {facet.id: facet.weight for facet in taste}
    assert of["genre:Crime"] > of.get("genre:Comedy", 0)


def test_a_thumb_down_blocks_until_it_is_taken_back(matinee):
    said = {"profile_id": "p1", "title_id": "t9"}
    act(matinee, Thumb(event_id="n", at=Moment(NOW - 2), value=-1, **said))
    assert "t9" in matinee.profile(P1).blocked
    act(matinee, Thumb(event_id="y", at=Moment(NOW - 1), value=0, **said))
    assert "t9" not in matinee.profile(P1).blocked


def test_history_is_newest_first_page_by_page_and_complete(matinee):
    act(matinee, MyListAdd(event_id="l", profile_id="p1", title_id="fresh", at=NOW))
    whole = matinee.history(P1, HistoryQuery(limit=200)).history
    assert (whole[0].title_id, whole[0].in_list) == ("fresh", True)
    assert [one.at for one in whole] == sorted((one.at for one in whole), reverse=True)
    pieces, cursor = [], None
    while True:
        view = matinee.history(P1, HistoryQuery(limit=7, cursor=cursor))
        pieces += view.history
        cursor = view.next
        if cursor is None:
            break
    assert pieces == whole


def test_history_leaves_out_what_the_profile_may_not_see_now_and_pages_stay_whole(matinee):
    whole = [one.title_id for one in matinee.history(P1, HistoryQuery(limit=200)).history]
    matinee.hide_title(TitleId(whole[1]), now=NOW)
    change = ProfileChange(name="P", kids=True, maturity=18)
    matinee.change_profile(P1, change, now=NOW)
    left, cursor = [], None
    while True:
        view = matinee.history(P1, HistoryQuery(limit=2, cursor=cursor))
        left += [one.title_id for one in view.history]
        cursor = view.next
        if cursor is None:
            break
        assert len(view.history) == 2
    catalogue = matinee.catch_up().catalogue
    ages = dict(zip(whole, catalogue.minimum_ages[catalogue.vocabulary.rows(whole)], strict=True))
    assert left == [title for title in whole if ages[title] <= 12 and title != whole[1]]
    assert 0 < len(left) < len(whole) - 1
    matinee.change_profile(P1, ProfileChange(name="P", kids=False, maturity=18), now=NOW)
    back = {one.title_id for one in matinee.history(P1, HistoryQuery(limit=200)).history}
    assert back == set(whole) - {whole[1]}


def test_a_history_entry_says_where_an_episode_stands(matinee):
    said = {"profile_id": "new", "title_id": "series", "episode_id": "series-1"}
    act(
        matinee,
        PlayStart(event_id="a", at=Moment(NOW - 9), position_s=0.0, duration_s=2400.0, **said),
        PlayEnd(
            event_id="b",
            at=Moment(NOW - 8),
            position_s=600.0,
            duration_s=2400.0,
            watched_s=600.0,
            **said,
        ),
    )
    [entry] = matinee.history(ProfileId("new"), HistoryQuery()).history
    assert (entry.kind, entry.episode_id, entry.position_s) == ("series", "series-1", 600.0)
    assert (entry.progress, entry.watched_s, entry.completed) == (0.25, 600.0, False)


# Titles


def test_a_title_is_shown_with_all_its_fields_and_its_picture(matinee):
    view = matinee.title(TitleId("series"), TitleQuery(), now=NOW)
    assert (view.name, view.kind, len(view.episodes)) == ("The Long Series", "series", 3)
    assert view.artwork.url.startswith("/art/")
    assert view.viewer is None


def test_a_viewer_stands_to_a_title_as_its_history_says(matinee):
    act(matinee, Thumb(event_id="n", profile_id="p1", title_id="t9", at=NOW, value=-1))
    viewer = matinee.title(TitleId("t9"), TitleQuery(profile="p1"), now=NOW).viewer
    assert (viewer.thumb, viewer.blocked, viewer.in_list) == (-1, True, False)
    untouched = matinee.title(TitleId("fresh"), TitleQuery(profile="p1"), now=NOW).viewer
    assert (untouched.thumb, untouched.progress, untouched.blocked) == (0, None, False)


def test_what_a_profile_may_not_see_is_not_there_for_it(matinee):
    adult = TitleId("t2")
    assert matinee.title(adult, TitleQuery(profile="p1"), now=NOW).maturity == 16
    with pytest.raises(UnknownError, match="not for profile 'child'"):
        matinee.title(adult, TitleQuery(profile="child"), now=NOW)
    for title in ("hidden", "nothing"):
        with pytest.raises(UnknownError):
            matinee.title(TitleId(title), TitleQuery(), now=NOW)
    later = Moment(NOW + 5 * DAY_MS)
    with pytest.raises(UnknownError, match="here and now"):
        matinee.title(TitleId("leaving"), TitleQuery(profile="p1"), now=later)


def test_titles_are_listed_whole_without_the_hidden(matinee):
    names, cursor = [], None
    while True:
        view = matinee.titles(ListQuery(limit=9, cursor=cursor))
        names += [one.title_id for one in view.titles]
        cursor = view.next
        if cursor is None:
            break
    assert names == [*(f"t{n}" for n in range(60)), "series", "leaving", "fresh"]


@pytest.mark.parametrize("cursor", ["x", "at-", "at--1", "at-01", "at-9999", "at-²"])
def test_cursors_that_no_list_gave_are_refused(matinee, cursor):
    with pytest.raises(RefusedError, match="not a cursor"):
        matinee.titles(ListQuery(cursor=cursor))


def test_upserts_are_seen_at_once_and_wrong_ones_refused_whole(matinee):
    one = Title(title_id="t0", name="Renamed")
    two = Title(title_id="other", name="Other")
    view = matinee.put_titles([one, two], now=NOW, request_id="r")
    assert view.version == matinee.stores.catalogue.version()
    assert matinee.title(TitleId("t0"), TitleQuery(), now=NOW).name == "Renamed"
    assert matinee.title(TitleId("other"), TitleQuery(), now=NOW).added == NOW
    with pytest.raises(RefusedError, match="'t0' stands twice"):
        matinee.put_titles([one, one], now=NOW, request_id="r")
    stolen = Title(
        title_id="thief",
        name="T",
        kind="series",
        episodes=(Episode(episode_id="series-1", number=1),),
    )
    with pytest.raises(RefusedError, match="series-1"):
        matinee.put_titles([two, stolen], now=NOW, request_id="r")


def test_a_hidden_title_is_gone_and_can_come_back(matinee):
    matinee.hide_title(TitleId("t0"), now=NOW)
    with pytest.raises(UnknownError):
        matinee.title(TitleId("t0"), TitleQuery(), now=NOW)
    matinee.put_titles([Title(title_id="t0", name="Back")], now=NOW, request_id="r")
    assert matinee.title(TitleId("t0"), TitleQuery(), now=NOW).name == "Back"
    with pytest.raises(UnknownError):
        matinee.hide_title(TitleId("nothing"), now=NOW)


def test_similar_titles_are_alike_and_for_a_profile_unseen_and_allowed(matinee):
    anybody = matinee.similar(TitleId("t1"), TitleQuery(), limit=5, now=NOW, seed=1)
    assert len(anybody.titles) == 5
    assert "t1" not in {tile.title_id for tile in anybody.titles}
    assert {tile.reason.text for tile in anybody.titles} == {"Similar to Comedy Story 1"}
    child = TitleQuery(profile="child")
    tiles = matinee.similar(TitleId("t1"), child, limit=50, now=NOW, seed=1).titles
    assert tiles
    assert max(tile.maturity for tile in tiles) <= 7
    seen = {one.title_id for one in matinee.history(P1, HistoryQuery(limit=200)).history}
    mine = TitleQuery(profile="p1")
    tiles = matinee.similar(TitleId("t1"), mine, limit=50, now=NOW, seed=1).titles
    assert not {tile.title_id for tile in tiles} & seen


@pytest.mark.parametrize(
    ("title", "profile"), [("t2", "child"), ("hidden", "p1"), ("hidden", None), ("nothing", None)]
)
def test_titles_like_one_that_is_not_for_a_profile_are_not_there_either(matinee, title, profile):
    query = TitleQuery(profile=profile)
    with pytest.raises(UnknownError, match=title):
        matinee.similar(TitleId(title), query, limit=5, now=NOW, seed=1)
    if profile is not None:
        asked = RecommendationsQuery(profile=profile, similar_to=title)
        with pytest.raises(UnknownError, match=title):
            matinee.recommendations(asked, now=NOW, seed=1, request_id="r")


def test_titles_like_one_that_has_left_are_not_there(matinee):
    later, mine = Moment(NOW + 5 * DAY_MS), TitleQuery(profile="p1")
    assert matinee.similar(TitleId("leaving"), mine, limit=5, now=NOW, seed=1).titles
    with pytest.raises(UnknownError, match="here and now"):
        matinee.similar(TitleId("leaving"), mine, limit=5, now=later, seed=1)


# Pictures and readiness


def test_pictures_are_drawn_for_titles_and_read_from_the_folder_and_from_nowhere_else(tmp_path):
    (tmp_path / "art").mkdir()
    (tmp_path / "art" / "still.jpg").write_bytes(b"picture")
    (tmp_path / "secret.svg").write_text("<svg/>")
    (tmp_path / "art" / "notes.txt").write_text("private")
    inner = house()
    matinee = Matinee(inner.stores, inner.config, inner.key, tmp_path)
    generated = matinee.title(TitleId("t1"), TitleQuery(), now=NOW).artwork.url
    drawn = matinee.picture(generated.removeprefix("/art/"))
    assert drawn is not None
    assert drawn.media_type == "image/svg+xml"
    assert b"<svg" in drawn.body
    still = matinee.picture("still.jpg")
    assert (still.body, still.media_type) == (b"picture", "image/jpeg")
    for name in ("../secret.svg", "/etc/passwd", "notes.txt", "nothing.svg", "", "a\0.jpg", ".."):
        assert matinee.picture(name) is None
    assert matinee.picture("hidden-g.svg") is None


def test_without_a_model_it_is_ready_and_says_what_is_missing(matinee):
    ready = matinee.readiness()
    assert (ready.ready, ready.rung, ready.bundle) == (True, "popular", None)
    assert "no bundle" in ready.why


def test_with_closed_stores_it_is_not_ready_and_says_why(tmp_path):
    matinee = Matinee.open(tmp_path)
    assert matinee.readiness().ready
    matinee.close()
    ready = matinee.readiness()
    assert not ready.ready
    assert ready.why
