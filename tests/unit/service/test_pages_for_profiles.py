import pytest

from house import DAY_MS, NOW, house
from matinee.service import (
    ConflictError,
    HomeQuery,
    Matinee,
    ProfileChange,
    RefusedError,
    RowsQuery,
    UnknownError,
)
from matinee.types import Moment, PageId, ProfileId, TitleId
from matinee.types.event import MyListAdd, NotInterested, PlayEnd, PlayStart, Thumb


@pytest.fixture
def matinee() -> Matinee:
    return house()


def page(matinee, *, seed=1, now=NOW, **query):
    return matinee.home(HomeQuery(**{"profile": "p1", "columns": 6, **query}), now=now, seed=seed)


def shown(view) -> set[str]:
    return {tile.title_id for row in view.rows for tile in row.titles}


def dislike(matinee, title: str, *, profile: str = "p1") -> None:
    event = Thumb(event_id=f"no-{title}", profile_id=profile, title_id=title, at=NOW, value=-1)
    assert matinee.record([event], now=NOW, request_id="r").stored == 1


def test_a_page_has_rows_by_rank_and_tiles_by_column(matinee):
    view = page(matinee)
    assert [row.rank for row in view.rows] == list(range(len(view.rows)))
    assert len(view.rows) >= 3
    for row in view.rows:
        assert [tile.column for tile in row.titles] == list(range(len(row.titles)))
        assert row.row_id == f"{view.page_id}-{row.rank}"


def test_every_tile_has_a_reason_a_picture_and_a_token(matinee):
    for row in page(matinee).rows:
        assert row.reason.text
        for tile in row.titles:
            assert tile.reason.text
            assert tile.artwork.url.startswith("/art/")
            assert tile.token
            assert tile.match is None


def test_scores_are_there_only_if_asked_for(matinee):
    from msgspec import UNSET

    tile = page(matinee).rows[0].titles[0]
    assert (tile.score, tile.source, tile.probability) == (UNSET, UNSET, UNSET)
    scored = page(matinee, seed=2, include=("scores",)).rows[0]
    assert isinstance(scored.titles[0].score, float)
    assert scored.titles[0].probability == 1.0
    assert scored.titles[0].source == "source"
    assert isinstance(scored.score, float)


def test_hidden_and_excluded_titles_and_those_too_old_for_a_child_are_never_shown(matinee):
    assert "hidden" not in shown(page(matinee))
    assert not shown(page(matinee, seed=2, exclude=("t3", "t5"))) & {"t3", "t5"}
    child = shown(page(matinee, profile="child"))
    catalogue = matinee.catch_up().catalogue
    ages = catalogue.minimum_ages[catalogue.vocabulary.rows(sorted(child))]
    assert child
    assert ages.max() <= 7


def test_a_genre_narrows_the_page_and_an_unknown_one_is_refused(matinee):
    view = page(matinee, genre=("Comedy",))
    assert all("Comedy" in tile.genres for row in view.rows for tile in row.titles)
    with pytest.raises(RefusedError, match="there are Comedy, Crime, Drama"):
        page(matinee, genre=("Opera",))


def test_somebody_who_did_nothing_yet_gets_a_page(matinee):
    assert page(matinee, profile="new").rows


def test_an_unknown_profile_is_told(matinee):
    with pytest.raises(UnknownError, match="'nobody'"):
        page(matinee, profile="nobody")


def test_more_than_a_thousand_tiles_are_refused(matinee):
    with pytest.raises(RefusedError, match="1,000"):
        page(matinee, rows=26, columns=40)


def test_the_same_seed_and_time_make_the_same_page_and_are_used_once(matinee):
    first = page(matinee, seed=9)
    with pytest.raises(ConflictError, match="another seed"):
        page(matinee, seed=9)
    assert page(house(), seed=9) == first


def test_a_page_read_again_is_the_page(matinee):
    view = page(matinee)
    assert matinee.home_again(PageId(view.page_id), now=NOW) == view


def test_read_again_what_is_forbidden_is_gone_and_its_place_stays_empty(matinee):
    view = page(matinee)
    gone = view.rows[0].titles[1].title_id
    dislike(matinee, gone)
    after = matinee.home_again(PageId(view.page_id), now=NOW)
    assert gone not in shown(after)
    assert [tile.column for tile in after.rows[0].titles][:2] == [0, 2]
    rest = [[t.title_id for t in row.titles if t.title_id != gone] for row in view.rows]
    assert [[t.title_id for t in row.titles] for row in after.rows] == rest


def test_read_again_under_new_protection_only_what_it_allows_is_left(matinee):
    view = page(matinee)
    change = ProfileChange(name="P", kids=True, maturity=7)
    matinee.change_profile(ProfileId("p1"), change, now=NOW)
    after = shown(matinee.home_again(PageId(view.page_id), now=NOW))
    catalogue = matinee.catch_up().catalogue
    assert after < shown(view)
    assert catalogue.minimum_ages[catalogue.vocabulary.rows(sorted(after))].max() <= 7


def test_a_hidden_or_expired_title_leaves_pages_that_showed_it(matinee):
    view = page(matinee, genre=("Comedy",), columns=40)
    assert "leaving" in shown(view)
    matinee.hide_title(TitleId(view.rows[0].titles[0].title_id), now=NOW)
    later = Moment(NOW + 4 * DAY_MS)
    after = shown(matinee.home_again(PageId(view.page_id), now=later))
    assert view.rows[0].titles[0].title_id not in after
    assert "leaving" not in after


