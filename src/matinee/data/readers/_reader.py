"""The verb of readers; everybody uses it through `matinee.parts`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol, runtime_checkable

from matinee.data.readers._batch import Batch, Where
from matinee.data.readers._columns import EventColumns
from matinee.data.readers._event_blocks import EventBlock
from matinee.types import Moment

__all__ = ["BlockReader", "BulkReader", "OpenReader", "Reader"]


class Reader(Protocol):
    """A source of titles, profiles and events, ready to be read any number of times."""

    @property
    def name(self) -> str:
        """The source's name, which enters the ids of its events."""
        ...

    @property
    def newest(self) -> Moment | None:
        """When the last event happened; None: times are the present's own and stay as they are.

        Where there is one, an import moves all times by a multiple of `step_ms`, so that it lies
        in the past step.
        """
        ...

    @property
    def step_ms(self) -> int:
        """What times move by multiples of: a week keeps weekdays, a day the hour."""
        ...

    @property
    def expected(self) -> int:
        """How many records there are, about; for progress only."""
        ...

    @property
    def notes(self) -> Mapping[str, int]:
        """What a reader of the report should know, counted: "times interpolated"."""
        ...

    def batches(self, *, shift_ms: int) -> Iterator[Batch]:
        """Yield everything, times moved by `shift_ms`; event ids do not depend on it.

        Lines that cannot be read are counted in the batches with their reasons; none is raised.
        """
        ...


@runtime_checkable
class BulkReader(Reader, Protocol):
    """A reader that also has its events as columns, for sources of millions.

    `batches` is `without_events`, then what `blocks` hold, in the same order.
    """

    @property
    def event_lines(self) -> int:
        """How many lines the blocks hold, events and refused ones."""
        ...

    def without_events(self, *, shift_ms: int) -> Iterator[Batch]:
        """Yield titles, profiles and all else that is no event, times moved."""
        ...

    def blocks(self) -> Iterator[EventColumns]:
        """Yield the events, times as they are in the source."""
        ...


@runtime_checkable
class BlockReader(Reader, Protocol):
    """A reader of events of any kind that also has them by the block, for tables of millions.

    `batches` holds the same events, and nothing else.
    """

    @property
    def event_lines(self) -> int:
        """How many lines of events there are, about; 0 where there is anything else."""
        ...

    def event_blocks(self) -> Iterator[EventBlock]:
        """Yield the events and the lines refused, in the order of the file."""
        ...


class OpenReader(Protocol):
    """A part that opens a reader, by its name or by a path; it may be the reader's own class."""

    @classmethod
    def open(cls, where: Where) -> Reader:
        """Find the data; what is read later is settled here.

        Raises:
            LookupError: the data are not there; the message says what is missing and the remedy.
            ValueError: they are there and damaged as a whole.
        """
        ...

    @classmethod
    def fits(cls, path: Path) -> bool:
        """Return whether a file or folder looks like this part's; at most one part says so."""
        ...
