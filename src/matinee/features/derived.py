"""What a profile's events on a title come to besides the history: every derived signal, once.

An event says what happened; these say what it meant: read and not played, shown and passed over,
paused and wound back, left where, seen again, seen in one go. Sessions and their signals are in
`matinee.features.sessions`, credit for plays in `matinee.features.attribution`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matinee.data import Catalogue
from matinee.features.plays import PLAYS, Watching, segments
from matinee.features.rewards import Rewards
from matinee.features.sessions import Cut, cut
from matinee.features.watched import Watched, watched
from matinee.types import DAY_MS, KINDS, Flags, Floats, Index, Longs, Signals

__all__ = ["Derived", "derive"]


def _marks(*kinds: str) -> Flags:
    return np.array([kind in kinds for kind in KINDS], np.bool_)


_SHOWN = _marks("impression", "billboard_impression")
_DWELT = _marks("hover", "focus")
_READ = _marks("details_open")
_TRAILER = _marks("trailer_play")
_ANSWERED = (
    PLAYS
    | _READ
    | _marks("mylist_add", "taste_pick", "search_click", "thumb", "rate", "not_interested")
    | _marks("mylist_remove", "remove_from_continue")
)
_IDLE = _SHOWN | _DWELT | _marks("row_impression", "page_view")
"""What happens while somebody only looks on; anything else is an act."""


@dataclass(frozen=True, slots=True, eq=False)
class Derived:
    """G pairs of a profile and a title that have any event, by profile and title row."""

    profiles: Index  # (G,)
    titles: Index  # (G,)
    shown: Index  # (G,) times its tile was seen
    dwell_s: Floats  # (G,) seconds that pointer or focus rested on it
    opened: Index  # (G,) times its details were opened
    clicks_no_play: Index  # (G,) sessions that opened its details and did not play it
    quick_skips: Index  # (G,) sessions that saw it, left it and went on to something else
    pauses: Index  # (G,)
    seeks_ahead: Index  # (G,)
    seeks_back: Index  # (G,)
    completion: Floats  # (G,) share watched of the film, or of the episode watched most, in [0, 1]
    completed: Flags  # (G,) film to its end, series to its last episode that was out
    rewatched: Flags  # (G,) the film, or an episode of it, to the end at least twice
    binged: Flags  # (G,) several episodes in one go
    fast_season: Flags  # (G,) a whole season within the set days
    left_at: Floats  # (G,) where it stands open, as a share of the film or episode; NaN: nowhere
    left_episode: Index  # (G,) the episode that stands open, −1: a film or none
    abandoned: Flags  # (G,) left open, while its viewer has long been about without it

    def __len__(self) -> int:
        return len(self.titles)


def derive(signals: Signals, *, catalogue: Catalogue, rewards: Rewards) -> Derived:
    """Return the derived signals of all profiles.

    Events of titles outside the catalogue snapshot are left out of the pairs, yet count as acts
    of their sessions. A pure function of the events by `(at, event_id)`.
    """
    signals = signals.take(signals.profiles >= 0)
    size = max(len(catalogue), 1)
    pairs = signals.profiles.astype(np.int64) * size + signals.titles
    which = np.flatnonzero((signals.titles >= 0) & (signals.titles < len(catalogue)))
    names, groups = np.unique(pairs[which], return_inverse=True)
    kinds, count = signals.kinds[which], len(names)
    view = _watched(_Events(signals, which, groups, count), catalogue, rewards)
    met = _met(signals, cut(signals, rewards=rewards), pairs, titles=len(catalogue))
    profiles = (names // size).astype(np.int32)
    left = np.where(view.positions > 0, view.positions / view.durations, np.nan)
    newest = _newest(signals)
    away = np.array([newest.get(row, 0) for row in profiles.tolist()], np.int64) - view.played_at

    def times(mask: Flags) -> Index:
        return np.bincount(groups[mask[kinds]], minlength=count).astype(np.int32)

    dwelt = _DWELT[kinds] & ~np.isnan(signals.values[which])
    return Derived(
        profiles=profiles,
        titles=(names % size).astype(np.int32),
        shown=times(_SHOWN),
        dwell_s=np.bincount(
            groups[dwelt], signals.values[which][dwelt].astype(np.float64), count
        ).astype(np.float32),
        opened=times(_READ),
        clicks_no_play=_summed(_bounced(signals, met), names),
        quick_skips=_summed(_skipped(signals, met), names),
        pauses=times(_marks("pause")),
        seeks_ahead=times(_marks("seek_fwd")),
        seeks_back=times(_marks("seek_back")),
        completion=view.shares.astype(np.float32),
        completed=view.completed,
        rewatched=view.rewatched,
        binged=view.binged,
        fast_season=view.fast_season,
        left_at=np.minimum(left, 1.0).astype(np.float32),
        left_episode=np.where(np.isnan(left), np.int32(-1), view.episodes),
        abandoned=~np.isnan(left) & (away >= rewards.abandoned.days * DAY_MS),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Events:
    """The events that name a title of the catalogue, in G groups of one profile and title."""

    signals: Signals
    which: Longs  # places among the signals
    groups: Longs
    count: int  # G


@dataclass(frozen=True, slots=True, eq=False)
class _Met:
    """M pairs of a session and a title that met in it."""

    parts: Cut
    pairs: Longs  # (M,) profile row · titles + title row
    sessions: Longs  # (M,)
    starts: Longs  # (M,) first of their places in `which`
    which: Longs  # places in the cut's order, by pair and then by time


def _met(signals: Signals, parts: Cut, pairs: Longs, *, titles: int) -> _Met:
    rows = signals.titles[parts.order]
    which = np.flatnonzero((rows >= 0) & (rows < titles))
    which = which[np.lexsort((which, rows[which], parts.numbers[which]))]
    starts = segments(parts.numbers[which], rows[which]) if len(which) else which
    first = which[starts]
    return _Met(parts, pairs[parts.order][first], parts.numbers[first], starts, which)


def _bounced(signals: Signals, met: _Met) -> Longs:
    """Return the pair of each session that opened a title's details and played none of it."""
    if not len(met.starts):
        return met.pairs
    kinds = signals.kinds[met.parts.order][met.which]
    read = np.logical_or.reduceat(_READ[kinds], met.starts)
    return met.pairs[read & ~np.logical_or.reduceat(PLAYS[kinds], met.starts)]


