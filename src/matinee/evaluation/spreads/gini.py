"""Gini: how unequally the first k are shared among all titles.

    G = 1 − ECS ÷ N

which is the usual mean-difference form, Σ_i Σ_j |x_i − x_j| ÷ (2 N² x̄).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matinee.evaluation.spreads.coverage import counts
from matinee.evaluation.spreads.ecs import effective_size
from matinee.parts import part
from matinee.types import Ranked

__all__ = ["Gini"]


@part("spread", "gini")
@dataclass(frozen=True)
class Gini:
    """Gini coefficient in [0, 1): 0 where all titles are shown alike; NaN of nothing shown."""

    k: int = 20
    """How many places count."""

    def __call__(self, lists: Sequence[Ranked], *, titles: int) -> float:
        """Judge all lists over the whole catalogue."""
        return 1 - effective_size(counts(lists, self.k, titles=titles)) / max(titles, 1)
