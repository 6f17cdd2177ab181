"""The verb of readers; everybody uses it through `matinee.parts`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol, Self

from matinee.data.readers._batch import Batch, Where
from matinee.types import Moment

__all__ = ["Reader"]


class Reader(Protocol):
    """A source of titles, profiles and events; it reads, and writes nothing but its cache."""

    @classmethod
    def open(cls, where: Where) -> Self:
        """Find the data; what is read later is settled here.

        Raises:
            LookupError: the data are not there; the message says what is missing and the remedy.
        """
        ...

    @classmethod
    def fits(cls, path: Path) -> bool:
        """Return whether a file or folder looks like this reader's; at most one reader says so."""
        ...

    @property
    def name(self) -> str:
        """The source's name, which enters the ids of its events."""
        ...

    @property
    def newest(self) -> Moment | None:
        """When the last event happened; None: times are the present's own and stay as they are.

        Where there is one, an import moves all times by whole weeks, so that it lies in the past
        seven days.
        """
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
