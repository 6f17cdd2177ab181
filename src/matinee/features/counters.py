"""How often each title was played, liked and listed, by day: integers, decayed only when read.

Integer counts by (title, day) do not depend on how events were cut into chunks, can be taken
back exactly, and never overflow an epoch; floating sums fail at all three. Likes are taken back:
a profile's like of a title counts once, on the day of its last opinion, while that is up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from matinee.features.opinions import Opinions
from matinee.features.rewards import Rewards
from matinee.features.surges import QuarterCounts
from matinee.features.takes import Takes
from matinee.types import DAY_MS, KINDS, Floats, Index, Longs, Moment, Signals

__all__ = ["COUNTED", "EVERY", "KEPT_DAYS", "Counters", "DayCounts"]

COUNTED: tuple[str, ...] = ("profiles", "kinds", "titles", "at", "values")
"""The columns of signals that counters read; the others may be blank."""

EVERY = 1024
"""Offsets of a log after which it is counted what was shown and taken.

Most events are impressions. Counted so seldom they cost a page nothing, and yet what a worker has
counted depends on the offset that it stands at and on nothing else.
"""

KEPT_DAYS = 64
"""Days whose counts are kept apart; what is older stands in one total."""

_NONE: Longs = np.zeros(0, np.int64)
_NO_ROWS: Index = np.zeros(0, np.int32)
_PLAY, _THUMB = KINDS.index("play_start"), KINDS.index("thumb")
_RATE, _ADD = KINDS.index("rate"), KINDS.index("mylist_add")


@dataclass(frozen=True, slots=True, eq=False)
class DayCounts:
    """Counts of one kind of act; meets `matinee.parts.Counter`. Days are UTC, from the epoch."""

    titles: int  # N
    days: Mapping[int, Longs] = field(default_factory=lambda: MappingProxyType({}))
    """Day → (≤ N,) counts; only days within `KEPT_DAYS` of the newest."""
    older: Longs = field(default_factory=lambda: _NONE)  # (≤ N,)
    sums: Longs = field(default_factory=lambda: _NONE)  # (≤ N,) of all time
    newest: int = 0
    """The newest day of any act, counted or taken back: what is kept apart ends there."""
    _read: dict[tuple[int, float], Floats] = field(default_factory=dict, init=False)
    """By day and half life: what `decayed` answered, since it only depends on them."""
    _counted: dict[tuple[int, int], Index] = field(default_factory=dict, init=False)
    """By day and window: what `within` answered."""

    def within(self, at: Moment, *, days: int) -> Index:
        """Return (N,) counts of the last `days` UTC days, that of `at` included.

        Raises:
            ValueError: more days than are kept apart.
        """
        if not 1 <= days <= KEPT_DAYS:
            msg = f"cannot count the last {days} days; 1 to {KEPT_DAYS} are kept apart"
            raise ValueError(msg)
        today = at // DAY_MS
        held = self._counted.get((today, days))
        if held is None:
            held = np.zeros(self.titles, np.int32)
            for day, column in self.days.items():
                if today - days < day <= today:
                    held[: len(column)] += column.astype(np.int32)
            held.flags.writeable = False
            self._counted[today, days] = held
        return held

    def decayed(self, at: Moment, *, half_life_days: float) -> Floats:
        """Return (N,) counts, each halved every half life of its age in whole days at `at`.

        What is older than the days kept apart counts as if it were just that old.
        """
        today = at // DAY_MS
        held = self._read.get((today, half_life_days))
        if held is None:
            held = self._decayed(today, half_life_days)
            held.flags.writeable = False
            self._read[today, half_life_days] = held
        return held

    def _decayed(self, today: int, half_life_days: float) -> Floats:
        weights = np.zeros(self.titles, np.float32)
        for day, column in self.days.items():
            weight = np.float32(0.5 ** (max(today - day, 0) / half_life_days))
            weights[: len(column)] += weight * column.astype(np.float32)
        age = max(today - self.newest, 0) + KEPT_DAYS
        weight = np.float32(0.5 ** (age / half_life_days))
        weights[: len(self.older)] += weight * self.older.astype(np.float32)
        return weights

    def total(self) -> Longs:
        """Return (N,) counts of all time."""
        return self.sums if len(self.sums) == self.titles else _sum(self.sums, _NONE, self.titles)

    def add(self, titles: Index, at: Longs, *, size: int, sign: int = 1) -> DayCounts:
        """Return the counts with these acts added, or taken back, for `size` titles."""
        acts = (at // DAY_MS).astype(np.int64)
        counts = self.upto(int(acts.max(initial=0)), size=size)
        oldest = counts.newest - KEPT_DAYS + 1
        days, older = dict(counts.days), counts.older
        sums = _sum(counts.sums, _tally(titles, size, sign), size)
        old = acts < oldest  # an import's thousands of days are one total, counted in one go
        if old.any():
            older = _sum(older, _tally(titles[old], size, sign), size)
            titles, acts = titles[~old], acts[~old]
        for day in np.unique(acts).tolist():
            days[day] = _sum(days.get(day, _NONE), _tally(titles[acts == day], size, sign), size)
        return DayCounts(size, MappingProxyType(days), older, sums, counts.newest)

    def upto(self, newest: int, *, size: int) -> DayCounts:
        """Return the counts as of a newest day: what is too old to be kept apart in one total."""
        newest = max(newest, self.newest)
        if (newest, size) == (self.newest, self.titles):
            return self  # with all that it has answered
        days, older = dict(self.days), self.older
        for day in self.days:
            if day <= newest - KEPT_DAYS:
                older = _sum(older, days.pop(day), size)
        return DayCounts(size, MappingProxyType(days), older, self.sums, newest)


@dataclass(frozen=True, slots=True, eq=False)
class Counters:
    """The three global counters: `plays` (starts), `likes` and `adds` (to a list).

    `likes` are the profiles whose last thumb or rating of a title is up.
    """

    rewards: Rewards
    plays: DayCounts
    likes: DayCounts
    adds: DayCounts
    opinions: Opinions = field(default_factory=Opinions)
    quarters: QuarterCounts = field(default_factory=lambda: QuarterCounts(0))
    """Plays of the last days by quarter of an hour."""
    takes: Takes = field(default_factory=lambda: Takes(0))
    """What was shown and taken lately, up to the last whole `EVERY` offsets of the log."""

    @classmethod
    def empty(cls, rewards: Rewards, *, titles: int = 0) -> Counters:
        """Return counters that have seen nothing yet of `titles` titles."""
        days = DayCounts(titles), DayCounts(titles), DayCounts(titles)
        return cls(rewards, *days, quarters=QuarterCounts(titles), takes=Takes(titles))

    def fold(self, signals: Signals, titles: int) -> Counters:
        """Return the counters after these events, over a catalogue of `titles` titles.

        Chunks and their order make no difference. Cheap for few events: only touched days copy.
        """
        kinds, size = signals.kinds, max(titles, self.plays.titles)
        known = (signals.titles >= 0) & (signals.titles < size)

        def counted(counts: DayCounts, kind: int) -> DayCounts:
            which = np.flatnonzero((kinds == kind) & known)
            if not len(which) and counts.titles == size:
                return counts
            return counts.add(signals.titles[which], signals.at[which], size=size)

        played = np.flatnonzero((kinds == _PLAY) & known)
        judged = np.flatnonzero(((kinds == _THUMB) | (kinds == _RATE)) & known)
        opinions, likes = self._judged(signals, judged, size)
        return Counters(
            rewards=self.rewards,
            plays=counted(self.plays, _PLAY),
            likes=likes,
            adds=counted(self.adds, _ADD),
            opinions=opinions,
            quarters=self.quarters.add(signals.titles[played], signals.at[played], size=size),
            takes=self.takes.sized(size),
        )

    def shown(self, shown: Mapping[int, Index], titles: int) -> Counters:
        """Return the counters after impressions, as `matinee.features.takes.shown_in` has them."""
        size = max(titles, self.plays.titles)
        return replace(self.sized(size), takes=self.takes.shows(shown, size=size))

    def ended(self, signals: Signals, titles: int) -> Counters:
        """Return the counters after what ended plays; only `takes` look at that."""
        size, quality = max(titles, self.plays.titles), self.rewards.quality_play
        takes = self.takes.ends(signals, size=size, quality=quality)
        return replace(self.sized(size), takes=takes)

    def sized(self, titles: int) -> Counters:
        """Return the same counts, read as columns of `titles` titles, which may only grow."""
        if titles <= self.plays.titles:
            return self
        return replace(
            self,
            plays=replace(self.plays, titles=titles),
            likes=replace(self.likes, titles=titles),
            adds=replace(self.adds, titles=titles),
            quarters=self.quarters.add(_NO_ROWS, _NONE, size=titles),
            takes=self.takes.sized(titles),
        )

    def named(self, name: str) -> DayCounts:
        """Return one counter.

        Raises:
            LookupError: no counter of that name.
        """
        if name not in ("plays", "likes", "adds"):
            msg = f"no counter called {name!r}; there are adds, likes, plays"
            raise LookupError(msg)
        counts: DayCounts = getattr(self, name)
        return counts

    def _judged(self, signals: Signals, which: Longs, size: int) -> tuple[Opinions, DayCounts]:
        """Return opinions and likes after the thumbs and ratings at these places."""
        if not len(which):
            return self.opinions, self.likes.upto(0, size=size)
        values, at = signals.values[which], signals.at[which]
        least = np.where(
            signals.kinds[which] == _THUMB, np.float32(1), np.float32(self.rewards.rating.up)
        )
        opinions, turn = self.opinions.turned(
            signals.profiles[which], signals.titles[which], at, values >= least
        )
        likes = self.likes.upto(int(at.max()) // DAY_MS, size=size)
        likes = likes.add(turn.titles, turn.at, size=size)
        return opinions, likes.add(turn.lost, turn.lost_at, size=size, sign=-1)


def _tally(titles: Index, size: int, sign: int) -> Longs:
    return sign * np.bincount(titles, minlength=size).astype(np.int64)


def _sum(a: Longs, b: Longs, size: int) -> Longs:
    total = np.zeros(size, np.int64)
    total[: len(a)] = a
    total[: len(b)] += b
    return total
