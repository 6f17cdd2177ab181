"""How well and how fast the sources are, on the demo's ratings; tunes their settings too.

    python benchmarks/models.py                  the table of docs/numbers.md, on the test parts
    python benchmarks/models.py --tune ease      a grid on validation parts; the test is not seen

Two ways of cutting: `random`, 80/20 of all ratings by `default_rng(0)` (the dialect in which other
libraries are quoted), and `time`, the newest 20 % by one moment. Two readings of a rating: `all`,
every rating is a like of the same strength; `product`, what the reward file makes of it. Seen
titles are never ranked; every other title is.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from time import perf_counter
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the server's workers have it

import numpy as np

from matinee.data import Dataset
from matinee.data.readers import open_reader
from matinee.data.splits import Split, by_time, request_for
from matinee.evaluation import Estimate, bootstrap, judge, ranked
from matinee.models import recipe
from matinee.parts import Recipe, Source, load, names
from matinee.service.importing import import_data
from matinee.stores import memory_stores
from matinee.training import as_of
from matinee.types import Histories, Index, Moment

NOW = Moment.parse("2026-11-22T12:00:00Z")
K = 20
MODELS: dict[str, Any] = {name: name for name in names("source")} | {
    "blend": {"blend": ["ease", "content", "popular"]}
}
GRIDS: dict[str, dict[str, list[Any]]] = {
    "popular": {"half_life_days": [30.0, 90.0, 180.0, 365.0, 730.0, 1825.0, 36500.0]},
    "bpr": {"epochs": [40, 80], "rate": [0.01, 0.03], "l2": [1e-6, 1e-5, 1e-4]},
    "content": {"half_life_days": [100.0, 365.0, 1000.0, 10000.0], "shrinkage": [0.1, 1.0, 5.0]},
    "ease": {"l2": [25.0, 50.0, 100.0, 200.0, 400.0], "power": [0.0, 0.5, 1.0]},
    "edlae": {"l2": [50.0, 100.0, 200.0], "dropout": [0.1, 0.3, 0.5]},
    "ials": {
        "factors": [32, 64, 128],
        "iterations": [8, 16],
        "unobserved": [0.1, 0.3, 1.0],
        "l2": [0.003, 0.01, 0.03],
    },
    "item_knn": {
        "neighbours": [50, 100, 200],
        "alpha": [0.3, 0.5],
        "shrinkage": [0.3, 1.0, 3.0],
        "damping": [0.5, 0.75],
        "power": [0.0, 0.5, 1.0],
    },
    "pure_svd": {"factors": [20, 40, 80], "scaling": [0.6, 0.8, 0.9, 1.0]},
    "rp3beta": {
        "neighbours": [100, 400],
        "alpha": [0.3, 0.45, 0.6, 1.0],
        "beta": [0.0, 0.15, 0.3, 0.5],
    },
    "slim": {"l1": [0.1, 1.0], "l2": [20.0, 60.0, 150.0], "neighbours": [100]},
    "user_knn": {
        "neighbours": [50, 100, 200],
        "shrinkage": [10.0, 50.0],
        "amplification": [1.0, 2.0],
    },
}


def ratings() -> Dataset:
    """Import the demo's ratings as the product does, and fold them."""
    stores = memory_stores()
    cache = Path(tempfile.gettempdir()) / "matinee-benchmarks"
    import_data(stores, open_reader("small", data_folder=None, cache=cache), now=NOW)
    return as_of(stores, at=NOW)


def read_as(data: Dataset, reading: str) -> Dataset:
    if reading == "product":
        return data
    entries = data.histories.entries
    ones = np.full(len(entries), 10, np.float32)  # any strength is full
    return replace(data, histories=Histories(data.histories.indptr, replace(entries, weights=ones)))


def at_random(data: Dataset, *, seed: int, share: float = 0.2) -> Split:
    """Hold out a share of all entries; what was liked of it is wanted."""
    entries, indptr = data.histories.entries, data.histories.indptr
    held = np.zeros(len(entries), np.bool_)
    order = np.random.default_rng(seed).permutation(len(entries))
    held[order[int((1 - share) * len(entries)) :]] = True
    owner = np.repeat(np.arange(len(data.histories)), np.diff(indptr))
    kept = Histories(np.searchsorted(owner[~held], np.arange(len(indptr))), entries.take(~held))
    wanted: list[Index] = [
        np.sort(entries.titles[(owner == row) & held & (entries.weights > 0)])
        for row in range(len(data.histories))
    ]
    rows = [row for row, titles in enumerate(wanted) if len(titles)]
    size = len(data.catalogue)
    return Split(
        fit=replace(data, histories=kept),
        requests=tuple(request_for(kept[row], titles=size, at=data.at) for row in rows),
        wanted=tuple(wanted[row] for row in rows),
        profiles=np.array(rows),
    )


