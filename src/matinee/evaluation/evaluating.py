"""The runner: one protocol, several models, one report with everything beside every number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, compress
from types import MappingProxyType
from typing import Any

import msgspec
import numpy as np

from matinee.data import Backdrop, Dataset, Exam
from matinee.evaluation.auditing import Audit, audited
from matinee.evaluation.comparing import Values, by_profile, estimates, pairs, ratios
from matinee.evaluation.cuts import exams as cut
from matinee.evaluation.foresight import overlaps
from matinee.evaluation.grouping import LENGTHS, by_history
from matinee.evaluation.measuring import (
    DEPTH,
    RANKS,
    Measured,
    Yardstick,
    measure,
    sizes,
    take_rates,
)
from matinee.models import described
from matinee.parts import EvaluationProtocol, Recipe, Source
from matinee.types import Flags, Longs, Ranked

__all__ = ["Progress", "evaluate"]

Progress = Callable[[int, int], None]
"""Called with (models measured, models in all)."""

_LIFTS = (1, 5, 10, 20, 75)


def evaluate(
    data: Dataset,
    name: str,
    protocol: EvaluationProtocol,
    models: Mapping[str, Recipe[Source]],
    *,
    seed: int,
    source: str,
    tuned_on: str | None = None,
    audit: Audit = MappingProxyType({}),
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Cut the data once, measure every model on the test part, and return the report.

    The report has the shape that `matinee evaluate --json` writes, without the version. `source`
    names the data; `tuned_on` says on what the models' settings were searched. `audit` tells
    groups of the data's profiles apart in the report; no model sees it.

    Raises:
        ValueError: the data are too few for the protocol, there is no model, or the cut gives
            away what is asked.
    """
    if not models:
        msg = "there is nothing to evaluate; name at least one model"
        raise ValueError(msg)
    exams = cut(protocol, data, part="test", seed=seed)
    if not sum(map(len, exams)):
        msg = f"the protocol {name} finds nobody to ask in these data"
        raise ValueError(msg)
    _sealed(name, exams)
    yardstick = Yardstick.usual()
    found: dict[str, Measured] = {}
    for done, (label, recipe) in enumerate(models.items()):
        if progress is not None:
            progress(done, len(models))
        found[label] = measure(recipe, exams, yardstick, headline=protocol.headline, seed=seed)
    if progress is not None:
        progress(len(models), len(models))
    asked = _Asked.of(exams)
    return {
        "protocol": name,
        "seed": seed,
        "headline": protocol.headline,
        "data": {
            "name": source,
            "fingerprint": f"sha256:{data.fingerprint}",
            "profiles": len(data.profiles),
            "titles": len(data.catalogue),
            "interactions": len(data.histories.entries),
        },
        "split": _split(protocol, exams, asked, tuned_on),
        "models": {
            label: {
                "settings": described(models[label]),
                **_measured(one, asked, protocol.headline, seed),
                "audit": _audit(one, asked, protocol.headline, audit, seed),
            }
            for label, one in found.items()
        },
        "pairs": _pairs(found, asked, protocol.headline, seed),
    }


def _sealed(name: str, exams: Sequence[Exam]) -> None:
    """Raise ValueError where an exam gives away what it asks."""
    given = Counter[str]()
    for exam in exams:
        given.update(overlaps(exam))
    if any(given.values()):
        said = ", ".join(f"{count} {what}" for what, count in given.items())
        msg = f"the protocol {name} gives away what it asks: {said}"
        raise ValueError(msg)


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """What is common to all models: who asked, in which stage, and what popularity would say."""

    profiles: Longs  # (R,)
    counted: Flags  # (R,)
    stages: tuple[str, ...]  # (R,)
    lengths: tuple[str, ...]  # (R,)
    popular: Values  # (R, ranks) take rates of the most popular titles
    sizes: list[float]  # effective catalogue size of the most popular titles, by rank

    @classmethod
    def of(cls, exams: Sequence[Exam]) -> _Asked:
        popular = [_most_popular(exam) for exam in exams]
        counted = np.concatenate([exam.counted for exam in exams])
        every = chain.from_iterable(popular)
        return cls(
            profiles=np.concatenate([exam.profiles for exam in exams]),
            counted=counted,
            stages=tuple(stage for exam in exams for stage in exam.stages),
            lengths=tuple(length for exam in exams for length in by_history(exam)),
            popular=np.concatenate(
                [take_rates(lists, exam) for lists, exam in zip(popular, exams, strict=True)]
            ),
            sizes=sizes(list(compress(every, counted)), titles=len(exams[0].fit.catalogue)),
        )


def _most_popular(exam: Exam) -> list[Ranked]:
    backdrop = Backdrop.of(exam.fit)
    lists = []
    for request in exam.requests:
        titles = np.array(backdrop.expected(request, DEPTH), np.int32)
        count = len(titles)
        lists.append(
            Ranked(
                titles=titles,
                scores=backdrop.popularity[titles],
                sources=np.zeros(count, np.int8),
                probability=np.ones(count, np.float32),
            )
        )
    return lists


