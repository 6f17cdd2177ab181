"""How well a source ranks the whole catalogue for what its viewers went on to like.

Every eligible, unseen title is ranked, never a sample of them (Krichene and Rendle, KDD 2020).
Intervals are percentile bootstraps over requests (Efron and Tibshirani, 1993).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from matinee.models import best
from matinee.parts import Metric, Source
from matinee.types import Floats, Index, Ranked, Request

__all__ = ["Estimate", "bootstrap", "judge", "ranked"]

_BATCH = 128  # requests scored at a time
_DRAWS = 1000
_AT_A_TIME = 100  # bootstrap samples in memory at a time

Values = NDArray[np.float64]


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """A mean over n requests to which the metric applies, and its 95 % interval; NaN if n = 0."""

    mean: float
    low: float
    high: float
    n: int


def ranked(
    source: Source, requests: Sequence[Request], k: int, *, popularity: Floats
) -> list[Ranked]:
    """Return each request's k best eligible, unseen titles; ties fall to `popularity` (N,)."""
    lists: list[Ranked] = []
    for start in range(0, len(requests), _BATCH):
        batch = requests[start : start + _BATCH]
        allowed = np.stack([request.eligible & request.unseen for request in batch])
        scores = source.scores(batch)
        tops = best(scores, k, allowed=allowed, popularity=popularity)
        for row, titles in zip(scores, tops, strict=True):
            found = titles[titles >= 0]
            lists.append(
                Ranked(
                    titles=found,
                    scores=row[found],
                    sources=np.zeros(len(found), np.int8),
                    probability=np.ones(len(found), np.float32),
                )
            )
    return lists


def judge(
    lists: Sequence[Ranked], wanted: Sequence[Index], metrics: Mapping[str, Metric]
) -> dict[str, Values]:
    """Return each metric's value of each list, NaN where it does not apply."""
    sets = [frozenset(rows.tolist()) for rows in wanted]
    return {
        name: np.array([metric(shown, rows) for shown, rows in zip(lists, sets, strict=True)])
        for name, metric in metrics.items()
    }


def bootstrap(values: Values, rng: np.random.Generator) -> Estimate:
    """Return the mean of what is not NaN, with its 95 % percentile interval of 1,000 draws."""
    values = values[~np.isnan(values)]
    n = len(values)
    if not n:
        return Estimate(mean=np.nan, low=np.nan, high=np.nan, n=0)
    means = np.concatenate(
        [
            values[rng.integers(n, size=(_AT_A_TIME, n))].mean(axis=1)
            for _ in range(_DRAWS // _AT_A_TIME)
        ]
    )
    low, high = np.quantile(means, (0.025, 0.975))
    return Estimate(mean=float(values.mean()), low=float(low), high=float(high), n=n)
