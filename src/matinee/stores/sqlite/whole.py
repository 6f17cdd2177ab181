"""Blocks of whole events into segments: what is new of them, with the outcomes of an append."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from matinee.data.readers import EventBlock
from matinee.stores.laying import Laid, laid
from matinee.stores.protocols import BlockReceipt, Outcome, Receipt
from matinee.stores.segments import WHOLE, Folder, Manifest, Segment, whole_frame
from matinee.stores.sqlite.database import Database
from matinee.stores.sqlite.fates import ORDER, Fates
from matinee.stores.sqlite.manifest import (
    generation,
    head,
    last_received,
    next_number,
    reserve,
    swap,
)
from matinee.stores.sqlite.reading import LogReader
from matinee.types import ORIGINS, Event, Moment, Offset

__all__ = ["BlockAppender"]

_LIVE = ORIGINS.index("live")
_AT_ONCE = 5_000  # events in one append, of those that are judged one by one

Append = Callable[[Sequence[Event], Moment], Receipt]


class _StaleError(Exception):
    """What a block was compared with has changed since."""


class _Seen(NamedTuple):
    """The state of the log that a block was compared with."""

    manifest: Manifest
    head: Offset
    generation: int
    number: int


class BlockAppender:
    """Writes segments of whole events.

    What is plainly new goes to a segment, what is plainly there already is counted, and every
    other event is given to `append`, which knows what is wrong with it. Ids of the source's own
    are kept in `seen`, as those of appended events are; made ones are found in their segments.
    """

    def __init__(
        self, database: Database, folder: Folder, reader: LogReader, append: Append
    ) -> None:
        self._database = database
        self._folder = folder
        self._reader = reader
        self._append = append

    def __call__(self, block: EventBlock, *, now: Moment) -> BlockReceipt:
        """Store what is new of a block; see `EventLog.append_block`."""
        whole = laid(block)
        fates = Fates(self._folder, self._reader, whole, own_ids=block.own_ids)
        with self._folder.turn():
            frame, seen = self._compared(fates, whole.frame)
            early, rest = _early(frame), whole.frame
            outcomes = self._asked(whole, frame.filter(early), now)
            if outcomes:
                rest = rest.filter(~early)
                frame, seen = self._compared(fates, rest)
            while True:
                new = frame.filter(fate="new").sort(ORDER)
                if not new.height or self._stored(new, seen, own_ids=block.own_ids, now=now):
                    break
                frame, seen = self._compared(fates, rest)
        outcomes += self._asked(whole, frame.filter(fate="asked"), now)
        stored, duplicates = (
            sum(outcome.code == code for _, outcome in outcomes) for code in ("stored", "duplicate")
        )
        return BlockReceipt(
            stored=stored + new.height,
            duplicates=duplicates + frame.filter(fate="duplicate").height,
            rejected=tuple(
                sorted((one for one in outcomes if one[1].rejected), key=lambda one: one[0])
            ),
        )

    def _asked(self, whole: Laid, frame: pl.DataFrame, now: Moment) -> list[tuple[int, Outcome]]:
        """Append events one by one; return the outcome of each with its line."""
        places = frame.select("line", "group", "place").rows()
        found: list[tuple[int, Outcome]] = []
        for start in range(0, len(places), _AT_ONCE):
            some = places[start : start + _AT_ONCE]
            events = [whole.event(group, place) for _, group, place in some]
            outcomes = self._append(events, now).outcomes
            found += zip((line for line, _, _ in some), outcomes, strict=True)
        return found

    def _compared(self, fates: Fates, frame: pl.DataFrame) -> tuple[pl.DataFrame, _Seen]:
        """Return events with their fates, and the state of the log that they go by."""
        with self._database.reading() as connection:
            seen = _Seen(
                manifest=self._reader.manifest(connection),
                head=head(connection),
                generation=generation(connection),
                number=next_number(connection),
            )
            return fates.of(connection, frame, seen.manifest), seen

    def _stored(self, new: pl.DataFrame, seen: _Seen, *, own_ids: bool, now: Moment) -> bool:
        """Write new events and name them; False, and nothing done, if they may not be new now."""
        self._folder.sweep({one.name for one in seen.manifest.segments})
        frame = whole_frame(new.select(pl.col(name).cast(kind) for name, kind in WHOLE.items()))
        written = self._folder.write(frame, stem=f"import-{seen.number:08}")
        try:
            with self._database.writing() as connection:
                _unchanged(connection, seen)
                received = Moment(max(last_received(connection), now))
                if own_ids:
                    _remember(connection, new)
                first = reserve(connection, new.height)
                segment = Segment(
                    number=seen.number,
                    name=written.name,
                    kind="import",
                    first=first,
                    last=first + new.height - 1,
                    rows=new.height,
                    received=received,
                    source=None,
                    shift_ms=0,
                    day=None,
                    cold=False,
                    lowest_profile=int(new["profile"][0]),
                    highest_profile=int(new["profile"][-1]),
                    bytes=written.bytes,
                    digest=written.digest,
                )
                swap(connection, [], [segment])
        except _StaleError:
            return False
        return True


def _unchanged(connection: sqlite3.Connection, seen: _Seen) -> None:
    """Make sure that nothing came or went that a block must be compared with.

    Raises:
        _StaleError: something did.
    """
    came = connection.execute(
        "SELECT 1 FROM events WHERE offset > ? AND origin <> ? LIMIT 1", (seen.head, _LIVE)
    )
    if came.fetchone() or generation(connection) != seen.generation:
        raise _StaleError


def _remember(connection: sqlite3.Connection, new: pl.DataFrame) -> None:
    """Keep ids of the source's own for ever, as those of all imports.

    Raises:
        _StaleError: one of them came meanwhile, with a live event.
    """
    ids = new.select("event_id", "digest").sort("event_id").rows()
    count = connection.executemany(
        "INSERT INTO seen (event_id, digest, day) VALUES (?, ?, NULL) ON CONFLICT DO NOTHING", ids
    ).rowcount
    if count < len(ids):
        raise _StaleError


def _early(frame: pl.DataFrame) -> pl.Series:
    """Return which events are asked before new ones are stored.

    All that are asked, but those that come after a new one with their id.
    """
    if not (frame["fate"] == "asked").any():
        return pl.Series(np.zeros(frame.height, np.bool_))
    new = frame.filter(fate="new").select("event_id", first="line")
    found = frame.join(new, on="event_id", how="left", maintain_order="left")
    late = (pl.col("first") < pl.col("line")).fill_null(value=False)
    return found.select(early=(pl.col("fate") == "asked") & ~late)["early"]
