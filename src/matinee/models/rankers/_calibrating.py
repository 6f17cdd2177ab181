"""Greedy calibration of a list to a distribution over classes, whatever the classes are.

    I* = argmax over I of (1 − λ) · Σ over i in I of w_r(i) s(i) − λ · C_KL(p, q(I))
    q(g | I) = Σ w_r(i) p(g | i) ÷ Σ w_r(i)        C_KL(p, q) = Σ p ln(p ÷ ((1 − α) q + α p))

Steck, Calibrated recommendations, RecSys 2018, equations 2, 3, 6 and 7; w_r = 1 ÷ log₂(1 + r) of
rank r counts early places more, so that every head of the list is calibrated and not only the
whole (Kleinberg et al., Calibrated recommendations for users with decaying attention, 2023).
"""

from __future__ import annotations

import numpy as np

from matinee.models.rankers._greedy import Reals
from matinee.types import Longs

__all__ = ["ALPHA", "calibrated"]

ALPHA = 0.01


def calibrated(good: Reals, classes: Reals, wanted: Reals, *, strength: float, depth: int) -> Longs:
    """Return the places of candidates, best first, that maximise the objective greedily.

    `good` are (M,) in [0, 1], `classes` (M, G) with rows that sum to 1 (or to 0: of no class,
    which leaves the distribution as it is), `wanted` (G,) sums to 1.
    """
    count = min(depth, len(good))
    some = wanted > 0
    p, mine = wanted[some], classes[:, some]
    has_class = classes.any(axis=1)
    total, mass = np.zeros(len(p)), 0.0
    chosen = np.empty(count, np.int64)
    open_ = np.ones(len(good), np.bool_)
    for place in range(count):
        weight = 1 / np.log2(place + 2)
        masses = mass + weight * has_class
        q = (total + weight * mine) / np.where(masses > 0, masses, 1.0)[:, None]  # (M, G)
        mixed = (1 - ALPHA) * q + ALPHA * p
        divergence = (p * np.log(p / mixed)).sum(axis=1)
        value = (1 - strength) * weight * good - strength * divergence
        best = int(np.where(open_, value, -np.inf).argmax())
        chosen[place] = best
        open_[best] = False
        total = total + weight * mine[best]
        mass = float(masses[best])
    return chosen
