"""What each reranker costs in accuracy and gives in spread, and how long it takes.

    python benchmarks/rerankers.py [--data small] [--protocol time] [--source ease] [--json FILE]

Every reranker reorders the very pools of one source; all are measured on the same exams, and each
is compared with the source alone, paired over profiles.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from rich.console import Console
from rich.table import Table

from matinee.content import Facets
from matinee.data import Catalogue, Dataset, Scene
from matinee.data.readers import Where
from matinee.evaluation import evaluate
from matinee.evaluation.loading import load as load_data
from matinee.models import best, recipe
from matinee.page.specs import PartSpec, built
from matinee.parts import Ranker, Recipe, Source, load
from matinee.types import Floats, Index, Ranked, Request, Scores

POOL = 800
RANKERS: dict[str, tuple[PartSpec, ...]] = {
    "alone": (),
    "mmr .2": ({"mmr": {"diversity": 0.2}},),
    "mmr .5": ({"mmr": {"diversity": 0.5}},),
    "dpp .2": ({"dpp": {"diversity": 0.2}},),
    "dpp .5": ({"dpp": {"diversity": 0.5}},),
    "calibrated .5": ({"calibrated": {"strength": 0.5}},),
    "calibrated .9": ({"calibrated": {"strength": 0.9}},),
    "popularity .5": ({"popularity_calibrated": {"strength": 0.5}},),
    "popularity .9": ({"popularity_calibrated": {"strength": 0.9}},),
}
SHOWN = ("ndcg@20", "calibration@20", "genre_entropy@20", "diversity@20", "popularity_lift@20")


@dataclass(frozen=True)
class FittedReranked:
    """A source whose best titles rankers have placed anew: scores are places."""

    source: Source
    rankers: tuple[Ranker, ...]
    scene: Scene

    def scores(self, requests: Sequence[Request]) -> Scores:
        allowed = np.stack([request.eligible & request.unseen for request in requests])
        scores = np.where(allowed, self.source.scores(requests), np.float32(-np.inf))
        pools = [
            _pool(row, titles[titles >= 0])
            for row, titles in zip(
                scores, best(scores, POOL, popularity=self.scene.popularity), strict=True
            )
        ]
        for ranker in self.rankers:
            pools = ranker.rank(requests, pools, scene=self.scene)
        placed = np.full_like(scores, -np.inf)
        for row, pool in zip(placed, pools, strict=True):
            row[pool.titles] = np.arange(len(pool), 0, -1, dtype=np.float32)
        return placed

    def causes(self, request: Request, titles: Index) -> Scores:
        return self.source.causes(request, titles)

    def with_titles(self, catalogue: Catalogue) -> Self:
        new = len(catalogue) - len(self.scene.popularity)
        scene = _scene(catalogue, np.pad(self.scene.popularity, (0, new)))
        return replace(self, source=self.source.with_titles(catalogue), scene=scene)


def _scene(catalogue: Catalogue, popularity: Floats) -> Scene:
    return Scene(catalogue, Facets.of(catalogue).matrix, popularity)


def _pool(scores: Scores, titles: Index) -> Ranked:
    count = len(titles)
    return Ranked(titles, scores[titles], np.zeros(count, np.int8), np.ones(count, np.float32))


@dataclass(frozen=True)
class Reranked:
    """The recipe of a reranked source."""

    source: Recipe[Source]
    rankers: tuple[Ranker, ...]

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedReranked:
        entries = data.histories.entries
        liked = np.bincount(entries.titles[entries.weights > 0], minlength=len(data.catalogue))
        scene = _scene(data.catalogue, liked.astype(np.float32))
        return FittedReranked(self.source.fit(data, rng), self.rankers, scene)


def milliseconds(model: Reranked, data: Dataset) -> dict[str, float]:
    """Time the rankers alone on pools of the first 100 profiles."""
    fitted = model.fit(data, np.random.default_rng(0))
    took = []
    for row in range(min(100, len(data.profiles))):
        history = data.histories[row]
        unseen = np.ones(len(data.catalogue), np.bool_)
        unseen[history.titles] = False
        request = Request(history, np.ones_like(unseen), unseen, at=data.at, seed=0)
        scores = np.where(unseen, fitted.source.scores([request])[0], np.float32(-np.inf))
        [titles] = best(scores[None], POOL, popularity=fitted.scene.popularity)
        pools = [_pool(scores, titles[titles >= 0])]
        start = time.perf_counter()
        for ranker in model.rankers:
            pools = ranker.rank([request], pools, scene=fitted.scene)
        took.append(1000 * (time.perf_counter() - start))
    return {"p50_ms": float(np.median(took)), "p99_ms": float(np.quantile(took, 0.99))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="small")
    parser.add_argument("--protocol", default="time")
    parser.add_argument("--source", default="ease")
    parser.add_argument("--json", type=Path)
    said = parser.parse_args()
    folder = os.environ.get("MATINEE_DATA")
    with tempfile.TemporaryDirectory() as cache:
        where = Where(data_folder=Path(folder) if folder else None, cache=Path(cache))
        data = load_data(load("reader", said.data.replace("-", "_")).open(where))
    models = {
        name: Reranked(recipe(said.source), tuple(built("ranker", spec) for spec in specs))
        for name, specs in RANKERS.items()
    }
    report = evaluate(
        data, said.protocol, load("protocol", said.protocol)(), models, seed=1, source=said.data
    )
    console, table = Console(), Table("", *SHOWN, "p50 ms", "p99 ms")
    lines: dict[str, Any] = {}
    for name, model in models.items():
        found = report["models"][name]["metrics"]
        lines[name] = {one: found[one] for one in SHOWN} | milliseconds(model, data)
        means = [f"{found[one]['mean']:.4f}" for one in SHOWN]
        table.add_row(name, *means, *(f"{lines[name][key]:.2f}" for key in ("p50_ms", "p99_ms")))
    console.print(table)
    if said.json:
        said.json.write_text(json.dumps({"models": lines, "pairs": report["pairs"]}, indent=1))


if __name__ == "__main__":
    main()
