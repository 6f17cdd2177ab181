"""The numbered shapes of our SQLite files, and the step from each to the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from matinee.stores.columns import marks

__all__ = ["DECISIONS", "MATINEE", "Migrations", "migrate", "verify"]

Migrations = Sequence[Sequence[str]]
"""Statements that lead from schema version i to i + 1. Append only: files have run them."""

_APPLICATION = 0x4D41_544E  # "MATN" in the file's header: which program a SQLite file belongs to

MATINEE: Migrations = (
    (
        """CREATE TABLE accounts (
            account_id TEXT PRIMARY KEY,
            body BLOB NOT NULL
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE profiles (
            row INTEGER PRIMARY KEY,
            profile_id TEXT NOT NULL UNIQUE,
            account_id TEXT NOT NULL REFERENCES accounts,
            body BLOB NOT NULL
        ) STRICT""",
        "CREATE INDEX profiles_by_account ON profiles (account_id)",
        """CREATE TABLE titles (
            row INTEGER PRIMARY KEY,
            title_id TEXT NOT NULL UNIQUE,
            version INTEGER NOT NULL,
            changed INTEGER NOT NULL,
            body BLOB NOT NULL
        ) STRICT""",
        "CREATE INDEX titles_by_version ON titles (version)",
        """CREATE TABLE titles_history (
            row INTEGER NOT NULL REFERENCES titles,
            version INTEGER NOT NULL,
            changed INTEGER NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (row, version)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE episodes (
            row INTEGER PRIMARY KEY,
            episode_id TEXT NOT NULL UNIQUE,
            title INTEGER NOT NULL REFERENCES titles
        ) STRICT""",
        "CREATE INDEX episodes_by_title ON episodes (title)",
        """CREATE TABLE events (
            offset INTEGER PRIMARY KEY AUTOINCREMENT,
            profile INTEGER NOT NULL REFERENCES profiles,
            kind INTEGER NOT NULL,
            title INTEGER REFERENCES titles,
            episode INTEGER REFERENCES episodes,
            at INTEGER NOT NULL,
            received INTEGER NOT NULL,
            value REAL,
            position REAL,
            duration REAL,
            watched REAL,
            device INTEGER NOT NULL,
            tz_offset INTEGER NOT NULL,
            origin INTEGER NOT NULL,
            event_id TEXT NOT NULL,
            rest BLOB
        ) STRICT""",
        "CREATE INDEX events_by_profile ON events (profile)",  # and offset: every index ends in it
        """CREATE VIEW signals AS SELECT
            offset, profile, kind, ifnull(title, -1) AS title, ifnull(episode, -1) AS episode,
            at, received, value, position, duration, watched, device, tz_offset, origin, event_id
            FROM events""",
        """CREATE TABLE seen (
            event_id TEXT PRIMARY KEY,
            digest BLOB NOT NULL,
            day INTEGER
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX seen_by_day ON seen (day) WHERE day IS NOT NULL",
        """CREATE TABLE rejected (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            received INTEGER NOT NULL,
            event_id TEXT,
            code TEXT NOT NULL,
            detail TEXT NOT NULL,
            body BLOB NOT NULL
        ) STRICT""",
    ),
    (
        """CREATE TABLE titles_taken (
            title_id TEXT PRIMARY KEY REFERENCES titles (title_id),
            body BLOB NOT NULL
        ) STRICT, WITHOUT ROWID""",
    ),
    (
        "ALTER TABLE events ADD COLUMN session INTEGER",
        "ALTER TABLE events ADD COLUMN tile INTEGER",
        "ALTER TABLE events ADD COLUMN unasked INTEGER NOT NULL DEFAULT 0",
        """UPDATE events SET session = nullif(mark_of_session(rest), 0),
            tile = nullif(mark_of_tile(rest), 0), unasked = by_itself(rest)
            WHERE rest IS NOT NULL""",
        "DROP VIEW signals",
        """CREATE VIEW signals AS SELECT
            offset, profile, kind, ifnull(title, -1) AS title, ifnull(episode, -1) AS episode,
            at, received, value, position, duration, watched, device, tz_offset, origin,
            ifnull(session, 0) AS session, ifnull(tile, 0) AS tile, unasked, event_id
            FROM events""",
    ),
    (
        # Files of the folder `segments` beside this one, and the offsets whose events each has.
        """CREATE TABLE segments (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL CHECK (kind IN ('import', 'day')),
            first INTEGER NOT NULL,
            last INTEGER NOT NULL CHECK (last >= first),
            rows INTEGER NOT NULL,
            received INTEGER NOT NULL,
            source TEXT,
            shift_ms INTEGER,
            day INTEGER,
            cold INTEGER NOT NULL DEFAULT 0,
            lowest_profile INTEGER NOT NULL,
            highest_profile INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            digest TEXT NOT NULL
        ) STRICT""",
        "CREATE UNIQUE INDEX segments_by_offset ON segments (last)",
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID",
        "INSERT INTO meta (name, value) VALUES ('generation', 0), ('manifest', 0)",
    ),
    (
        # Random ids fall on random pages of it within a day: it cost as much as `seen` itself.
        "DROP INDEX seen_by_day",
        # Ids up to `after` were looked at for being older than `day`; NULL: all of them.
        "CREATE TABLE seen_looked (day INTEGER NOT NULL, after TEXT) STRICT",
        "INSERT INTO seen_looked VALUES (0, NULL)",
    ),
    (
        """CREATE TABLE tombstones (
            digest BLOB PRIMARY KEY
        ) STRICT, WITHOUT ROWID""",
        # The key of these digests: hashes of guessable ids would be no secret without one.
        "INSERT INTO meta (name, value) VALUES ('tombstones', randomblob(32))",
        """CREATE TABLE erasures (
            erasure_id TEXT PRIMARY KEY,
            asked INTEGER NOT NULL,
            row INTEGER NOT NULL UNIQUE REFERENCES profiles,
            digest BLOB NOT NULL UNIQUE REFERENCES tombstones,
            subject TEXT,
            account TEXT,
            log INTEGER,
            segments INTEGER,
            state INTEGER,
            decisions INTEGER,
            bundles INTEGER
        ) STRICT, WITHOUT ROWID""",
    ),
    (
        # Events of imports that were deleted singly: importing again shall not bring them back.
        """CREATE TABLE forgotten (
            event_id TEXT PRIMARY KEY,
            profile INTEGER NOT NULL,
            title INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX forgotten_by_profile ON forgotten (profile)",
    ),
    # Import segments may hold whole events from here on, and have no source then; who does not
    # know of them would make ids and fields up.
    (),
)
"""matinee.db: log, catalogue and profiles in one file, so that an append can check its ids."""

DECISIONS: Migrations = (
    (
        """CREATE TABLE decisions (
            number INTEGER PRIMARY KEY,
            page_id TEXT NOT NULL UNIQUE,
            profile_id TEXT NOT NULL,
            at INTEGER NOT NULL,
            record BLOB NOT NULL
        ) STRICT""",
        "CREATE INDEX decisions_by_profile ON decisions (profile_id, at)",
        "CREATE INDEX decisions_by_age ON decisions (at)",
    ),
)
"""decisions.db: one record a served page."""


def verify(connection: sqlite3.Connection, migrations: Migrations, *, path: Path) -> int:
    """Return a file's schema version, 0 for a new one; changes nothing.

    Raises:
        ValueError: a newer Matinee wrote the file, or another program did.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != _APPLICATION and (tables or version):
        msg = f"{path} is a database of another program; choose another home folder"
        raise ValueError(msg)
    if version > len(migrations):
        msg = (
            f"{path} has schema version {version}, and this Matinee knows up to"
            f" {len(migrations)}; use the newer Matinee that wrote it"
        )
        raise ValueError(msg)
    return int(version)


def migrate(connection: sqlite3.Connection, migrations: Migrations, *, path: Path) -> None:
    """Bring a file to the newest schema; runs inside the caller's write transaction.

    Raises:
        ValueError: as `verify`.
    """
    version = verify(connection, migrations, path=path)
    if version == len(migrations):
        return
    _teach(connection)
    for statements in migrations[version:]:
        for statement in statements:
            connection.execute(statement)
    # Pragmas take no parameters; both are our own numbers.
    connection.execute(f"PRAGMA application_id = {_APPLICATION}")
    connection.execute(f"PRAGMA user_version = {len(migrations)}")


def _teach(connection: sqlite3.Connection) -> None:
    """Give SQL the functions that read what only Python can: the `rest` of older rows."""
    for place, name in enumerate(("mark_of_session", "mark_of_tile", "by_itself")):
        connection.create_function(
            name, 1, lambda rest, place=place: int(marks(rest)[place]), deterministic=True
        )
