"""How the profile stores keep accounts and profiles, and the cursors of their lists."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TypeVar

import msgspec

from matinee.types import Account, Moment, Profile
from matinee.types.moment import decode_moment

__all__ = [
    "cursor_at",
    "decode_account",
    "decode_profile",
    "encode_account",
    "encode_profile",
    "place",
    "unknown_account",
    "without",
]

P = TypeVar("P", Account, Profile)

_ENCODER = msgspec.msgpack.Encoder(enc_hook=int)
_ACCOUNTS: msgspec.msgpack.Decoder[Account] = msgspec.msgpack.Decoder(
    Account, dec_hook=decode_moment
)
_PROFILES: msgspec.msgpack.Decoder[Profile] = msgspec.msgpack.Decoder(
    Profile, dec_hook=decode_moment
)
_CURSOR = re.compile(r"^row-(0|[1-9][0-9]{0,15})$", re.ASCII)


def encode_account(account: Account, *, held: Account | None, now: Moment) -> bytes:
    """Return the stored form; `created` where None is what it was, or `now` if it is new.

    Structs built in Python are not checked by msgspec, so this is the border for embedders.

    Raises:
        ValueError: it breaks its schema; names it and the field.
    """
    created = account.created or (now if held is None else held.created)
    return _checked(msgspec.structs.replace(account, created=created), _ACCOUNTS)


def encode_profile(profile: Profile, *, held: Profile | None, now: Moment) -> bytes:
    """Return the stored form; as `encode_account`."""
    created = profile.created or (now if held is None else held.created)
    return _checked(msgspec.structs.replace(profile, created=created), _PROFILES)


def _checked(person: P, decoder: msgspec.msgpack.Decoder[P]) -> bytes:
    try:
        body = _ENCODER.encode(person)
        decoder.decode(body)
    except (msgspec.MsgspecError, TypeError, ValueError, OverflowError) as error:
        msg = f"{person!r} cannot be kept: {error}"
        raise ValueError(msg) from error
    return body


def decode_account(body: bytes) -> Account:
    """Read an account's stored form."""
    return _ACCOUNTS.decode(body)


def decode_profile(body: bytes) -> Profile:
    """Read a profile's stored form."""
    return _PROFILES.decode(body)


def unknown_account(account: str) -> LookupError:
    """Return the error for a profile whose account is not there."""
    return LookupError(f"no account {account!r}; create it first")


def without(
    erased: Collection[str], accounts: Sequence[Account], profiles: Sequence[Profile]
) -> tuple[Sequence[Account], Sequence[Profile]]:
    """Return accounts and profiles without the erased, and without accounts only they have."""
    if not erased:
        return accounts, profiles
    kept = [profile for profile in profiles if profile.profile_id not in erased]
    theirs = {profile.account_id for profile in profiles if profile.profile_id in erased}
    theirs -= {profile.account_id for profile in kept}
    return [account for account in accounts if account.account_id not in theirs], kept


def cursor_at(row: int) -> str:
    """Return the cursor of the list that goes on at a row."""
    return f"row-{row}"


def place(text: str | None, *, rows: int) -> int:
    """Return the row where a list goes on, 0 without a cursor.

    Raises:
        ValueError: the cursor is not one that a store with that many rows gave.
    """
    if text is None:
        return 0
    found = _CURSOR.match(text)
    if found is None or int(found[1]) > rows:
        msg = f"no cursor {text!r}; use the `next` of an earlier answer, or none to start"
        raise ValueError(msg)
    return int(found[1])
