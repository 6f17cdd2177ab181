"""The demo's fortnight: sensible sessions, the same for ever, within what a profile may see."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

import msgspec
import numpy as np
import pytest

from matinee.features import derive
from matinee.features.history import fold_one
from matinee.features.rewards import Rewards
from matinee.service.audience import Audience, audience
from matinee.service.crediting import credited
from matinee.service.decisions import unpack
from matinee.service.pictures import Gallery
from matinee.service.tokens import Signer
from matinee.simulation import DemoSessions, demo_sessions
from matinee.simulation.evenings import Habit, starts
from matinee.stores import Stores, memory_stores
from matinee.types import (
    DAY_MS,
    KINDS,
    Account,
    Episode,
    Event,
    EventId,
    Moment,
    Profile,
    ProfileId,
    Title,
    Window,
)
from matinee.types.event import Impression, MyListAdd, PlayEnd, PlayStart, Rate, Stop, Thumb
from matinee.types.moment import decode_moment, encode_moment

NOW = Moment.parse("2026-11-22T18:00:00Z")
SIGNER = Signer(b"k" * 32)
VIEWERS = 20
GENRES = ("Drama", "Comedy", "Crime", "Children")


def catalogue() -> list[Title]:
    films = [
        Title(
            title_id=f"f{k}",
            name=f"Film {k}",
            genres=(GENRES[k % 4],),
            runtime_s=None if k % 5 == 0 else 5_400.0,
            maturity=7 if k % 4 == 3 else 16,
            maturity_source="label",
        )
        for k in range(60)
    ]
    series = [
        Title(
            title_id=f"s{k}",
            name=f"Series {k}",
            kind="series",
            genres=(GENRES[k % 4],),
            maturity=7,
            maturity_source="label",
            episodes=tuple(
                Episode(episode_id=f"s{k}e{n}", number=n, runtime_s=1_500.0) for n in range(1, 6)
            ),
        )
        for k in range(8)
    ]
    barred = [
        Title(title_id="hidden", name="Hidden", genres=("Drama",), hidden=True, maturity=0),
        Title(title_id="over", name="Over", genres=("Drama",), windows=(Window(end=Moment(5)),)),
        Title(title_id="unrated", name="Unrated", genres=("Children",)),
    ]
    return [*films, *series, *barred]


def filled() -> Stores:
    stores = memory_stores()
    stores.catalogue.upsert(catalogue(), now=NOW)
    accounts = [Account(account_id=f"a{k}") for k in range(VIEWERS)]
    profiles = [
        Profile(profile_id=f"p{k}", account_id=f"a{k}", maturity=7 if k == 3 else 18)
        for k in range(VIEWERS)
    ]
    stores.profiles.add_all(accounts, profiles, now=NOW)
    ratings = [
        Rate(
            event_id=EventId(f"r{k}-{n}"),
            profile_id=f"p{k}",
            title_id=f"f{(k % 4) + 4 * n}",
            at=Moment(NOW - 40 * DAY_MS - n),
            value=5 if n % 3 else 2,
        )
        for k in range(VIEWERS)
        if k != 3
        for n in range(6)
    ]
    stores.log.append(ratings, now=NOW, origin="import")
    return stores


def known(stores: Stores, at: Moment = NOW) -> Audience:
    return audience(log=stores.log, catalogue=stores.catalogue, profiles=stores.profiles, at=at)


@pytest.fixture(scope="module")
def played() -> Stores:
    stores = filled()
    demo_sessions(stores, now=NOW, signer=SIGNER, seed=1, sessions=300)
    return stores


@pytest.fixture(scope="module")
def events(played: Stores) -> dict[str, list[Event]]:
    """Each profile's demo events by time."""
    found: dict[str, list[Event]] = defaultdict(list)
    for profile in played.profiles.ids():
        for _, event in played.log.events(profile, limit=100_000):
            if event.origin == "demo":
                found[profile].append(event)
        found[profile].sort(key=lambda event: event.at)
    return found


def everything(events: dict[str, list[Event]]) -> list[Event]:
    return [event for some in events.values() for event in some]


def test_about_as_many_sessions_are_played_as_asked_for(events: dict[str, list[Event]]) -> None:
    sessions = {event.session_id for event in everything(events)}
    assert 240 <= len(sessions) <= 360


def test_all_of_it_lies_in_the_last_fourteen_days(events: dict[str, list[Event]]) -> None:
    at = [event.at for event in everything(events)]
    assert min(at) > NOW - 14 * DAY_MS
    assert NOW - DAY_MS < max(at) <= NOW


