"""Recall as the share of what could be found: hits@k ÷ min(k, wanted).

Liang et al., Variational autoencoders for collaborative filtering, WWW 2018.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from matinee.parts import part
from matinee.types import Ranked

__all__ = ["Recall"]


@part("metric", "recall")
@dataclass(frozen=True)
class Recall:
    """Recall@k in [0, 1]; 1 is reachable however many titles are wanted."""

    k: int = 20
    """How many places count."""

    def __call__(self, shown: Ranked, wanted: frozenset[int]) -> float:
        """Judge the first k; NaN where nothing was wanted."""
        if not wanted:
            return nan
        hits = len(wanted.intersection(shown.titles[: self.k].tolist()))
        return hits / min(self.k, len(wanted))
