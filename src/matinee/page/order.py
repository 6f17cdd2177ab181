"""The one order of titles: by score, ties by popularity, then by the lower row."""

from __future__ import annotations

import numpy as np

from matinee.types import Index, Longs, Scores

__all__ = ["Standing", "best_first", "highest", "standing"]

_LOW = 0xFFFFFFFF

Standing = Longs
"""(N,) place of each title by popularity, ties by row: what breaks ties of scores."""


def standing(popularity: Longs) -> Standing:
    """Return each title's place by popularity (below 2³¹): 0 is the most popular, ties by row."""
    places = np.empty(len(popularity), np.int64)
    count = np.arange(len(popularity))
    keys = np.sort((-popularity << 32) | count)
    places[keys & _LOW] = count
    return places


def best_first(scores: Scores, titles: Index, places: Standing) -> Index:
    """Return these distinct titles, best first.

    `scores` are (N,), without NaN; only those of `titles` count. Score and place go into one
    64-bit number, which sorts much faster than two keys do.
    """
    found = scores[titles] + np.float32(0)  # −0 and 0 tie
    bits = found.view(np.int32).astype(np.int64)
    rising = np.where(bits >= 0, bits, -(bits & 0x7FFFFFFF))  # floats in order, as integers
    order = np.argsort((-rising << 32) | places[titles])
    best: Index = titles[order]
    return best


def highest(values: Scores, titles: Index, k: int) -> Index:
    """Return the titles whose value is at least that of the k-th best, in the order given.

    `values` are (N,); with ties at the k-th place more than k come back.
    """
    if len(titles) <= k:
        return titles
    if k <= 0:
        return titles[:0]
    found = values[titles]
    least = np.partition(found, len(found) - k)[len(found) - k]
    best: Index = titles[found >= least]
    return best
