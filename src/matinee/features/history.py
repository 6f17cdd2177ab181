"""A profile's history as a pure function of its events; the same code trains and serves.

Events are taken in the order of `(at, event_id)` within a profile. A history's entries are the
titles that the profile opened, played, judged or listed; what was merely shown leaves none.
The weight is the graded reward r of the reward file: the sum of what each signal is worth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matinee.data import Catalogue
from matinee.features.plays import PLAYS, Array, Watching, segments, stops
from matinee.features.rewards import Rewards
from matinee.features.watched import Watched, watched
from matinee.types import KINDS, Flags, Histories, History, Longs, Signals

__all__ = ["TELLING", "fold", "fold_one"]


def _marks(*kinds: str) -> Flags:
    return np.array([kind in kinds for kind in KINDS], np.bool_)


_THUMB, _RATE = KINDS.index("thumb"), KINDS.index("rate")
_ADD, _REMOVE = KINDS.index("mylist_add"), KINDS.index("mylist_remove")
_PUT_AWAY, _NOT = KINDS.index("remove_from_continue"), KINDS.index("not_interested")
_PICK, _OPEN = KINDS.index("taste_pick"), KINDS.index("details_open")
_TASTE = PLAYS | _marks("thumb", "rate", "mylist_add", "not_interested", "taste_pick")
_TOUCH = _TASTE | _marks("mylist_remove", "remove_from_continue", "details_open")

TELLING: tuple[str, ...] = tuple(k for k, tells in zip(KINDS, _TOUCH, strict=True) if tells)
"""The kinds of events that histories are made of; no other changes any."""


def fold(signals: Signals, *, catalogue: Catalogue, rewards: Rewards, profiles: int) -> Histories:
    """Return the histories of the profile rows 0 to `profiles` − 1.

    Events of titles outside the catalogue snapshot, or of other profiles, are left out.
    """
    keep = _TOUCH[signals.kinds] & (signals.titles >= 0) & (signals.titles < len(catalogue))
    keep &= (signals.profiles >= 0) & (signals.profiles < profiles)
    owners, entries = _fold(signals, keep.nonzero()[0], catalogue, rewards)
    return Histories(np.searchsorted(owners, np.arange(profiles + 1)), entries)


def fold_one(signals: Signals, *, catalogue: Catalogue, rewards: Rewards) -> History:
    """Return the history of one profile, all of whose events, or `TELLING` ones, these are."""
    keep = _TOUCH[signals.kinds] & (signals.titles >= 0) & (signals.titles < len(catalogue))
    return _fold(signals, keep.nonzero()[0], catalogue, rewards)[1]


@dataclass(frozen=True, slots=True, eq=False)
class _Acts:
    """A acts sorted by profile, title and time, in G groups of the same profile and title."""

    which: Longs  # (A,) place among the signals
    kinds: Array  # (A,)
    at: Longs  # (A,)
    values: Array  # (A,)
    starts: Longs  # (G,) first act of each group
    groups: Longs  # (A,) group of each act
    index: Longs  # (A,) 0 to A − 1

    def last(self, mask: Flags) -> Longs:
        """Return each group's last act for which this holds, −1: none."""
        return np.maximum.reduceat(np.where(mask, self.index, -1), self.starts)


def _fold(
    signals: Signals, kept: Longs, catalogue: Catalogue, rewards: Rewards
) -> tuple[Longs, History]:
    if not len(kept):
        return np.empty(0, np.int64), History.empty()
    pair = signals.profiles[kept].astype(np.int64) * len(catalogue) + signals.titles[kept]
    order = np.lexsort((signals.at[kept], pair))
    which, pair = kept[order], pair[order]
    starts = segments(pair)
    sizes = stops(starts, len(which)) - starts
    acts = _Acts(
        which=which,
        kinds=signals.kinds[which],
        at=signals.at[which],
        values=signals.values[which],
        starts=starts,
        groups=np.repeat(np.arange(len(starts)), sizes),
        index=np.arange(len(which)),
    )
    owners, titles = np.divmod(pair[starts], len(catalogue))
    history = _entries(signals, acts, titles.astype(np.int32), catalogue, rewards)
    order = np.lexsort((history.at, owners))
    owners, history = owners[order], history.take(order)
    discovered = _discoveries(owners, history, catalogue, rewards)
    history.weights[discovered] += np.float32(rewards.weights.new_genre)
    return owners, history


