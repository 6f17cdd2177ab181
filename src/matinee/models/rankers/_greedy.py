"""What the greedy rerankers share: scores on one scale, and a new order of a pool."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matinee.types import Longs, Ranked

__all__ = ["Reals", "relevance", "reordered"]

Reals = NDArray[np.float64]


def relevance(pool: Ranked, count: int) -> Reals:
    """Return the first `count` scores on a scale from 0 (the least of them) to 1 (the greatest).

    Sources score on scales of their own; a trade-off needs one. All 1 where they are all alike.
    """
    scores = pool.scores[:count].astype(np.float64)
    if not len(scores):
        return scores
    low, high = scores.min(), scores.max()
    scaled: Reals = (scores - low) / (high - low) if high > low else np.ones(len(scores))
    return scaled


def reordered(pool: Ranked, first: Longs) -> Ranked:
    """Return the pool with these places of it first, and the others behind in their old order."""
    left = np.ones(len(pool), np.bool_)
    left[first] = False
    order = np.concatenate((first, np.flatnonzero(left)))
    return Ranked(
        pool.titles[order], pool.scores[order], pool.sources[order], pool.probability[order]
    )
