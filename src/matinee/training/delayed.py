"""What is still to come of an exposure: p(final feedback | feedback so far, features).

Feedback comes late: a film is finished days after it was shown, a thumb follows weeks later.
Components that are missing are expected by regressions, one a component and age, learnt on
examples that are old enough to be final and looked at as they were at that age. The reward is
linear in the components c and in what a no takes off, which is expected likewise:

    E[r] = Σ_s w_s · E[c_s] + E[min(Σ_s w_s c_s, disliked_at_most) − Σ_s w_s c_s; disliked]

Used offline only, while labels are made (as Netflix describes its proxy rewards, 2024): nothing
that is served knows it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from matinee.data import Catalogue
from matinee.features.d2q import WatchQuantiles
from matinee.features.examples import NEVER, Examples, examples, known_at
from matinee.features.graded import COMPONENTS
from matinee.features.outcomes import Outcomes, outcomes, watch_quantiles
from matinee.features.rewards import Rewards
from matinee.training.past import TARGETS, Past, targets_of, worth
from matinee.training.regression import linear, logistic, times
from matinee.types import DAY_MS, Flags, Longs, Moment, Signals

__all__ = ["Delayed", "FittedDelayed"]

Table = NDArray[np.float64]
_LINEAR = frozenset({COMPONENTS.index("watched_minutes"), TARGETS - 1})
_FEWEST = 200
"""Examples below which an age is left out: its regressions would only fit noise."""


@dataclass(frozen=True, slots=True, eq=False)
class FittedDelayed:
    """Regressions of T targets at A ages on F features; without ages it expects nothing."""

    rewards: Rewards
    quantiles: WatchQuantiles | None
    ages: Table  # (A,) days, ascending
    centres: tuple[Table, ...]  # A of (F,)
    scales: tuple[Table, ...]  # A of (F,)
    thetas: tuple[Table, ...]  # A of (T, F + 3): features, the target's two priors, one
    varies: tuple[Flags, ...]  # A of (T,): targets of which something is still to come then
    means: Table  # (T,) towards which priors of few outcomes are drawn

    def seen(
        self, signals: Signals, found: Examples, *, by: Longs, catalogue: Catalogue
    ) -> Outcomes:
        """Return what was known of each example at its moment of `by`, in this model's measure."""
        return outcomes(
            signals,
            found,
            by=by,
            catalogue=catalogue,
            rewards=self.rewards,
            quantiles=self.quantiles,
        )

    def impute(
        self, signals: Signals, found: Examples, *, by: Longs, catalogue: Catalogue
    ) -> tuple[Table, Table]:
        """Return (E, C) components and (E,) rewards, of open examples as they are expected.

        What is final at its moment of `by`, or ended because the title was shown anew, stays as
        it was observed. Events that were not known at the latest moment must not be among these.
        """
        seen = self.seen(signals, found, by=by, catalogue=catalogue)
        final_ms = self.rewards.labels.final_days * DAY_MS
        waits = np.flatnonzero((found.ended > by) & (found.began + final_ms > by))
        table, value = seen.components.copy(), seen.rewards.copy()
        if not len(self.ages) or not len(waits):
            return table, value
        past = Past.of(
            signals, found, catalogue=catalogue, rewards=self.rewards, quantiles=self.quantiles
        )
        expected = self._expected(
            past.features(seen, by)[waits],
            past.priors(self.means)[:, waits],
            (by - found.began)[waits] / DAY_MS,
            targets_of(seen, self.rewards)[waits],
        )
        table[waits] = expected[:, :-1]
        value[waits] = expected @ worth(self.rewards)
        return table, value

    def _expected(self, X: Table, priors: Table, ages: Table, now: Table) -> Table:
        """Return (n, T), between the regressions of the nearest ages by the log of the age."""
        place = np.interp(np.log1p(ages), np.log1p(self.ages), np.arange(len(self.ages)))
        found = np.zeros_like(now)
        for a in range(len(self.ages)):
            share = np.clip(1 - np.abs(place - a), 0, 1)
            mine = np.flatnonzero(share > 0)
            Z = (X[mine] - self.centres[a]) / self.scales[a]
            found[mine] += np.where(self.varies[a], 0.0, share[mine, None] * now[mine])
            for t in np.flatnonzero(self.varies[a]).tolist():
                z = times(_designed(Z, priors[:, mine, t]), self.thetas[a][t])
                found[mine, t] += share[mine] * (z if t in _LINEAR else expit(z))
        found[:, -1] = np.minimum(found[:, -1], 0.0)
        return found