def test_every_event_would_be_taken_from_the_wire(events: dict[str, list[Event]]) -> None:
    encode = msgspec.json.Encoder(enc_hook=encode_moment).encode
    decode = msgspec.json.Decoder(Event, dec_hook=decode_moment).decode
    for event in everything(events):
        assert decode(encode(event)) == event


def test_tokens_are_those_of_tiles_that_the_pages_on_record_show(
    played: Stores, events: dict[str, list[Event]]
) -> None:
    gallery = Gallery(played.catalogue.snapshot())
    seen = [event for event in everything(events) if isinstance(event, Impression)]
    assert len(seen) > 300
    rows = Counter[str]()
    for event in seen:
        place = SIGNER.place(event.token or "", ProfileId(event.profile_id))
        assert place is not None
        decision = unpack(played.decisions.read(place.page) or b"", gallery)
        assert decision.query.profile == event.profile_id
        assert decision.at <= event.at < decision.at + DAY_MS
        row = decision.page.rows[place.rank]
        assert gallery.catalogue.vocabulary.name(row.titles[place.column]) == event.title_id
        rows[row.line.kind] += 1
    assert set(rows) == {"continue_watching", "my_list", "top_picks"}
    tokens = {event.token for event in everything(events) if isinstance(event, PlayStart)}
    assert tokens <= {event.token for event in seen} | {None}


def test_nearly_every_play_can_be_told_where_it_came_from(played: Stores) -> None:
    known, found = credited(played, SIGNER, at=NOW, rewards=Rewards.default())
    advances = np.count_nonzero(known.kinds == KINDS.index("episode_advance"))
    starts = np.count_nonzero(known.kinds == KINDS.index("play_start"))
    assert starts <= len(found) <= starts + advances
    assert found.unattributed_share <= 0.01
    assert not found.inferred.any()
    assert min(count for source, count in found.counts().items() if source != "unattributed") > 0


def test_what_is_seen_is_at_times_passed_over(played: Stores) -> None:
    known = played.log.scan(at=NOW, upto=played.log.head())
    shelf = played.catalogue.snapshot()
    found = derive(known, catalogue=shelf, rewards=Rewards.default())
    assert 0 < found.quick_skips.sum() < found.shown.sum()


def test_playing_again_a_month_later_stores_nothing(played: Stores) -> None:
    again = demo_sessions(
        played, now=Moment(NOW + 30 * DAY_MS), signer=SIGNER, seed=1, sessions=300
    )
    assert again.stored == 0
    assert again.duplicates == again.events > 0
    assert again.rejected == 0


def test_what_happened_since_does_not_change_the_script(played: Stores) -> None:
    script = DemoSessions.of(known(played), signer=SIGNER, seed=1, sessions=300)
    stores = filled()
    thumb = Thumb(
        event_id=EventId("live"), profile_id="p5", title_id="f1", at=Moment(NOW - 9), value=-1
    )
    stores.log.append([thumb], now=NOW)
    assert (
        DemoSessions.of(known(stores), signer=SIGNER, seed=1, sessions=300).events == script.events
    )


def test_another_seed_is_another_fortnight(played: Stores) -> None:
    people = known(played)
    one = DemoSessions.of(people, signer=SIGNER, seed=1, sessions=100)
    two = DemoSessions.of(people, signer=SIGNER, seed=2, sessions=100)
    assert {e.event_id for e in one.events}.isdisjoint(e.event_id for e in two.events)


def test_the_first_viewers_are_the_lively_ones(events: dict[str, list[Event]]) -> None:
    def sessions(row: int) -> int:
        return len({event.session_id for event in events[f"p{row}"]})

    first = [sessions(row) for row in range(12)]
    assert min(first) >= 15
    assert np.mean([sessions(row) for row in range(12, VIEWERS)]) < min(first)


@pytest.mark.parametrize("row", range(12))
def test_a_lively_viewer_has_something_open_listed_and_finished(played: Stores, row: int) -> None:
    snapshot = played.catalogue.snapshot()
    history = fold_one(
        played.log.history(ProfileId(f"p{row}")), catalogue=snapshot, rewards=Rewards.default()
    )
    week_ago = NOW - 7 * DAY_MS
    assert (~np.isnan(history.positions)).any()
    assert (history.listed_at > 0).any()
    assert (history.completed & (history.played_at > week_ago)).any()


