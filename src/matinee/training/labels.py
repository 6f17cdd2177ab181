"""Training examples with labels and rewards, from a log and a reward file; the file is data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matinee.data import Catalogue
from matinee.features.examples import examples, known_at
from matinee.features.outcomes import labels_of, outcomes, watch_quantiles
from matinee.features.rewards import Rewards
from matinee.types import DAY_MS, ORIGINS, Flags, Floats, Index, Longs, Moment, Signals

if TYPE_CHECKING:
    from matinee.training.delayed import FittedDelayed

__all__ = ["Labelled", "known_signals", "labelled"]


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """E examples by profile, title and time, labelled with what was known `at` a moment."""

    at: Moment
    rewards_version: int
    profiles: Index  # (E,) profile rows
    titles: Index  # (E,) title rows
    began: Longs  # (E,) epoch ms of the exposure, or of the play that nothing showed
    shown: Flags  # (E,) whether a tile of it was seen first
    tiles: Longs  # (E,) mark of that tile's token, 0: none; joins it to the decision record
    final: Flags  # (E,) nothing more is expected to come of it
    components: Floats  # (E, C) by `COMPONENTS`; of those that are not final perhaps expected
    rewards: Floats  # (E,)
    labels: Floats  # (E,) in [−1, 1]

    def __len__(self) -> int:
        return len(self.titles)


def known_signals(signals: Signals, *, at: Moment) -> Signals:
    """Return the events that were known at a moment, without simulated ones."""
    real = signals.origins != np.uint8(ORIGINS.index("simulated"))
    return signals.take(real & (known_at(signals) <= at))


def labelled(
    signals: Signals,
    *,
    catalogue: Catalogue,
    rewards: Rewards,
    at: Moment,
    delayed: FittedDelayed | None = None,
) -> Labelled:
    """Return every example that had begun at `at`, by what was known then.

    `signals` come sorted as `EventLog.scan` gives them. With `delayed`, what is still to come of
    an example that is not final is expected, and its reward is that of the observed and the
    expected together; without, what is missing counts as 0.

    Raises:
        ValueError: `delayed` was fitted with another reward file.
    """
    if delayed is not None and delayed.rewards != rewards:
        msg = "the imputation was fitted with another reward file; fit it with this one"
        raise ValueError(msg)
    known = known_signals(signals, at=at)
    found = examples(known, catalogue=catalogue, rewards=rewards)
    by = np.full(len(found), int(at), np.int64)
    if delayed is not None:
        table, value = delayed.impute(known, found, by=by, catalogue=catalogue)
    else:
        seen = outcomes(known, found, by=by, catalogue=catalogue, rewards=rewards)
        quantiles = watch_quantiles(found, seen, catalogue=catalogue, rewards=rewards)
        if quantiles is not None:
            seen = outcomes(
                known, found, by=by, catalogue=catalogue, rewards=rewards, quantiles=quantiles
            )
        table, value = seen.components, seen.rewards
    final_at = np.minimum(found.ended, found.began + int(rewards.labels.final_days * DAY_MS))
    return Labelled(
        at=at,
        rewards_version=rewards.version,
        profiles=found.profiles,
        titles=found.titles,
        began=found.began,
        shown=found.shown,
        tiles=found.tiles,
        final=final_at <= at,
        components=_floats(table),
        rewards=_floats(value),
        labels=labels_of(table, rewards, value=value),
    )


def _floats(values: NDArray[np.float64]) -> Floats:
    return values.astype(np.float32)
