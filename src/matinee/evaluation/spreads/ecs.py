"""Effective catalogue size: over how many titles the first k are spread, as if evenly.

    ECS = 2 Σ i p_i − 1, p_i the share of the i-th most shown title

Gomez-Uribe and Hunt, The Netflix recommender system, ACM TMIS 2016. 1: one title is all;
N: all titles alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matinee.evaluation.spreads.coverage import counts
from matinee.parts import part
from matinee.types import Floats, Index, Ranked

__all__ = ["ECS", "effective_size"]


@part("spread", "ecs")
@dataclass(frozen=True)
class ECS:
    """Effective catalogue size of the first k of all lists, in titles; NaN of nothing shown."""

    k: int = 20
    """How many places count."""

    def __call__(self, lists: Sequence[Ranked], *, titles: int) -> float:
        """Judge all lists."""
        return effective_size(counts(lists, self.k, titles=titles))


def effective_size(amounts: Floats | Index) -> float:
    """Return the effective number of titles among which these amounts are shared; NaN of zeros."""
    total = amounts.sum()
    if not total:
        return float("nan")
    shares = np.sort(amounts.astype(np.float64))[::-1] / total
    return float(2 * (np.arange(1, len(shares) + 1) * shares).sum() - 1)
