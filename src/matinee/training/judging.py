"""How good a recipe and each of its parts is on the newest share of the data, and for whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import numpy as np

from matinee.data import Backdrop, Dataset, Exam
from matinee.data.splits import Split, by_time
from matinee.evaluation import bootstrap, judge, ranked
from matinee.evaluation.grouping import LENGTHS, by_history, by_popularity, restricted
from matinee.models import recipe
from matinee.parts import Metric, Recipe, Source, load

__all__ = ["HEADLINE", "evaluation", "generator", "held_out"]

HEADLINE = "ndcg@20"
"""By what bundles are compared."""

_K = 20
_METRICS = ("hit_rate", "mrr", "ndcg", "recall")


def held_out(data: Dataset, *, share: float) -> Split | None:
    """Cut off the newest share; None where nothing is asked for, or nobody asks."""
    split = by_time(data, share=share) if share else None
    return split if split is not None and split.requests else None


def evaluation(
    model: Recipe[Source], name: str, data: Dataset, *, share: float, seed: int
) -> dict[str, Any] | None:
    """Return how well the recipe, what it is made of, and `popular` do on the newest data.

    All are fitted on what came before and rank the full catalogue; intervals are 95 % bootstraps
    over requests. `groups` has the headline metric by history length and by popularity of what
    was wanted. None where nothing was held out.
    """
    split = held_out(data, share=share)
    if split is None:
        return None
    metrics: Mapping[str, Metric] = {
        f"{metric}@{_K}": load("metric", metric)(k=_K) for metric in _METRICS
    }
    popular = recipe("popular").fit(split.fit, generator(seed, 1))
    order = popular.scores(split.requests[:1])[0]
    fitted = model.fit(split.fit, generator(seed, 2))
    exam, backdrop = _exam(split), Backdrop.of(split.fit)
    found: dict[str, Any] = {}
    groups: dict[str, Any] = {}
    for label, source in {"popular": popular, **dict(_parts(fitted)), name: fitted}.items():
        lists = ranked(source, split.requests, _K, popularity=order)
        values = judge(lists, split.wanted, metrics)
        found[label] = {
            metric: msgspec.to_builtins(bootstrap(one, generator(seed, 3)))
            for metric, one in values.items()
        }
        headline = {HEADLINE: metrics[HEADLINE]}
        by_group = {
            group: judge(lists, restricted(split.wanted, titles), headline)[HEADLINE]
            for group, titles in by_popularity(backdrop).items()
        }
        lengths = np.array(by_history(exam))
        of_length = {one: values[HEADLINE][lengths == one] for one in LENGTHS}
        groups[label] = {"history": _told(of_length, seed), "popularity": _told(by_group, seed)}
    return {
        "protocol": "time",
        "holdout": share,
        "from": split.fit.at.iso,
        "ranking": "full",
        "requests": len(split.requests),
        "models": found,
        "groups": groups,
    }


def _parts(fitted: Source) -> Iterator[tuple[str, Source]]:
    """Yield what a fitted model is made of, by name."""
    yield from zip(getattr(fitted, "names", ()), getattr(fitted, "sources", ()), strict=True)


def _told(values: Mapping[str, Any], seed: int) -> dict[str, Any]:
    estimates = {name: bootstrap(one, generator(seed, 4)) for name, one in values.items()}
    return {name: msgspec.to_builtins(one) for name, one in estimates.items() if one.n}


def _exam(split: Split) -> Exam:
    count = len(split.requests)
    return Exam(
        fit=split.fit,
        requests=split.requests,
        wanted=split.wanted,
        profiles=split.profiles,
        stages=("",) * count,
        counted=np.ones(count, np.bool_),
        at=split.fit.at,
    )


def generator(seed: int, use: int) -> np.random.Generator:
    """Return a stream of its own for each use, so that none depends on how the others draw."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, use))))
