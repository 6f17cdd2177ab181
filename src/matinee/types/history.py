"""What a profile did, title by title: the only thing about a viewer that a model sees."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matinee.types.arrays import Flags, Floats, Index, Ints, Longs

__all__ = ["Histories", "History", "Record"]


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """H distinct titles that a profile touched, oldest `at` first (ties: lower row first).

    A pure function of the profile's events (`matinee.features.history.fold`).
    """

    titles: Index  # (H,) title rows, distinct
    weights: Floats  # (H,) reward by the reward file; > 0 liked, < 0 disliked, 0 says nothing
    at: Longs  # (H,) last act on the title that says something of taste, epoch ms
    thumbs: NDArray[np.int8]  # (H,) −1, 0, 1, 2; ratings count as thumbs
    seen: Flags  # (H,) played beyond a glance or rated: no discovery row offers it again
    chosen: Flags  # (H,) finished, rated, or played long enough to count as a quality play
    completed: Flags  # (H,) film: watched to the end; series: its last available episode is
    finished_at: Longs  # (H,) when it was last completed, epoch ms; 0: never
    rated: Floats  # (H,) last rating as a share of its maximum, NaN: none
    watched: Floats  # (H,) seconds watched in all
    positions: Floats  # (H,) where the open play stands, seconds; NaN: nothing to continue
    durations: Floats  # (H,) length of what is open, seconds; NaN: unknown
    episodes: Index  # (H,) episode row that is open or next, −1: film or none
    played_at: Longs  # (H,) last play event, epoch ms; 0: never
    listed_at: Longs  # (H,) when put on my list and still there, epoch ms; 0: not listed
    blocked: Flags  # (H,) thumb down or not interested, and not taken back
    devices: NDArray[np.int8]  # (H,) of the act at `at`, as `DEVICES`; −1: unsaid
    tz_offsets: Ints  # (H,) its local time is so many minutes ahead of UTC; 0 where unsaid

    def __len__(self) -> int:
        return len(self.titles)

    def take(self, which: Longs | Flags) -> History:
        """Return the entries at these positions, or where this mask holds, in order."""
        return History(*(getattr(self, field.name)[which] for field in fields(self)))

    @classmethod
    def empty(cls) -> History:
        """Return the history of somebody who has not done anything yet."""
        return cls.of_titles(np.empty(0, np.int32))

    @classmethod
    def of_titles(cls, titles: Index, *, weight: float = 1.0) -> History:
        """Return a history that only says "liked these", as used for similar titles."""
        count = len(titles)
        return cls(
            titles=titles.astype(np.int32),
            weights=np.full(count, weight, np.float32),
            at=np.zeros(count, np.int64),
            thumbs=np.zeros(count, np.int8),
            seen=np.ones(count, np.bool_),
            chosen=np.ones(count, np.bool_),
            completed=np.zeros(count, np.bool_),
            finished_at=np.zeros(count, np.int64),
            rated=np.full(count, np.nan, np.float32),
            watched=np.zeros(count, np.float32),
            positions=np.full(count, np.nan, np.float32),
            durations=np.full(count, np.nan, np.float32),
            episodes=np.full(count, -1, np.int32),
            played_at=np.zeros(count, np.int64),
            listed_at=np.zeros(count, np.int64),
            blocked=np.zeros(count, np.bool_),
            devices=np.full(count, -1, np.int8),
            tz_offsets=np.zeros(count, np.int16),
        )


class Record(Protocol):
    """The acts that histories are made of, so that they can be had as of an earlier moment."""

    @property
    def begun(self) -> Longs:
        """When each entry's title was first acted on, epoch ms: (E,) in the entries' order."""
        ...

    def until(self, at: Longs) -> Histories:
        """Return the histories as they were known at a moment for each profile, (P,) epoch ms."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """P histories laid end to end: profile p's entries are `indptr[p]:indptr[p + 1]`."""

    indptr: Longs  # (P + 1,)
    entries: History  # all profiles' entries, profile by profile
    record: Record | None = None
    """None: each entry is taken for a single act, at its `at`."""
    takes: tuple[Floats, Floats] | None = None
    """(N,) of the catalogue each, decayed: impressions, and quality plays that came of them.

    None: not known. Histories that are cut from others lack it, for it counts what all profiles
    did up to the newest moment.
    """

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def __getitem__(self, profile: int) -> History:
        start, stop = int(self.indptr[profile]), int(self.indptr[profile + 1])
        return self.entries.take(np.arange(start, stop, dtype=np.int64))
