"""The best of each row of scores, in one order for everybody."""

from __future__ import annotations

import numpy as np

from matinee.types import Floats, Index, Scores

__all__ = ["best"]


def best(scores: Scores, k: int, *, popularity: Floats | None = None) -> Index:
    """Return the k best titles of each request, best first: (P, k), −1 where there are fewer.

    −inf is never among them. Ties fall to `popularity` (N,), then to the lower row. NaN is not
    a score.
    """
    profiles, titles = scores.shape
    out = np.full((profiles, k), -1, np.int32)
    if not titles or not profiles:
        return out
    place = titles - min(k, titles)
    edge = np.partition(scores, place, axis=1)[:, place, None]
    row, title = np.nonzero((scores >= edge) & (scores > -np.inf))
    liked = np.zeros(len(title), np.float32) if popularity is None else popularity[title]
    order = np.lexsort((title, -liked, -scores[row, title], row))
    row, title = row[order], title[order]
    position = np.arange(len(row)) - np.searchsorted(row, row)
    kept = position < k
    out[row[kept], position[kept]] = title[kept]
    return out