def _entries(
    signals: Signals, acts: _Acts, titles: Array, catalogue: Catalogue, rewards: Rewards
) -> History:
    """Return one entry a group, in the order of the groups."""
    kinds = acts.kinds
    plays = _plays(signals, acts, catalogue, rewards)
    opinion = _opinions(acts, rewards)
    put_away = acts.last(kinds == _PUT_AWAY) > acts.last(PLAYS[kinds])
    rated = ~np.isnan(opinion.rated)
    taste = acts.last(_TASTE[kinds])
    opened = (taste < 0) & (acts.last(kinds == _OPEN) >= 0)
    ends = stops(acts.starts, len(kinds)) - 1
    return History(
        titles=titles,
        weights=_weights(plays, opinion, opened, rewards),
        at=acts.at[np.where(taste >= 0, taste, ends)],
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
        blocked=opinion.unwanted | (opinion.thumbs < 0),
    )


def _plays(signals: Signals, acts: _Acts, catalogue: Catalogue, rewards: Rewards) -> Watched:
    which = np.flatnonzero(PLAYS[acts.kinds])
    if not len(which):
        return Watched.nothing().spread(len(acts.starts))
    rows = acts.which[which]
    watching = Watching.of(signals, rows, groups=acts.groups[which], order=which)
    return watched(watching, catalogue=catalogue, rewards=rewards).spread(len(acts.starts))


@dataclass(frozen=True, slots=True, eq=False)
class _Opinions:
    """What a profile said of G titles in so many words."""

    thumbs: Array  # (G,) int8
    rated: Array  # (G,) float32, NaN: not rated
    unwanted: Flags  # (G,) not interested, and nothing kinder since
    picked: Flags  # (G,)
    listed_at: Longs  # (G,) 0: not on the list


def _opinions(acts: _Acts, rewards: Rewards) -> _Opinions:
    """Return the last word on each title; the earliest time since which it is on the list."""
    kinds, end = acts.kinds, len(acts.kinds)
    rates, adds, picks = kinds == _RATE, kinds == _ADD, kinds == _PICK
    # float32 on both sides: 4 of 5 is a thumb up, whatever .8 is in binary.
    up, down = np.float32(rewards.rating.up), np.float32(rewards.rating.down)
    of_rating = (acts.values >= up).astype(np.int8) - (acts.values <= down)
    thumb = np.where(rates, of_rating, acts.values)
    judges = rates | (kinds == _THUMB)
    judged, rated = acts.last(judges), acts.last(rates)
    kinder = acts.last(adds | picks | (judges & (thumb >= 0)))
    since_removal = acts.index > acts.last(kinds == _REMOVE)[acts.groups]
    listed = np.minimum.reduceat(np.where(adds & since_removal, acts.index, end), acts.starts)
    return _Opinions(
        thumbs=np.where(judged >= 0, thumb[judged], 0).astype(np.int8),
        rated=np.where(rated >= 0, acts.values[rated], np.float32(np.nan)),
        unwanted=acts.last(kinds == _NOT) > kinder,
        picked=acts.last(picks) >= 0,
        listed_at=np.where(listed < end, acts.at[np.minimum(listed, end - 1)], 0),
    )


def _weights(plays: Watched, opinion: _Opinions, opened: Flags, rewards: Rewards) -> Array:
    """Return the graded reward of each title, but for the discovery of a genre; float32.

    A rating counts as having watched the whole; a thumb down or "not interested" outweighs
    whatever was watched before it.
    """
    w, scale = rewards.weights, rewards.scale
    shares = np.where(np.isnan(opinion.rated), plays.shares, 1.0)
    minutes = np.log1p(plays.watched / 60) / np.log1p(scale.minutes)
    of_thumb = np.array([0.0, w.thumb_up, w.two_thumbs_up, w.thumb_down])  # by 0, 1, 2, −1
    value = w.watched_share * shares + w.watched_minutes * minutes + of_thumb[opinion.thumbs]
    for flags, worth in (
        (plays.completed, w.completed),
        (plays.rewatched, w.rewatch),
        (plays.fast_season, w.fast_season),
        (plays.abandoned, w.quick_abandon),
        (opinion.listed_at > 0, w.mylist_add),
        (opinion.picked, w.taste_pick),
        (opinion.unwanted, w.not_interested),
        (opened, w.click_no_play),
    ):
        value += worth * flags
    disliked = opinion.unwanted | (opinion.thumbs < 0)
    weights: Array = np.where(disliked, np.minimum(value, scale.disliked_at_most), value)
    return weights.astype(np.float32)


def _discoveries(owners: Longs, history: History, catalogue: Catalogue, rewards: Rewards) -> Longs:
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
