"""Accounts and profiles in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from matinee.stores.erasures import NOBODY, ErasedError
from matinee.stores.people import (
    cursor_at,
    decode_account,
    decode_profile,
    encode_account,
    encode_profile,
    place,
    unknown_account,
    without,
)
from matinee.stores.protocols import ProfilePage
from matinee.stores.sqlite.database import Database, listed
from matinee.stores.sqlite.deleting import erased_of
from matinee.types import Account, AccountId, Moment, Profile, ProfileId

__all__ = ["SqliteProfiles"]


class SqliteProfiles:
    """A `ProfileStore` over the file that also holds the log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put_account(self, account: Account, *, now: Moment) -> bool:
        """Add or replace an account; return whether it is new."""
        with self._database.writing() as connection:
            return _put_account(connection, account, now=now)

    def account(self, account: AccountId) -> Account | None:
        """Return an account, None if unknown."""
        with self._database.reading() as connection:
            return _account(connection, account)

    def add_account(self, account: Account, *, now: Moment) -> bool:
        """Add an account; False, and nothing changed, if it is known."""
        with self._database.writing() as connection:
            return _add_account(connection, account, now=now)

    def put_profile(self, profile: Profile, *, now: Moment) -> bool:
        """Add or replace a profile; return whether it is new."""
        with self._database.writing() as connection:
            return _put_profile(connection, profile, now=now)

    def add_profile(self, profile: Profile, *, now: Moment) -> bool:
        """Add a profile; False, and nothing changed, if it is known."""
        with self._database.writing() as connection:
            return _add_profile(connection, profile, now=now)

    def add_all(
        self, accounts: Sequence[Account], profiles: Sequence[Profile], *, now: Moment
    ) -> int:
        """Add accounts, then profiles, those that are unknown; how many profiles are new."""
        with self._database.writing() as connection:
            erased = erased_of(connection, [profile.profile_id for profile in profiles])
            accounts, profiles = without(erased, accounts, profiles)
            _add_accounts(connection, accounts, now=now)
            return _add_profiles(connection, profiles, now=now)

    def profile(self, profile: ProfileId) -> Profile | None:
        """Return a profile, None if unknown; never stale."""
        with self._database.reading() as connection:
            return _profile(connection, profile)

    def profiles(self, *, limit: int = 50, cursor: str | None = None) -> ProfilePage:
        """Return profiles in order of row."""
        with self._database.reading() as connection:
            (rows,) = connection.execute("SELECT ifnull(max(row) + 1, 0) FROM profiles").fetchone()
            first = place(cursor, rows=rows)
            found = connection.execute(
                """SELECT row, body FROM profiles WHERE row >= ? AND account_id <> ?
                ORDER BY row LIMIT ?""",
                (first, NOBODY, limit + 1),
            ).fetchall()
        shown = tuple(decode_profile(body) for _, body in found[:limit])
        return ProfilePage(shown, cursor_at(found[limit][0]) if len(found) > limit else None)

    def country(self, profile: ProfileId) -> str | None:
        """Return where a profile's account signed up, None if unknown."""
        with self._database.reading() as connection:
            found = connection.execute(
                """SELECT accounts.body FROM profiles JOIN accounts USING (account_id)
                WHERE profile_id = ?""",
                (profile,),
            ).fetchone()
        return decode_account(found[0]).country if found and found[0] else None

    def countries(self) -> tuple[str | None, ...]:
        """Return by durable row where each profile's account signed up."""
        with self._database.reading() as connection:
            said = connection.execute("SELECT account_id, body FROM accounts").fetchall()
            rows = connection.execute("SELECT account_id FROM profiles ORDER BY row").fetchall()
        of = {name: decode_account(body).country for name, body in said if body}
        return tuple(of.get(name) for (name,) in rows)

    def ids(self) -> tuple[ProfileId, ...]:
        """Return every profile id by durable row."""
        with self._database.reading() as connection:
            found = connection.execute("SELECT profile_id FROM profiles ORDER BY row").fetchall()
        return tuple(ProfileId(name) for (name,) in found)


