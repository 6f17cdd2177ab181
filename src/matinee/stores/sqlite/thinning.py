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

__all__ = ["Thinned", "without"]

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
    profile: int | None = None,
    title: int | None = None,
    before: Moment | None = None,
) -> Iterator[Thinned]:
    """Write the segments that hold some events without them.

    They are a profile's, about a title, of before a moment; None: of any.

    Within the block `Thinned.name` must be called in a transaction that is durable at its end;
    then the old files are removed. Whoever reads one of them at that moment reads on, and who
    was about to finds the new ones.
    """
    with folder.turn():
        with database.reading() as connection:
            segments, number = reader.manifest(connection).segments, next_number(connection)
        folder.sweep({one.name for one in segments})
        thinned = Thinned([], [], [], 0)
        for segment in segments:
            frame = _events(folder, reader, segment, profile)
            frame = _among(frame, segment, title=title, before=before)
            if not frame.height:
                continue
            new = _written(folder, segment, frame, number=number + len(thinned.new))
            alone = segment.kind == "import" or segment.cold
            thinned = Thinned(
                [*thinned.old, segment],
                [*thinned.new, new],
                [*thinned.imported, *_imported(reader, segment, frame)],
                thinned.count + alone * frame.height,
            )
        yield thinned
        folder.remove({one.name for one in thinned.old})


def _events(
    folder: Folder, reader: LogReader, segment: Segment, profile: int | None
) -> pl.DataFrame:
    """Return a profile's events, or all, with the row of each."""
    if profile is None:
        return folder.read(segment).with_row_index("row")
    rows = reader.segments.places(segment, profile)
    frame = folder.read(segment, start=rows.start, count=rows.stop - rows.start)
    return frame.with_row_index("row", offset=rows.start)


def _among(
    frame: pl.DataFrame, segment: Segment, *, title: int | None, before: Moment | None
) -> pl.DataFrame:
    if title is not None:
        frame = frame.filter(pl.col("title") == title)
    if before is not None:
        frame = frame.filter(pl.col("at") < before - segment.shift_ms)
    return frame


def _imported(
    reader: LogReader, segment: Segment, frame: pl.DataFrame
) -> list[tuple[str, int, int]]:
    if segment.kind == "import":
        frame = frame.with_columns(event_id=pl.Series(reader.segments.ids(segment, frame)))
    else:
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
