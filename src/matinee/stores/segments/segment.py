"""What a manifest says of a segment: which file it is, and which events lie in it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from matinee.types import Moment, Offset

__all__ = ["Manifest", "Segment"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A file of events, sorted by (profile row, at, event_id); it never changes.

    All events of an `import` segment were received at once, unless several were merged. Either it
    has one source and shift, of which the ids are made, and little more than kind and value of
    each event; or it is `whole`: whatever an event can say, its id among it. A `day` segment is a
    copy of rows of the database, of one UTC day of receipt or a few. No other event has an offset
    from `first` to `last`; of these some may be gone.
    """

    number: int
    name: str
    kind: Literal["import", "day"]
    first: Offset
    last: Offset
    rows: int
    received: Moment
    """Of the newest event in it."""
    source: str | None
    """None in a `whole` segment."""
    shift_ms: int
    day: int | None
    """The newest UTC day of receipt, None where all was received at once, and its offsets go by
    the order of its rows."""
    cold: bool
    """Whether the database has deleted its rows, or is deleting them."""
    lowest_profile: int
    highest_profile: int
    bytes: int
    digest: str
    """BLAKE2b-256 of the file."""

    @property
    def whole(self) -> bool:
        """Whether it says all of each event, and not only what its id is made of."""
        return self.source is None

    def may_have(self, profile: int) -> bool:
        """Whether events of a profile row can be in it."""
        return self.rows > 0 and self.lowest_profile <= profile <= self.highest_profile


@dataclass(frozen=True)
class Manifest:
    """All segments at one moment, in order of offsets."""

    number: int
    """Raised by every change."""
    segments: Sequence[Segment]

    @cached_property
    def copied(self) -> Offset:
        """The offset up to which all rows of the database lie in segments."""
        return max((one.last for one in self.segments if one.kind == "day"), default=0)

    @cached_property
    def cooled(self) -> Offset:
        """The offset up to which rows of the database are not to be read."""
        return max((one.last for one in self.segments if one.cold), default=0)

    @cached_property
    def alone(self) -> Sequence[Segment]:
        """The segments whose events are nowhere else."""
        return [one for one in self.segments if one.cold or one.kind == "import"]

    @cached_property
    def apart(self) -> Offset:
        """The offset up to which events may lie in segments alone."""
        return max((one.last for one in self.alone), default=0)

    @cached_property
    def imports(self) -> Sequence[Segment]:
        """The segments that imports wrote."""
        return [one for one in self.segments if one.kind == "import"]

    def after(self, offset: Offset) -> Segment | None:
        """Return the first segment with offsets above one."""
        place = bisect_left(self.segments, offset + 1, key=lambda one: one.last)
        return self.segments[place] if place < len(self.segments) else None
