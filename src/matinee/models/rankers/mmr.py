"""Maximal marginal relevance: each next title is good, and unlike those already chosen.

    next = argmax over i of (1 − diversity) · rel(i) − diversity · max over chosen j of sim(i, j)

Carbonell and Goldstein, The use of MMR, SIGIR 1998. sim is the cosine of the titles' traits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec
import numpy as np

from matinee.data import Scene
from matinee.models.rankers._greedy import Reals, relevance, reordered
from matinee.parts import part
from matinee.types import Longs, Ranked, Request

__all__ = ["Mmr"]


@part("ranker", "mmr")
@dataclass(frozen=True)
class Mmr:
    """Places the head of the pool by marginal relevance.

    Cost a request: the likeness of all considered to each other, and depth × consider steps.
    """

    diversity: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.3
    """What likeness to the chosen counts against relevance: 0 keeps the order."""
    depth: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 60
    """How many places are filled so."""
    consider: Annotated[int, msgspec.Meta(ge=1, le=5000)] = 200
    """From how many of the best candidates."""

    def rank(
        self,
        requests: Sequence[Request],  # noqa: ARG002  (likeness is the same for everybody)
        pools: Sequence[Ranked],
        *,
        scene: Scene,
    ) -> list[Ranked]:
        """Return each pool with its head placed anew; equals keep their order."""
        if not self.diversity:
            return list(pools)
        return [reordered(pool, self._head(pool, scene)) for pool in pools]

    def _head(self, pool: Ranked, scene: Scene) -> Longs:
        good = relevance(pool, self.consider)
        traits = scene.traits[pool.titles[: self.consider]]
        alike = (traits @ traits.T).toarray().astype(np.float64)
        return _marginal(good, alike, diversity=self.diversity, depth=self.depth)


def _marginal(good: Reals, alike: Reals, *, diversity: float, depth: int) -> Longs:
    count = min(depth, len(good))
    chosen = np.empty(count, np.int64)
    nearest = np.zeros(len(good))  # likeness to the chosen one that is most alike
    worth = (1 - diversity) * good
    open_ = np.ones(len(good), np.bool_)
    for place in range(count):
        value = np.where(open_, worth - diversity * nearest, -np.inf)
        best = int(value.argmax())
        chosen[place] = best
        open_[best] = False
        np.maximum(nearest, alike[best], out=nearest)
    return chosen
