"""The log as columns: what stores hand to features, in store and segments alike."""

from __future__ import annotations

from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matinee.types.arrays import Flags, Floats, Index, Longs

__all__ = ["Offset", "Signals", "Tail", "mark"]

Offset = int
"""A position in an event log; opaque but for its order."""


def mark(text: str | None) -> int:
    """Return the number that stands for a session id or a token in columns; 0: unsaid.

    63 bits of BLAKE2b: equal texts have equal marks, and two of a million others have the same
    one with a chance of 1 in 18 million. Logs keep it, so it never changes.
    """
    if text is None:
        return 0
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1 or 1


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """E events as columns of equal length, sorted by `(at, event_id)` within each profile.

    `profiles`, `titles` and `episodes` are durable rows given by the store (−1: none).
    `kinds` index `KINDS`; `origins` index `ORIGINS`; `devices` index `DEVICES` (−1: unsaid).
    A column of which all is one value may be a read-only view of that value.
    `values` is the kind's own number, NaN where it has none: rate: value ÷ max; thumb: −1 to 2;
    hover, focus, details_open: dwell in seconds; trailer_play: watched seconds, which count
    nowhere else: a trailer is no play.
    `positions`, `durations`, `watched` are seconds, NaN where unsaid; `tz_offsets` minutes, 0 where
    unsaid. `sessions` and `tiles` are the `mark`s of session id and token, 0 where unsaid: an
    impression and all that came of it have the same tile. `unasked` says that no one asked for
    it: a play or trailer that began, or an episode that followed, by itself.
    """

    offsets: Longs  # (E,)
    profiles: Index  # (E,)
    kinds: NDArray[np.uint8]  # (E,)
    titles: Index  # (E,)
    episodes: Index  # (E,)
    at: Longs  # (E,) epoch ms
    received: Longs  # (E,) epoch ms
    values: Floats  # (E,)
    positions: Floats  # (E,)
    durations: Floats  # (E,)
    watched: Floats  # (E,)
    devices: NDArray[np.int8]  # (E,)
    tz_offsets: NDArray[np.int16]  # (E,)
    origins: NDArray[np.uint8]  # (E,)
    sessions: Longs  # (E,)
    tiles: Longs  # (E,)
    unasked: Flags  # (E,)

    def __len__(self) -> int:
        return len(self.kinds)

    def take(self, which: Longs | Flags) -> Signals:
        """Return the events at these positions, or where this mask holds."""
        return Signals(*(_taken(getattr(self, field.name), which) for field in fields(self)))


def _taken(column: NDArray[Any], which: Longs | Flags) -> NDArray[Any]:
    """Return part of a column; of one value's view a view, which takes no memory."""
    if column.strides != (0,) or not len(column):
        return column[which]
    count = int(np.count_nonzero(which)) if which.dtype == np.bool_ else len(which)
    return np.broadcast_to(column[:1], (count,)) if count else column[:0]


@dataclass(frozen=True, slots=True, eq=False)
class Tail:
    """Events after an offset in log order, and where to go on reading."""

    signals: Signals
    next: Offset
    more: bool
    """Whether there are, or may be, events after `next`."""