def test_a_preview_leaves_no_decision_and_gives_no_tokens(matinee):
    view = page(matinee, preview=True)
    assert matinee.stores.decisions.read(PageId(view.page_id)) is None
    assert view.next is None
    assert {tile.token for row in view.rows for tile in row.titles} == {None}
    with pytest.raises(UnknownError, match="previews not at all"):
        matinee.home_again(PageId(view.page_id), now=NOW)


def test_a_profile_has_its_own_decisions_on_file(matinee):
    view = page(matinee)
    assert matinee.stores.decisions.recent(ProfileId("p1")) == [view.page_id]


def test_decisions_are_kept_for_thirty_days(matinee):
    view = page(matinee)
    assert matinee.upkeep(now=Moment(NOW + 30 * DAY_MS)).decisions == 0
    assert matinee.upkeep(now=Moment(NOW + 30 * DAY_MS + 1)).decisions == 1
    with pytest.raises(UnknownError, match="30 days"):
        matinee.home_again(PageId(view.page_id), now=NOW)


def more(matinee, view, after, *, seed=3, now=NOW):
    query = RowsQuery(after=after)
    return matinee.home_rows(PageId(view.page_id), query, now=now, seed=seed)


def test_added_rows_go_on_below_and_repeat_no_title(matinee):
    view = page(matinee, rows=2)
    assert view.next == f"/v1/home/{view.page_id}/rows?after=2"
    added = more(matinee, view, 2)
    assert [row.rank for row in added.rows] == list(range(2, 2 + len(added.rows)))
    assert added.rows
    titles = [tile.title_id for row in added.rows for tile in row.titles]
    assert not set(titles) & shown(view)
    assert not {row.label for row in added.rows} & {row.label for row in view.rows}


def test_the_same_after_gives_the_same_rows_whatever_happened_since(matinee):
    view = page(matinee, rows=2)
    first = more(matinee, view, 2)
    event = PlayStart(event_id="s", profile_id="p1", title_id="t1", at=NOW)
    matinee.record([event], now=NOW, request_id="r")
    again = more(matinee, view, 2, seed=77, now=Moment(NOW + 60_000))
    assert [[t.title_id for t in row.titles] for row in again.rows] == [
        [t.title_id for t in row.titles] for row in first.rows
    ]
    assert again.rows[0].titles[0].token == first.rows[0].titles[0].token


def test_tokens_of_added_rows_are_good(matinee):
    view = page(matinee, rows=2)
    tile = more(matinee, view, 2).rows[0].titles[0]
    event = NotInterested(
        event_id="n", profile_id="p1", title_id=tile.title_id, at=NOW, token=tile.token
    )
    assert matinee.record([event], now=NOW, request_id="r").stored == 1


def test_following_next_comes_to_an_end(matinee):
    view = page(matinee, rows=2)
    step, seen = view.next, set(shown(view))
    for _ in range(40):
        if step is None:
            break
        added = more(matinee, view, int(step.rpartition("=")[2]))
        titles = {tile.title_id for row in added.rows for tile in row.titles}
        assert not titles & seen
        seen |= titles
        step = added.next
    assert step is None


def test_rows_after_a_place_that_is_not_there_are_refused(matinee):
    view = page(matinee, rows=2)
    with pytest.raises(RefusedError, match="follow its `next`"):
        more(matinee, view, 1)
    with pytest.raises(UnknownError, match="no page"):
        matinee.home_rows(PageId("nothing"), RowsQuery(after=2), now=NOW, seed=1)


def test_how_far_a_title_is_stands_on_its_tile(matinee):
    said = {"profile_id": "p1", "title_id": "t1", "duration_s": 6000.0}
    start = PlayStart(event_id="s", at=Moment(NOW - 1), position_s=0.0, **said)
    end = PlayEnd(event_id="e", at=NOW, position_s=2400.0, watched_s=2400.0, **said)
    matinee.record([start, end], now=NOW, request_id="r")
    view = page(matinee)
    tiles = [tile for row in view.rows for tile in row.titles if tile.title_id == "t1"]
    assert tiles
    assert {tile.progress for tile in tiles} == {0.4}


def test_a_tile_says_what_its_viewer_thought_of_it_and_nobody_elses(matinee):
    view = page(matinee, columns=40)
    liked, listed = (tile.title_id for tile in view.rows[-1].titles[:2])
    up = Thumb(event_id="u", profile_id="p1", title_id=liked, at=NOW, value=2)
    add = MyListAdd(event_id="a", profile_id="p1", title_id=listed, at=NOW)
    matinee.record([up, add], now=NOW, request_id="r")
    view = matinee.home_again(PageId(view.page_id), now=NOW)
    tiles = {tile.title_id: tile for row in view.rows for tile in row.titles}
    assert (tiles[liked].thumb, tiles[liked].in_list) == (2, False)
    assert (tiles[listed].thumb, tiles[listed].in_list) == (0, True)
    others = page(matinee, profile="new", columns=40)
    assert {(tile.thumb, tile.in_list) for row in others.rows for tile in row.titles} == {
        (0, False)
    }
