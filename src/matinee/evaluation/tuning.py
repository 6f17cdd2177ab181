"""Settings by a seeded search on the validation part; the test part is not looked at.

Trials are a Latin hypercube (McKay, Beckman and Conover, A comparison of three methods for
selecting values of input variables, Technometrics 1979): each setting's range is cut into as many
equal parts as there are trials, each part is tried once, and chance only says which parts meet. So
a few trials cover every range, which independent draws (Bergstra and Bengio, JMLR 2012) do not.
Every model gets the same number of trials, its defaults among them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from matinee.data import Backdrop, Dataset, Exam
from matinee.evaluation.comparing import by_profile
from matinee.evaluation.cuts import exams
from matinee.evaluation.measuring import DEPTH, Yardstick
from matinee.evaluation.peak import timed
from matinee.evaluation.ranking import judge, ranked
from matinee.models import described, recipe
from matinee.parts import EvaluationProtocol, Metric, Recipe, Source, load

__all__ = ["Progress", "Space", "draws", "space", "tune"]

Progress = Callable[[int, int], None]
"""Called with (trials done, trials in all)."""

Space: TypeAlias = tuple[Any, ...]
"""How a setting is drawn: `("log", low, high)`, `("linear", low, high)` or `("choice", a, b, …)`.

A recipe's field says it as `field(default=200.0, metadata={"search": ("log", 10.0, 2000.0)})`;
where the default is a whole number, so is what is drawn.
"""
Kind = Literal["log", "linear", "choice"]

_DECLARED: Mapping[str, Mapping[str, Space]] = {
    "item_knn": {
        "neighbours": ("log", 20, 500),
        "alpha": ("linear", 0.0, 1.0),
        "shrinkage": ("log", 0.1, 100.0),
        "damping": ("linear", 0.0, 1.0),
        "weighting": ("choice", "none", "tf_idf", "bm25"),
        "power": ("choice", 0.0, 0.5, 1.0),
    },
    "ease": {"l2": ("log", 20.0, 3000.0), "power": ("choice", 0.0, 0.5, 1.0)},
    "edlae": {
        "l2": ("log", 10.0, 2000.0),
        "dropout": ("linear", 0.05, 0.9),
        "damping": ("linear", 0.0, 1.0),
        "discount": ("linear", 0.0, 0.4),
        "power": ("choice", 0.0, 0.5, 1.0),
    },
    "ials": {
        "factors": ("log", 32, 256),
        "unobserved": ("log", 0.01, 1.0),
        "l2": ("log", 0.0003, 0.03),
        "iterations": ("choice", 8, 16),
    },
    "bpr": {
        "factors": ("log", 32, 128),
        "rate": ("log", 0.01, 0.1),
        "l2": ("log", 1e-7, 1e-4),
        "epochs": ("choice", 40, 80, 160),
    },
    "slim": {
        "l1": ("log", 0.1, 30.0),
        "l2": ("log", 10.0, 1000.0),
        "neighbours": ("log", 50, 500),
    },
    "rp3beta": {
        "neighbours": ("log", 50, 1000),
        "alpha": ("linear", 0.3, 1.2),
        "beta": ("linear", 0.0, 0.8),
    },
    "pure_svd": {"factors": ("log", 10, 200), "scaling": ("linear", 0.5, 1.0)},
    "user_knn": {
        "neighbours": ("log", 50, 500),
        "shrinkage": ("log", 1.0, 100.0),
        "amplification": ("linear", 0.5, 3.0),
    },
    "content": {"half_life_days": ("log", 30.0, 36_500.0), "shrinkage": ("log", 0.03, 10.0)},
}
"""For recipes whose fields do not say it themselves."""


def space(name: str) -> dict[str, Space]:
    """Return what is searched of a source's settings: its fields' own word, else the declared.

    Raises:
        LookupError: there is no source of that name.
        ValueError: a field says what cannot be drawn.
    """
    found = dict(_DECLARED.get(name, {}))
    for field in fields(load("source", name)):
        if "search" in field.metadata:
            found[field.name] = tuple(field.metadata["search"])
    for setting, one in found.items():
        bounded = len(one) == 3 and one[1] < one[2] and (one[0] == "linear" or one[1] > 0)
        if one[0] not in get_args(Kind) or not (one[0] == "choice" or bounded):
            msg = (
                f"{name}.{setting} is searched in {one}; write ('log', low, high) with low above 0"
            )
            raise ValueError(f"{msg}, ('linear', low, high) or ('choice', …)")
    return found


def draws(
    searched: Mapping[str, Space],
    defaults: Mapping[str, Any],
    count: int,
    rng: np.random.Generator,
) -> list[dict[str, Any]]:
    """Return `count` settings that together cover the range of each.

    A number is the middle of its part of the range, rounded to three digits, so that it can be
    written down; choices come equally often, give or take one.
    """
    columns = {}
    for name, (kind, *said) in searched.items():
        parts = rng.permutation(count)
        if kind == "choice":
            order = rng.permutation(len(said))
            columns[name] = [said[order[part % len(said)]] for part in parts]
        else:
            whole = isinstance(defaults[name], int)
            columns[name] = [
                _number(kind, said[0], said[1], (part + 0.5) / count, whole=whole) for part in parts
            ]
    return [{name: column[trial] for name, column in columns.items()} for trial in range(count)]


def _number(kind: str, low: float, high: float, share: float, *, whole: bool) -> float:
    value = low * (high / low) ** share if kind == "log" else low + (high - low) * share
    value = min(max(float(f"{value:.3g}"), low), high)
    return round(value) if whole else value


def tune(
    data: Dataset,
    name: str,
    protocol: EvaluationProtocol,
    models: Sequence[str],
    *,
    trials: int,
    seed: int,
    source: str,
    given: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Search each model's settings on the validation part, by the protocol's headline metric.

    The report's `models` hold for each the best settings found and every trial; settings that
    the data do not allow count as the worst and say why. A model with nothing to search has one
    trial. `given` are settings to start from by model, where they are not the defaults.

    Raises:
        LookupError: there is no model of a name.
        ValueError: the data are too few, or there is nothing to try.
    """
    if trials < 1 or not models:
        msg = f"{trials} trials of {len(models)} models; both must be at least 1"
        raise ValueError(msg)
    cut = exams(protocol, data, part="validation", seed=seed)
    metric = Yardstick.usual().metrics[protocol.headline]
    found: dict[str, Any] = {}
    for number, model in enumerate(models):
        searched = space(model)
        rng = _generator(seed, 1, number)
        tried: list[dict[str, Any]] = []
        others = draws(searched, described(recipe(model)), trials - 1, rng) if searched else []
        for trial, other in enumerate([{}, *others]):
            if progress is not None:
                progress(number * trials + trial, len(models) * trials)
            settings = dict(given.get(model, {})) | other
            tried.append(_trial(model, settings, cut, metric, _generator(seed, 2, trial)))
        best = max(tried, key=lambda one: -np.inf if one["value"] is None else one["value"])
        found[model] = {**best, "default": tried[0]["value"], "trials": tried}
    if progress is not None:
        progress(len(models) * trials, len(models) * trials)
    return {
        "protocol": name,
        "seed": seed,
        "metric": protocol.headline,
        "part": "validation",
        "requests": sum(map(len, cut)),
        "data": {"name": source, "fingerprint": f"sha256:{data.fingerprint}"},
        "settings": described(protocol),
        "models": found,
    }


