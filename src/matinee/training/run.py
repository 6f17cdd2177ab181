"""From the log to the live bundle: read, judge on held-out time, fit on everything, promote."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, TypeAlias

import msgspec
import numpy as np

from matinee.data import Dataset
from matinee.data.splits import by_time
from matinee.evaluation import bootstrap, judge, ranked
from matinee.features import Rewards
from matinee.models import TrainSettings, described, named, recipe
from matinee.parts import Metric, Recipe, Source, load
from matinee.stores import Stores
from matinee.training.as_of import as_of
from matinee.types import BundleId, Moment

__all__ = ["Progress", "evaluation", "train"]

Progress: TypeAlias = Callable[[int, int], None]
"""Called with (steps done, steps in all)."""

_STEPS = 4
_K = 20
_METRICS = ("hit_rate", "mrr", "ndcg", "recall")


def train(
    stores: Stores,
    settings: TrainSettings,
    *,
    now: Moment,
    seed: int,
    home: Path | None = None,
    progress: Progress | None = None,
) -> BundleId:
    """Fit on what the log knows at `now`, save a bundle with its manifest, and make it live.

    The fitted model lies in the bundle as `source`. Until the last step nothing that is live
    changes, so that an interrupted training leaves no trace but, at most, an unused bundle.
    `home` is where a reward file of one's own is looked for.

    Raises:
        LookupError: the settings name an unknown source.
        ValueError: the settings do not hold, or the catalogue is empty.
    """
    model = settings.recipe()
    name, _ = named(settings.source)
    rewards = Rewards.chosen(settings.rewards, home=home)
    steps = _Steps(progress)
    with steps.step("read"):
        data = as_of(stores, at=now, rewards=rewards)
    if not len(data.catalogue):
        msg = "there is nothing to train on: the catalogue is empty; import titles first"
        raise ValueError(msg)
    with steps.step("evaluate"):
        judged = evaluation(model, name, data, share=settings.holdout, seed=seed)
    with steps.step("fit"):
        fitted = model.fit(data, _generator(seed, 0))
    about = {
        "data": _data(data),
        "settings": {name: described(model)},
        "weights": _weights(fitted),
        "rewards": {"said": settings.rewards, "version": rewards.version},
        "seed": seed,
        "evaluation": judged,
        "seconds": steps.seconds,
    }
    with steps.step("save"):
        bundle = stores.bundles.save({"source": ("source", name, fitted)}, now=now, about=about)
        stores.bundles.promote(bundle)
    return bundle


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


def evaluation(
    model: Recipe[Source], name: str, data: Dataset, *, share: float, seed: int
) -> dict[str, Any] | None:
    """Return how well the recipe, and `popular` beside it, do on the newest share of the data.

    Both are fitted on what came before and rank the full catalogue; intervals are 95 %
    bootstraps over requests. None where nothing was held out.
    """
    split = by_time(data, share=share) if share else None
    if split is None or not split.requests:
        return None
    metrics: Mapping[str, Metric] = {
        f"{metric}@{_K}": load("metric", metric)(k=_K) for metric in _METRICS
    }
    popular = recipe("popular").fit(split.fit, _generator(seed, 1))
    order = popular.scores(split.requests[:1])[0]
    found: dict[str, Any] = {}
    for label, source in (
        (name, model.fit(split.fit, _generator(seed, 2))),
        ("popular", popular),
    ):
        lists = ranked(source, split.requests, _K, popularity=order)
        values = judge(lists, split.wanted, metrics)
        found[label] = {
            metric: msgspec.to_builtins(bootstrap(one, _generator(seed, 3)))
            for metric, one in values.items()
        }
    return {
        "protocol": "time",
        "holdout": share,
        "from": split.fit.at.iso,
        "ranking": "full",
        "requests": len(split.requests),
        "models": found,
    }


def _generator(seed: int, use: int) -> np.random.Generator:
    """Return a stream of its own for each use, so that none depends on how the others draw."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, use))))


def _weights(fitted: Source) -> dict[str, float] | None:
    """Return a blend's weights by source, None of any other model."""
    names, weights = getattr(fitted, "names", None), getattr(fitted, "weights", None)
    if names is None or weights is None:
        return None
    return dict(zip(names, weights.tolist(), strict=True))
