"""Calibration: how far the genres of the first k are from those of what the viewer liked.

    C_KL(p, q) = Σ_g p_g ln(p_g ÷ ((1 − α) q_g + α p_g))

Steck, Calibrated recommendations, RecSys 2018. p is the viewer's history, q the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from matinee.data import Backdrop
from matinee.parts import part
from matinee.types import Ranked, Request

__all__ = ["Calibration", "divergence"]


@part("aspect", "calibration")
@dataclass(frozen=True)
class Calibration:
    """KL divergence in nats: 0 where the list has the genres of the history; less is better."""

    k: int = 20
    """How many places count."""
    alpha: float = 0.01
    """How much of p is mixed into q, so that a genre left out costs something finite."""

    def __call__(
        self,
        shown: Ranked,
        wanted: frozenset[int],  # noqa: ARG002  (it is the past that a list is calibrated to)
        *,
        request: Request,
        backdrop: Backdrop,
    ) -> float:
        """Judge the first k; NaN where history or list has no genres."""
        history = request.history
        liked = history.weights > 0
        p = backdrop.genres(history.titles[liked], history.weights[liked])
        q = backdrop.genres(shown.titles[: self.k])
        return divergence(p, q, alpha=self.alpha) if p.any() and q.any() else nan


def divergence(p: NDArray[np.float64], q: NDArray[np.float64], *, alpha: float) -> float:
    """Return C_KL of two distributions over the same genres, in nats."""
    some = p > 0
    mixed = (1 - alpha) * q[some] + alpha * p[some]
    return max(float((p[some] * np.log(p[some] / mixed)).sum()), 0.0)
