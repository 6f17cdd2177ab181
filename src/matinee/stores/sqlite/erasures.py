"""Erasures in SQLite: one transaction that takes a profile out, and files that hold no trace."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from matinee.stores.erasures import (
    NOBODY,
    PARTS,
    Erasure,
    Part,
    placeholder,
    unknown_profile,
)
from matinee.stores.segments import SEGMENTS, Folder
from matinee.stores.sqlite.database import Database
from matinee.stores.sqlite.deleting import (
    delete_events,
    delete_rejected,
    erased_of,
    raise_generation,
    tombstone,
    unsee,
)
from matinee.stores.sqlite.reading import LogReader, row_of
from matinee.stores.sqlite.thinning import without
from matinee.types import AccountId, Moment, ProfileId

__all__ = ["SqliteErasures"]

_COLUMNS = f"erasure_id, asked, row, subject, account, {', '.join(PARTS)}"
_UNFINISHED = " OR ".join(f"{part} IS NULL" for part in PARTS)


class SqliteErasures:
    """An `ErasureStore` over the file that also holds log and profiles."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._folder = Folder(database.path.parent / SEGMENTS)
        self._reader = LogReader(database, self._folder)

    def begin(self, profile: ProfileId, *, erasure_id: str, now: Moment) -> Erasure:
        """Erase a profile from log, segments and profiles in one transaction."""
        with self._database.reading() as connection:
            row = row_of(connection, profile)
        with (
            without(self._database, self._folder, self._reader, profile=row) as thinned,
            self._database.writing() as connection,
        ):
            thinned.name(connection)
            digest = tombstone(connection, profile)
            found = connection.execute(
                "SELECT row, account_id FROM profiles WHERE profile_id = ?", (profile,)
            ).fetchone()
            if found is None:
                before = _found(connection, "digest", digest)
                if before is None:
                    raise unknown_profile(profile)
                return before
            row, account = found
            delete_events(connection, row)
            unsee(connection, [event_id for event_id, _, _ in thinned.imported])
            connection.execute("INSERT INTO tombstones (digest) VALUES (?)", (digest,))
            _empty(connection, row)
            alone = _left_alone(connection, account)
            delete_rejected(connection, [profile, *([account] if alone else [])])
            connection.execute(
                """INSERT INTO erasures
                (erasure_id, asked, row, digest, subject, account, state)
                VALUES (?, ?, ?, ?, ?, ?, ?)""",
                (erasure_id, now, row, digest, profile, account if alone else None, now),
            )
            raise_generation(connection)
            begun = _found(connection, "erasure_id", erasure_id)
        assert begun is not None  # noqa: S101  (it was written a line above)
        return begun

    def erased(self, profile: ProfileId) -> bool:
        """Whether a profile of that id was erased."""
        with self._database.reading() as connection:
            return bool(erased_of(connection, [profile]))

    def get(self, erasure_id: str) -> Erasure | None:
        """Return an erasure, None if unknown."""
        with self._database.reading() as connection:
            return _found(connection, "erasure_id", erasure_id)

    def unfinished(self) -> list[Erasure]:
        """Return those that have parts to clean, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM erasures WHERE {_UNFINISHED} ORDER BY asked, row"  # noqa: S608  (our own words)
            ).fetchall()
        return [_erasure(row) for row in rows]

    def mark(self, erasure_id: str, part: Part, *, now: Moment) -> None:
        """Keep that a part is clean since `now`; what was marked before stays."""
        column = PARTS[PARTS.index(part)]
        with self._database.writing() as connection:
            connection.execute(
                f"UPDATE erasures SET {column} = ifnull({column}, ?) WHERE erasure_id = ?",  # noqa: S608  (our own word)
                (now, erasure_id),
            )

    def sweep_segments(self) -> None:
        """Remove replaced segments that a crash has left."""
        with self._folder.turn():
            with self._database.reading() as connection:
                named = {one.name for one in self._reader.manifest(connection).segments}
            self._folder.sweep(named)

    def sweep(self) -> bool:
        """Empty the write-ahead log, in which deleted events may still stand."""
        return self._database.overwritten(())

    def finish(self, erasure_id: str, *, now: Moment) -> bool:
        """Forget the id itself and overwrite what is left of it; then `log` is clean."""
        erasure = self.get(erasure_id)
        if erasure is None or "log" in erasure.clean:
            return True
        # The id goes last: cut short after that, the file can only be written anew, unsearched.
        if not self._database.overwritten(()):
            return False
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE erasures SET subject = NULL, account = NULL WHERE erasure_id = ?",
                (erasure_id,),
            )
        if not self._database.overwritten(erasure.names or None):
            return False
        self.mark(erasure_id, "log", now=now)
        return True


def _found(connection: sqlite3.Connection, column: str, value: str | bytes) -> Erasure | None:
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM erasures WHERE {column} = ?",  # noqa: S608  (our own words)
        (value,),
    ).fetchone()
    return None if found is None else _erasure(found)


def _empty(connection: sqlite3.Connection, row: int) -> None:
    """Overwrite a profile's row; it stays, so that no other moves."""
    connection.execute(
        "INSERT INTO accounts (account_id, body) VALUES (?, x'') ON CONFLICT DO NOTHING", (NOBODY,)
    )
    connection.execute(
        "UPDATE profiles SET profile_id = ?, account_id = ?, body = x'' WHERE row = ?",
        (placeholder(row), NOBODY, row),
    )


def _left_alone(connection: sqlite3.Connection, account: str) -> bool:
    """Erase an account that has no profile any more; return whether it had none."""
    others = connection.execute("SELECT 1 FROM profiles WHERE account_id = ?", (account,))
    if others.fetchone() is not None:
        return False
    connection.execute("DELETE FROM accounts WHERE account_id = ?", (account,))
    return True


def _erasure(row: Sequence[Any]) -> Erasure:
    erasure_id, asked, profile, subject, account, *clean = row
    return Erasure(
        erasure_id=erasure_id,
        asked=Moment(asked),
        row=profile,
        subject=None if subject is None else ProfileId(subject),
        account=None if account is None else AccountId(account),
        clean={part: Moment(at) for part, at in zip(PARTS, clean, strict=True) if at is not None},
    )
