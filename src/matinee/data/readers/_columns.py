"""Events of a source as columns: what the readers of large files hand over instead of batches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matinee.data.readers._batch import Refusal, event_id
from matinee.types import KINDS, Event, Floats, Index, Longs, Moment
from matinee.types.event import PlayEnd, Rate

__all__ = ["MOST", "EventColumns"]

MOST = 5.0
"""The best rating."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class EventColumns:
    """E ratings out of five, or plays of which nothing else is known, and the lines refused.

    Ids stand once in `profiles` and `titles`; each event points at its own. An event's id is made
    of source, profile, title and time, as `event_id` says.
    """

    profiles: tuple[str, ...]
    titles: tuple[str, ...]
    of_profile: Index  # (E,) places in `profiles`
    of_title: Index  # (E,) places in `titles`
    kinds: NDArray[np.uint8]  # (E,) places in `KINDS`
    values: NDArray[np.float64]  # (E,) the rating, NaN for a play
    at: Longs  # (E,) epoch ms by the source's own clock
    lines: Longs  # (E,) the line of each event, from 1; 0: there are none
    file: str = ""
    """The name of the file that the lines are of."""
    refused: tuple[Refusal, ...] = ()

    @property
    def shares(self) -> Floats:
        """Each rating as a share of the best, NaN for a play: `Signals.values`."""
        return (self.values / MOST).astype(np.float32)

    def __len__(self) -> int:
        return len(self.at)

    def event(self, place: int, *, source: str, shift_ms: int) -> Event:
        """Return one event as the reader's batches would have it."""
        profile = self.profiles[self.of_profile[place]]
        title = self.titles[self.of_title[place]]
        at = int(self.at[place])
        name, moved = event_id(source, profile, title, at), Moment(at + shift_ms)
        if KINDS[self.kinds[place]] == "rate":
            return Rate(
                event_id=name,
                profile_id=profile,
                title_id=title,
                at=moved,
                value=float(self.values[place]),
                max=MOST,
            )
        return PlayEnd(event_id=name, profile_id=profile, title_id=title, at=moved)
