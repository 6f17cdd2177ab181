"""Signed tokens: which tile of which page, for whom, so that clients need not be believed.

A row's tokens share one keyed stream, s = SHAKE-256(key, page, profile, rank), eight bytes a
column. The tag of the tile in column c that shows title row r is s_c + k·r mod 2⁶¹ − 1, with k
derived from the key: a Wegman–Carter authenticator (Wegman and Carter, 1981), whose pads s_c are
used once each, since a page's place shows one title for ever.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from hashlib import shake_256
from hmac import compare_digest
from struct import Struct

import numpy as np

from matinee.types import Index, PageId, ProfileId

__all__ = ["Place", "Signer"]

_PRIME = (1 << 61) - 1
_FORM = np.dtype([("rank", ">u2"), ("column", ">u2"), ("title", ">u4"), ("tag", ">u8")])
_READ = Struct(">HHIQ").unpack_from  # the same form, for one tile: numpy takes four times as long
_PADDING = bytes(-_FORM.itemsize % 3)  # so that each token ends on a whole letter
_LETTERS = (_FORM.itemsize + len(_PADDING)) // 3 * 4


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tile stood, as a token says it."""

    page: PageId
    rank: int
    column: int
    title: int  # durable row


class Signer:
    """Gives and checks tokens with one installation's key."""

    def __init__(self, key: bytes) -> None:
        """Take the key; tokens of another key are refused."""
        self._key = key
        stream = shake_256(b"matinee token factor\0" + key).digest(16)
        self._factor = int.from_bytes(stream, "big") % _PRIME

    def row(self, page: PageId, profile: ProfileId, rank: int, titles: Index) -> list[str]:
        """Return one token a title, for the columns from 0 on."""
        count = len(titles)
        tiles = np.zeros(count, _FORM)
        tiles["rank"] = rank
        tiles["column"] = np.arange(count)
        tiles["title"] = titles
        pads = np.frombuffer(self._stream(page, profile, rank, count), ">u8").tolist()
        factor = self._factor
        tiles["tag"] = [
            (pad + factor * title) % _PRIME
            for pad, title in zip(pads, titles.tolist(), strict=True)
        ]
        padded = np.zeros((count, _FORM.itemsize + len(_PADDING)), np.uint8)
        padded[:, : _FORM.itemsize] = tiles.view(np.uint8).reshape(count, _FORM.itemsize)
        letters = urlsafe_b64encode(padded.tobytes()).decode()
        return [
            f"{page}.{letters[start : start + _LETTERS]}"
            for start in range(0, count * _LETTERS, _LETTERS)
        ]

    def place(self, token: str, profile: ProfileId) -> Place | None:
        """Return where the tile stood, or None if the token was not given to this profile."""
        page, _, letters = token.rpartition(".")
        if len(letters) != _LETTERS:
            return None
        try:
            raw = urlsafe_b64decode(letters.encode())
        except (Base64Error, UnicodeError):
            return None
        if len(raw) != _FORM.itemsize + len(_PADDING) or not raw.endswith(_PADDING):
            return None
        rank, column, title, said = _READ(raw)
        pad = self._stream(page, profile, rank, column + 1)[-8:]
        tag = (int.from_bytes(pad, "big") + self._factor * title) % _PRIME
        if not compare_digest(tag.to_bytes(8, "big"), said.to_bytes(8, "big")):
            return None
        return Place(PageId(page), rank, column, title)

    def _stream(self, page: str, profile: str, rank: int, columns: int) -> bytes:
        said = f"{page}\0{profile}\0{rank}\0".encode()
        return shake_256(self._key + said).digest(8 * columns)
