"""What an erasure is: how it is asked for, what it has got rid of, and what it must find by name.

Of an erased profile two things stay: its durable row, empty, so that no other row moves; and a
tombstone, the BLAKE2b hash of its id under a key that only this installation has, so that neither
the profile nor an event of it comes back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Literal, Protocol

import msgspec

from matinee.stores.protocols import Rejected
from matinee.types import AccountId, Moment, ProfileId

__all__ = [
    "NOBODY",
    "PARTS",
    "ErasedError",
    "Erasure",
    "ErasureStore",
    "Part",
    "about",
    "buried",
    "named_by",
    "names_it",
    "naming",
    "placeholder",
    "unknown_profile",
]

Part = Literal["log", "segments", "state", "decisions", "bundles"]
PARTS: tuple[Part, ...] = ("log", "segments", "state", "decisions", "bundles")
"""What an erasure cleans."""

NOBODY = "!erased"
"""The account of erased profiles; no account can be called so."""

_DIGEST_BYTES = 16
_PROFILE = re.compile(rb'"profile_id"\s*:\s*("(?:[^"\\]|\\.)*")')


class ErasedError(ValueError):
    """A profile of that id was erased; it does not come back."""

    def __init__(self) -> None:
        """Say so without the id, which must not be kept anywhere any more."""
        super().__init__("a profile of this id was erased; choose another id")


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure, and since when each part has held nothing of the profile."""

    erasure_id: str
    asked: Moment
    row: int
    """The profile's durable row, which stays."""
    subject: ProfileId | None
    """The profile's id, while anything must still be found by it; None from then on."""
    account: AccountId | None
    """Its account's id where that was erased too; None as above."""
    clean: Mapping[Part, Moment] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Whether all parts are clean."""
        return len(self.clean) == len(PARTS)

    @property
    def names(self) -> tuple[str, ...]:
        """The ids that nothing may hold any more."""
        return tuple(name for name in (self.subject, self.account) if name is not None)


class ErasureStore(Protocol):
    """Erasures that were asked for, and the tombstones of what was erased."""

    def begin(self, profile: ProfileId, *, erasure_id: str, now: Moment) -> Erasure:
        """Erase a profile from log and profiles in one transaction, durable on return.

        Its events, their remembered ids and the rejected events that name it are deleted, and
        its account where no other profile has it; its row is overwritten by a placeholder; its
        tombstone stands. The part `state` is clean with that: whoever made something of the log
        sees a new `generation`. A profile that was erased before gives that erasure again.

        Raises:
            LookupError: there is and was no such profile.
        """
        ...

    def erased(self, profile: ProfileId) -> bool:
        """Whether a profile of that id was erased."""
        ...

    def get(self, erasure_id: str) -> Erasure | None:
        """Return an erasure, None if unknown."""
        ...

    def unfinished(self) -> list[Erasure]:
        """Return those that have parts to clean, the oldest first; cheap, asked all the time."""
        ...

    def mark(self, erasure_id: str, part: Part, *, now: Moment) -> None:
        """Keep that a part is clean since `now`; what was marked before stays."""
        ...

    def sweep_segments(self) -> None:
        """Remove files that were replaced and hold deleted events; then `segments` is clean."""
        ...

    def sweep(self) -> bool:
        """Empty what may still hold deleted events beside the store's own pages.

        For deletions that no erasure waits for: single titles, events that were kept long enough.
        False: not yet, for someone still reads an older state; to be asked again.
        """
        ...

    def finish(self, erasure_id: str, *, now: Moment) -> bool:
        """Forget the id itself and overwrite what is left of it; then `log` is clean.

        To be called when all other parts are clean, and again while it returns False: someone
        still reads an older state of the store.
        """
        ...


def placeholder(row: int) -> ProfileId:
    """Return what stands in the list of ids for an erased row; no profile can be called so."""
    return ProfileId(f"{NOBODY}-{row}")


def buried(key: bytes, profile: ProfileId) -> bytes:
    """Return what a tombstone keeps of an id: 16 bytes that say nothing without the key."""
    return blake2b(profile.encode(), key=key, digest_size=_DIGEST_BYTES).digest()


def naming(name: str) -> re.Pattern[bytes]:
    """Return a pattern that finds an id where it stands as a whole, not within a longer one."""
    inner = rb"[A-Za-z0-9_~-]"
    end = rb"(?!" + inner + rb"|[.:]" + inner + rb")"  # a sentence may end right after it
    return re.compile(rb"(?<![A-Za-z0-9._~:-])" + re.escape(name.encode()) + end)


def named_by(rejected: Sequence[Rejected]) -> set[str]:
    """Return the profiles that rejected events say they are of, as far as they can be read."""
    found = (_profile_of(one) for one in rejected)
    return {name for name in found if name is not None}


def about(one: Rejected, profiles: Collection[str]) -> bool:
    """Whether a rejected event says that it is of one of these profiles."""
    return _profile_of(one) in profiles


def names_it(one: Rejected, name: str) -> bool:
    """Whether an id stands anywhere in what is kept of a rejected event."""
    said = (str(one.outcome.event_id).encode(), one.outcome.detail.encode(), one.body)
    return naming(name).search(b"\n".join(said)) is not None


def _profile_of(one: Rejected) -> str | None:
    """Return what stands as `profile_id` in a body that may be cut, or hardly JSON."""
    found = _PROFILE.search(one.body)
    if found is None:
        return None
    try:
        return msgspec.json.decode(found[1], type=str)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def unknown_profile(profile: str) -> LookupError:
    """Return the error for a profile that is not there."""
    return LookupError(f"no profile {profile!r}; GET /v1/profiles lists them")
