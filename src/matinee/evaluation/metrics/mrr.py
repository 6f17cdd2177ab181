"""Reciprocal rank: 1 ÷ the place of the first wanted title; its mean over lists is MRR."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from matinee.parts import part
from matinee.types import Ranked

__all__ = ["MRR"]


@part("metric", "mrr")
@dataclass(frozen=True)
class MRR:
    """1 ÷ place of the first wanted title among the first k, 0 if there is none."""

    k: int = 20
    """How many places count."""

    def __call__(self, shown: Ranked, wanted: frozenset[int]) -> float:
        """Judge the first k; NaN where nothing was wanted."""
        if not wanted:
            return nan
        titles = shown.titles[: self.k].tolist()
        return next((1 / (r + 1) for r, title in enumerate(titles) if title in wanted), 0.0)