def _account(connection: sqlite3.Connection, account: str) -> Account | None:
    found = connection.execute(
        "SELECT body FROM accounts WHERE account_id = ?", (account,)
    ).fetchone()
    return decode_account(found[0]) if found and found[0] else None


def _profile(connection: sqlite3.Connection, profile: str) -> Profile | None:
    found = connection.execute(
        "SELECT body FROM profiles WHERE profile_id = ?", (profile,)
    ).fetchone()
    return decode_profile(found[0]) if found and found[0] else None


def _add_account(connection: sqlite3.Connection, account: Account, *, now: Moment) -> bool:
    known = _account(connection, account.account_id) is not None
    return not known and _put_account(connection, account, now=now)


def _add_profile(connection: sqlite3.Connection, profile: Profile, *, now: Moment) -> bool:
    known = _profile(connection, profile.profile_id) is not None
    return not known and _put_profile(connection, profile, now=now)


def _add_accounts(
    connection: sqlite3.Connection, accounts: Sequence[Account], *, now: Moment
) -> None:
    """Add those that are unknown, in two statements however many there are."""
    first = {account.account_id: account for account in reversed(accounts)}
    known = connection.execute(
        """SELECT account_id FROM accounts
        WHERE account_id IN (SELECT value FROM json_each(?)) AND length(body) > 0""",
        (listed(sorted(first)),),
    )
    for (name,) in known.fetchall():
        del first[name]
    connection.executemany(
        """INSERT INTO accounts (account_id, body) VALUES (?, ?)
        ON CONFLICT (account_id) DO UPDATE SET body = excluded.body""",
        [
            (name, encode_account(account, held=None, now=now))
            for name, account in sorted(first.items())
        ],
    )


def _add_profiles(
    connection: sqlite3.Connection, profiles: Sequence[Profile], *, now: Moment
) -> int:
    """Add those that are unknown and not erased, in order; return how many."""
    new: dict[str, Profile] = {}
    for profile in profiles:
        new.setdefault(profile.profile_id, profile)
    known = connection.execute(
        "SELECT profile_id FROM profiles WHERE profile_id IN (SELECT value FROM json_each(?))",
        (listed(sorted(new)),),
    )
    for (name,) in known.fetchall():
        del new[name]
    houses = connection.execute(
        "SELECT account_id FROM accounts WHERE account_id IN (SELECT value FROM json_each(?))",
        (listed(sorted({profile.account_id for profile in new.values()})),),
    )
    kept = {name for (name,) in houses.fetchall()}
    for profile in new.values():
        if profile.account_id not in kept:
            raise unknown_account(profile.account_id)
    (row,) = connection.execute("SELECT ifnull(max(row) + 1, 0) FROM profiles").fetchone()
    connection.executemany(
        "INSERT INTO profiles (row, profile_id, account_id, body) VALUES (?, ?, ?, ?)",
        [
            (row + place, name, one.account_id, encode_profile(one, held=None, now=now))
            for place, (name, one) in enumerate(new.items())
        ],
    )
    return len(new)


def _put_account(connection: sqlite3.Connection, account: Account, *, now: Moment) -> bool:
    held = _account(connection, account.account_id)
    connection.execute(
        """INSERT INTO accounts (account_id, body) VALUES (?, ?)
        ON CONFLICT (account_id) DO UPDATE SET body = excluded.body""",
        (account.account_id, encode_account(account, held=held, now=now)),
    )
    return held is None


def _put_profile(connection: sqlite3.Connection, profile: Profile, *, now: Moment) -> bool:
    held = _profile(connection, profile.profile_id)
    if held is None and erased_of(connection, [profile.profile_id]):
        raise ErasedError
    known = connection.execute(
        "SELECT 1 FROM accounts WHERE account_id = ?", (profile.account_id,)
    ).fetchone()
    if known is None:
        raise unknown_account(profile.account_id)
    connection.execute(
        """INSERT INTO profiles (row, profile_id, account_id, body)
        VALUES ((SELECT ifnull(max(row) + 1, 0) FROM profiles), ?, ?, ?)
        ON CONFLICT (profile_id) DO UPDATE
        SET account_id = excluded.account_id, body = excluded.body""",
        (profile.profile_id, profile.account_id, encode_profile(profile, held=held, now=now)),
    )
    return held is None