def _split(
    protocol: EvaluationProtocol, exams: Sequence[Exam], asked: _Asked, tuned_on: str | None
) -> dict[str, Any]:
    at = exams[0].at
    settings = described(protocol)
    return {
        "test_profiles": len(np.unique(asked.profiles[asked.counted])),
        "requests": len(asked.profiles),
        "stages": dict(Counter(stage for stage in asked.stages if stage)),
        "at": None if at is None else at.iso,
        "positives": protocol.positives,
        "ranking": settings.get("candidates", "full"),
        "masked": "seen",
        "tuned_on": tuned_on,
        "settings": settings,
        "fit": [
            {
                "fingerprint": f"sha256:{exam.fit.fingerprint}",
                "interactions": len(exam.fit.histories.entries),
            }
            for exam in exams
        ],
    }


def _measured(one: Measured, asked: _Asked, headline: str, seed: int) -> dict[str, Any]:
    alone = np.array(one.alone_ms)
    counted = asked.counted
    metrics = _estimated(
        {name: values[counted] for name, values in one.values.items()},
        asked.profiles[counted],
        seed,
    )
    return {
        "fit_s": round(one.fit_s, 3),
        "peak_mb": one.peak_mb,
        "score_ms": round(float(np.median(alone)), 3),
        "score_p99_ms": round(float(np.quantile(alone, 0.99)), 3),
        "metrics": metrics,
        "catalogue": one.spreads,
        "groups": _groups(one, asked, headline, seed),
        "take_rate": _take_rate(one, asked, seed),
        "ecs_by_rank": {"rank": list(RANKS), "ecs": one.sizes, "popular": asked.sizes},
        "foresight": {
            **msgspec.to_builtins(one.foresight),
            "leaks": one.foresight is not None and one.foresight.leaks,
        },
    }


def _estimated(
    values: Mapping[str, Values], profiles: Longs, seed: int
) -> dict[str, dict[str, Any]]:
    """Return an estimate of each by name, all on the same resamples of the profiles."""
    table = np.stack([by_profile(one, profiles) for one in values.values()], axis=1)
    found = estimates(table, _generator(seed, 1))
    return {name: msgspec.to_builtins(one) for name, one in zip(values, found, strict=True)}


def _groups(one: Measured, asked: _Asked, headline: str, seed: int) -> dict[str, Any]:
    """Return the headline by stage (all requests), by history length and by popularity."""
    values = one.values[headline]
    stages = {name: np.array(asked.stages) == name for name in dict.fromkeys(asked.stages) if name}
    lengths = {name: (np.array(asked.lengths) == name) & asked.counted for name in LENGTHS}
    found: dict[str, Any] = {}
    for group, members in (("stage", stages), ("history", lengths)):
        found[group] = {
            name: _estimated({headline: values[which]}, asked.profiles[which], seed)
            for name, which in members.items()
            if which.any()
        }
    found["popularity"] = {
        name: _estimated({headline: group[asked.counted]}, asked.profiles[asked.counted], seed)
        for name, group in one.popularity.items()
    }
    return found


def _audit(one: Measured, asked: _Asked, headline: str, audit: Audit, seed: int) -> dict[str, Any]:
    """Return the headline and the calibration by audit group, for each attribute."""
    owners = asked.profiles[asked.counted]
    profiles = np.unique(owners).tolist()
    names = [headline, *(name for name in one.values if name.startswith("calibration@"))]
    values = {name: by_profile(one.values[name][asked.counted], owners) for name in names}
    return {
        attribute: audited(values, [members[row] for row in profiles], _generator(seed, 4))
        for attribute, members in audit.items()
    }


def _take_rate(one: Measured, asked: _Asked, seed: int) -> dict[str, Any]:
    """Return the curve beside popularity's, and the lift over it (Gomez-Uribe and Hunt, 2016)."""
    profiles = asked.profiles[asked.counted]

    def by_owner(rates: Values) -> Values:
        rates = rates[asked.counted]
        return np.stack([by_profile(column, profiles) for column in rates.T], axis=1)

    mine, popular = by_owner(one.takes), by_owner(asked.popular)
    columns = [RANKS.index(rank) for rank in _LIFTS]
    lifts = ratios(mine[:, columns], popular[:, columns], _generator(seed, 2))
    return {
        "rank": list(RANKS),
        "model": _means(mine),
        "popular": _means(popular),
        "lift": {
            str(rank): msgspec.to_builtins(lift) for rank, lift in zip(_LIFTS, lifts, strict=True)
        },
    }


def _means(rates: Values) -> list[float]:
    return rates.mean(axis=0).tolist() if len(rates) else [float("nan")] * rates.shape[1]


def _pairs(
    found: Mapping[str, Measured], asked: _Asked, headline: str, seed: int
) -> list[dict[str, Any]]:
    values = {
        label: by_profile(one.values[headline][asked.counted], asked.profiles[asked.counted])
        for label, one in found.items()
    }
    compared = pairs(values, metric=headline, rng=_generator(seed, 3))
    return [msgspec.to_builtins(pair) for pair in compared]


def _generator(seed: int, use: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, 7, use))))
