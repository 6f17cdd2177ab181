"""What a store of accounts and profiles promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from matinee.types import Account, AccountId, Moment, Profile, ProfileId

__all__ = ["ProfilePage", "ProfileStore"]


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """Some profiles, and the cursor for more (None: no more)."""

    profiles: tuple[Profile, ...]
    next: str | None


class ProfileStore(Protocol):
    """Accounts and profiles, with durable profile rows."""

    def put_account(self, account: Account, *, now: Moment) -> bool:
        """Add or replace an account; return whether it is new.

        `created` is filled as `added` is for titles.
        """
        ...

    def account(self, account: AccountId) -> Account | None:
        """Return an account, None if unknown."""
        ...

    def add_account(self, account: Account, *, now: Moment) -> bool:
        """Add an account, `created` filled as above; False, and nothing changed, if it is known.

        Of several that add the same one at once, in any process, one gets True.
        """
        ...

    def put_profile(self, profile: Profile, *, now: Moment) -> bool:
        """Add or replace a profile; return whether it is new; `created` is filled as above.

        Raises:
            LookupError: its account is unknown.
        """
        ...

    def add_profile(self, profile: Profile, *, now: Moment) -> bool:
        """Add a profile; False, and nothing changed, if it is known; as `add_account`.

        Raises:
            LookupError: it is new, and its account is unknown.
        """
        ...

    def add_all(
        self, accounts: Sequence[Account], profiles: Sequence[Profile], *, now: Moment
    ) -> int:
        """Add accounts, then profiles, in one transaction; return how many profiles are new.

        Those that are known stay as they are. For imports: a durable write for each of thousands
        of profiles would take minutes, and what a profile may see is not a data set's to change.

        Raises:
            LookupError: a new profile's account is unknown; nothing of the call is kept then.
        """
        ...

    def profile(self, profile: ProfileId) -> Profile | None:
        """Return a profile, None if unknown; reads the store, so it is never stale."""
        ...

    def profiles(self, *, limit: int = 50, cursor: str | None = None) -> ProfilePage:
        """Return profiles in order of row.

        Raises:
            ValueError: the cursor is not one that this store gave.
        """
        ...

    def country(self, profile: ProfileId) -> str | None:
        """Return where a profile's account signed up, None if that, or the profile, is unknown."""
        ...

    def countries(self) -> tuple[str | None, ...]:
        """Return by durable row where each profile's account signed up, None if unknown."""
        ...

    def ids(self) -> tuple[ProfileId, ...]:
        """Return every profile id by durable row; of one that was erased a placeholder."""
        ...
