"""Closed days copied from the database to segments, old ones taken out of it, small ones merged."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import polars as pl

from matinee.stores.compacting import hot_enough
from matinee.stores.protocols import Progress
from matinee.stores.segments import (
    Folder,
    Manifest,
    Segment,
    day_columns,
    day_frame,
    whole_frame,
)
from matinee.stores.sqlite.database import Database
from matinee.stores.sqlite.manifest import generation, next_number, swap
from matinee.stores.sqlite.reading import LogReader
from matinee.types import DAY_MS, Moment, Offset

__all__ = ["Compactor", "Sizes"]

_END = 2**63 - 1  # no offset is as large


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is done at a time, and what makes a segment."""

    read: int = 50_000
    """Rows read at a time, so that no snapshot is held for long."""
    delete: int = 5_000
    """Rows deleted in one transaction, so that no append waits long."""
    most: int = 1_000_000
    """Rows of a day segment, before it is merged."""
    few: int = 50_000
    """Days are put together until there are as many rows,"""
    days: int = 7
    """or as many days."""
    fan: int = 8
    """Neighbours of like size that are merged into one,"""
    merged: int = 4_000_000
    """if it has no more rows than this: all of them are in memory then."""


class _Run(NamedTuple):
    """Rows of the database that become one segment."""

    first: Offset
    last: Offset
    day: int
    instead_of: tuple[Segment, ...]


class Compactor:
    """Moves rows to day segments; every step is whole, and can be the last for now."""

    def __init__(
        self, database: Database, folder: Folder, reader: LogReader, sizes: Sizes | None = None
    ) -> None:
        self._database = database
        self._folder = folder
        self._reader = reader
        self._sizes = sizes or Sizes()

    def __call__(self, *, now: Moment, hot_days: int, progress: Progress | None) -> int:
        """Copy closed days, and let go of old ones; see `EventLog.compact`."""
        oldest = now // DAY_MS - hot_enough(hot_days)
        with self._folder.turn():
            manifest = self._manifest()
            self._folder.sweep({one.name for one in manifest.segments})
            copied, todo = 0, self._waiting(now) if progress else 0
            for count in self._copies(now):
                copied += count
                if progress:
                    progress(copied, max(copied, todo))
            self._cool(oldest)
            self._merge()
        return copied

    def _manifest(self) -> Manifest:
        with self._database.reading() as connection:
            return self._reader.manifest(connection)

    def _waiting(self, now: Moment) -> int:
        """Return how many rows are to be copied."""
        with self._database.reading() as connection:
            (count,) = connection.execute(
                "SELECT count(*) FROM events WHERE offset > ? AND received < ?",
                (self._reader.manifest(connection).copied, _midnight(now)),
            ).fetchone()
        return int(count)

    # Copying

    def _copies(self, now: Moment) -> Iterator[int]:
        """Copy run after run; yield how many rows each has that were in no segment before."""
        while True:
            with self._database.reading() as connection:
                manifest, seen = self._reader.manifest(connection), generation(connection)
                run = _next_run(connection, manifest, self._sizes, before=_midnight(now))
                number = next_number(connection)
            if run is None:
                return
            frame = _in_order(self._rows(run))
            old = sum(one.rows for one in run.instead_of)
            if self._put(frame, run, number=number, seen=seen):
                yield frame.height - old

    def _rows(self, run: _Run) -> pl.DataFrame:
        frames, after = [day_frame([])], run.first - 1
        while after < run.last:
            with self._database.reading() as connection:
                rows = connection.execute(
                    """SELECT s.*, e.rest FROM signals s JOIN events e USING (offset)
                    WHERE s.offset > ? AND s.offset <= ? ORDER BY s.offset LIMIT ?""",
                    (after, run.last, self._sizes.read),
                ).fetchall()
            if not rows:
                break
            after = rows[-1][0]
            frames.append(day_frame(rows))
        return pl.concat(frames)

    def _put(
        self, frame: pl.DataFrame, run: _Run, *, number: int, seen: int, cold: bool = False
    ) -> bool:
        """Write a segment and name it; False, and nothing done, if events were deleted since.

        It is of the kind of those that it stands instead of.
        """
        kind = run.instead_of[0].kind if run.instead_of else "day"
        kept = whole_frame(frame) if kind == "import" else frame
        written = self._folder.write(kept, stem=f"{kind}-{number:08}")
        empty = not frame.height
        segment = Segment(
            number=number,
            name=written.name,
            kind=kind,
            first=run.first,
            last=run.last,
            rows=frame.height,
            received=Moment(0 if empty else frame["received"].to_numpy().max()),
            source=None,
            shift_ms=0,
            day=run.day,
            cold=cold,
            lowest_profile=0 if empty else int(frame["profile"][0]),
            highest_profile=0 if empty else int(frame["profile"][-1]),
            bytes=written.bytes,
            digest=written.digest,
        )
        with self._database.writing() as connection:
            if generation(connection) != seen:
                return False
            swap(connection, run.instead_of, [segment])
        self._folder.remove({one.name for one in run.instead_of})
        return True

    # Cooling

    def _cool(self, oldest: int) -> None:
        """Take rows that were received before a day out of the database."""
        for segment in self._manifest().segments:
            if segment.kind != "day" or segment.cold:
                continue
            if segment.day is None or segment.day >= oldest:
                break
            self._folder.verify(segment)  # from here on it is the only copy
            with self._database.writing() as connection:
                connection.execute(
                    "UPDATE segments SET cold = 1 WHERE number = ?", (segment.number,)
                )
                swap(connection, [], [])
        while self._delete():
            pass

    def _delete(self) -> bool:
        """Delete some rows that are in cold segments; whether there were any."""
        with self._database.reading() as connection:
            cooled = self._reader.manifest(connection).cooled
            found = connection.execute("SELECT 1 FROM events WHERE offset <= ? LIMIT 1", (cooled,))
            if found.fetchone() is None:
                return False
        with self._database.writing() as connection:
            connection.execute(
                """DELETE FROM events WHERE offset IN
                (SELECT offset FROM events WHERE offset <= ? ORDER BY offset LIMIT ?)""",
                (cooled, self._sizes.delete),
            )
        return True

    # Merging

    def _merge(self) -> None:
        """Put neighbours of like size together, so that a history lies in few files."""
        while True:
            with self._database.reading() as connection:
                manifest, seen = self._reader.manifest(connection), generation(connection)
                number = next_number(connection)
            some = _alike(manifest.segments, self._sizes)
            if not some:
                return
            frame = pl.concat([day_columns(self._folder.read(one), one, start=0) for one in some])
            day = max(_newest_day(one) for one in some)
            run = _Run(some[0].first, some[-1].last, day, tuple(some))
            self._put(_in_order(frame), run, number=number, seen=seen, cold=some[0].cold)


