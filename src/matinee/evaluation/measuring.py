"""One model on one protocol's exams: fitted, timed, ranked in full, and judged in every way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np

from matinee.data import Backdrop, Exam
from matinee.evaluation.comparing import Values
from matinee.evaluation.foresight import Foresight, foresight
from matinee.evaluation.grouping import by_popularity, restricted
from matinee.evaluation.peak import timed
from matinee.evaluation.ranking import judge, ranked
from matinee.parts import Aspect, Metric, Recipe, Source, Spread, load, names
from matinee.types import Ranked

__all__ = ["DEPTH", "RANKS", "Measured", "Yardstick", "measure", "sizes", "take_rates"]

DEPTH = 100
"""How many titles are ranked of each request."""
RANKS = (1, 2, 3, 5, 10, 20, 50, 75, 100)
"""Ranks at which take rate and effective catalogue size are followed."""

_CUTOFFS: Mapping[str, tuple[int, ...]] = {
    "ndcg": (10, 20, 100),
    "recall": (10, 20, 50, 100),
    "hit_rate": (10, 20),
    "precision": (10, 20),
}
_CUTOFF = (20,)
_ALONE = 200  # requests that are scored one by one for the latency


@dataclass(frozen=True, slots=True)
class Yardstick:
    """The metrics, aspects and spreads by which everything is measured, by their names with k."""

    metrics: Mapping[str, Metric]
    aspects: Mapping[str, Aspect]
    spreads: Mapping[str, Spread]

    @classmethod
    def usual(cls) -> Yardstick:
        """Return every registered one, at the usual cutoffs."""
        return cls(
            metrics=dict(_usual("metric")),
            aspects=dict(_usual("aspect")),
            spreads=dict(_usual("spread")),
        )


@dataclass(slots=True)
class Measured:
    """Everything that was found of one model; R requests of all exams, in their order."""

    fit_s: float = 0.0
    peak_mb: float | None = None
    alone_ms: list[float] = field(default_factory=list)
    """How long it took to score one request at a time."""
    values: dict[str, Values] = field(default_factory=dict)  # metrics and aspects: (R,)
    popularity: dict[str, Values] = field(default_factory=dict)  # the headline by group: (R,)
    takes: Values = field(default_factory=lambda: np.empty((0, len(RANKS))))  # (R, ranks)
    spreads: dict[str, float] = field(default_factory=dict)
    sizes: list[float] = field(default_factory=list)  # effective catalogue size by rank
    foresight: Foresight | None = None


def measure(
    recipe: Recipe[Source],
    exams: Sequence[Exam],
    yardstick: Yardstick,
    *,
    headline: str,
    seed: int,
) -> Measured:
    """Fit on each exam's data and answer all its requests; the same seed gives the same numbers.

    Fitting time and memory are the sum and the largest over exams.
    """
    found = Measured()
    pieces: list[dict[str, Values]] = []
    groups: list[dict[str, Values]] = []
    takes, lists = [], []
    found.foresight = foresight(recipe, exams[0], _generator(seed, 0))
    for number, exam in enumerate(exams):
        fitted, seconds, grown = timed(_Fit(recipe, exam, _generator(seed, 1 + number)))
        found.fit_s += seconds
        found.peak_mb = max(grown, found.peak_mb or 0.0) if grown is not None else None
        backdrop = Backdrop.of(exam.fit)
        shown = ranked(fitted, exam.requests, DEPTH, popularity=backdrop.popularity)
        found.alone_ms += _alone(fitted, exam)
        pieces.append(_judged(shown, exam, backdrop, yardstick))
        groups.append(_by_group(shown, exam, backdrop, headline, yardstick))
        takes.append(take_rates(shown, exam))
        lists += [one for one, counted in zip(shown, exam.counted, strict=True) if counted]
    titles = len(exams[0].fit.catalogue)
    found.values = _joined(pieces)
    found.popularity = _joined(groups)
    found.takes = np.concatenate(takes)
    found.spreads = {name: one(lists, titles=titles) for name, one in yardstick.spreads.items()}
    found.sizes = sizes(lists, titles=titles)
    return found


def sizes(lists: Sequence[Ranked], *, titles: int) -> list[float]:
    """Return the effective catalogue size of all lists' titles within each of `RANKS`."""
    size = load("spread", "ecs")
    return [size(k=rank)(lists, titles=titles) for rank in RANKS]


def take_rates(shown: Sequence[Ranked], exam: Exam) -> Values:
    """Return which share of the wanted titles stands within each of `RANKS`: (R, ranks)."""
    rates = np.zeros((len(shown), len(RANKS)))
    for row, (one, wanted) in enumerate(zip(shown, exam.wanted, strict=True)):
        hits = np.cumsum(np.isin(one.titles, wanted))
        if len(hits):
            rates[row] = hits[np.minimum(RANKS, len(hits)) - 1] / len(wanted)
    return rates


@dataclass(frozen=True, slots=True)
class _Fit:
    recipe: Recipe[Source]
    exam: Exam
    rng: np.random.Generator

    def __call__(self) -> Source:
        return self.recipe.fit(self.exam.fit, self.rng)


def _alone(fitted: Source, exam: Exam) -> list[float]:
    step = max(len(exam) // _ALONE, 1)
    times = []
    for request in exam.requests[::step][:_ALONE]:
        started = perf_counter()
        fitted.scores([request])
        times.append(1000 * (perf_counter() - started))
    return times


def _judged(
    shown: Sequence[Ranked], exam: Exam, backdrop: Backdrop, yardstick: Yardstick
) -> dict[str, Values]:
    values = judge(shown, exam.wanted, yardstick.metrics)
    wanted = [frozenset(rows.tolist()) for rows in exam.wanted]
    for name, aspect in yardstick.aspects.items():
        values[name] = np.array(
            [
                aspect(one, rows, request=request, backdrop=backdrop)
                for one, rows, request in zip(shown, wanted, exam.requests, strict=True)
            ]
        )
    return values


def _by_group(
    shown: Sequence[Ranked], exam: Exam, backdrop: Backdrop, headline: str, yardstick: Yardstick
) -> dict[str, Values]:
    metric = {headline: yardstick.metrics[headline]}
    return {
        name: judge(shown, restricted(exam.wanted, titles), metric)[headline]
        for name, titles in by_popularity(backdrop).items()
    }


def _joined(pieces: Sequence[Mapping[str, Values]]) -> dict[str, Values]:
    return {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}


def _usual(family: str) -> Iterator[tuple[str, Any]]:
    for name in names(family):
        part = load(family, name)
        for k in _CUTOFFS.get(name, _CUTOFF):
            yield f"{name}@{k}", part(k=k)


def _generator(seed: int, use: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, use))))
