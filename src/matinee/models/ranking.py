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
    for row, found in zip(scores, out, strict=True):
        edge = np.partition(row, place)[place]
        title = np.flatnonzero(row >= edge if edge > -np.inf else row > edge)
        liked = () if popularity is None else (-popularity[title],)
        order = np.lexsort((title, *liked, -row[title]))[:k]
        found[: len(order)] = title[order]
    return out
