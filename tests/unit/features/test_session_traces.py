"""Sessions and habits: when acts belong together, and what the viewer's own clock said."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from acts import T0, Act, signals
from matinee.data import Catalogue
from matinee.features import Rewards, Sessions, habits, sessions
from matinee.features.sessions import local_hours, local_weekdays
from matinee.types import DEVICES, Moment, Title
from matinee.types.moment import MINUTE_MS

CATALOGUE = Catalogue.of([Title(title_id="film", name="Film"), Title(title_id="b", name="B")])
GAP = 30 * MINUTE_MS


def cut(*acts: Act) -> Sessions:
    return sessions(signals(acts, CATALOGUE), rewards=Rewards.default())


def test_a_session_is_what_its_id_says_however_long_the_pause() -> None:
    found = cut(
        Act("page_view", session="a", at=T0),
        Act("page_view", session="b", at=T0 + 1),
        Act("play_start", "film", session="a", at=T0 + 9 * GAP),
    )
    assert found.began.tolist() == [T0, T0 + 1]
    assert found.ended.tolist() == [T0 + 9 * GAP, T0 + 1]
    assert found.plays.tolist() == [1, 0]


def test_without_ids_a_pause_longer_than_the_gap_begins_the_next() -> None:
    at = (T0, T0 + GAP, T0 + 2 * GAP + 1)
    assert len(cut(*(Act("hover", "film", at=when) for when in at))) == 2


def test_two_profiles_never_share_a_session() -> None:
    found = cut(Act("hover", "film", session="s"), Act("hover", "film", profile=1, session="s"))
    assert found.profiles.tolist() == [0, 1]


def test_what_was_shown_and_begun_is_counted() -> None:
    kinds = "impression", "impression", "play_start", "stop", "episode_advance"
    found = cut(*(Act(kind, "film", session="s") for kind in kinds))
    assert (found.shown.tolist(), found.plays.tolist()) == ([2], [2])


def test_categories_explored_and_queries_typed_are_counted_by_session() -> None:
    kinds = "category_open", "hover", "category_open", "search_query", "search_query"
    found = cut(
        *(Act(kind, session="a") for kind in kinds),
        Act("category_open", session="b"),
        Act("row_scroll", session="b"),
    )
    assert (found.categories.tolist(), found.queries.tolist()) == ([2, 1], [2, 0])


@pytest.mark.parametrize("last", ["page_view", "search_query", "details_open", "search_abandon"])
def test_looking_round_and_leaving_abandons_the_session(last: str) -> None:
    assert cut(Act("impression", "film", session="s"), Act(last, session="s")).abandoned.all()


@pytest.mark.parametrize(
    "kind",
    ["play_start", "heartbeat", "pause", "seek_fwd", "credits_skip", "mylist_add", "taste_pick"],
)
def test_a_session_that_played_or_kept_something_is_not_abandoned(kind: str) -> None:
    found = cut(Act("page_view", session="s"), Act(kind, "film", session="s"))
    assert not found.abandoned.any()


def test_a_session_without_any_looking_round_is_not_abandoned() -> None:
    assert not cut(Act("cancel", session="s")).abandoned.any()


CLOCKS = [
    # UTC, minutes ahead of it, and what the clock on the wall said
    ("2026-03-29T00:59:00Z", 60, "2026-03-29 01:59"),  # Amsterdam, the minute before summer time
    ("2026-03-29T01:00:00Z", 120, "2026-03-29 03:00"),  # and the minute after
    ("2026-10-25T00:30:00Z", 120, "2026-10-25 02:30"),  # the hour that comes twice
    ("2026-10-25T01:30:00Z", 60, "2026-10-25 02:30"),
    ("2026-11-01T05:30:00Z", -240, "2026-11-01 01:30"),  # New York, summer time
    ("2026-11-01T06:30:00Z", -300, "2026-11-01 01:30"),  # and an hour later by the sun
    ("2026-12-31T18:30:00Z", 345, "2027-01-01 00:15"),  # Kathmandu: the next day and year
    ("2026-03-01T01:00:00Z", -90, "2026-02-28 23:30"),
    ("1969-12-31T23:00:00Z", 0, "1969-12-31 23:00"),
]


@pytest.mark.parametrize(("utc", "offset", "wall"), CLOCKS)
def test_hour_and_weekday_are_those_of_the_wall_across_clock_changes(
    utc: str, offset: int, wall: str
) -> None:
    at, offsets = np.array([Moment.parse(utc)], np.int64), np.array([offset], np.int16)
    said = datetime.fromisoformat(wall)
    assert local_hours(at, offsets).tolist() == [said.hour]
    assert local_weekdays(at, offsets).tolist() == [said.weekday()]


def test_a_session_is_dated_by_the_clock_at_its_beginning() -> None:
    before, after = Moment.parse("2026-03-29T00:59:00Z"), Moment.parse("2026-03-29T01:30:00Z")
    found = cut(
        Act("page_view", session="s", at=before, tz_offset=60),
        Act("play_start", "film", session="s", at=after, tz_offset=120),
    )
    assert (found.hours.tolist(), found.weekdays.tolist()) == ([1], [6])


def test_habits_count_sessions_by_clock_and_device() -> None:
    evening, morning = Moment.parse("2026-11-20T19:00:00Z"), Moment.parse("2026-11-22T07:00:00Z")
    found = cut(
        Act("page_view", session="a", at=evening, tz_offset=60, device="tv"),
        Act("page_view", session="b", at=evening + 1, tz_offset=60, device="tv"),
        Act("page_view", session="c", at=morning, tz_offset=60, device="mobile"),
        Act("page_view", session="d", at=morning, profile=2),
    )
    held = habits(found, profiles=2)
    assert np.argwhere(held.hours).tolist() == [[0, 8], [0, 20]]
    assert held.weekdays[0].tolist() == [0, 0, 0, 0, 2, 0, 1]
    assert dict(zip(DEVICES, held.devices[0].tolist(), strict=True)) == {
        **dict.fromkeys(DEVICES, 0),
        "tv": 2,
        "mobile": 1,
    }
    assert held.hours[1].sum() == 0


def test_a_device_that_nobody_said_is_none() -> None:
    columns = signals([Act("page_view", session="s"), Act("hover", "film", session="s")], CATALOGUE)
    columns.devices[:] = [-1, 2]
    assert sessions(columns, rewards=Rewards.default()).devices.tolist() == [2]
    columns.devices[:] = -1
    found = sessions(columns, rewards=Rewards.default())
    assert found.devices.tolist() == [-1]
    assert habits(found, profiles=1).devices.sum() == 0


def test_no_events_are_no_sessions() -> None:
    assert len(cut()) == 0
    assert habits(cut(), profiles=3).hours.shape == (3, 24)