def _skipped(signals: Signals, met: _Met) -> Longs:
    """Return the pair of each session that saw a title, answered it in no way, and acted later.

    A session that ends with what it saw says nothing of it: perhaps nobody looked.
    """
    if not len(met.starts):
        return met.pairs
    order = met.parts.order
    kinds, index = signals.kinds[order], np.arange(len(order))
    acts = np.maximum.reduceat(np.where(_IDLE[kinds], -1, index), met.parts.starts)
    mine = kinds[met.which]
    seen = np.minimum.reduceat(np.where(_SHOWN[mine], met.which, len(order)), met.starts)
    asked = _TRAILER[mine] & ~signals.unasked[order][met.which]
    answered = np.logical_or.reduceat(_ANSWERED[mine] | asked, met.starts)
    return met.pairs[(seen < acts[met.sessions]) & ~answered]


def _summed(pairs: Longs, names: Longs) -> Index:
    """Count each of the sorted names among the pairs."""
    return np.bincount(np.searchsorted(names, pairs), minlength=len(names)).astype(np.int32)


def _newest(signals: Signals) -> dict[int, int]:
    rows, inverse = np.unique(signals.profiles, return_inverse=True)
    newest = np.full(len(rows), np.iinfo(np.int64).min)
    np.maximum.at(newest, inverse, signals.at)
    return dict(zip(rows.tolist(), newest.tolist(), strict=True))


def _watched(events: _Events, catalogue: Catalogue, rewards: Rewards) -> Watched:
    plays = np.flatnonzero(PLAYS[events.signals.kinds[events.which]])
    if not len(plays):
        return Watched.nothing().spread(events.count)
    which, groups = events.which[plays], events.groups[plays]
    order = np.lexsort((events.signals.at[which], groups))
    watching = Watching.of(
        events.signals, which[order], groups=groups[order], order=np.arange(len(order))
    )
    return watched(watching, catalogue=catalogue, rewards=rewards).spread(events.count)