@dataclass(frozen=True)
class Delayed:
    """How the imputation is learnt."""

    ages: tuple[float, ...] = (0.25, 1.0, 3.0, 7.0, 14.0, 28.0)
    """Days after an exposure at which examples are looked at; between them it is interpolated."""
    l2: float = 10.0
    """Penalty of the regressions."""
    most: int = 30_000
    """Examples to learn from at most, drawn at random."""

    def fit(
        self,
        signals: Signals,
        *,
        catalogue: Catalogue,
        rewards: Rewards,
        at: Moment,
        rng: np.random.Generator,
    ) -> FittedDelayed:
        """Learn from the examples that were final at `at`; of too few, nothing is learnt.

        Events that were not known at `at` are left out, so that the same moment gives the same
        model, whatever came since.
        """
        known = signals.take(known_at(signals) <= at)
        found = examples(known, catalogue=catalogue, rewards=rewards)
        ripe = np.flatnonzero(found.began + rewards.labels.final_days * DAY_MS <= at)
        if len(ripe) > self.most:
            ripe = np.sort(rng.choice(ripe, self.most, replace=False))
        past = Past.of(
            known,
            found,
            catalogue=catalogue,
            rewards=rewards,
            quantiles=_quantiles(known, found, catalogue, rewards),
        )
        means = past.targets[ripe].mean(axis=0) if len(ripe) else np.zeros(TARGETS)
        learnt = self._learnt(past, ripe, means)
        return FittedDelayed(
            rewards=rewards,
            quantiles=past.quantiles,
            ages=np.array([one.age for one in learnt]),
            centres=tuple(one.centre for one in learnt),
            scales=tuple(one.scale for one in learnt),
            thetas=tuple(one.theta for one in learnt),
            varies=tuple(one.varies for one in learnt),
            means=means,
        )

    def _learnt(self, past: Past, ripe: Longs, means: Table) -> list[_Learnt]:
        """Return what each age teaches for which there are examples enough."""
        priors, learnt = past.priors(means), []
        for age in sorted(self.ages):
            by = past.found.began + round(age * DAY_MS)
            open_ = ripe[past.final_at[ripe] > by[ripe]]
            if len(open_) < _FEWEST:
                continue
            seen = past.seen(by)
            now, finals = targets_of(seen, past.rewards)[open_], past.targets[open_]
            X = past.features(seen, by)[open_]
            centre, spread = X.mean(axis=0), X.std(axis=0)
            scale = np.where(spread > 0, spread, 1.0)
            Z = (X - centre) / scale
            varies = (now != finals).any(axis=0)
            theta = np.zeros((TARGETS, X.shape[1] + 3))
            for t in np.flatnonzero(varies).tolist():
                fit = linear if t in _LINEAR else logistic
                theta[t] = fit(_designed(Z, priors[:, open_, t]), finals[:, t], l2=self.l2)
            learnt.append(_Learnt(age, centre, scale, theta, varies))
        return learnt


@dataclass(frozen=True, slots=True, eq=False)
class _Learnt:
    """The regressions of one age; see `FittedDelayed`."""

    age: float
    centre: Table
    scale: Table
    theta: Table
    varies: Flags


def _designed(Z: Table, priors: Table) -> Table:
    return np.column_stack([Z, priors.T, np.ones(len(Z))])


def _quantiles(
    signals: Signals, found: Examples, catalogue: Catalogue, rewards: Rewards
) -> WatchQuantiles | None:
    """Learn how long titles of each length are watched, from all that is known."""
    by = np.full(len(found), NEVER)
    seen = outcomes(signals, found, by=by, catalogue=catalogue, rewards=rewards)
    return watch_quantiles(found, seen, catalogue=catalogue, rewards=rewards)
