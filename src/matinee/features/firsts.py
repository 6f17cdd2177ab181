"""Discoveries of one profile, found anew only where an entry's move can have changed others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matinee.data import Catalogue
from matinee.features.ledger import Ledger, Move
from matinee.features.rewards import Rewards
from matinee.types import Flags, Index

__all__ = ["Firsts"]


@dataclass(frozen=True, slots=True, eq=False)
class Firsts:
    """Which title was the first liked and seen one of each genre.

    It is a discovery, and earns what those do, where enough liked ones come before it:
    `features.history.discoveries` says so of many profiles at once.
    """

    titles: Index  # (G,) −1: none yet
    liked: Flags  # (H,) of the ledger that they were found in

    @property
    def size(self) -> int:
        """Bytes that its arrays take."""
        return self.titles.nbytes + self.liked.nbytes

    @classmethod
    def found(cls, ledger: Ledger, catalogue: Catalogue, rewards: Rewards) -> Firsts:
        """Find all, and write into a ledger not yet published what discoveries earn."""
        weights, flags = ledger.weights, ledger.liked
        weights[:] = ledger.plain
        liked = flags.nonzero()[0]
        if not len(liked) or not len(catalogue.genres):
            return cls(np.full(len(catalogue.genres), -1, np.int32), flags)
        titles = ledger.titles[liked]
        of_genre = catalogue.has_genre.take(titles, axis=1)  # (G, liked)
        place = of_genre.argmax(axis=1)
        there = of_genre[np.arange(len(place)), place]
        late = place[there & (place >= rewards.new_genre.after)]
        weights[liked[late]] += np.float32(rewards.weights.new_genre)
        return cls(np.where(there, titles[place], np.int32(-1)), flags)

    def moved(
        self, ledger: Ledger, move: Move, catalogue: Catalogue, rewards: Rewards
    ) -> Firsts | None:
        """Return what they are after one entry was put, and write what it earns.

        None: others may have become discoveries, or be none any more; all are to be found anew.
        Others stay what they are where the entry was and is liked, and passed no liked one; or
        where the one that left was no first and had enough before it, so that those behind it
        still have, and the one that joins is the last that is liked.
        """
        before, place, after = move.before, move.place, rewards.new_genre.after
        was, now = self.liked, ledger.liked
        title = int(ledger.titles[place])
        left, joins = before is not None and was[before], now[place]
        titles, first = self.titles, title in self.titles.tolist()
        if not (left and joins and _passed(now, move) == 1):
            if left and (first or np.count_nonzero(was[:before]) < after):
                return None
            if joins:
                if now[place + 1 :].any():
                    return None
                fresh = catalogue.has_genre[:, title] & (titles < 0)
                first = bool(fresh.any())
                if first:
                    titles = np.where(fresh, np.int32(title), titles)
        if joins and first and np.count_nonzero(now[:place]) >= after:
            ledger.weights[place] += np.float32(rewards.weights.new_genre)
        return Firsts(titles, now)


def _passed(liked: Flags, move: Move) -> int:
    """Return how many liked entries stand from where one was to where it is, itself included."""
    before = move.place if move.before is None else move.before
    low, high = (before, move.place) if before < move.place else (move.place, before)
    return int(np.count_nonzero(liked[low : high + 1]))
