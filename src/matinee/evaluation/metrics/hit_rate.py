"""Hit rate: is there any wanted title among the first k?"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from matinee.parts import part
from matinee.types import Ranked

__all__ = ["HitRate"]


@part("metric", "hit_rate")
@dataclass(frozen=True)
class HitRate:
    """1 if at least one of the first k was wanted, else 0."""

    k: int = 20
    """How many places count."""

    def __call__(self, shown: Ranked, wanted: frozenset[int]) -> float:
        """Judge the first k; NaN where nothing was wanted."""
        if not wanted:
            return nan
        return float(not wanted.isdisjoint(shown.titles[: self.k].tolist()))
