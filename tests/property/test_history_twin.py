"""The vectorised fold against its naive twin, over all profiles at once and one by one."""

from __future__ import annotations

import math
from dataclasses import fields
from dataclasses import replace as dataclass_replace

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from acts import Act, signals
from matinee.data import Catalogue
from matinee.data.cutting import begun, first, until
from matinee.features import (
    COUNTED,
    TELLING,
    TOLD,
    Counters,
    Rewards,
    fold,
    fold_one,
    recorded,
)
from matinee.types import DAY_MS, DEVICES, ORIGINS, Episode, History, Title
from naive_history import history as naive_history

SHIPPED = Rewards.default()
REWARDS = replace(  # thresholds within reach of short logs
    SHIPPED,
    new_genre=replace(SHIPPED.new_genre, after=1),
    fast_season=replace(SHIPPED.fast_season, episodes=1),
)
SOON = 20 * DAY_MS

TITLES = (
    Title(title_id="film", name="Film", genres=("Crime",), runtime_s=1000.0),
    Title(title_id="long", name="Long", genres=("Crime", "Drama"), runtime_s=7200.0),
    Title(title_id="odd", name="Odd", genres=("Drama",)),
    Title(
        title_id="show",
        name="Show",
        kind="series",
        genres=("War",),
        episodes=(
            Episode(episode_id="s2e1", season=2, number=1, runtime_s=500.0, available_from=SOON),
            Episode(episode_id="s1e1", season=1, number=1, runtime_s=500.0),
            Episode(episode_id="s1e2", season=1, number=2, runtime_s=1000.0),
            Episode(episode_id="s1e3", season=1, number=3),
            Episode(episode_id="s0e1", season=0, number=1, runtime_s=200.0),
        ),
    ),
    Title(title_id="bare", name="Bare", kind="series", runtime_s=600.0),
)
CATALOGUE = Catalogue.of(TITLES)


SECONDS = st.sampled_from([None, 0.0, 30.0, 59.0, 60.0, 100.0, 350.0, 700.0, 900.0, 995.0, 6500.0])
PLAY_KINDS = (
    "play_start",
    "play_start",
    "heartbeat",
    "pause",
    "seek_fwd",
    "stop",
    "play_end",
    "play_end",
    "episode_advance",
    "credits_skip",
)
OTHER_KINDS = (
    "impression",
    "details_open",
    "thumb",
    "rate",
    "mylist_add",
    "mylist_remove",
    "remove_from_continue",
    "not_interested",
    "taste_pick",
    "trailer_play",
)


@st.composite
def events(draw: st.DrawFn, at: int) -> Act:
    """Draw one act, what its kind can carry and nothing else."""
    profile, title = draw(st.integers(0, 2)), draw(st.sampled_from(TITLES))
    device, offset = draw(st.sampled_from([None, *DEVICES])), draw(st.sampled_from([0, -480, 60]))
    if draw(st.booleans()):
        kind = draw(st.sampled_from(OTHER_KINDS))
        value = None
        if kind == "thumb":
            value = draw(st.sampled_from([-1, 0, 1, 2]))
        if kind == "rate":
            value = float(np.float32(draw(st.integers(0, 10)) / 10))
        one = Act(kind, title.title_id, profile, at, value=value)
        return dataclass_replace(one, device=device, tz_offset=offset)
    kind = draw(st.sampled_from(PLAY_KINDS))
    episodes = [None, "s1e1", *(episode.episode_id for episode in title.episodes)]
    counted = kind in ("heartbeat", "stop", "play_end")
    return Act(
        kind,
        title.title_id,
        profile,
        at,
        episode=draw(st.sampled_from(episodes)),
        position=None if kind == "episode_advance" else draw(SECONDS),
        duration=None if kind == "episode_advance" else draw(st.sampled_from([None, None, 1000.0])),
        watched=draw(SECONDS) if counted else None,
        device=device,
        tz_offset=offset,
    )


@st.composite
def logs(draw: st.DrawFn) -> list[Act]:
    """Draw some acts at rising times, hours to days apart."""
    steps = draw(st.lists(st.sampled_from([1000, 3_600_000, 2 * DAY_MS]), max_size=24))
    times = np.cumsum([DAY_MS, *steps])[1:].tolist()
    return [draw(events(at)) for at in times]


FIELDS = {
    "weights": "weight",
    "at": "at",
    "thumbs": "thumb",
    "seen": "seen",
    "chosen": "chosen",
    "completed": "completed",
    "finished_at": "finished_at",
    "rated": "rated",
    "watched": "watched",
    "positions": "position",
    "durations": "duration",
    "played_at": "played_at",
    "listed_at": "listed_at",
    "blocked": "blocked",
    "tz_offsets": "tz_offset",
}


def same(history: History, expected: list[dict[str, object]]) -> None:
    """Compare a folded history with the naive one, field by field."""
    assert history.titles.tolist() == [entry["title"] for entry in expected]
    episodes = [
        e if e is None else CATALOGUE.episode_rows.row(str(e))
        for e in (entry["episode"] for entry in expected)
    ]
    devices = [-1 if (e := one["device"]) is None else DEVICES.index(e) for one in expected]
    assert history.devices.tolist() == devices
    assert history.episodes.tolist() == [-1 if row is None else row for row in episodes]
    for name, key in FIELDS.items():
        for fast, slow in zip(
            getattr(history, name).tolist(), (e[key] for e in expected), strict=True
        ):
            if slow is None:
                assert math.isnan(fast), (name, expected)
            else:
                assert math.isclose(fast, float(slow), rel_tol=1e-5, abs_tol=1e-5), (name, expected)


