"""Fresh ids that sort by time: 48 bits of milliseconds, then 80 bits drawn from a seed."""

from __future__ import annotations

from hashlib import shake_128

from matinee.types import Moment

__all__ = ["new_id"]

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32


def new_id(now: Moment, *parts: str | int) -> str:
    """Return 26 characters in the form of a ULID: the same arguments, the same id.

    `parts` are what makes it unlike others of that millisecond: a seed, a profile.
    """
    noise = shake_128("\0".join(map(str, parts)).encode()).digest(10)
    number = (max(now, 0) << 80) | int.from_bytes(noise, "big")
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))