def cut(data: Dataset, how: str, *, seed: int) -> Split:
    return at_random(data, seed=seed) if how == "random" else by_time(data, share=0.2)


def quality(source: Source, split: Split) -> dict[str, Estimate]:
    """Return NDCG@20 and Recall@20 of the full ranking."""
    popular = recipe("popular").fit(split.fit, np.random.default_rng(0))
    order = popular.scores(split.requests[:1])[0]
    lists = ranked(source, split.requests, K, popularity=order)
    metrics = {f"{name}@{K}": load("metric", name)(k=K) for name in ("ndcg", "recall")}
    found = judge(lists, split.wanted, metrics)
    return {name: bootstrap(one, np.random.default_rng(0)) for name, one in found.items()}


def timed(what: Callable[[], object], *, runs: int = 50) -> float:
    """Return the median milliseconds of a call."""
    what()
    taken = []
    for _ in range(runs):
        started = perf_counter()
        what()
        taken.append(perf_counter() - started)
    return float(np.median(taken)) * 1000


def fitted(model: Recipe[Source], split: Split) -> tuple[Source, float]:
    started = perf_counter()
    source = model.fit(split.fit, np.random.default_rng(0))
    return source, perf_counter() - started


def table(data: Dataset) -> None:
    print("| reading | split | model | NDCG@20 (95 %) | Recall@20 (95 %) | n | fit s |")
    print("|---|---|---|---|---|---|---|")
    for reading, how in product(("all", "product"), ("random", "time")):
        split = cut(read_as(data, reading), how, seed=0)
        for name, spec in MODELS.items():
            source, seconds = fitted(recipe(spec), split)
            found = quality(source, split)
            cells = [f"{e.mean:.4f} ({e.low:.4f} to {e.high:.4f})" for e in found.values()]
            n = found[f"ndcg@{K}"].n
            print(f"| {reading} | {how} | {name} | {' | '.join(cells)} | {n} | {seconds:.2f} |")


def speed(data: Dataset) -> None:
    """Time one request with 150 titles of history, one with the longest, and 600 causes."""
    lengths = np.diff(data.histories.indptr)
    size = len(data.catalogue)
    usual, longest = (
        request_for(data.histories[row], titles=size, at=data.at)
        for row in (int(np.abs(lengths - 150).argmin()), int(lengths.argmax()))
    )
    most = f"{len(longest.history):,}"
    print(f"\n| model | fit s | scores ms, 150 | scores ms, {most} | causes ms, 600 × 150 |")
    print("|---|---|---|---|---|")
    whole = Split(fit=data, requests=(), wanted=(), profiles=np.empty(0, np.int64))
    for name, spec in MODELS.items():
        source, seconds = fitted(recipe(spec), whole)
        titles = np.argsort(-source.scores([usual])[0])[:600].astype(np.int32)
        print(
            f"| {name} | {seconds:.2f} "
            f"| {timed(lambda s=source: s.scores([usual])):.2f} "
            f"| {timed(lambda s=source: s.scores([longest])):.2f} "
            f"| {timed(lambda s=source, t=titles: s.causes(usual, t)):.2f} |"
        )


def grid(name: str) -> Iterator[dict[str, Any]]:
    for values in product(*GRIDS[name].values()):
        yield dict(zip(GRIDS[name], values, strict=True))


def tune(name: str, data: Dataset) -> None:
    """Try a grid on validation parts, cut from what the tests leave to fit on."""
    parts = {
        (reading, how): cut(cut(read_as(data, reading), how, seed=0).fit, how, seed=1)
        for reading, how in product(("all", "product"), ("random", "time"))
    }
    print(f"| {name} | " + " | ".join(f"{reading}, {how}" for reading, how in parts) + " |")
    print("|---|" + "---|" * len(parts))
    for settings in grid(name):
        cells = []
        for split in parts.values():
            source, _ = fitted(recipe({name: settings}), split)
            cells.append(f"{quality(source, split)[f'ndcg@{K}'].mean:.4f}")
        said = ", ".join(f"{key} {value}" for key, value in settings.items())
        print(f"| {said} | " + " | ".join(cells) + " |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tune", choices=sorted(GRIDS), help="try this model's grid instead")
    wanted = parser.parse_args()
    data = ratings()
    print(f"data sha256:{data.fingerprint}")
    if wanted.tune:
        tune(wanted.tune, data)
        return
    table(data)
    speed(data)


if __name__ == "__main__":
    main()
