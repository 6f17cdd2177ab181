"""What every reader hands over: batches of records, and the lines that it had to refuse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid5

from matinee.data.readers._mapping import ColumnMap
from matinee.types import Account, Event, Profile, Title

__all__ = ["BATCH", "NAMESPACE", "Batch", "Picture", "Refusal", "Where", "event_id", "in_batches"]

BATCH = 5_000
"""Records a batch: one durable write each, so this much is lost when an import is cut short."""

NAMESPACE = UUID("6f0e2a53-7c1b-4d7e-9a51-9d1b3c5f8e20")
"""Of the ids of imported events."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line or record that could not be read. `line` counts from 1; 0: the file as a whole."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file that titles refer to by `Artwork.file`."""

    file: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some records of a source; titles, accounts and profiles come before events that name them."""

    titles: tuple[Title, ...] = ()
    accounts: tuple[Account, ...] = ()
    profiles: tuple[Profile, ...] = ()
    events: tuple[Event, ...] = ()
    lines: tuple[int, ...] = ()
    """The line of each event, where events are lines of a file; else empty."""
    file: str = ""
    """The name of that file."""
    pictures: tuple[Picture, ...] = ()
    refused: tuple[Refusal, ...] = ()

    def __len__(self) -> int:
        return sum(
            len(part) for part in (self.titles, self.profiles, self.events, self.pictures)
        ) + len(self.refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where a reader finds its data: the path it was asked for and the folders it may use."""

    path: Path | None = None
    data_folder: Path | None = None
    """The folder of data sets that are not in any package (`MATINEE_DATA`)."""
    cache: Path
    """A folder for what is converted once; may not exist yet."""
    columns: ColumnMap | None = None
    """Which column is which field, where the person who asked said so."""

    def given_path(self, reader: str) -> Path:
        """Return the path.

        Raises:
            LookupError: the reader was asked for by its name alone.
        """
        if self.path is None:
            msg = f"the reader {reader!r} reads a path; name the file or folder instead"
            raise LookupError(msg)
        return self.path


def event_id(source: str, profile: str, title: str, at_ms: int) -> str:
    """Return the id of an imported event: UUIDv5 of what happened, by the source's own clock.

    `at_ms` is the time before any shift, so the same record has the same id in every import.
    """
    return str(uuid5(NAMESPACE, f"{source}\0{profile}\0{title}\0{at_ms}"))


def in_batches(records: Iterable[T], size: int = BATCH) -> Iterator[tuple[T, ...]]:
    """Yield the records in tuples of `size`; the last one may be shorter."""
    rest = iter(records)
    while batch := tuple(islice(rest, size)):
        yield batch