@settings(max_examples=400)
@given(logs())
@example([Act("play_start", "film", at=DAY_MS), Act("play_end", "film", at=DAY_MS + 1)])
def test_the_fold_is_what_reading_event_by_event_gives(log: list[Act]) -> None:
    folded = fold(signals(log, CATALOGUE), catalogue=CATALOGUE, rewards=REWARDS, profiles=3)
    for profile in range(3):
        own = [act for act in log if act.profile == profile]
        expected = naive_history(own, TITLES, REWARDS)
        same(folded[profile], expected)
        same(fold_one(signals(own, CATALOGUE), catalogue=CATALOGUE, rewards=REWARDS), expected)


@given(logs(), st.randoms(use_true_random=False))
def test_the_order_in_which_events_arrive_does_not_matter(log: list[Act], random: object) -> None:
    columns = signals(log, CATALOGUE)
    order = np.arange(len(log))
    random.shuffle(order)  # type: ignore[attr-defined]  # Hypothesis' own generator
    late = fold(columns.take(order), catalogue=CATALOGUE, rewards=REWARDS, profiles=3)
    known = fold(columns, catalogue=CATALOGUE, rewards=REWARDS, profiles=3)
    for field in fields(History):
        fast, slow = getattr(late.entries, field.name), getattr(known.entries, field.name)
        np.testing.assert_array_equal(fast, slow)


@given(logs())
def test_columns_that_histories_do_not_read_change_nothing(log: list[Act]) -> None:
    columns = signals(log, CATALOGUE)
    other = {
        field.name: np.full_like(getattr(columns, field.name), 7)
        for field in fields(columns)
        if field.name not in TOLD
    }
    known = fold(columns, catalogue=CATALOGUE, rewards=REWARDS, profiles=3)
    blank = fold(
        dataclass_replace(columns, **other), catalogue=CATALOGUE, rewards=REWARDS, profiles=3
    )
    for field in fields(History):
        fast, slow = getattr(blank.entries, field.name), getattr(known.entries, field.name)
        np.testing.assert_array_equal(fast, slow)


@given(
    logs(),
    st.lists(st.sampled_from([0, 1000, 3 * DAY_MS]), min_size=24, max_size=24),
    st.lists(st.integers(0, 50).map(lambda days: days * DAY_MS), min_size=3, max_size=3),
    st.sampled_from([ORIGINS.index("live"), ORIGINS.index("import")]),
)
def test_histories_as_of_a_moment_are_those_of_the_acts_known_by_then(
    log: list[Act], late: list[int], moments: list[int], origin: int
) -> None:
    columns = signals(log, CATALOGUE)
    columns = dataclass_replace(
        columns,
        received=columns.at + np.array(late[: len(log)], np.int64),
        origins=np.full(len(log), origin, np.uint8),
    )
    at = np.array(moments, np.int64)
    known = columns.at if origin == ORIGINS.index("import") else columns.received
    whole = recorded(columns, catalogue=CATALOGUE, rewards=REWARDS, profiles=3)
    slow = fold(
        columns.take(known <= at[columns.profiles]),
        catalogue=CATALOGUE,
        rewards=REWARDS,
        profiles=3,
    )
    earlier = until(whole, at)
    again = until(until(whole, np.maximum(at, DAY_MS * 60)), at)  # what is past stays past
    beyond = until(earlier, np.full(3, np.iinfo(np.int64).max))
    for fast in (earlier, again, beyond):
        np.testing.assert_array_equal(fast.indptr, slow.indptr)
        for field in fields(History):
            mine, theirs = getattr(fast.entries, field.name), getattr(slow.entries, field.name)
            np.testing.assert_array_equal(mine, theirs)


@given(logs(), st.lists(st.integers(0, 6), min_size=3, max_size=3))
def test_the_first_titles_are_known_as_they_were_before_the_next_was_begun(
    log: list[Act], counts: list[int]
) -> None:
    whole = recorded(signals(log, CATALOGUE), catalogue=CATALOGUE, rewards=REWARDS, profiles=3)
    found = first(whole, np.array(counts))
    start = begun(whole)
    for profile in range(3):
        own = [act for act in log if act.profile == profile and act.kind in TELLING]
        met = list(dict.fromkeys(act.title for act in own))
        begins = {title: next(a.at for a in own if a.title == title) for title in met}
        mine = slice(*whole.indptr[profile : profile + 2])
        rows = CATALOGUE.vocabulary.names(whole[profile].titles)
        assert dict(zip(rows, start[mine].tolist(), strict=True)) == begins
        following = begins[met[counts[profile]]] if counts[profile] < len(met) else 1 << 62
        then = [act for act in own if act.at < following]
        same(found[profile], naive_history(then, TITLES, REWARDS))


@given(logs())
def test_columns_that_counters_do_not_read_change_nothing(log: list[Act]) -> None:
    columns = signals(log, CATALOGUE)
    other = {
        field.name: np.full_like(getattr(columns, field.name), 7)
        for field in fields(columns)
        if field.name not in COUNTED
    }
    known = Counters.empty(REWARDS).fold(columns, len(CATALOGUE))
    blank = Counters.empty(REWARDS).fold(dataclass_replace(columns, **other), len(CATALOGUE))
    for name in ("plays", "likes", "adds"):
        fast, slow = blank.named(name), known.named(name)
        np.testing.assert_array_equal(fast.total(), slow.total())
        assert {k: v.tolist() for k, v in fast.days.items()} == {
            k: v.tolist() for k, v in slow.days.items()
        }
