"""The data of a moment: everything that the log knew then, folded to histories."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matinee.data import Dataset
from matinee.features.recorded import recorded
from matinee.features.rewards import Rewards
from matinee.features.takes import Takes, shown_in
from matinee.stores import Stores
from matinee.types import ORIGINS, Floats, Moment, Offset, Signals

__all__ = ["as_of"]


def as_of(
    stores: Stores, *, at: Moment, upto: Offset | None = None, rewards: Rewards | None = None
) -> Dataset:
    """Return what was known at `at`, of the log up to `upto` (left out: its head now).

    The same `at` and `upto` give the same interactions, whatever was appended since. Simulated
    events are left out. `rewards` left out are those of v1.
    """
    upto = stores.log.head() if upto is None else upto
    signals = stores.log.scan(at=at, upto=upto)
    catalogue = stores.catalogue.snapshot()  # after the scan, so that it knows every title in it
    profiles = stores.profiles.ids()
    real = signals.take(signals.origins != np.uint8(ORIGINS.index("simulated")))
    rewards = Rewards.default() if rewards is None else rewards
    histories = recorded(real, catalogue=catalogue, rewards=rewards, profiles=len(profiles))
    histories = replace(histories, takes=_takes(real, len(catalogue), rewards, at))
    countries = stores.profiles.countries()[: len(profiles)]
    return Dataset(catalogue, tuple(profiles), histories, at, upto, countries)


def _takes(
    signals: Signals, titles: int, rewards: Rewards, at: Moment
) -> tuple[Floats, Floats] | None:
    """Return what was shown and taken of each title lately; None: nothing was shown."""
    counted = Takes(titles).shows(shown_in(signals), size=titles)
    rates = counted.ends(signals, size=titles, quality=rewards.quality_play).rates(at)
    return (rates.shown, rates.taken) if rates.shown.any() else None
