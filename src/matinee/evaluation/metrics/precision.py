"""Precision: how much of the first k was wanted."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from matinee.parts import part
from matinee.types import Ranked

__all__ = ["Precision"]


@part("metric", "precision")
@dataclass(frozen=True)
class Precision:
    """hits@k ÷ k in [0, 1]; a list shorter than k pays for what it lacks."""

    k: int = 20
    """How many places count."""

    def __call__(self, shown: Ranked, wanted: frozenset[int]) -> float:
        """Judge the first k; NaN where nothing was wanted."""
        if not wanted:
            return nan
        return len(wanted.intersection(shown.titles[: self.k].tolist())) / self.k
