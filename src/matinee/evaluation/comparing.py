"""How sure a mean is, and whether one model is better than another.

Intervals are percentile bootstraps over profiles (Efron and Tibshirani, 1993), pairs are compared
on the same profiles by random sign flips, and many comparisons at once pay for it (Holm, 1979).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from matinee.evaluation.ranking import Estimate
from matinee.types import Longs

__all__ = [
    "Pair",
    "bounds",
    "by_profile",
    "estimates",
    "holm",
    "pairs",
    "ratios",
    "resampled_ratio",
    "sign_flips",
]

Values: TypeAlias = NDArray[np.float64]

_DRAWS = 1000
_FLIPS = 9999
_AT_A_TIME = 100  # bootstrap samples or sign flips in memory at a time
_QUANTILES = (0.025, 0.975)


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """By how much `a` is better than `b` on the same profiles, with its 95 % interval."""

    a: str
    b: str
    metric: str
    difference: float
    low: float
    high: float
    p: float
    """Two-sided, of the mean difference under random signs."""
    p_holm: float
    """The same, corrected for all pairs of the report."""


def by_profile(values: Values, profiles: Longs) -> Values:
    """Return the mean of each profile's values, by rising profile; NaN are left out.

    A profile is one draw of a bootstrap however often it asked.
    """
    _, place = np.unique(profiles, return_inverse=True)
    count = int(place.max(initial=-1)) + 1
    there = ~np.isnan(values)
    total = np.bincount(place[there], values[there], minlength=count)
    number = np.bincount(place[there], minlength=count)
    means: Values = np.divide(total, number, out=np.full(count, np.nan), where=number > 0)
    return means


def estimates(values: Values, rng: np.random.Generator) -> list[Estimate]:
    """Return the mean of each column of (n, M) without its NaN, and its interval.

    All columns see the same 1,000 resamples.
    """
    there = ~np.isnan(values)
    filled = np.where(there, values, 0.0)
    means = resampled_ratio(filled, there.astype(np.float64), rng)
    found = []
    for column in range(values.shape[1]):
        own = values[there[:, column], column]
        if not len(own):
            found.append(Estimate(mean=np.nan, low=np.nan, high=np.nan, n=0))
            continue
        mean = float(own.mean())
        low, high = bounds(means[:, column])
        # Rounding must not part an interval from its mean where all values are alike.
        found.append(Estimate(mean=mean, low=min(low, mean), high=max(high, mean), n=len(own)))
    return found


def ratios(above: Values, below: Values, rng: np.random.Generator) -> list[Estimate]:
    """Return Σ above ÷ Σ below of each column of (n, M) over the same profiles, with intervals.

    NaN where nothing is below.
    """
    drawn = resampled_ratio(above, below, rng)
    found = []
    for column in range(above.shape[1]):
        total = below[:, column].sum()
        low, high = bounds(drawn[:, column])
        mean = float(above[:, column].sum() / total) if total else np.nan
        found.append(Estimate(mean=mean, low=low, high=high, n=len(above)))
    return found


def pairs(values: Mapping[str, Values], *, metric: str, rng: np.random.Generator) -> list[Pair]:
    """Compare every model with every other, the better one first; values by model, by profile."""
    names = sorted(values, key=lambda name: -np.nansum(values[name]))
    both = list(combinations(names, 2))
    if not both:
        return []
    differences = np.stack([values[a] - values[b] for a, b in both], axis=1)  # (n, pairs)
    differences = differences[~np.isnan(differences).any(axis=1)]
    found = estimates(differences, rng)
    chances = sign_flips(differences, rng)
    return [
        Pair(
            a=a,
            b=b,
            metric=metric,
            difference=one.mean,
            low=one.low,
            high=one.high,
            p=p,
            p_holm=corrected,
        )
        for (a, b), one, p, corrected in zip(both, found, chances, holm(chances), strict=True)
    ]


def sign_flips(differences: Values, rng: np.random.Generator) -> list[float]:
    """Return how likely each column's mean is, or one farther from 0, if signs were chance.

    Of 9,999 random flips and the signs as they are, so never below .0001. 1 for no values.
    """
    count, columns = differences.shape
    observed = np.abs(differences.sum(axis=0)) * (1 - 1e-12)  # equals must count as equal
    as_far = np.ones(columns)
    for start in range(0, _FLIPS, _AT_A_TIME):
        some = min(_AT_A_TIME, _FLIPS - start)
        signs = 1.0 - 2.0 * rng.integers(0, 2, size=(some, count), dtype=np.int8)
        as_far += (np.abs(signs @ differences) >= observed).sum(axis=0)
    chances: list[float] = (as_far / (_FLIPS + 1)).tolist()
    return chances


def holm(chances: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number, in the order given (Holm's step-down)."""
    corrected = [0.0] * len(chances)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(chances)), key=chances.__getitem__)):
        highest = max(highest, min(1.0, (len(chances) - rank) * chances[place]))
        corrected[place] = highest
    return corrected


def resampled_ratio(above: Values, below: Values, rng: np.random.Generator) -> Values:
    """Return Σ above ÷ Σ below of each of 1,000 resamples of the rows: (draws, M)."""
    count = len(above)
    pieces = []
    for _ in range(_DRAWS // _AT_A_TIME if count else 0):
        drawn = rng.integers(count, size=(_AT_A_TIME, count))
        lines = np.repeat(np.arange(_AT_A_TIME), count) * count
        times = np.bincount(drawn.ravel() + lines, minlength=_AT_A_TIME * count)
        weights = times.reshape(_AT_A_TIME, count).astype(np.float64)
        over = weights @ below
        full = np.full_like(over, np.nan)
        pieces.append(np.divide(weights @ above, over, out=full, where=over > 0))
    return np.concatenate(pieces) if pieces else np.full((1, above.shape[1]), np.nan)


def bounds(drawn: Values) -> tuple[float, float]:
    """Return the 95 % percentile interval of what was drawn, without its NaN."""
    drawn = drawn[~np.isnan(drawn)]
    if not len(drawn):
        return np.nan, np.nan
    low, high = np.quantile(drawn, _QUANTILES)
    return float(low), float(high)
