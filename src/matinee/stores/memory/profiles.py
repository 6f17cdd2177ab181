"""Accounts and profiles in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from threading import RLock

from matinee.stores.erasures import ErasedError, buried, placeholder, unknown_profile
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
from matinee.types import Account, AccountId, Moment, Profile, ProfileId

__all__ = ["MemoryProfiles"]

_KEY = b"gone with the process"


class MemoryProfiles:
    """A `ProfileStore` that is gone with the process."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._accounts: dict[str, Account] = {}
        self._profiles: list[Profile | None] = []  # by row; None: erased
        self._erased: dict[bytes, int] = {}  # rows by tombstone
        self._rows: dict[str, int] = {}

    @property
    def rows(self) -> Mapping[str, int]:
        """Profile rows by id."""
        return self._rows

    def put_account(self, account: Account, *, now: Moment) -> bool:
        """Add or replace an account; return whether it is new."""
        with self._lock:
            held = self._accounts.get(account.account_id)
            body = encode_account(account, held=held, now=now)
            self._accounts[account.account_id] = decode_account(body)
        return held is None

    def account(self, account: AccountId) -> Account | None:
        """Return an account, None if unknown."""
        return self._accounts.get(account)

    def add_account(self, account: Account, *, now: Moment) -> bool:
        """Add an account; False, and nothing changed, if it is known."""
        with self._lock:
            return account.account_id not in self._accounts and self.put_account(account, now=now)

    def put_profile(self, profile: Profile, *, now: Moment) -> bool:
        """Add or replace a profile; return whether it is new."""
        with self._lock:
            if self.erased([profile.profile_id]):
                raise ErasedError
            if profile.account_id not in self._accounts:
                raise unknown_account(profile.account_id)
            row = self._rows.get(profile.profile_id)
            held = None if row is None else self._profiles[row]
            kept = decode_profile(encode_profile(profile, held=held, now=now))
            if row is None:
                self._profiles.append(kept)
                self._rows[kept.profile_id] = len(self._profiles) - 1
            else:
                self._profiles[row] = kept
        return held is None

    def add_profile(self, profile: Profile, *, now: Moment) -> bool:
        """Add a profile; False, and nothing changed, if it is known."""
        with self._lock:
            return profile.profile_id not in self._rows and self.put_profile(profile, now=now)

    def add_all(
        self, accounts: Sequence[Account], profiles: Sequence[Profile], *, now: Moment
    ) -> int:
        """Add accounts, then profiles, those that are unknown; how many profiles are new."""
        with self._lock:
            erased = self.erased([profile.profile_id for profile in profiles])
            accounts, profiles = without(erased, accounts, profiles)
            held = dict(self._accounts), list(self._profiles), dict(self._rows)
            try:
                for account in accounts:
                    self.add_account(account, now=now)
                return sum(self.add_profile(profile, now=now) for profile in profiles)
            except (LookupError, ValueError):
                self._accounts, self._profiles, self._rows = held
                raise

    def profile(self, profile: ProfileId) -> Profile | None:
        """Return a profile, None if unknown."""
        row = self._rows.get(profile)
        return None if row is None else self._profiles[row]

    def profiles(self, *, limit: int = 50, cursor: str | None = None) -> ProfilePage:
        """Return profiles in order of row."""
        with self._lock:
            rows = len(self._profiles)
            first = place(cursor, rows=rows)
            places = [row for row in range(first, rows) if self._profiles[row] is not None]
            found = [self._profiles[row] for row in places[:limit]]
        shown = tuple(one for one in found if one is not None)
        return ProfilePage(shown, cursor_at(places[limit]) if len(places) > limit else None)

    def country(self, profile: ProfileId) -> str | None:
        """Return where a profile's account signed up, None if unknown."""
        return self._country(self.profile(profile))

    def countries(self) -> tuple[str | None, ...]:
        """Return by durable row where each profile's account signed up."""
        with self._lock:
            return tuple(map(self._country, self._profiles))

    def _country(self, profile: Profile | None) -> str | None:
        account = None if profile is None else self._accounts.get(profile.account_id)
        return None if account is None else account.country

    def ids(self) -> tuple[ProfileId, ...]:
        """Return every profile id by durable row."""
        with self._lock:
            return tuple(
                placeholder(row) if profile is None else ProfileId(profile.profile_id)
                for row, profile in enumerate(self._profiles)
            )

    def erased(self, names: Iterable[str]) -> frozenset[ProfileId]:
        """Return those of some profiles that were erased."""
        with self._lock:
            if not self._erased:
                return frozenset()
            return frozenset(
                ProfileId(name) for name in names if buried(_KEY, ProfileId(name)) in self._erased
            )

    def erased_row(self, profile: ProfileId) -> int | None:
        """Return the row that an erased profile had, None if it was not erased."""
        return self._erased.get(buried(_KEY, profile))

    def erase(self, profile: ProfileId) -> tuple[int, AccountId | None]:
        """Erase a profile, and its account where no other has it; return row and that account.

        Raises:
            LookupError: there is no such profile.
        """
        with self._lock:
            row = self._rows.pop(profile, -1)
            held = self._profiles[row] if row >= 0 else None
            if held is None:
                raise unknown_profile(profile)
            self._profiles[row] = None
            self._erased[buried(_KEY, profile)] = row
            account = AccountId(held.account_id)
            if any(one is not None and one.account_id == account for one in self._profiles):
                return row, None
            del self._accounts[account]
            return row, account
