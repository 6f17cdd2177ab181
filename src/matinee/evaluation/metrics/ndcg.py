"""Normalised discounted cumulative gain: were wanted titles near the top?

    DCG@k = Σ over places r ≤ k holding a wanted title of 1 ÷ log₂(r + 1)
    NDCG@k = DCG@k ÷ the DCG@k of a list that starts with all wanted titles

Järvelin and Kekäläinen, TOIS 2002, with binary gains.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2, nan

from matinee.parts import part
from matinee.types import Ranked

__all__ = ["NDCG"]


@part("metric", "ndcg")
@dataclass(frozen=True)
class NDCG:
    """NDCG@k in [0, 1]."""

    k: int = 20
    """How many places count."""

    def __call__(self, shown: Ranked, wanted: frozenset[int]) -> float:
        """Judge the first k; NaN where nothing was wanted."""
        if not wanted:
            return nan
        places = [r for r, title in enumerate(shown.titles[: self.k].tolist()) if title in wanted]
        ideal = sum(1 / log2(r + 2) for r in range(min(self.k, len(wanted))))
        return sum(1 / log2(r + 2) for r in places) / ideal
