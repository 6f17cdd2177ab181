"""Ids of imported events by the million: `event_id` over columns."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha1

import numpy as np
from numpy.typing import NDArray

from matinee.data.readers._batch import NAMESPACE

__all__ = ["event_words", "id_texts", "uuid5_words"]

_DIGITS = np.frombuffer(b"0123456789abcdef", np.uint8)
_HIGH = np.array([0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34])
_LOW = _HIGH + 1
"""Where the two digits of each octet stand, in groups of 8, 4, 4, 4 and 12."""


def event_words(
    source: str, profiles: Iterable[str], titles: Iterable[str], at_ms: Iterable[int]
) -> NDArray[np.uint64]:
    """Return (E, 2) words, the ids of many events as `event_id` makes them; they sort as texts do.

    A sixth of the time that as many calls take.
    """
    names = zip(profiles, titles, at_ms, strict=True)
    return uuid5_words(f"{source}\0{who}\0{what}\0{at}".encode() for who, what, at in names)


def uuid5_words(names: Iterable[bytes]) -> NDArray[np.uint64]:
    """Return (E, 2) words, the UUIDv5 of each name."""
    space = NAMESPACE.bytes
    digests = [sha1(space + name).digest() for name in names]  # noqa: S324  (UUIDv5 is SHA-1; nothing rests on its strength)
    octets = np.frombuffer(b"".join(digests), np.uint8).reshape(-1, 20)[:, :16].copy()
    octets[:, 6] = octets[:, 6] & 0x0F | 0x50  # version 5
    octets[:, 8] = octets[:, 8] & 0x3F | 0x80  # and variant, RFC 9562 §5.5
    return octets.view(">u8").astype(np.uint64)


def id_texts(words: NDArray[np.uint64]) -> list[str]:
    """Return the texts of ids."""
    octets = words.astype(">u8").view(np.uint8).reshape(-1, 16)
    letters = np.full((len(octets), 36), ord("-"), np.uint8)
    letters[:, _HIGH] = _DIGITS[octets >> 4]
    letters[:, _LOW] = _DIGITS[octets & 15]
    whole = letters.tobytes().decode("ascii")
    return [whole[place : place + 36] for place in range(0, len(whole), 36)]
