"""Watch time without the bias towards long titles: its quantile among titles about as long.

Zhan et al., "Deconfounding Duration Bias in Watch-time Prediction for Video Recommendation",
KDD 2022. Plays are cut into buckets of equally many by duration d; within bucket b(d) a watch
time w is worth its rank, and a rank is a watch time again:

    q = F_b(w) = |{v ∈ b : v ≤ w}| ÷ |b|        w = F_b⁻¹(q) = min {v ∈ b : F_b(v) ≥ q}
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from matinee.types import Longs

__all__ = ["WatchQuantiles"]

Seconds = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class WatchQuantiles:
    """B buckets by duration and one more for durations unknown, and the watch times in each."""

    edges: Seconds  # (B − 1,) ascending; from each on, the next bucket
    starts: Longs  # (B + 2,) bucket b has the watch times `starts[b]:starts[b + 1]`
    watched: Seconds  # (W,) ascending within each bucket

    @classmethod
    def fit(cls, durations: Seconds, watched: Seconds, *, buckets: int) -> Self:
        """Learn from plays; fewer buckets come of it where durations are alike.

        Durations in seconds, NaN: unknown. Watch times in seconds, none of them NaN.
        """
        known = durations[~np.isnan(durations)]
        shares = np.arange(1, buckets) / buckets
        edges = np.unique(np.quantile(known, shares, method="higher")) if len(known) else known
        edges = edges[edges > known.min()] if len(known) else edges
        bucket = _bucket(edges, durations)
        order = np.lexsort((watched, bucket))
        counts = np.bincount(bucket, minlength=len(edges) + 2)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return cls(edges.astype(np.float64), starts, watched[order].astype(np.float64))

    def quantiles(self, durations: Seconds, watched: Seconds) -> Seconds:
        """Return F_b(w) of each play, in [0, 1]; 0 in a bucket of which nothing is known."""
        found = np.zeros(len(watched))
        for mine, times in self._by_bucket(durations):
            found[mine] = np.searchsorted(times, watched[mine], side="right") / len(times)
        return found

    def seconds(self, durations: Seconds, quantiles: Seconds) -> Seconds:
        """Return F_b⁻¹(q) of each play; 0 in a bucket of which nothing is known."""
        found = np.zeros(len(quantiles))
        for mine, times in self._by_bucket(durations):
            # one ulp of slack: k ÷ n · n need not be k
            rank = np.ceil(quantiles[mine] * len(times) * (1 - 1e-12)).astype(np.int64) - 1
            found[mine] = times[np.clip(rank, 0, len(times) - 1)]
        return found

    def _by_bucket(self, durations: Seconds) -> Iterator[tuple[Longs, NDArray[Any]]]:
        bucket = _bucket(self.edges, durations)
        for b in np.unique(bucket).tolist():
            times = self.watched[self.starts[b] : self.starts[b + 1]]
            if len(times):
                yield np.flatnonzero(bucket == b), times


def _bucket(edges: Seconds, durations: Seconds) -> Longs:
    found: Longs = np.searchsorted(edges, durations, side="right")
    return np.where(np.isnan(durations), len(edges) + 1, found)
