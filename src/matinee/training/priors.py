"""What had come of a title, or of a profile, before an exposure: means of what was final then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matinee.types import Index, Longs

__all__ = ["Priors"]

Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Priors:
    """E outcomes with T columns, by key (a title, a profile) and by when they were final."""

    keys: Index  # (E,) ascending
    times: Longs  # (E,) ascending within a key
    sums: Table  # (E + 1, T) of all before each place

    @classmethod
    def of(cls, keys: Index, values: Table, final_at: Longs) -> Priors:
        """Sort the outcomes."""
        order = np.lexsort((final_at, keys))
        sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values[order], axis=0)])
        return cls(keys[order], final_at[order], sums)

    def means(self, keys: Index, at: Longs, *, towards: Table, shrink: float) -> Table:
        """Return (Q, T) means of what each key had that was final at its time.

        Of n outcomes it is (Σ + shrink · towards) ÷ (n + shrink); towards is (T,).
        """
        first = np.searchsorted(self.keys, keys)
        last = self._upto(keys, at)
        count = (last - first)[:, None]
        found: Table = (self.sums[last] - self.sums[first] + shrink * towards) / (count + shrink)
        return found

    def _upto(self, keys: Index, at: Longs) -> Longs:
        """Return how many outcomes come before the end of each key's, up to its time."""
        count, asked = len(self.keys), len(keys)
        all_keys = np.concatenate([self.keys, keys])
        query = np.repeat([0, 1], [count, asked])  # of the same moment, what is final first
        order = np.lexsort((query, np.concatenate([self.times, at]), all_keys))
        before = np.cumsum(query[order] == 0)
        found = np.empty(count + asked, np.int64)
        found[order] = before
        return found[count:]
