"""Calibrated to genres: a list has the genres of what its viewer liked, in their shares.

p(g | u) = Σ w_ui p(g | i) ÷ Σ w_ui over the liked; p(g | i) spreads a title evenly over its
genres. Steck, Calibrated recommendations, RecSys 2018, equation 2.
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
from matinee.types import Index, Ranked, Request

__all__ = ["Calibrated"]


@part("ranker", "calibrated")
@dataclass(frozen=True)
class Calibrated:
    """Places the head of the pool by relevance and by the genres that are due."""

    strength: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5
    """λ: 0 keeps the order, at 1 only genres count."""
    depth: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 60
    """How many places are filled so."""
    consider: Annotated[int, msgspec.Meta(ge=1, le=5000)] = 200
    """From how many of the best candidates."""

    def rank(
        self, requests: Sequence[Request], pools: Sequence[Ranked], *, scene: Scene
    ) -> list[Ranked]:
        """Return each pool with its head placed anew.

        Whoever liked nothing with a genre gets the pool as it is, and everybody at λ = 0.
        """
        return [
            self._ranked(request, pool, scene)
            for request, pool in zip(requests, pools, strict=True)
        ]

    def _ranked(self, request: Request, pool: Ranked, scene: Scene) -> Ranked:
        history = request.history
        liked = history.weights > 0
        genres = _shares(history.titles[liked], scene)
        wanted = history.weights[liked].astype(np.float64) @ genres
        if not wanted.any() or not self.strength:
            return pool
        first = calibrated(
            relevance(pool, self.consider),
            _shares(pool.titles[: self.consider], scene),
            wanted / wanted.sum(),
            strength=self.strength,
            depth=self.depth,
        )
        return reordered(pool, first)


def _shares(titles: Index, scene: Scene) -> Reals:
    """Return (titles, G) the share of each genre in each title; all zeros: it has none."""
    has = scene.catalogue.has_genre[:, titles].T.astype(np.float64)
    shares: Reals = has / np.maximum(has.sum(axis=1, keepdims=True), 1)
    return shares
