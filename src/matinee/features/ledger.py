"""A history's entries in order, as a few blocks: one that moves is one copy of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matinee.features.single import Entry
from matinee.types import Flags, Floats, History, Index, Longs

__all__ = ["Ledger", "Move"]

_LONGS = ("at", "finished_at", "played_at", "listed_at")
_WORDS = ("titles", "episodes", "tz_offsets")
_FLOATS = ("weights", "rated", "watched", "positions", "durations")
_OCTETS = ("thumbs", "devices", "seen", "chosen", "completed", "blocked")
_SEEN = _OCTETS.index("seen")
_PLAIN = len(_WORDS) + len(_FLOATS)  # the row of weights without what discoveries earn


@dataclass(frozen=True, slots=True)
class Move:
    """An entry that was written: from one place to another of the same entries otherwise."""

    before: int | None  # where it stood; None: it is new
    place: int


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """H entries, oldest `at` first (ties: lower row first); nothing changes once it is published.

    Columns of one width are the rows of a block.
    """

    longs: Longs  # (4, H)
    words: Index  # (9, H) rows and offsets, the bits of float32 columns after them
    octets: NDArray[np.int8]  # (6, H) thumbs, devices, and flags

    def __len__(self) -> int:
        return int(self.longs.shape[1])

    @property
    def size(self) -> int:
        """Bytes that its blocks take."""
        return self.longs.nbytes + self.words.nbytes + self.octets.nbytes

    @property
    def titles(self) -> Index:
        """Title rows. (H,)."""
        found: Index = self.words[0]
        return found

    @property
    def at(self) -> Longs:
        """When each was last acted on. (H,)."""
        found: Longs = self.longs[0]
        return found

    @property
    def liked(self) -> Flags:
        """Which are seen and liked without what discoveries earn. (H,)."""
        found: Flags = (self.plain > 0) & self.octets[_SEEN].view(np.bool_)
        return found

    @property
    def weights(self) -> Floats:
        """What each is worth; to be added to before it is published. (H,)."""
        found: Floats = self.words[len(_WORDS)].view(np.float32)
        return found

    @property
    def plain(self) -> Floats:
        """What each is worth without what discoveries earn. (H,)."""
        found: Floats = self.words[_PLAIN].view(np.float32)
        return found

    @classmethod
    def of(cls, history: History) -> Ledger:
        """Lay out entries in any order, none of which has what discoveries earn."""
        order = np.lexsort((history.titles, history.at))
        found = cls(
            longs=np.empty((len(_LONGS), len(order)), np.int64),
            words=np.empty((_PLAIN + 1, len(order)), np.int32),
            octets=np.empty((len(_OCTETS), len(order)), np.int8),
        )
        floats = found.words.view(np.float32)
        for row, name in enumerate(_LONGS):
            found.longs[row] = getattr(history, name)[order]
        for row, name in enumerate(_WORDS):
            found.words[row] = getattr(history, name)[order]
        for row, name in enumerate(_FLOATS, len(_WORDS)):
            floats[row] = getattr(history, name)[order]
        for row, name in enumerate(_OCTETS):
            found.octets[row] = getattr(history, name)[order]
        floats[_PLAIN] = found.weights
        return found

    def history(self) -> History:
        """Return the entries as columns, which are views of these blocks where types allow."""
        longs, words, octets = self.longs, self.words, self.octets
        floats, flags = words.view(np.float32), octets.view(np.bool_)
        return History(
            titles=words[0],
            weights=floats[3],
            at=longs[0],
            thumbs=octets[0],
            seen=flags[2],
            chosen=flags[3],
            completed=flags[4],
            finished_at=longs[1],
            rated=floats[4],
            watched=floats[5],
            positions=floats[6],
            durations=floats[7],
            episodes=words[1],
            played_at=longs[2],
            listed_at=longs[3],
            blocked=flags[5],
            devices=octets[1],
            tz_offsets=words[2].astype(np.int16),
        )

    def put(self, entry: Entry) -> tuple[Ledger, Move]:
        """Return the ledger with an entry in place of that of its title, and where it went.

        It has not got what a discovery earns; the others have what they had.
        """
        mine = (self.titles == entry.title).nonzero()[0].tolist()
        move = Move(mine[0] if mine else None, self._place(entry, mine))
        longs = _moved(self.longs, move)
        words = _moved(self.words, move)
        octets = _moved(self.octets, move)
        floats, place = words.view(np.float32), move.place
        longs[:, place] = entry.at, entry.finished_at, entry.played_at, entry.listed_at
        words[: len(_WORDS), place] = entry.title, entry.episode, entry.tz_offset
        floats[len(_WORDS) :, place] = (
            *(entry.weight, entry.rated, entry.watched, entry.position, entry.duration),
            entry.weight,
        )
        octets[:, place] = (
            *(entry.thumb, entry.device),
            *(entry.seen, entry.chosen, entry.completed, entry.blocked),
        )
        return Ledger(longs, words, octets), move

    def _place(self, entry: Entry, mine: Sequence[int]) -> int:
        """Return where an entry belongs among the others, which stand at other places."""
        low = int(self.at.searchsorted(entry.at))
        high = int(self.at.searchsorted(entry.at, "right"))
        place = low + int(self.titles[low:high].searchsorted(entry.title))
        return place - any(before < place for before in mine)

    def replaced(self, others: Ledger) -> Ledger:
        """Return the ledger with other entries in place of those of their titles."""
        kept = np.isin(self.titles, others.titles, invert=True).nonzero()[0]
        at = np.concatenate((self.at[kept], others.at))
        titles = np.concatenate((self.titles[kept], others.titles))
        places = np.concatenate((kept, np.arange(len(self), len(self) + len(others))))
        order = places[np.lexsort((titles, at))]
        return Ledger(
            np.concatenate((self.longs, others.longs), axis=1).take(order, axis=1),
            np.concatenate((self.words, others.words), axis=1).take(order, axis=1),
            np.concatenate((self.octets, others.octets), axis=1).take(order, axis=1),
        )


def _moved(block: NDArray[Any], move: Move) -> NDArray[Any]:
    """Return a block of which one column is to be written, and the others follow each other."""
    count, place = block.shape[1], move.place
    if move.before is None:
        moved = np.empty((len(block), count + 1), block.dtype)
        moved[:, :place] = block[:, :place]
        moved[:, place + 1 :] = block[:, place:]
        return moved
    moved, before = block.copy(), move.before
    if before < place:
        moved[:, before:place] = block[:, before + 1 : place + 1]
    else:
        moved[:, place + 1 : before + 1] = block[:, place:before]
    return moved
