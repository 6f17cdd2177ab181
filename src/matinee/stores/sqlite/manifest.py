"""The manifest of segments in SQLite: read with the rows, so that both say one thing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import replace

from matinee.stores.segments import Manifest, Segment
from matinee.stores.sqlite.database import listed
from matinee.types import Moment, Offset

__all__ = [
    "ManifestReader",
    "add",
    "generation",
    "head",
    "last_received",
    "next_number",
    "reserve",
    "swap",
]

_COLUMNS = (
    "number, name, kind, first, last, rows, received, source, ifnull(shift_ms, 0), day, cold,"
    " lowest_profile, highest_profile, bytes, digest"
)


class ManifestReader:
    """Reads the manifest anew only where it has changed."""

    def __init__(self) -> None:
        self.held: Manifest | None = None
        """What was read last; its number says whether it still holds."""

    def __call__(self, connection: sqlite3.Connection) -> Manifest:
        """Return all segments as of a connection's transaction."""
        (number,) = connection.execute("SELECT value FROM meta WHERE name = 'manifest'").fetchone()
        held = self.held
        if held is None or held.number != number:
            rows = connection.execute(f"SELECT {_COLUMNS} FROM segments ORDER BY first").fetchall()  # noqa: S608  (our own words)
            held = self.held = Manifest(number, [_segment(*row) for row in rows])
        return held


def _segment(*row: object) -> Segment:
    whole = Segment(*row)  # type: ignore[arg-type]  # SQLite's columns are STRICT
    return replace(whole, received=Moment(whole.received), cold=bool(whole.cold))


def head(connection: sqlite3.Connection) -> Offset:
    """Return the newest offset that was given, whether or not its event is still there."""
    found = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
    return int(found[0]) if found else 0


def generation(connection: sqlite3.Connection) -> int:
    """Return a number that every deletion of events raises."""
    found = connection.execute("SELECT value FROM meta WHERE name = 'generation'").fetchone()
    return int(found[0])


def reserve(connection: sqlite3.Connection, count: int) -> Offset:
    """Give `count` offsets to a segment; return the first of them."""
    newest = head(connection)
    if newest:
        connection.execute(
            "UPDATE sqlite_sequence SET seq = ? WHERE name = 'events'", (newest + count,)
        )
    else:
        connection.execute("DELETE FROM sqlite_sequence WHERE name = 'events'")
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('events', ?)", (count,))
    return newest + 1


def last_received(connection: sqlite3.Connection) -> Moment:
    """Return when the newest event was received (0: none yet), also if it was deleted since."""
    (newest,) = connection.execute(
        """SELECT max(
            ifnull((SELECT received FROM events ORDER BY offset DESC LIMIT 1), 0),
            ifnull((SELECT received FROM segments ORDER BY last DESC LIMIT 1), 0),
            ifnull((SELECT value FROM meta WHERE name = 'received'), 0))"""
    ).fetchone()
    return Moment(newest)


def next_number(connection: sqlite3.Connection) -> int:
    """Return the number of the segment that is added next, for whose turn it is."""
    found = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'segments'").fetchone()
    return int(found[0]) + 1 if found else 1


def add(connection: sqlite3.Connection, segment: Segment) -> None:
    """Name a segment in the manifest; its own `number` is left out."""
    connection.execute(
        """INSERT INTO segments (name, kind, first, last, rows, received, source, shift_ms, day,
        cold, lowest_profile, highest_profile, bytes, digest)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            segment.name,
            segment.kind,
            segment.first,
            segment.last,
            segment.rows,
            segment.received,
            segment.source,
            segment.shift_ms if segment.kind == "import" else None,
            segment.day,
            segment.cold,
            segment.lowest_profile,
            segment.highest_profile,
            segment.bytes,
            segment.digest,
        ),
    )


def swap(connection: sqlite3.Connection, old: Iterable[Segment], new: Iterable[Segment]) -> None:
    """Name new segments in place of old ones."""
    connection.execute(
        "DELETE FROM segments WHERE number IN (SELECT value FROM json_each(?))",
        (listed([one.number for one in old]),),
    )
    for segment in new:
        add(connection, segment)
    connection.execute("UPDATE meta SET value = value + 1 WHERE name = 'manifest'")
