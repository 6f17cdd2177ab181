"""The verb of readers; everybody uses it through `matinee.parts`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol, Self

from matinee.data.readers._batch import Batch, Where
from matinee.types import Moment

__all__ = ["OpenReader", "Reader"]


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


class OpenReader(Reader, Protocol):
    """A reader that is a part: one that can be opened by name or by a path."""

    @classmethod
    def open(cls, where: Where) -> Self:
        """Find the data; what is read later is settled here.

        Raises:
            LookupError: the data are not there; the message says what is missing and the remedy.
            ValueError: they are there and damaged as a whole.
        """
        ...

    @classmethod
    def fits(cls, path: Path) -> bool:
        """Return whether a file or folder looks like this reader's; at most one reader says so."""
        ...
