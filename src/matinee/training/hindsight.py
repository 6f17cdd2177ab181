"""How good the expected rewards of young examples were, once their final ones were known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matinee.data import Catalogue
from matinee.features.examples import Examples, examples
from matinee.training.delayed import FittedDelayed
from matinee.training.past import Past, worth
from matinee.types import DAY_MS, Index, Moment, Signals

__all__ = ["AtAge", "calibration", "hindsight"]

Array = NDArray[np.float64]
_DRAWS = 1000
_BINS = 10


@dataclass(frozen=True, slots=True)
class AtAge:
    """Rewards of examples of one age against their final ones; `missing` takes them as they are.

    Errors are mean squares over `n` examples; `gain` is how much smaller the imputed error is,
    with a 95 % interval of a bootstrap over profiles. Biases are mean expected minus mean final;
    calibration is the mean distance of the two within tenths by the expected reward.
    """

    age_days: float
    n: int
    waiting: int  # examples of which something could still come
    missing: float
    imputed: float
    gain: float
    low: float
    high: float
    missing_bias: float
    imputed_bias: float
    missing_calibration: float
    imputed_calibration: float


def hindsight(
    signals: Signals,
    fitted: FittedDelayed,
    *,
    catalogue: Catalogue,
    since: Moment,
    until: Moment,
    ages: Sequence[float],
    rng: np.random.Generator,
) -> list[AtAge]:
    """Judge by the examples that began after `since` and at `until` at the latest.

    They must be final in these events, so the log must go on for `labels.final_days` more;
    `fitted` must have been fitted at `since` or before, to be judged on what it never saw.
    """
    found = examples(signals, catalogue=catalogue, rewards=fitted.rewards)
    test = np.flatnonzero((found.began > since) & (found.began <= until))
    past = Past.of(
        signals, found, catalogue=catalogue, rewards=fitted.rewards, quantiles=fitted.quantiles
    )
    final = (past.targets @ worth(fitted.rewards))[test]
    return [
        _at_age(age, signals, fitted, found, past, test=test, final=final, rng=rng) for age in ages
    ]


def _at_age(
    age: float,
    signals: Signals,
    fitted: FittedDelayed,
    found: Examples,
    past: Past,
    *,
    test: NDArray[np.int64],
    final: Array,
    rng: np.random.Generator,
) -> AtAge:
    by = found.began + round(age * DAY_MS)
    missing = past.seen(by).rewards[test]
    imputed = fitted.impute(signals, found, by=by, catalogue=past.catalogue)[1][test]
    better = (missing - final) ** 2 - (imputed - final) ** 2
    low, high = _interval(better, found.profiles[test], rng)
    return AtAge(
        age_days=age,
        n=len(test),
        waiting=int((past.final_at[test] > by[test]).sum()),
        missing=float(((missing - final) ** 2).mean()),
        imputed=float(((imputed - final) ** 2).mean()),
        gain=float(better.mean()),
        low=low,
        high=high,
        missing_bias=float((missing - final).mean()),
        imputed_bias=float((imputed - final).mean()),
        missing_calibration=calibration(missing, final),
        imputed_calibration=calibration(imputed, final),
    )


def calibration(expected: Array, final: Array) -> float:
    """Return Σ_b n_b ÷ n · |mean expected − mean final| over tenths b by the expected value."""
    order = np.argsort(expected, kind="stable")
    apart = [
        abs(float((expected[part] - final[part]).sum())) for part in np.array_split(order, _BINS)
    ]
    return sum(apart) / max(len(expected), 1)


def _interval(values: Array, profiles: Index, rng: np.random.Generator) -> tuple[float, float]:
    """Return the 95 % interval of the mean, drawing whole profiles again."""
    _, groups = np.unique(profiles, return_inverse=True)
    sums, counts = np.bincount(groups, values), np.bincount(groups)
    drawn = rng.integers(len(sums), size=(_DRAWS, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)
