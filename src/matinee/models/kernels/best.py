"""The best of each row of scores in one pass: a heap of k titles, of which the worst is on top."""

from __future__ import annotations

import numpy as np

from matinee.models.kernels.compiling import exact
from matinee.types import Flags, Floats, Index, Scores

__all__ = ["best_of"]


def best_of(scores: Scores, allowed: Flags, popularity: Floats, *, k: int) -> Index:
    """Return the k best allowed titles of each request, best first: (P, k), −1 where fewer.

    `scores` and `allowed` are (P, N), `popularity` (N,).
    """
    out = np.full((len(scores), k), -1, np.int32)
    if k:
        _best(scores, allowed, popularity, out)
    return out


@exact
def _best(scores: Scores, allowed: Flags, popularity: Floats, out: Index) -> None:
    size = scores.shape[1]
    for p in range(len(scores)):
        row, may, heap = scores[p], allowed[p], out[p]
        count = 0
        least = np.float32(-np.inf)
        for j in range(size):
            s = row[j]
            if not (s >= least and may[j] and s > -np.inf):
                continue
            if count < len(heap):
                count += 1
                _raise(heap, count - 1, j, row, popularity)
                if count == len(heap):
                    least = row[heap[0]]
            elif _worse(heap[0], j, row, popularity):
                _sink(heap, count, j, row, popularity)
                least = row[heap[0]]
        for end in range(count - 1, 0, -1):  # the worst of what is left to the end of it
            last = heap[end]
            heap[end] = heap[0]
            _sink(heap, end, last, row, popularity)


@exact
def _worse(one: int, other: int, row: Floats, popularity: Floats) -> bool:
    """Return whether title `one` comes after `other`."""
    if row[one] != row[other]:
        return bool(row[one] < row[other])
    if popularity[one] != popularity[other]:
        return bool(popularity[one] < popularity[other])
    return one > other


@exact
def _raise(heap: Index, place: int, title: int, row: Floats, popularity: Floats) -> None:
    """Put a title at a free place at the end, and up past all that are better."""
    while place > 0:
        above = (place - 1) // 2
        if not _worse(title, heap[above], row, popularity):
            break
        heap[place] = heap[above]
        place = above
    heap[place] = title


@exact
def _sink(heap: Index, count: int, title: int, row: Floats, popularity: Floats) -> None:
    """Put a title in the place of the top, and down past all that are worse."""
    place = 0
    while 2 * place + 1 < count:
        below = 2 * place + 1
        if below + 1 < count and _worse(heap[below + 1], heap[below], row, popularity):
            below += 1
        if not _worse(heap[below], title, row, popularity):
            break
        heap[place] = heap[below]
        place = below
    heap[place] = title
