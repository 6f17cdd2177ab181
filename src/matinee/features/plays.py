"""From play events to viewings, and from viewings to what a profile did with each title.

A *unit* is a film, or one episode of a series. Within it, a *play* begins with `play_start` or
`episode_advance`, with the unit's first play event, and with a `stop` or `play_end` that follows
another one without a start between. What a play was watched is the largest `watched_s` of its
heartbeats, stop and end (a heartbeat's runs within the play); where nothing says, how far the
position moved. Plays up to and with one that reached the end are one *viewing*, so that a film
seen in two sittings is seen whole, and one begun again after its end is a second viewing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matinee.data import Catalogue
from matinee.features.rewards import Rewards
from matinee.types import KINDS, Flags, Index, Longs, Signals

__all__ = ["PLAYS", "Array", "Viewings", "Watching", "segments", "stops", "viewings"]

Array = NDArray[Any]
Seconds = NDArray[np.float64]

_START = np.array([kind in {"play_start", "episode_advance"} for kind in KINDS], np.bool_)
_CLOSE = np.array([kind in {"stop", "play_end"} for kind in KINDS], np.bool_)
PLAYS: Flags = (
    _START
    | _CLOSE
    | np.array(
        [
            kind in {"heartbeat", "pause", "resume", "seek_fwd", "seek_back", "credits_skip"}
            for kind in KINDS
        ],
        np.bool_,
    )
)
"""(kinds,) which kinds are play events."""
_ADVANCE, _PLAY_START = KINDS.index("episode_advance"), KINDS.index("play_start")
_END = KINDS.index("play_end")


@dataclass(frozen=True, slots=True, eq=False)
class Watching:
    """B play events of G groups (a profile's title), by group and, within a group, by time."""

    groups: Longs  # (B,) ascending
    order: Longs  # (B,) place in time within the group
    titles: Index  # (B,)
    episodes: Index  # (B,) −1: none
    kinds: NDArray[np.uint8]  # (B,)
    at: Longs  # (B,)
    positions: Seconds  # (B,) NaN: unsaid
    durations: Seconds  # (B,)
    watched: Seconds  # (B,)

    @classmethod
    def of(cls, signals: Signals, rows: Longs, *, groups: Longs, order: Longs) -> Watching:
        """Return the events at these rows of the signals, which are sorted as they must be."""
        return cls(
            groups=groups,
            order=order,
            titles=signals.titles[rows],
            episodes=signals.episodes[rows],
            kinds=signals.kinds[rows],
            at=signals.at[rows],
            positions=signals.positions[rows].astype(np.float64),
            durations=signals.durations[rows].astype(np.float64),
            watched=signals.watched[rows].astype(np.float64),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Viewings:
    """V viewings sorted by group, unit and time."""

    groups: Longs  # (V,)
    titles: Index  # (V,)
    episodes: Index  # (V,) −1: a film, or an episode not said
    units: Longs  # (V,) number of the unit, ascending
    at: Longs  # (V,) time of its last event
    order: Longs  # (V,) place in time of its last event within the group
    watched: Seconds  # (V,)
    shares: Seconds  # (V,) watched as a share of the duration, in [0, 1]
    stands: Seconds  # (V,) last position
    durations: Seconds  # (V,) NaN: unknown
    finished: Flags  # (V,) its last play reached the end
    completed: Flags  # (V,) and enough of it was watched
    beyond: Flags  # (V,) more than a glance
    worthy: Flags  # (V,) continuing it makes sense
    quality: Flags  # (V,) long enough to have been chosen
    closed: Flags  # (V,) a play of it was stopped or ended


@dataclass(frozen=True, slots=True, eq=False)
class _Plays:
    """Q plays sorted by unit, then by time."""

    first: Longs  # (Q,) its first event
    units: Longs  # (Q,) ascending
    durations: Seconds  # (Q,)
    watched: Seconds  # (Q,) NaN: nothing says
    stands: Seconds  # (Q,)
    vague: Flags  # (Q,) it ended, and how much of it was watched cannot be told
    finished: Flags  # (Q,)


def segments(*keys: Array) -> Longs:
    """Return where any of these sorted columns changes, 0 first; empty columns: nothing."""
    change = np.empty(len(keys[0]), np.bool_)
    change[:1] = True
    np.not_equal(keys[0][1:], keys[0][:-1], out=change[1:])
    for key in keys[1:]:
        change[1:] |= key[1:] != key[:-1]
    return change.nonzero()[0]


def stops(starts: Longs, count: int) -> Longs:
    """Return where each of the segments that begin at `starts` stops, among `count` places."""
    ends = np.empty(len(starts), np.int64)
    ends[:-1] = starts[1:]
    ends[-1:] = count
    return ends


def viewings(watching: Watching, *, catalogue: Catalogue, rewards: Rewards) -> Viewings:
    """Return the viewings that these events make up; there must be at least one event."""
    w = _by_unit(watching, catalogue)
    plays = _plays(w, catalogue, rewards)
    begins = np.empty(len(plays.first), np.bool_)
    begins[:1] = True
    begins[1:] = plays.finished[:-1] | (plays.units[1:] != plays.units[:-1])
    first = begins.nonzero()[0]
    last = stops(first, len(begins)) - 1
    ends = stops(plays.first, len(w.kinds))[last] - 1
    seconds = np.add.reduceat(np.where(np.isnan(plays.watched), 0.0, plays.watched), first)
    durations = plays.durations[first]
    share = seconds / durations
    vague = np.logical_or.reduceat(plays.vague, first)
    finished = plays.finished[last]
    completed = finished & (share >= rewards.completed.watched)
    glance = (seconds < rewards.glance.seconds) | (share < rewards.glance.share)
    beyond = ~glance | vague | completed
    shares = np.where(np.isnan(share), 0.0, np.minimum(share, 1.0))
    enough = np.fmin(
        np.where(
            catalogue.is_series[w.titles[ends]],
            rewards.quality_play.episode_s,
            rewards.quality_play.film_s,
        ),
        rewards.quality_play.share * durations,
    )
    stands = _last_said(plays.stands, first)
    opened = w.kinds[plays.first[first]] == _ADVANCE
    return Viewings(
        groups=w.groups[ends],
        titles=w.titles[ends],
        episodes=w.episodes[ends],
        units=plays.units[first],
        at=w.at[ends],
        order=w.order[ends],
        watched=seconds,
        shares=np.where(vague, np.maximum(shares, rewards.scale.assumed_share), shares),
        stands=np.where(np.isnan(stands), seconds, stands),
        durations=durations,
        finished=finished,
        completed=completed,
        beyond=beyond,
        worthy=beyond | opened,
        quality=(seconds >= enough) | vague,
        closed=np.logical_or.reduceat(_CLOSE[w.kinds], plays.first[first]),
    )


def _by_unit(w: Watching, catalogue: Catalogue) -> Watching:
    """Sort by group, episode and time; an episode that is not of the title counts as unsaid."""
    known = (w.episodes >= 0) & (w.episodes < len(catalogue.episodes))
    episodes = np.where(known, w.episodes, np.int32(-1))
    if not known.any():
        return replace(w, episodes=episodes)
    episodes[known & (catalogue.episodes.titles[episodes] != w.titles)] = -1
    order = np.lexsort((episodes, w.groups))
    return Watching(
        groups=w.groups[order],
        order=w.order[order],
        titles=w.titles[order],
        episodes=episodes[order],
        kinds=w.kinds[order],
        at=w.at[order],
        positions=w.positions[order],
        durations=w.durations[order],
        watched=w.watched[order],
    )


def _plays(w: Watching, catalogue: Catalogue, rewards: Rewards) -> _Plays:
    units = segments(w.groups, w.episodes)
    first = _play_starts(w.kinds, units)
    unit_of = np.searchsorted(units, first, side="right") - 1
    starts_play = _START[w.kinds]
    told = np.where(starts_play, np.nan, w.positions)
    stands = np.where(w.kinds == _ADVANCE, 0.0, w.positions)
    began = np.where(w.kinds[first] == _PLAY_START, w.positions[first], 0.0)
    reached = _last_said(told, first)
    moved = np.maximum(reached - np.where(np.isnan(began), 0.0, began), 0.0)
    watched = np.fmax.reduceat(w.watched, first)
    watched = np.where(np.isnan(watched), moved, watched)
    durations = _durations(w, units, catalogue)[unit_of]
    ended = np.logical_or.reduceat(w.kinds == _END, first)
    place = reached / durations
    glance = watched < rewards.glance.seconds
    little = glance | (watched / durations < rewards.completed.watched)
    return _Plays(
        first=first,
        units=unit_of,
        durations=durations,
        watched=watched,
        stands=_last_said(stands, first),
        vague=ended & (np.isnan(watched) | np.isnan(durations)) & ~glance,
        finished=(place >= rewards.completed.position) | (ended & np.isnan(place) & ~little),
    )


def _play_starts(kinds: NDArray[np.uint8], units: Longs) -> Longs:
    """Return the first event of every play; `units` are the first events of the units."""
    begins = _START[kinds]
    begins[units] = True
    closes = _CLOSE[kinds]
    closed_before: Longs = np.cumsum(closes) - closes
    segment = np.maximum.accumulate(np.where(begins, np.arange(len(kinds)), 0))
    begins |= closes & (closed_before > closed_before[segment])
    return begins.nonzero()[0]


def _durations(w: Watching, units: Longs, catalogue: Catalogue) -> Seconds:
    """Return each unit's length: last said, else the episode's, else the title's."""
    said = _last_said(w.durations, units)
    episodes, titles = w.episodes[units], w.titles[units]
    if (episodes >= 0).any():
        runtimes = np.where(episodes >= 0, catalogue.episodes.runtimes[episodes], np.nan)
        said = np.where(np.isnan(said), runtimes, said)
    said = np.where(np.isnan(said), catalogue.runtimes[titles], said)
    return np.where(said > 0, said, np.nan)


def _last_said(column: Seconds, starts: Longs) -> Seconds:
    """Return each segment's last value that is not NaN, NaN where there is none."""
    index = np.where(np.isnan(column), -1, np.arange(len(column)))
    last = np.maximum.reduceat(index, starts)
    return np.where(last >= 0, column[last], np.nan)
