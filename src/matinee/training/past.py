"""A log cut into examples, as imputation looks at it: what each came to, and what told of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matinee.data import Catalogue
from matinee.features.d2q import WatchQuantiles
from matinee.features.examples import Examples, known_at
from matinee.features.graded import COMPONENTS
from matinee.features.outcomes import Outcomes, outcomes
from matinee.features.rewards import Rewards
from matinee.training.priors import Priors
from matinee.types import DAY_MS, Index, Longs, Signals
from matinee.types.moment import HOUR_MS

__all__ = ["TARGETS", "Past", "targets_of", "worth"]

Table = NDArray[np.float64]
TARGETS = len(COMPONENTS) + 1
"""The components, and last what a no takes off their sum."""
_AROUND_MS = 28 * DAY_MS
_SHRINK = 10.0
_AT = {name: place for place, name in enumerate(COMPONENTS)}


def worth(rewards: Rewards) -> Table:
    """Return (TARGETS,) by which targets sum up to the reward."""
    weights = [getattr(rewards.weights, name) for name in COMPONENTS]
    return np.array([*weights, 1.0])


def targets_of(seen: Outcomes, rewards: Rewards) -> Table:
    """Return (E, TARGETS) numbers whose weighted sum is exactly the reward."""
    rest = seen.rewards - seen.components @ worth(rewards)[:-1]
    return np.column_stack([seen.components, rest])


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """Known events as E examples; what is not final yet has its outcome so far as a target."""

    signals: Signals
    found: Examples
    catalogue: Catalogue
    rewards: Rewards
    quantiles: WatchQuantiles | None
    final_at: Longs  # (E,) when it is final: shown anew, or old enough
    targets: Table  # (E, TARGETS)

    @classmethod
    def of(
        cls,
        signals: Signals,
        found: Examples,
        *,
        catalogue: Catalogue,
        rewards: Rewards,
        quantiles: WatchQuantiles | None,
    ) -> Past:
        """Look at every example when it was final."""
        ripe = found.began + int(rewards.labels.final_days * DAY_MS)
        final_at = np.minimum(ripe, found.ended)
        finals = outcomes(
            signals, found, by=final_at, catalogue=catalogue, rewards=rewards, quantiles=quantiles
        )
        targets = targets_of(finals, rewards)
        return cls(signals, found, catalogue, rewards, quantiles, final_at, targets)

    def seen(self, by: Longs) -> Outcomes:
        """Return what was known of each example at its moment."""
        return outcomes(
            self.signals,
            self.found,
            by=by,
            catalogue=self.catalogue,
            rewards=self.rewards,
            quantiles=self.quantiles,
        )

    def priors(self, means: Table) -> Table:
        """Return (2, E, TARGETS) what its title and its profile had come to when each began."""
        found = self.found
        return np.stack(
            [
                Priors.of(keys, self.targets, self.final_at).means(
                    keys, found.began, towards=means, shrink=_SHRINK
                )
                for keys in (found.titles, found.profiles)
            ]
        )

    def features(self, seen: Outcomes, by: Longs) -> Table:
        """Return (E, F) what told of each example at its moment, and nothing that came later."""
        found = self.found
        runtime = self.catalogue.runtimes[found.titles].astype(np.float64)
        series = self.catalogue.is_series[found.titles].astype(np.float64)
        table = seen.components
        share, done = table[:, _AT["watched_share"]], table[:, _AT["completed"]]
        judged = table[:, [_AT[n] for n in ("thumb_up", "two_thumbs_up", "thumb_down")]].sum(axis=1)
        played = (seen.watched > 0).astype(np.float64)
        before, since = self._activity(by)
        still = np.log1p(np.maximum(by - seen.last, 0) / HOUR_MS)
        return np.column_stack(
            [
                table,
                targets_of(seen, self.rewards)[:, -1],
                np.log1p(seen.acts),
                still,
                np.log1p(seen.watched / 60),
                np.log1p(np.nan_to_num(runtime) / 60),
                np.isnan(runtime),
                series,
                found.shown,
                np.log1p(before),
                np.log1p(since),
                played,
                played * (since > 0),
                share * share,
                share * series,
                done * (1 - np.minimum(judged, 1)),
                table[:, _AT["mylist_add"]] * (1 - played),
                played * (1 - done) * still,
            ]
        )

    def _activity(self, by: Longs) -> tuple[Longs, Longs]:
        """Return how much each profile did in the weeks before an example, and since it began."""
        found = self.found
        known = known_at(self.signals)
        order = np.lexsort((known, self.signals.profiles))
        profiles, times = self.signals.profiles[order], known[order]

        def upto(at: Longs) -> Longs:
            return _places(profiles, times, found.profiles, at)

        began = upto(found.began)
        return began - upto(found.began - _AROUND_MS), np.maximum(upto(by) - began, 0)


def _places(keys: Index, times: Longs, asked: Index, at: Longs) -> Longs:
    """Return how many of the sorted (key, time) lie up to each asked one."""
    all_keys = np.concatenate([keys, asked])
    query: Longs = np.repeat([0, 1], [len(keys), len(asked)])
    order = np.lexsort((query, np.concatenate([times, at]), all_keys))
    before = np.cumsum(query[order] == 0)
    found = np.empty(len(all_keys), np.int64)
    found[order] = before
    return found[len(keys) :]
