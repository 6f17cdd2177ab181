"""What a profile's viewings of a title come to: seen, completed, how far, what comes next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matinee.data import Catalogue
from matinee.features.plays import Array, Viewings, Watching, segments, stops, viewings
from matinee.features.rewards import Rewards
from matinee.types import DAY_MS, Flags, Index, Longs
from matinee.types.moment import HOUR_MS

__all__ = ["Watched", "watched"]


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """K groups (a profile's title) with plays; names as in `History` mean what they mean there."""

    groups: Longs  # (K,) ascending
    seen: Flags
    quality: Flags  # (K,) a quality play
    completed: Flags
    finished_at: Longs
    watched: Array
    positions: Array
    durations: Array
    episodes: Index
    played_at: Longs
    shares: Array  # (K,) share watched of the film, or of the episode watched most
    rewatched: Flags  # (K,) the film, or an episode, was completed at least twice
    fast_season: Flags
    binged: Flags  # (K,) several episodes finished in one go
    abandoned: Flags  # (K,) given up within the first minutes

    def spread(self, count: int) -> Watched:
        """Return the same for the groups 0 to `count` − 1; those without plays are blank."""
        if len(self.groups) == count:
            return self
        return Watched(
            groups=np.arange(count),
            seen=self._place(self.seen, count, blank=False),
            quality=self._place(self.quality, count, blank=False),
            completed=self._place(self.completed, count, blank=False),
            finished_at=self._place(self.finished_at, count, blank=0),
            watched=self._place(self.watched, count, blank=0.0),
            positions=self._place(self.positions, count, blank=np.nan),
            durations=self._place(self.durations, count, blank=np.nan),
            episodes=self._place(self.episodes, count, blank=-1),
            played_at=self._place(self.played_at, count, blank=0),
            shares=self._place(self.shares, count, blank=0.0),
            rewatched=self._place(self.rewatched, count, blank=False),
            fast_season=self._place(self.fast_season, count, blank=False),
            binged=self._place(self.binged, count, blank=False),
            abandoned=self._place(self.abandoned, count, blank=False),
        )

    def _place(self, column: Array, count: int, *, blank: float) -> Array:
        full = np.full(count, blank, column.dtype)
        full[self.groups] = column
        return full

    @classmethod
    def nothing(cls) -> Watched:
        """Return what no play at all comes to."""
        flags, longs = np.empty(0, np.bool_), np.empty(0, np.int64)
        seconds, rows = np.empty(0), np.empty(0, np.int32)
        return cls(
            groups=longs,
            seen=flags,
            quality=flags,
            completed=flags,
            finished_at=longs,
            watched=seconds,
            positions=seconds,
            durations=seconds,
            episodes=rows,
            played_at=longs,
            shares=seconds,
            rewatched=flags,
            fast_season=flags,
            binged=flags,
            abandoned=flags,
        )


def watched(watching: Watching, *, catalogue: Catalogue, rewards: Rewards) -> Watched:
    """Return what every group's plays come to; there must be at least one event."""
    views = viewings(watching, catalogue=catalogue, rewards=rewards)
    starts = segments(views.groups)
    sizes = stops(starts, len(views.groups)) - starts
    groups = views.groups[starts]
    played_at = np.maximum.reduceat(views.at, starts)
    completed = views.completed & _ends_title(views, np.repeat(played_at, sizes), catalogue)
    positions, durations, episodes = _open(views, starts, sizes, played_at, catalogue)
    total = np.add.reduceat(views.watched, starts)
    shares = np.maximum.reduceat(views.shares, starts)
    again = _again(views)
    return Watched(
        groups=groups,
        seen=np.logical_or.reduceat(views.beyond, starts),
        quality=np.logical_or.reduceat(views.quality, starts),
        completed=np.logical_or.reduceat(completed, starts),
        finished_at=np.maximum.reduceat(np.where(completed, views.at, 0), starts),
        watched=total,
        positions=positions,
        durations=durations,
        episodes=episodes,
        played_at=played_at,
        shares=shares,
        rewatched=np.logical_or.reduceat(again, starts),
        fast_season=_fast_seasons(views, again, groups, catalogue, rewards),
        binged=_binges(views, groups, rewards),
        abandoned=np.logical_or.reduceat(views.closed, starts)
        & (shares < rewards.completed.watched)
        & (total < 60 * rewards.quick_abandon.minutes),
    )


def _ends_title(views: Viewings, played_at: Longs, catalogue: Catalogue) -> Flags:
    """Return which viewings are of a film or of a series' last episode out when last played."""
    table = catalogue.episodes
    low, high = table.indptr[views.titles], table.indptr[views.titles + 1]
    ends: Flags = low == high
    some = np.flatnonzero(~ends & (views.episodes >= 0))
    if len(some):
        last, at = high[some] - 1, played_at[some]
        out = table.available_from[table.in_order]
        while (late := (out[last] > at) & (last > low[some])).any():
            last -= late
        ends[some] = table.in_order[last] == views.episodes[some]
    return ends


def _again(views: Viewings) -> Flags:
    """Return which viewings complete a unit that was completed before."""
    before: Longs = np.cumsum(views.completed) - views.completed
    first_of_unit = np.searchsorted(views.units, views.units)
    return views.completed & (before > before[first_of_unit])


def _open(
    views: Viewings, starts: Longs, sizes: Longs, played_at: Longs, catalogue: Catalogue
) -> tuple[Array, Array, Index]:
    """Return position, duration and episode of what is open or next; NaN, NaN, −1: nothing."""
    count = len(starts)
    positions, durations = np.full(count, np.nan), np.full(count, np.nan)
    episodes = np.full(count, -1, np.int32)
    when = np.where(views.worthy, views.order, -1)
    newest = np.maximum.reduceat(when, starts)
    chosen = np.flatnonzero(views.worthy & (when == np.repeat(newest, sizes)))
    where = np.searchsorted(starts, chosen, side="right") - 1
    going = ~views.finished[chosen]
    positions[where[going]] = views.stands[chosen[going]]
    durations[where[going]] = views.durations[chosen[going]]
    episodes[where[going]] = views.episodes[chosen[going]]
    done = np.flatnonzero(~going & (views.episodes[chosen] >= 0))
    if len(done):
        view, spot = chosen[done], where[done]
        following = _next_episodes(views.episodes[view], played_at[spot], catalogue)
        more = following >= 0
        following, spot, titles = following[more], spot[more], views.titles[view[more]]
        runtimes = catalogue.episodes.runtimes[following]
        positions[spot], episodes[spot] = 0.0, following
        durations[spot] = np.where(np.isnan(runtimes), catalogue.runtimes[titles], runtimes)
    return positions, durations, episodes


def _next_episodes(episodes: Index, at: Longs, catalogue: Catalogue) -> Index:
    """Return the next episode that is out, in viewing order; −1: none."""
    table = catalogue.episodes
    place = table.places[episodes].astype(np.int64) + 1
    end = table.indptr[table.titles[episodes] + 1]
    last = len(table.in_order) - 1
    while (
        early := (place < end)
        & (table.available_from[table.in_order[np.minimum(place, last)]] > at)
    ).any():
        place += early
    return np.where(place < end, table.in_order[np.minimum(place, last)], -1).astype(np.int32)


def _fast_seasons(
    views: Viewings, again: Flags, groups: Longs, catalogue: Catalogue, rewards: Rewards
) -> Flags:
    """Return which groups hold a season completed, first to last, within the set days."""
    fast = np.zeros(len(groups), np.bool_)
    first = np.flatnonzero(views.completed & ~again & (views.episodes >= 0))
    if len(first) < max(rewards.fast_season.episodes, 1):
        return fast
    table = catalogue.episodes
    seasons = table.seasons[views.episodes[first]]
    first, seasons = first[seasons > 0], seasons[seasons > 0]
    order = np.lexsort((seasons, views.groups[first]))
    first, seasons = first[order], seasons[order]
    starts = segments(views.groups[first], seasons)
    if not len(starts):
        return fast
    at = views.at[first]
    took = np.maximum.reduceat(at, starts) - np.minimum.reduceat(at, starts)
    done = stops(starts, len(first)) - starts
    whole = done == table.season_sizes[views.episodes[first[starts]]]
    quick = took <= rewards.fast_season.days * DAY_MS
    enough = done >= rewards.fast_season.episodes
    fast[np.searchsorted(groups, views.groups[first[starts[whole & quick & enough]]])] = True
    return fast


def _binges(views: Viewings, groups: Longs, rewards: Rewards) -> Flags:
    """Return which groups hold enough different episodes finished within the set hours.

    An episode counts when it was finished first: seeing one again and again is no binge.
    """
    binged = np.zeros(len(groups), np.bool_)
    done = np.flatnonzero(views.finished & (views.episodes >= 0))
    done = done[segments(views.units[done])] if len(done) else done
    done = done[np.lexsort((views.order[done], views.groups[done]))]
    ahead = rewards.binge.episodes - 1
    if len(done) <= ahead:
        return binged
    owners, at = views.groups[done], views.at[done]
    near = at[ahead:] - at[: len(at) - ahead] <= rewards.binge.hours * HOUR_MS
    same = owners[ahead:] == owners[: len(at) - ahead]
    binged[np.searchsorted(groups, owners[ahead:][near & same])] = True
    return binged
