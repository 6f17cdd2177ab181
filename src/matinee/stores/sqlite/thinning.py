"""Segments without some of their events: written anew, and named in place of the old ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from matinee.stores.segments import Folder, Segment, with_offsets
from matinee.stores.sqlite.database import Database
from matinee.stores.sqlite.manifest import next_number, swap
from matinee.stores.sqlite.reading import LogReader
from matinee.types import ORIGINS, Moment

__all__ = ["Thinned", "one_by_one", "without"]

_LIVE = ORIGINS.index("live")


@dataclass(frozen=True, slots=True)
class Thinned:
    """Segments that are written and not named yet; to be named with what else is deleted."""

    old: Sequence[Segment]
    new: Sequence[Segment]
    imported: Sequence[tuple[str, int, int]]
    """(id, profile row, title row) of the events of imports that the new ones lack."""
    count: int
    """How many events they lack that are nowhere else."""

    def name(self, connection: sqlite3.Connection) -> None:
        """Put the new segments in place of the old ones, within a transaction."""
        if self.old:
            swap(connection, self.old, self.new)


@contextmanager
def without(
    database: Database,
    folder: Folder,
    reader: LogReader,
    *,
    profile: int,
    title: int | None = None,
) -> Iterator[Thinned]:
    """Write the segments that hold events of a profile, or those about a title, without them.

    Within the block `Thinned.name` must be called in a transaction that is durable at its end;
    then the old files are removed. Whoever reads one of them at that moment reads on, and who
    was about to finds the new ones.
    """
    with folder.turn():
        segments, number = _swept(database, folder, reader)
        thinned = Thinned([], [], [], 0)
        for segment in segments:
            frame = _of_profile(folder, reader, segment, profile)
            if title is not None:
                frame = frame.filter(pl.col("title") == title)
            if not frame.height:
                continue
            one = _thinned(folder, reader, segment, frame, number=number + len(thinned.new))
            thinned = Thinned(
                [*thinned.old, *one.old],
                [*thinned.new, *one.new],
                [*thinned.imported, *one.imported],
                thinned.count + one.count,
            )
        yield thinned
        folder.remove({one.name for one in thinned.old})


@contextmanager
def one_by_one(
    database: Database, folder: Folder, reader: LogReader, *, before: Moment
) -> Iterator[Iterator[Thinned]]:
    """Write each segment that holds events of before a moment without them, one after the other.

    Before the next is asked for, `Thinned.name` must be called as for `without`: all that an
    import of twenty million brought may be too old at once, and is in memory segment by segment.
    No one else writes segments until the block ends.
    """
    with folder.turn():
        yield _one_by_one(database, folder, reader, before)


def _one_by_one(
    database: Database, folder: Folder, reader: LogReader, before: Moment
) -> Iterator[Thinned]:
    segments, _ = _swept(database, folder, reader)
    for segment in segments:
        old = pl.col("at") < before - segment.shift_ms
        if not folder.read(segment, ["at"], where=old).height:
            continue
        with database.reading() as connection:
            number = next_number(connection)
        frame = folder.read(segment).with_row_index("row").filter(old)
        thinned = _thinned(folder, reader, segment, frame, number=number)
        yield thinned
        folder.remove({one.name for one in thinned.old})


def _swept(database: Database, folder: Folder, reader: LogReader) -> tuple[Sequence[Segment], int]:
    """Return all segments, and the number of the next, in a folder that has no other files."""
    with database.reading() as connection:
        segments, number = reader.manifest(connection).segments, next_number(connection)
    folder.sweep({one.name for one in segments})
    return segments, number


def _thinned(
    folder: Folder, reader: LogReader, segment: Segment, gone: pl.DataFrame, *, number: int
) -> Thinned:
    alone = segment.kind == "import" or segment.cold
    return Thinned(
        [segment],
        [_written(folder, segment, gone, number=number)],
        _imported(reader, segment, gone),
        alone * gone.height,
    )


def _of_profile(folder: Folder, reader: LogReader, segment: Segment, profile: int) -> pl.DataFrame:
    """Return a profile's events, with the row of each."""
    rows = reader.segments.places(segment, profile)
    frame = folder.read(segment, start=rows.start, count=rows.stop - rows.start)
    return frame.with_row_index("row", offset=rows.start)


def _imported(
    reader: LogReader, segment: Segment, frame: pl.DataFrame
) -> list[tuple[str, int, int]]:
    if not segment.whole:
        frame = frame.with_columns(event_id=pl.Series(reader.segments.ids(segment, frame)))
    elif segment.kind == "day":
        frame = frame.filter(pl.col("origin") != _LIVE)
    return frame.select("event_id", "profile", "title").rows()


def _written(folder: Folder, segment: Segment, gone: pl.DataFrame, *, number: int) -> Segment:
    whole = folder.read(segment)
    if segment.kind == "import":
        whole = with_offsets(whole, segment)
    stays = np.ones(whole.height, np.bool_)
    stays[gone["row"].to_numpy()] = False
    frame = whole.filter(pl.Series(stays))
    written = folder.write(frame, stem=f"{segment.kind}-{number:08}")
    return replace(
        segment,
        name=written.name,
        rows=frame.height,
        lowest_profile=int(frame["profile"][0]) if frame.height else 0,
        highest_profile=int(frame["profile"][-1]) if frame.height else 0,
        bytes=written.bytes,
        digest=written.digest,
    )
