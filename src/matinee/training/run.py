"""From the log to a live bundle: read, search, judge on held-out time, fit, weigh, promote."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, TypeAlias

import msgspec
import numpy as np

from matinee.data import Dataset
from matinee.features import Rewards
from matinee.models import TrainSettings, described, named, recipe
from matinee.parts import Forgetful, Source
from matinee.stores import Stores, placeholder
from matinee.training.as_of import as_of
from matinee.training.cards import cards, versions
from matinee.training.gate import Verdict, weigh
from matinee.training.judging import evaluation, generator
from matinee.training.searching import searched
from matinee.types import BundleId, Moment

__all__ = ["Progress", "Trained", "retrain", "train"]

Progress: TypeAlias = Callable[[int, int], None]
"""Called with (steps done, steps in all)."""

_STEPS = 4


class Trained(msgspec.Struct, frozen=True, kw_only=True):
    """A new bundle, and whether it was made live."""

    bundle: BundleId
    verdict: Verdict
    live: bool
    """False where the gate held it back; it can be promoted later."""


def train(
    stores: Stores,
    settings: TrainSettings,
    *,
    now: Moment,
    seed: int,
    home: Path | None = None,
    progress: Progress | None = None,
) -> BundleId:
    """Fit, save and make live, without comparing with what was live; see `retrain` and `fit`."""
    steps = _Steps(progress)
    bundle, _ = _fitted(stores, settings, steps, now=now, seed=seed, home=home, promote=True)
    return bundle


def retrain(
    stores: Stores,
    settings: TrainSettings,
    *,
    now: Moment,
    seed: int,
    home: Path | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Trained:
    """Fit and save a bundle, weigh it against the live one, and make it live unless it is worse.

    `force` promotes it whatever the gate says.

    Raises:
        LookupError, ValueError: as `train`.
    """
    steps = _Steps(progress)
    bundle, data = _fitted(stores, settings, steps, now=now, seed=seed, home=home, promote=False)
    verdict = weigh(stores, bundle, data, share=settings.holdout, margin=settings.margin, seed=seed)
    live = verdict.passed or force
    if live:
        stores.bundles.promote(bundle, now=now)
    return Trained(bundle=bundle, verdict=verdict, live=live)


def _fitted(
    stores: Stores,
    settings: TrainSettings,
    steps: _Steps,
    *,
    now: Moment,
    seed: int,
    home: Path | None,
    promote: bool,
) -> tuple[BundleId, Dataset]:
    """Fit on what the log knows at `now` and save a bundle with its manifest and cards.

    The fitted model lies in the bundle as `source`. Until the last step nothing that is live
    changes, so that an interrupted training leaves no trace but, at most, an unused bundle.
    `home` is where a reward file of one's own is looked for.

    Raises:
        LookupError: the settings name an unknown source.
        ValueError: the settings do not hold, or the catalogue is empty.
    """
    model, spec = settings.recipe(), settings.source
    name, _ = named(spec)
    rewards = Rewards.chosen(settings.rewards, home=home)
    with steps.step("read"):
        data = as_of(stores, at=now, rewards=rewards)
    if not len(data.catalogue):
        msg = "there is nothing to train on: the catalogue is empty; import titles first"
        raise ValueError(msg)
    search = None
    if settings.trials:
        started = perf_counter()
        spec, search = searched(
            spec, data, holdout=settings.holdout, trials=settings.trials, seed=seed
        )
        model = recipe(spec)
        steps.seconds["search"] = round(perf_counter() - started, 3)
    with steps.step("evaluate"):
        judged = evaluation(model, name, data, share=settings.holdout, seed=seed)
    with steps.step("fit"):
        fitted = model.fit(data, generator(seed, 0))
    about = {
        "data": _data(data),
        "settings": {name: described(model)},
        "search": search,
        "weights": _weights(fitted),
        "rewards": {"said": settings.rewards, "version": rewards.version},
        "seed": seed,
        "versions": versions(),
        "evaluation": judged,
        "seconds": steps.seconds,
    }
    with steps.step("save"):
        models = {"source": ("source", name, _without_erased(fitted, stores))}
        documents = cards(about, created=now.iso)
        bundle = stores.bundles.save(models, now=now, about=about, documents=documents)
        if promote:
            stores.bundles.promote(bundle, now=now)
    return bundle, data


def _without_erased(fitted: Source, stores: Stores) -> Source:
    """Let a model go of profiles that were erased while it was fitted."""
    if not isinstance(fitted, Forgetful):
        return fitted
    ids = stores.profiles.ids()
    rows = [row for row, name in enumerate(ids) if name == placeholder(row)]
    return fitted.without_profiles(np.asarray(rows, np.int32))


class _Steps:
    """Reports each step when it is done, and remembers how long it took."""

    def __init__(self, progress: Progress | None) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = progress
        self._done = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = perf_counter()
        yield
        self.seconds[name] = round(perf_counter() - started, 3)
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, _STEPS)


def _data(data: Dataset) -> dict[str, Any]:
    return {
        "fingerprint": f"sha256:{data.fingerprint}",
        "at": data.at.iso,
        "upto": data.upto,
        "profiles": len(data.profiles),
        "titles": len(data.catalogue),
        "interactions": len(data.histories.entries),
        "catalogue_version": data.catalogue.version,
    }


def _weights(fitted: Source) -> dict[str, float] | None:
    """Return a blend's weights by source, None of any other model."""
    names, weights = getattr(fitted, "names", None), getattr(fitted, "weights", None)
    if names is None or weights is None:
        return None
    return dict(zip(names, weights.tolist(), strict=True))
