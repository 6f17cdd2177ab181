"""A profile's history as a pure function of its events; the same code trains and serves.

Events are taken in the order of `(at, event_id)` within a profile. A history's entries are the
titles that the profile opened, played, judged or listed; what was merely shown leaves none.
The weight is the graded reward r of the reward file: the sum of what each signal is worth.
"""

from __future__ import annotations

import numpy as np

from matinee.data import Catalogue
from matinee.features.graded import (
    TASTE,
    Acts,
    components,
    graded,
    opinions,
    plays_of,
)
from matinee.features.plays import PLAYS, Array, segments, stops
from matinee.features.rewards import Rewards
from matinee.types import KINDS, Flags, Histories, History, Longs, Signals

__all__ = ["TELLING", "TOLD", "discoveries", "entries", "fold", "fold_one", "telling"]


_PUT_AWAY = KINDS.index("remove_from_continue")
_TOUCH = TASTE | np.isin(KINDS, ["mylist_remove", "remove_from_continue", "details_open"])

TELLING: tuple[str, ...] = tuple(k for k, tells in zip(KINDS, _TOUCH, strict=True) if tells)
"""The kinds of events that histories are made of; no other changes any."""

TOLD: tuple[str, ...] = (
    *("offsets", "profiles", "kinds", "titles", "episodes", "at"),
    *("values", "positions", "durations", "watched", "devices", "tz_offsets"),
)
"""The columns of signals that histories read, and offsets; the others may be blank."""


def fold(signals: Signals, *, catalogue: Catalogue, rewards: Rewards, profiles: int) -> Histories:
    """Return the histories of the profile rows 0 to `profiles` − 1.

    Events of titles outside the catalogue snapshot, or of other profiles, are left out.
    """
    keep = telling(signals, catalogue)
    keep &= (signals.profiles >= 0) & (signals.profiles < profiles)
    owners, entries = _fold(signals, keep.nonzero()[0], catalogue, rewards)
    return Histories(np.searchsorted(owners, np.arange(profiles + 1)), entries)


def fold_one(signals: Signals, *, catalogue: Catalogue, rewards: Rewards) -> History:
    """Return the history of one profile, all of whose events, or `TELLING` ones, these are."""
    kept = telling(signals, catalogue).nonzero()[0]
    return _fold(signals, kept, catalogue, rewards)[1]


def telling(signals: Signals, catalogue: Catalogue) -> Flags:
    """Return which events histories over a catalogue snapshot are made of."""
    flags: Flags = _TOUCH[signals.kinds]
    return flags & (signals.titles >= 0) & (signals.titles < len(catalogue))


def _fold(
    signals: Signals, kept: Longs, catalogue: Catalogue, rewards: Rewards
) -> tuple[Longs, History]:
    if not len(kept):
        return np.empty(0, np.int64), History.empty()
    pair = signals.profiles[kept].astype(np.int64) * len(catalogue) + signals.titles[kept]
    order = np.lexsort((signals.at[kept], pair))
    which, pair = kept[order], pair[order]
    starts = segments(pair)
    acts = Acts.of(signals, which, starts)
    owners, titles = np.divmod(pair[starts], len(catalogue))
    history = entries(signals, acts, titles.astype(np.int32), catalogue, rewards)
    order = np.lexsort((history.at, owners))
    owners, history = owners[order], history.take(order)
    discovered = discoveries(owners, history, catalogue, rewards)
    history.weights[discovered] += np.float32(rewards.weights.new_genre)
    return owners, history


def entries(
    signals: Signals, acts: Acts, titles: Array, catalogue: Catalogue, rewards: Rewards
) -> History:
    """Return one entry a group, in the order of the groups and without what discoveries earn.

    An entry depends on the acts of its own group alone.
    """
    kinds = acts.kinds
    plays = plays_of(signals, acts, catalogue, rewards)
    opinion = opinions(acts, rewards)
    put_away = acts.last(kinds == _PUT_AWAY) > acts.last(PLAYS[kinds])
    rated = ~np.isnan(opinion.rated)
    taste = acts.last(TASTE[kinds])
    value = graded(components(acts, plays, opinion, rewards), opinion.disliked, rewards)
    ends = stops(acts.starts, len(kinds)) - 1
    last = np.where(taste >= 0, taste, ends)
    where = acts.which[last]
    return History(
        titles=titles,
        weights=value.astype(np.float32),
        at=acts.at[last],
        thumbs=opinion.thumbs,
        seen=plays.seen | rated,
        chosen=plays.quality | plays.completed | rated,
        completed=plays.completed,
        finished_at=plays.finished_at,
        rated=opinion.rated,
        watched=plays.watched.astype(np.float32),
        positions=np.where(put_away, np.nan, plays.positions).astype(np.float32),
        durations=np.where(put_away, np.nan, plays.durations).astype(np.float32),
        episodes=np.where(put_away, np.int32(-1), plays.episodes),
        played_at=plays.played_at,
        listed_at=opinion.listed_at,
        blocked=opinion.disliked,
        devices=signals.devices[where],
        tz_offsets=signals.tz_offsets[where],
    )


def discoveries(owners: Longs, history: History, catalogue: Catalogue, rewards: Rewards) -> Longs:
    """Return the entries that are the first liked and seen of a genre, late enough to count."""
    liked = np.flatnonzero(history.seen & (history.weights > 0))
    if len(liked) <= rewards.new_genre.after or not len(catalogue.genres):
        return liked[:0]
    starts = segments(owners[liked])
    sizes = stops(starts, len(liked)) - starts
    rank = np.arange(len(liked)) - np.repeat(starts, sizes)
    if not (rank >= rewards.new_genre.after).any():
        return liked[:0]
    of_genre = catalogue.has_genre[:, history.titles[liked]]  # (genres, liked)
    place = np.where(of_genre, np.arange(len(liked)), len(liked))
    first = np.unique(np.minimum.reduceat(place, starts, axis=1))
    first = first[first < len(liked)]
    found: Longs = liked[first[rank[first] >= rewards.new_genre.after]]
    return found
