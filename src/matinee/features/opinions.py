"""What every profile thinks of every title it judged: the last thumb or rating, up or not.

The state is a largest word by key, so that it does not depend on how events were cut into chunks
or in what order they came. Where two opinions are of the same millisecond, the one up counts.
Two sorted runs hold it, a long one and a short one of what came since: a single opinion copies
the short run only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np

from matinee.types import Flags, Index, Longs

__all__ = ["Opinions", "Turn"]

_NONE: Longs = np.zeros(0, np.int64)
_SHORT = 4096  # opinions kept apart at least, before the short run joins the long one
_PART = 32  # of this part of the long run at least


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """What some events changed: opinions up that are new, and those that hold no longer."""

    titles: Index  # (G,) now up
    at: Longs  # (G,) since when, epoch ms
    lost: Index  # (L,) no longer up, or up anew
    lost_at: Longs  # (L,) when that opinion was given


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """Keys (a profile and a title) in ascending order, and a word for each: when, and up or not."""

    keys: Longs = field(default_factory=lambda: _NONE)
    words: Longs = field(default_factory=lambda: _NONE)

    def find(self, keys: Longs) -> Longs:
        """Return the word of each key, −1: none."""
        if self._before(keys):
            return np.full(len(keys), -1, np.int64)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[place] == keys, self.words[place], -1)

    def put(self, keys: Longs, words: Longs) -> _Run:
        """Return the run with these words in place of those it has; `keys` ascend."""
        if not len(keys):
            return self
        if self._before(keys):  # as segments come, profile by profile: nothing to search or move
            return self.then(keys, words)
        low = np.searchsorted(self.keys, keys[0])
        if low:  # only what may lie among these is searched and moved
            end = _Run(self.keys[low:], self.words[low:]).put(keys, words)
            return _Run(self.keys[:low], self.words[:low]).then(end.keys, end.words)
        known = self.find(keys) >= 0
        place = np.searchsorted(self.keys, keys)
        held = self.words.copy()
        held[place[known]] = words[known]
        new = ~known
        return _Run(
            np.insert(self.keys, place[new], keys[new]), np.insert(held, place[new], words[new])
        )

    def then(self, keys: Longs, words: Longs) -> _Run:
        """Return the run with more keys, all of them after its own."""
        return _Run(np.concatenate((self.keys, keys)), np.concatenate((self.words, words)))

    def _before(self, keys: Longs) -> bool:
        """Return whether all of these ascending keys come after those of the run."""
        return not len(self.keys) or not len(keys) or bool(keys[0] > self.keys[-1])


@dataclass(frozen=True, slots=True, eq=False)
class Opinions:
    """The last opinion of each profile on each title; 16 bytes each."""

    _long: _Run = field(default_factory=_Run)
    _short: _Run = field(default_factory=_Run)

    def turned(self, profiles: Index, titles: Index, at: Longs, up: Flags) -> tuple[Self, Turn]:
        """Return the opinions after these (E,) thumbs and ratings, and what that changed."""
        keys, words = _latest(profiles.astype(np.int64) << 32 | titles, at * 2 + up)
        held = self._short.find(keys)
        held = np.where(held < 0, self._long.find(keys), held)
        newer = words > held
        keys, words, held = keys[newer], words[newer], held[newer]
        of = (keys & 0xFFFFFFFF).astype(np.int32)
        gained, lost = words % 2 == 1, (held >= 0) & (held % 2 == 1)
        turn = Turn(of[gained], words[gained] // 2, of[lost], held[lost] // 2)
        return self._after(keys, words), turn

    def _after(self, keys: Longs, words: Longs) -> Self:
        short = self._short.put(keys, words)
        if len(short.keys) <= max(_SHORT, len(self._long.keys) // _PART):
            return type(self)(self._long, short)
        return type(self)(self._long.put(short.keys, short.words), _Run())


def _latest(keys: Longs, words: Longs) -> tuple[Longs, Longs]:
    """Return each key once, in ascending order, with the largest of its words."""
    if not len(keys):
        return keys, words
    order = np.argsort(keys)
    keys = keys[order]
    first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
    return keys[first], np.maximum.reduceat(words[order], first)
