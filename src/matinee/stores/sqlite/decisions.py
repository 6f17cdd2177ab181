"""Decision records in a SQLite file of their own, which need not survive a power cut."""

from __future__ import annotations

import sqlite3

from matinee.stores.sqlite.database import Database
from matinee.types import Moment, PageId, ProfileId

__all__ = ["SqliteDecisions"]


class SqliteDecisions:
    """A `DecisionStore` over a file opened with `synchronous=NORMAL`: no page waits for a disk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, page: PageId, profile: ProfileId, at: Moment, record: bytes) -> None:
        """Keep a record; visible to every worker on return."""
        with self._database.writing() as connection:
            try:
                connection.execute(
                    "INSERT INTO decisions (page_id, profile_id, at, record) VALUES (?, ?, ?, ?)",
                    (page, profile, at, record),
                )
            except sqlite3.IntegrityError as error:
                msg = f"page {page!r} has a record already; records never change"
                raise ValueError(msg) from error

    def read(self, page: PageId) -> bytes | None:
        """Return a page's record, None if there is none."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT record FROM decisions WHERE page_id = ?", (page,)
            ).fetchone()
        return bytes(found[0]) if found else None

    def recent(self, profile: ProfileId, *, limit: int = 10) -> list[PageId]:
        """Return a profile's newest pages, newest first."""
        with self._database.reading() as connection:
            found = connection.execute(
                """SELECT page_id FROM decisions WHERE profile_id = ?
                ORDER BY at DESC, number DESC LIMIT ?""",
                (profile, limit),
            ).fetchall()
        return [PageId(page) for (page,) in found]

    def prune(self, before: Moment) -> int:
        """Drop records older than that; return how many."""
        with self._database.writing() as connection:
            return connection.execute("DELETE FROM decisions WHERE at < ?", (before,)).rowcount

    def erase(self, profile: ProfileId) -> int:
        """Delete a profile's records; return how many."""
        with self._database.writing() as connection:
            return connection.execute(
                "DELETE FROM decisions WHERE profile_id = ?", (profile,)
            ).rowcount

    def profiles(self) -> list[ProfileId]:
        """Return every profile that has records."""
        with self._database.reading() as connection:
            found = connection.execute("SELECT DISTINCT profile_id FROM decisions").fetchall()
        return [ProfileId(name) for (name,) in found]

    def overwritten(self, profile: ProfileId | None) -> bool:
        """Make sure that nothing of deleted records is left; False: not yet, ask again."""
        return self._database.overwritten([] if profile is None else [profile])

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
