"""A profile's acts cut into sessions: when and on what they were, and whether anything was begun.

Events with a session id belong to its session; of those without one, a pause longer than
`session.gap_minutes` of the reward file begins the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matinee.features.plays import PLAYS
from matinee.features.rewards import Rewards
from matinee.types import DAY_MS, DEVICES, KINDS, Flags, Index, Longs, Signals
from matinee.types.moment import HOUR_MS, MINUTE_MS

__all__ = [
    "Cut",
    "Habits",
    "Sessions",
    "cut",
    "habits",
    "hours_of_week",
    "local_hours",
    "local_weekdays",
    "sessions",
]

_WEEKDAY_OF_1970 = 3  # it began on a Thursday; Monday is 0


def _marks(*kinds: str) -> Flags:
    return np.array([kind in kinds for kind in KINDS], np.bool_)


_STARTS = _marks("play_start", "episode_advance")
_SHOWN = _marks("impression", "billboard_impression")
_CATEGORIES, _QUERIES = _marks("category_open"), _marks("search_query")
_LOOKED = _SHOWN | _marks(
    *("row_impression", "page_view", "hover", "focus", "details_open", "trailer_play"),
    *("category_open", "row_scroll", "page_scroll_depth"),
    *("search_query", "search_result_impression", "search_click", "search_abandon"),
)
_KEPT = _marks("mylist_add", "taste_pick")


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """E events in the order of profile, session and time, and where each of S sessions starts."""

    order: Longs  # (E,) place among the signals
    starts: Longs  # (S,) first place in `order`
    numbers: Longs  # (E,) session of each place in `order`, 0 to S − 1


@dataclass(frozen=True, slots=True, eq=False)
class Sessions:
    """S sessions by profile and, within one, by when they began."""

    profiles: Index  # (S,)
    began: Longs  # (S,) epoch ms
    ended: Longs  # (S,) epoch ms, of the last event
    hours: NDArray[np.int8]  # (S,) hour at which it began by the viewer's own clock, 0 to 23
    weekdays: NDArray[np.int8]  # (S,) and the weekday, Monday 0
    devices: NDArray[np.int8]  # (S,) first device said, −1: none
    plays: Index  # (S,) plays that began, whoever asked for them
    shown: Index  # (S,) tiles seen
    categories: Index  # (S,) times that a genre or category was explored
    queries: Index  # (S,) search queries, every keystroke's state that was sent
    abandoned: Flags  # (S,) looked round, and neither played nor kept anything

    def __len__(self) -> int:
        return len(self.profiles)


@dataclass(frozen=True, slots=True, eq=False)
class Habits:
    """How many sessions each of P profiles began, by the viewer's own clock and by device."""

    hours: Index  # (P, 24)
    weekdays: Index  # (P, 7) Monday first
    devices: Index  # (P, 4) as `DEVICES`


def local_hours(at: Longs, tz_offsets: NDArray[np.int16]) -> NDArray[np.int8]:
    """Return the hour, 0 to 23, by a clock that is so many minutes ahead of UTC.

    Each event says its own offset, so that the hour is right before and after a clock change.
    """
    return (_local(at, tz_offsets) % DAY_MS // HOUR_MS).astype(np.int8)


def hours_of_week(at: Longs, tz_offsets: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return the hour since Monday began by such a clock, 0 to 167."""
    hours = _local(at, tz_offsets) // HOUR_MS + 24 * _WEEKDAY_OF_1970
    return (hours % (7 * 24)).astype(np.int16)


def local_weekdays(at: Longs, tz_offsets: NDArray[np.int16]) -> NDArray[np.int8]:
    """Return the weekday, Monday 0, by such a clock."""
    return ((_local(at, tz_offsets) // DAY_MS + _WEEKDAY_OF_1970) % 7).astype(np.int8)


def _local(at: Longs, tz_offsets: NDArray[np.int16]) -> Longs:
    return at + tz_offsets.astype(np.int64) * MINUTE_MS


def cut(signals: Signals, *, rewards: Rewards) -> Cut:
    """Cut events into sessions; those of one instant keep the order in which they come."""
    order = np.lexsort((signals.at, signals.sessions, signals.profiles))
    profiles, marks, at = signals.profiles[order], signals.sessions[order], signals.at[order]
    begins = np.ones(len(order), np.bool_)
    pause = np.diff(at) > rewards.session.gap_minutes * MINUTE_MS
    begins[1:] = np.diff(profiles) != 0
    begins[1:] |= np.diff(marks) != 0
    begins[1:] |= pause & (marks[1:] == 0)
    return Cut(order, np.flatnonzero(begins), np.cumsum(begins) - 1)


def sessions(signals: Signals, *, rewards: Rewards) -> Sessions:
    """Return the sessions of all profiles; late and repeated arrival make no difference."""
    parts = cut(signals, rewards=rewards)
    if not len(parts.order):
        return _none()
    order, starts = parts.order, parts.starts
    kinds, at, devices = signals.kinds[order], signals.at[order], signals.devices[order]
    ends = np.append(starts[1:], len(order)) - 1
    began, zone = at[starts], signals.tz_offsets[order][starts]
    place = np.where(devices >= 0, np.arange(len(order)), len(order))
    first = np.minimum.reduceat(place, starts)
    said = np.append(devices, np.int8(-1))[first]
    done = np.logical_or.reduceat(PLAYS[kinds] | _KEPT[kinds], starts)
    found = Sessions(
        profiles=signals.profiles[order][starts],
        began=began,
        ended=at[ends],
        hours=local_hours(began, zone),
        weekdays=local_weekdays(began, zone),
        devices=np.where(first <= ends, said, np.int8(-1)),
        plays=np.add.reduceat(_STARTS[kinds], starts, dtype=np.int32),
        shown=np.add.reduceat(_SHOWN[kinds], starts, dtype=np.int32),
        categories=np.add.reduceat(_CATEGORIES[kinds], starts, dtype=np.int32),
        queries=np.add.reduceat(_QUERIES[kinds], starts, dtype=np.int32),
        abandoned=np.logical_or.reduceat(_LOOKED[kinds], starts) & ~done,
    )
    return _taken(found, np.lexsort((found.ended, found.began, found.profiles)))


def habits(found: Sessions, *, profiles: int) -> Habits:
    """Count the sessions of the profile rows 0 to `profiles` − 1."""
    mine = (found.profiles >= 0) & (found.profiles < profiles)

    def table(column: NDArray[np.int8], width: int) -> Index:
        kept = mine & (column >= 0)
        cell = found.profiles[kept].astype(np.int64) * width + column[kept]
        counts = np.bincount(cell, minlength=profiles * width)
        return counts.astype(np.int32).reshape(profiles, width)

    return Habits(
        hours=table(found.hours, 24),
        weekdays=table(found.weekdays, 7),
        devices=table(found.devices, len(DEVICES)),
    )


def _none() -> Sessions:
    rows, longs, codes = np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.int8)
    flags = np.empty(0, np.bool_)
    return Sessions(rows, longs, longs, codes, codes, codes, rows, rows, rows, rows, flags)


def _taken(found: Sessions, which: Longs) -> Sessions:
    return Sessions(*(getattr(found, name)[which] for name in Sessions.__slots__))
