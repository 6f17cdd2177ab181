"""Determinantal point process: a head whose titles are good and span as many traits as they can.

    L = Diag(q) S Diag(q), q_i = exp(α · rel(i)), α = θ ÷ (2 (1 − θ)), θ = 1 − diversity

is the kernel of a set's probability, det L_set; the head is its greedy maximum. Each choice
updates a Cholesky factor, so that n places among M candidates cost n² M:

    e_i = (L_ji − ⟨c_j, c_i⟩) ÷ d_j        c_i ← [c_i  e_i]        d_i² ← d_i² − e_i²

Chen, Zhang and Zhou, Fast greedy MAP inference for determinantal point process, NeurIPS 2018,
algorithm 1 and equation 12. S is the cosine of traits; where titles know nothing, S = I.
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

__all__ = ["Dpp"]

_LEAST = 1e-6  # a gain below it is rounding: the head spans all that there is


@part("ranker", "dpp")
@dataclass(frozen=True)
class Dpp:
    """Places the head of the pool by the greedy maximum; the rest keeps its order."""

    diversity: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.3
    """1 − θ: 0 keeps the order, near 1 relevance no longer counts."""
    depth: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 60
    """How many places are filled so, at most: fewer where no title adds a trait."""
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
        traits = scene.traits[pool.titles[: self.consider]]
        alike = (traits @ traits.T).toarray().astype(np.float64)
        np.fill_diagonal(alike, 1.0)
        theta = 1 - self.diversity
        # exp(α·rel) overflows as θ nears 1; a kernel times a constant has the same maximum.
        alpha = min(theta / (2 * self.diversity), 300.0)
        quality = np.exp(alpha * (relevance(pool, self.consider) - 1))
        return _greedy(quality, alike, depth=self.depth)


def _greedy(quality: Reals, alike: Reals, *, depth: int) -> Longs:
    """Return the places that maximise log det greedily.

    With d_i² scaled by q_i² the unscaled factor c_i ÷ q_i depends on S alone, so the gain is
    q_i² · g_i where g_i is what S leaves of i beside the chosen: large q cannot drown it.
    """
    count = min(depth, len(quality))
    weight = 2 * np.log(quality)
    left = np.ones(len(quality))  # d_i² ÷ q_i²
    factors = np.zeros((count, len(quality)))
    chosen: list[int] = []
    open_ = np.ones(len(quality), np.bool_)
    for place in range(count):
        able = open_ & (left > _LEAST)
        if not able.any():
            break
        gain = np.where(able, weight + np.log(np.maximum(left, _LEAST)), -np.inf)
        best = int(gain.argmax())
        chosen.append(best)
        open_[best] = False
        row = alike[best] - factors[:place, best] @ factors[:place]
        factors[place] = row / np.sqrt(left[best])
        left = left - factors[place] ** 2
    return np.array(chosen, np.int64)