def test_a_child_is_offered_nothing_above_its_age(events: dict[str, list[Event]]) -> None:
    ages = {title.title_id: title.minimum_age for title in catalogue()}
    seen = {event.title_id for event in events["p3"] if event.title_id is not None}
    assert len(seen) > 3
    assert max(ages[title] for title in seen) <= 7


def test_hidden_titles_and_those_with_windows_are_left_alone(
    events: dict[str, list[Event]],
) -> None:
    touched = {event.title_id for event in everything(events)}
    assert not touched & {"hidden", "over"}


def test_viewers_watch_genres_that_they_like(events: dict[str, list[Event]]) -> None:
    genre = {title.title_id: title.genres[0] for title in catalogue()}
    own = Counter(
        genre[event.title_id or ""] == GENRES[int(event.profile_id[1:]) % 4]
        for event in everything(events)
        if isinstance(event, PlayStart) and event.profile_id != "p3"
    )
    assert own[True] / own.total() > 0.4  # a quarter by chance


def test_a_play_is_started_before_it_is_left_and_never_overlaps(
    events: dict[str, list[Event]],
) -> None:
    for some in events.values():
        open_play = None
        for event in some:
            if isinstance(event, PlayStart):
                assert open_play is None
                open_play = event.title_id, event.episode_id
            elif isinstance(event, PlayEnd | Stop):
                assert open_play == (event.title_id, event.episode_id)
                open_play = None


def test_an_unfinished_play_goes_on_where_it_was_left(events: dict[str, list[Event]]) -> None:
    resumed = 0
    for some in events.values():
        stands: dict[tuple[str | None, str | None], float] = {}
        for event in some:
            key = event.title_id, event.episode_id
            if isinstance(event, PlayStart) and event.position_s:
                assert stands[key] == pytest.approx(event.position_s, abs=0.1)
                resumed += 1
            elif isinstance(event, PlayEnd | Stop):
                stands[key] = event.position_s or 0.0
    assert resumed > 5


def test_nobody_watches_longer_than_the_clock_ran(events: dict[str, list[Event]]) -> None:
    for some in events.values():
        started = Moment(0)
        for event in some:
            if isinstance(event, PlayStart):
                started = event.at
            elif isinstance(event, PlayEnd | Stop):
                assert event.watched_s is not None
                assert event.duration_s is not None
                assert event.watched_s <= (event.at - started) / 1000 + 0.2
                assert event.position_s is not None
                assert event.position_s <= event.duration_s + 0.1


def test_series_are_watched_episode_after_episode(events: dict[str, list[Event]]) -> None:
    followed = 0
    for some in events.values():
        plays = [e for e in some if isinstance(e, PlayStart) and e.episode_id is not None]
        for title in {event.title_id for event in plays}:
            numbers = [int((e.episode_id or "")[-1]) for e in plays if e.title_id == title]
            assert numbers[0] == 1
            assert all(after - before in (0, 1) for before, after in pairwise(numbers))
            followed += len(set(numbers)) > 1
    assert followed > 5


def test_times_of_a_profile_only_run_forward(events: dict[str, list[Event]]) -> None:
    for some in events.values():
        at = [event.at for event in some]
        assert len(set(at)) == len(at)


def test_lists_searches_and_opinions_occur(events: dict[str, list[Event]]) -> None:
    kinds = Counter(type(event) for event in everything(events))
    wanted = ("SearchQuery", "SearchClick", "Hover", "Focus", "DetailsOpen", "Pause", "Resume")
    names = {kind.__name__ for kind in kinds}
    assert {"SeekForward", "Heartbeat", "EpisodeAdvance", *wanted} <= names
    assert kinds[MyListAdd] > 20
    assert kinds[Thumb] > 10


def test_evenings_of_the_viewers_own_clock_are_busiest() -> None:
    rng = np.random.default_rng(5)
    far = Habit(tz_offset_min=-480, device="tv")
    minutes = np.array(starts(4_000, days=12, who=far, rng=rng)) // 60_000
    local_hours = (minutes - 480) // 60 % 24
    busiest = np.bincount(local_hours, minlength=24)
    assert busiest.argmax() in {20, 21}
    assert busiest[2:6].sum() < busiest[20]


def test_nobody_at_all_is_no_fortnight() -> None:
    script = DemoSessions.of(known(memory_stores()), signer=SIGNER, seed=1, sessions=100)
    assert (script.events, script.newest, list(script.batches(shift_ms=0))) == ((), None, [])
