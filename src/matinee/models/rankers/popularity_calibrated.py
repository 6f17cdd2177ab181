"""Calibrated to popularity: who likes the obscure is shown the obscure, in the same measure.

Titles fall into three classes by popularity: the head, the most popular ones that together have
`head` of all plays and likes; the tail, the least popular that together have `tail`; and the
middle. The list is given the shares that they have in the rewards of what the viewer liked.
Abdollahpouri et al., User-centered evaluation of popularity bias, UMAP 2021; Klimashevskaia et al.,
Mitigating popularity bias in recommendation: potential and limits of calibration approaches, BIAS
2022.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec
import numpy as np

from matinee.data import Scene
from matinee.models.rankers._calibrating import calibrated
from matinee.models.rankers._greedy import Reals, relevance, reordered
from matinee.parts import part
from matinee.types import Floats, Longs, Ranked, Request

__all__ = ["PopularityCalibrated"]


@part("ranker", "popularity_calibrated")
@dataclass(frozen=True)
class PopularityCalibrated:
    """Places the head of the pool by relevance and by how popular titles are due."""

    strength: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5
    """λ: 0 keeps the order, at 1 only popularity classes count."""
    head: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.2
    """The share of all plays and likes that makes up the head."""
    tail: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.2
    """And the tail."""
    depth: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 60
    """How many places are filled so."""
    consider: Annotated[int, msgspec.Meta(ge=1, le=5000)] = 400
    """From how many of the best candidates."""

    def rank(
        self, requests: Sequence[Request], pools: Sequence[Ranked], *, scene: Scene
    ) -> list[Ranked]:
        """Return each pool with its head placed anew.

        Whoever liked nothing, and everybody before anything was played or at λ = 0, gets the
        pool as it is.
        """
        if not scene.popularity.any() or not self.strength:
            return list(pools)
        classes = np.eye(3)[_classes(scene.popularity, head=self.head, tail=self.tail)]
        return [
            self._ranked(request, pool, classes)
            for request, pool in zip(requests, pools, strict=True)
        ]

    def _ranked(self, request: Request, pool: Ranked, classes: Reals) -> Ranked:
        history = request.history
        liked = history.weights > 0
        if not liked.any():
            return pool
        weights = history.weights[liked].astype(np.float64)
        first = calibrated(
            relevance(pool, self.consider),
            classes[pool.titles[: self.consider]],
            weights @ classes[history.titles[liked]] / weights.sum(),
            strength=self.strength,
            depth=self.depth,
        )
        return reordered(pool, first)


def _classes(popularity: Floats, *, head: float, tail: float) -> Longs:
    """Return (N,) 0 for the head, 1 for the middle, 2 for the tail; ties: lower row first.

    A title is of the head while those before it have less than `head` of everything, and of the
    tail when it and those behind it have at most `tail`.
    """
    order = np.argsort(-popularity, kind="stable")
    share = popularity[order].astype(np.float64) / popularity.sum(dtype=np.float64)
    before = np.cumsum(share) - share
    found = np.where(before < head, 0, np.where(1 - before <= tail + 1e-12, 2, 1))
    classes = np.empty(len(popularity), np.int64)
    classes[order] = found
    return classes
