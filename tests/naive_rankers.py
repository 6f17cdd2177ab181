"""Rankers written as their papers' equations, one loop a sum; slow, obvious, no code shared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from math import exp, inf, log, log2

import numpy as np

Order = list[int]


def scaled(scores: Sequence[float]) -> list[float]:
    low, high = min(scores), max(scores)
    if low == high:
        return [1.0] * len(scores)
    return [(score - low) / (high - low) for score in scores]


def mmr(good: Sequence[float], alike: np.ndarray, *, diversity: float, depth: int) -> Order:
    chosen: Order = []

    def value(i: int) -> float:
        nearest = max((float(alike[i, j]) for j in chosen), default=0.0)
        return (1 - diversity) * good[i] - diversity * nearest

    while len(chosen) < min(depth, len(good)):
        chosen.append(_best(len(good), chosen, value))
    return chosen


def dpp(good: Sequence[float], alike: np.ndarray, *, diversity: float, depth: int) -> Order:
    """The greedy maximum by determinants themselves."""
    theta = 1 - diversity
    alpha = theta / (2 * (1 - theta))
    quality = [exp(alpha * (each - 1)) for each in good]
    kernel = np.array(
        [
            [quality[i] * alike[i, j] * quality[j] for j in range(len(good))]
            for i in range(len(good))
        ]
    )
    chosen: Order = []

    def value(i: int) -> float:
        some = [*chosen, i]
        return float(np.linalg.slogdet(kernel[np.ix_(some, some)])[1])

    while len(chosen) < min(depth, len(good)):
        chosen.append(_best(len(good), chosen, value))
    return chosen


def calibrated(
    good: Sequence[float],
    classes: Sequence[Sequence[float]],
    wanted: Sequence[float],
    *,
    strength: float,
    depth: int,
) -> Order:
    chosen: Order = []

    def value(i: int) -> float:
        some = [*chosen, i]
        weights = [1 / log2(1 + rank) for rank, _ in zip(count(1), some, strict=False)]
        mass = sum(w for w, j in zip(weights, some, strict=True) if sum(classes[j]) > 0)
        divergence = 0.0
        for g, p in enumerate(wanted):
            if p > 0:
                total = sum(w * classes[j][g] for w, j in zip(weights, some, strict=True))
                q = total / mass if mass else 0.0
                divergence += p * log(p / (0.99 * q + 0.01 * p))
        relevance = sum(w * good[j] for w, j in zip(weights, some, strict=True))
        return (1 - strength) * relevance - strength * divergence

    while len(chosen) < min(depth, len(good)):
        chosen.append(_best(len(good), chosen, value))
    return chosen


def _best(candidates: int, chosen: Order, value: Callable[[int], float]) -> int:
    best, most = -1, -inf
    for i in range(candidates):
        if i not in chosen and (found := value(i)) > most + 1e-9:
            best, most = i, found
    return best
