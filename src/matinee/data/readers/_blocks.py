"""Text files as blocks of whole lines, for readers that look at many lines at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase
from typing import cast

import numpy as np
from numpy.typing import NDArray

from matinee.data.readers._batch import Refusal
from matinee.data.readers._files import DAMAGED, DataFile
from matinee.types import Longs

__all__ = ["BLOCK_BYTES", "LineBlock", "LineBlocks"]

BLOCK_BYTES = 1 << 23
"""Bytes in a block, about: some 350,000 ratings."""

_READ = 1 << 16
_NEWLINE = 10


@dataclass(frozen=True, slots=True, eq=False)
class LineBlock:
    """L whole lines that follow each other in a file."""

    content: bytes
    first: int
    """The number of the first line."""
    last: bool
    """Whether nothing follows but what cannot be read."""
    seen: NDArray[np.uint8]  # the same bytes as numbers
    starts: Longs  # (L,) where each line begins
    stops: Longs  # (L,) where it ends, before its newline

    @classmethod
    def of(cls, content: bytes, *, first: int, last: bool) -> LineBlock:
        """Cut the content at its newlines; what follows the last one is a line if there is any."""
        seen = np.frombuffer(content, np.uint8)
        stops = np.flatnonzero(seen == _NEWLINE)
        if content and not content.endswith(b"\n"):
            stops = np.append(stops, len(content))
        starts = np.zeros_like(stops)
        starts[1:] = stops[:-1] + 1
        return cls(content, first, last, seen, starts, stops)

    def __len__(self) -> int:
        return len(self.starts)

    def line(self, place: int) -> bytes:
        """Return a line, its end taken off."""
        return self.content[self.starts[place] : self.stops[place]].rstrip(b"\r\n")

    def lines(self, place: int) -> Iterator[tuple[int, bytes] | Refusal]:
        """Yield (number, content) of the lines from a place on."""
        return ((self.first + k, self.line(k)) for k in range(place, len(self)))


@dataclass(slots=True)
class LineBlocks:
    """A file's blocks, of which the reader of one may give back the last lines.

    `damage` says, once all was read, where the file breaks off if it does.
    """

    file: DataFile
    size: int = BLOCK_BYTES
    damage: Refusal | None = None
    _kept: int = 0

    def give_back(self, place: int) -> None:
        """Have the lines of the last block from this place on stand in the next one again."""
        self._kept = place

    def __iter__(self) -> Iterator[LineBlock]:
        number, rest, last = 1, b"", False
        try:
            source = cast("BufferedIOBase", self.file.open())
        except (*DAMAGED, ValueError) as error:
            self.damage = _broken(self.file, 1, error)
            return
        with source:
            while not last:
                content, trouble, last = self._read(source, rest)
                cut = len(content) if last and trouble is None else content.rfind(b"\n") + 1
                block = LineBlock.of(content[:cut], first=number, last=last)
                self._kept = len(block)
                if len(block):
                    yield block
                number += self._kept
                rest = content[block.starts[self._kept] if self._kept < len(block) else cut :]
                if trouble is not None:
                    self.damage = _broken(self.file, number, trouble)

    def _read(self, source: BufferedIOBase, rest: bytes) -> tuple[bytes, Exception | None, bool]:
        """Return the rest and what follows it, why no more can be read, and whether it is all."""
        pieces, size = [rest], 0
        try:
            while size < self.size:
                piece = source.read1(min(_READ, self.size))
                if not piece:
                    return b"".join(pieces), None, True
                pieces.append(piece)
                size += len(piece)
        except (*DAMAGED, ValueError) as error:
            return b"".join(pieces), error, True
        return b"".join(pieces), None, False


def _broken(file: DataFile, line: int, error: Exception) -> Refusal:
    return Refusal(file.name, line, f"the file breaks off here: {error}")
