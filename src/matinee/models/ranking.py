"""The best of each row of scores, in one order for everybody."""

from __future__ import annotations

import numpy as np

from matinee.models.kernels import Kernel, compiled
from matinee.types import Flags, Floats, Index, Scores

__all__ = ["best"]


def best(
    scores: Scores,
    k: int,
    *,
    allowed: Flags | None = None,
    popularity: Floats | None = None,
    kernel: Kernel = "auto",
) -> Index:
    """Return the k best titles of each request, best first: (P, k), −1 where there are fewer.

    −inf and NaN are never among them, nor is what `allowed` (P, N) forbids. Ties fall to
    `popularity` (N,), then to the lower row.
    """
    if compiled(kernel):
        from matinee.models.kernels.best import best_of

        if allowed is None:
            allowed = np.ones(scores.shape, np.bool_)
        if popularity is None:
            popularity = np.zeros(scores.shape[1], np.float32)
        return best_of(scores, allowed, popularity, k=k)
    out = np.full((len(scores), k), -1, np.int32)
    if not out.size or not scores.shape[1]:
        return out
    scores = np.fmax(scores, np.float32(-np.inf))  # which is what is left of NaN
    if allowed is not None:
        scores[~allowed] = -np.inf
    place = scores.shape[1] - min(k, scores.shape[1])
    for row, found in zip(scores, out, strict=True):
        edge = np.partition(row, place)[place]
        title = np.flatnonzero(row >= edge if edge > -np.inf else row > edge)
        liked = () if popularity is None else (-popularity[title],)
        order = np.lexsort((title, *liked, -row[title]))[:k]
        found[: len(order)] = title[order]
    return out
