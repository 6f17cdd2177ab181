"""Settings searched on validation data, for whatever the configuration says shall be trained."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from matinee.data import Dataset
from matinee.evaluation.protocols.time import Time
from matinee.evaluation.tuning import tune
from matinee.models import described, named, recipe
from matinee.models.settings import Spec

__all__ = ["searched"]


def searched(
    spec: Spec,
    data: Dataset,
    *,
    holdout: float,
    trials: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Spec, dict[str, Any]]:
    """Return a spec with the best settings found, and the search itself for the manifest.

    Of a blend each source is searched. The first trial of a model is what the spec says of it.
    The validation lies before the newest `holdout` of the interactions, so that what is measured
    on those stays unseen. Where the data are too few, the spec is returned as it came.

    Raises:
        LookupError, ValueError: the spec does not hold.
    """
    name, _ = named(spec)
    said = described(recipe(spec))
    sources = said.get("sources")
    models: dict[str, Mapping[str, Any]] = (
        {name: said} if sources is None else {k: v for one in sources for k, v in one.items()}
    )
    try:
        found = tune(
            data,
            "time",
            Time(quantile=1 - (holdout or 0.1)),
            list(models),
            trials=trials,
            seed=seed,
            source="log",
            given=models,
            progress=progress,
        )
    except ValueError as error:
        return spec, {"trials": trials, "failed": str(error)}
    best = {one: found["models"][one]["settings"] for one in models}
    report = {
        "trials": trials,
        "metric": found["metric"],
        "protocol": {"time": found["settings"]},
        "part": found["part"],
        "requests": found["requests"],
        "models": found["models"],
    }
    if sources is None:
        return {name: dict(best[name])}, report
    return {name: {**said, "sources": [{one: best[one]} for one in models]}}, report