def _midnight(now: Moment) -> int:
    return now // DAY_MS * DAY_MS


def _next_run(
    connection: sqlite3.Connection, manifest: Manifest, sizes: Sizes, *, before: int
) -> _Run | None:
    """Return which rows to copy next: those of a closed day, or of some days with few events.

    While its rows are still in the database, a segment of few events is written anew with the
    days that came since. Offsets of an import end a run: no segment has those of another.
    """
    found = connection.execute(
        "SELECT offset FROM events WHERE offset > ? ORDER BY offset LIMIT 1", (manifest.copied,)
    ).fetchone()
    if found is None:
        return None
    imports = [one.first for one in manifest.imports if one.first > manifest.copied]
    last = next((one for one in manifest.segments if one.last == manifest.copied), None)
    stop = min(imports, default=_END)
    if last and not last.cold and last.rows < sizes.few and found[0] < stop:
        grown = _cut(connection, last.first, stop, sizes, before=before)
        if grown and grown.last > manifest.copied:
            return grown._replace(first=last.first, instead_of=(last,))
    stop = min((first for first in imports if first > found[0]), default=_END)
    return _cut(connection, found[0], stop, sizes, before=before)


def _cut(
    connection: sqlite3.Connection, start: Offset, stop: Offset, sizes: Sizes, *, before: int
) -> _Run | None:
    """Return the rows from `start` on that make a segment, None if the day is not over."""
    days = connection.execute(
        """SELECT received / ?, count(*), min(offset), max(offset) FROM
        (SELECT offset, received FROM events WHERE offset >= ? AND offset < ?
        ORDER BY offset LIMIT ?)
        WHERE received < ? GROUP BY 1 ORDER BY 1""",
        (DAY_MS, start, stop, sizes.most, before),
    ).fetchall()
    run, rows = None, 0
    for day, count, first, last in days:
        if run is not None and (rows >= sizes.few or day - days[0][0] >= sizes.days):
            break
        run = _Run(run.first if run else first, last, day, ())
        rows += count
    return run


def _in_order(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sort("profile", "at", "event_id")


def _alike(segments: Sequence[Segment], sizes: Sizes) -> Sequence[Segment]:
    """Return neighbours that are to be merged: of like size, and not too much together.

    Days that are cold, or whole imports between which nothing came.
    """
    for place in range(len(segments) - sizes.fan + 1):
        some = segments[place : place + sizes.fan]
        if (
            (all(one.kind == "day" and one.cold for one in some) or _in_a_row(some))
            and len({_tier(one, sizes) for one in some}) == 1
            and sum(one.rows for one in some) <= sizes.merged
        ):
            return some
    return ()


def _in_a_row(some: Sequence[Segment]) -> bool:
    return all(one.kind == "import" and one.whole for one in some) and all(
        one.last + 1 == other.first for one, other in pairwise(some)
    )


def _newest_day(segment: Segment) -> int:
    return segment.received // DAY_MS if segment.day is None else segment.day


def _tier(segment: Segment, sizes: Sizes) -> int:
    """Return how many merges make a segment as large."""
    return max(int(math.log(max(segment.rows, 1) / sizes.few, sizes.fan)), 0)
