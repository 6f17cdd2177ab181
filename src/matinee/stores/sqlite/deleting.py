"""Events deleted from SQLite: what goes with them, and how everyone who read them learns of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from matinee.stores.erasures import buried, names_it
from matinee.stores.protocols import Outcome, OutcomeCode, Rejected
from matinee.stores.sqlite.database import listed
from matinee.types import ORIGINS, EventId, Moment, ProfileId

__all__ = [
    "delete_events",
    "delete_offsets",
    "delete_rejected",
    "erased_of",
    "forget",
    "raise_generation",
    "rejected",
    "tombstone",
    "unsee",
]

_LIVE = ORIGINS.index("live")


def delete_events(connection: sqlite3.Connection, profile: int, *, title: int | None = None) -> int:
    """Delete a profile's events, or those about one title; return how many.

    The ids of events about one title stay remembered, or sending them again (an import that is
    repeated, a client that had no answer) would bring them back.
    """
    if title is None:
        connection.execute(
            """DELETE FROM seen WHERE event_id IN
            (SELECT event_id FROM events WHERE profile = :profile
            UNION ALL SELECT event_id FROM forgotten WHERE profile = :profile)""",
            {"profile": profile},
        )
        connection.execute("DELETE FROM forgotten WHERE profile = ?", (profile,))
        # The walk over the ids may stand at one of them; so it starts anew.
        connection.execute("UPDATE seen_looked SET after = '' WHERE after IS NOT NULL")
    else:
        # Live ones too: whose they were is what an erasure finds their ids by.
        found = connection.execute(
            "SELECT event_id, profile, title FROM events WHERE profile = ? AND title = ?",
            (profile, title),
        )
        forget(connection, found.fetchall())
    _keep_last_stamp(connection)
    return connection.execute(
        "DELETE FROM events WHERE profile = :profile AND (:title IS NULL OR title = :title)",
        {"profile": profile, "title": title},
    ).rowcount


def delete_offsets(connection: sqlite3.Connection, offsets: Sequence[int]) -> None:
    """Delete the events with these offsets; their ids stay remembered."""
    _keep_last_stamp(connection)
    some = listed(offsets)
    found = connection.execute(
        """SELECT event_id, profile, ifnull(title, -1) FROM events
        WHERE offset IN (SELECT value FROM json_each(?)) AND origin <> ?""",
        (some, _LIVE),
    )
    forget(connection, found.fetchall())
    connection.execute(
        "DELETE FROM events WHERE offset IN (SELECT value FROM json_each(?))", (some,)
    )


def _keep_last_stamp(connection: sqlite3.Connection) -> None:
    """Let stamps of later events not fall behind those of events that are gone."""
    connection.execute(
        """INSERT INTO meta (name, value)
        SELECT 'received', received FROM events WHERE offset = (SELECT max(offset) FROM events)
        ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)"""
    )


def forget(connection: sqlite3.Connection, events: Sequence[tuple[str, int, int]]) -> None:
    """Remember events of imports that shall not come back: (id, profile row, title row)."""
    connection.executemany(
        "INSERT INTO forgotten (event_id, profile, title) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        events,
    )


def unsee(connection: sqlite3.Connection, ids: Sequence[str]) -> None:
    """Keep nothing of events that lie in segments, not even their ids."""
    connection.execute(
        "DELETE FROM seen WHERE event_id IN (SELECT value FROM json_each(?))", (listed(ids),)
    )


def delete_rejected(connection: sqlite3.Connection, names: Sequence[str]) -> int:
    """Delete the rejected events that name one of these ids; return how many."""
    numbers: list[int] = []
    for name in names:
        rows = connection.execute(
            """SELECT number, received, event_id, code, detail, body FROM rejected
            WHERE instr(body, cast(:name AS BLOB)) OR instr(detail, :name)
            OR instr(event_id, :name)""",
            {"name": name},
        )
        numbers += [number for number, *row in rows.fetchall() if names_it(rejected(*row), name)]
    return connection.execute(
        "DELETE FROM rejected WHERE number IN (SELECT value FROM json_each(?))", (listed(numbers),)
    ).rowcount


def rejected(
    received: int, event_id: str | None, code: OutcomeCode, detail: str, body: bytes
) -> Rejected:
    """Return a rejected event as its row says it."""
    outcome = Outcome(None if event_id is None else EventId(event_id), code, detail)
    return Rejected(Moment(received), outcome, bytes(body))


def raise_generation(connection: sqlite3.Connection) -> None:
    """Let everyone who made something of the log make it anew."""
    connection.execute("UPDATE meta SET value = value + 1 WHERE name = 'generation'")


def tombstone(connection: sqlite3.Connection, profile: ProfileId) -> bytes:
    """Return what the tombstone of a profile would say."""
    (key,) = connection.execute("SELECT value FROM meta WHERE name = 'tombstones'").fetchone()
    return buried(key, profile)


def erased_of(connection: sqlite3.Connection, profiles: Iterable[str]) -> frozenset[ProfileId]:
    """Return those of some profiles that were erased."""
    if connection.execute("SELECT 1 FROM tombstones LIMIT 1").fetchone() is None:
        return frozenset()
    (key,) = connection.execute("SELECT value FROM meta WHERE name = 'tombstones'").fetchone()
    stones = {buried(key, ProfileId(name)): ProfileId(name) for name in profiles}
    sql = "SELECT 1 FROM tombstones WHERE digest = ?"
    return frozenset(
        name for digest, name in stones.items() if connection.execute(sql, (digest,)).fetchone()
    )