def _trial(
    model: str,
    settings: dict[str, Any],
    exams: Sequence[Exam],
    metric: Metric,
    rng: np.random.Generator,
) -> dict[str, Any]:
    built = recipe({model: settings})
    said = {"settings": described(built)}
    try:
        value, seconds = _value(built, exams, metric, rng)
    except ValueError as error:
        return {**said, "value": None, "fit_s": None, "failed": str(error)}
    return {**said, "value": value, "fit_s": round(seconds, 3)}


def _value(
    built: Recipe[Source], exams: Sequence[Exam], metric: Metric, rng: np.random.Generator
) -> tuple[float, float]:
    values, seconds = [], 0.0
    for exam in exams:
        fitted, took, _ = timed(lambda exam=exam: built.fit(exam.fit, rng))  # type: ignore[misc]  # bound now
        seconds += took
        shown = ranked(fitted, exam.requests, DEPTH, popularity=Backdrop.of(exam.fit).popularity)
        values.append(judge(shown, exam.wanted, {"": metric})[""])
    counted = np.concatenate([exam.counted for exam in exams])
    profiles = np.concatenate([exam.profiles for exam in exams])
    means = by_profile(np.concatenate(values)[counted], profiles[counted])
    return float(np.nanmean(means)), seconds


def _generator(seed: int, use: int, number: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, 11, use, number))))
