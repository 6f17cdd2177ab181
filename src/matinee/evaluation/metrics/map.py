"""Average precision: the precision at each wanted title's place; its mean over lists is MAP.

AP@k = Σ over places r ≤ k holding a wanted title of hits@r ÷ r, ÷ min(k, wanted)
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from matinee.parts import part
from matinee.types import Ranked

__all__ = ["MAP"]


@part("metric", "map")
@dataclass(frozen=True)
class MAP:
    """Average precision at k in [0, 1]; 1 where the list starts with wanted titles only."""

    k: int = 20
    """How many places count."""

    def __call__(self, shown: Ranked, wanted: frozenset[int]) -> float:
        """Judge the first k; NaN where nothing was wanted."""
        if not wanted:
            return nan
        titles = shown.titles[: self.k].tolist()
        places = [r for r, title in enumerate(titles, start=1) if title in wanted]
        total = sum(hits / place for hits, place in enumerate(places, start=1))
        return total / min(self.k, len(wanted))
