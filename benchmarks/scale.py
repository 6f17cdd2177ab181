"""How fitting grows with size: time and peak memory of each source on generated likes.

    python benchmarks/scale.py                                a hundredth, in a minute
    python benchmarks/scale.py --share 0.1 --titles 20000     a tenth
    python benchmarks/scale.py --share 1 --titles 20000       a million profiles, 50 million likes

Profiles draw 65 titles on average (log-normal) and like about 50 distinct ones, of a Zipf-like
popularity, half of them of their own of 50 camps, so that there is something to learn. Devices
come in turn. Each model is fitted in a process of its own; its memory is the largest resident size,
the data included.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
from dataclasses import fields
from time import perf_counter, process_time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")

import numpy as np

from matinee.data import Catalogue, Dataset
from matinee.models import recipe
from matinee.types import DAY_MS, DEVICES, Histories, History, Moment, Title

MODELS = {
    "popular": "popular",
    "item_knn": "item_knn",
    "ials": {"ials": {"factors": 64, "iterations": 8}},
    "ease": {"ease": {"limit": 40_000}},
}
PROFILES, TITLES, EACH = 1_000_000, 20_000, 65
CAMPS = 50
NOW = Moment(20_000 * DAY_MS)
CHUNK = 50_000  # profiles drawn at a time


def drawn(profiles: int, titles: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw distinct liked titles of each profile: their counts (P,), and all of them in order."""
    popular = 1 / (10 + np.arange(titles)) ** 0.9
    whole = np.cumsum(popular) / popular.sum()
    counts = np.empty(profiles, np.int32)
    rows = np.empty(0, np.int32)
    filled = 0
    for start in range(0, profiles, CHUNK):
        many = min(CHUNK, profiles - start)
        sizes = np.clip(rng.lognormal(np.log(EACH) - 0.5, 1.0, many), 3, titles // 4).astype(int)
        owner = np.repeat(np.arange(many), sizes)
        title = np.searchsorted(whole, rng.random(len(owner)))
        own = rng.random(len(owner)) < 0.5
        camp = rng.integers(CAMPS, size=many)[owner]
        title[own] = title[own] // CAMPS * CAMPS + camp[own]
        cells = np.unique(owner * np.int64(titles) + np.minimum(title, titles - 1))
        counts[start : start + many] = np.bincount(cells // titles, minlength=many)
        need = filled + len(cells)
        if need > len(rows):  # room for all at the rate so far
            rows.resize(need * profiles // (start + many) * 21 // 20 + 1, refcheck=False)
        rows[filled:need] = cells % titles
        filled = need
    rows.resize(filled, refcheck=False)
    return counts, rows


def generated(profiles: int, titles: int) -> Dataset:
    counts, rows = drawn(profiles, titles, np.random.default_rng(0))
    size = len(rows)
    empty = History.empty()
    columns = {  # what says nothing takes no room
        field.name: np.broadcast_to(np.zeros(1, getattr(empty, field.name).dtype), size)
        for field in fields(History)
    }
    columns |= {
        "titles": rows,
        "weights": np.broadcast_to(np.float32(1.5), size),
        "at": np.broadcast_to(np.int64(NOW - DAY_MS), size),
        "devices": np.resize(np.arange(len(DEVICES), dtype=np.int8), size),
    }
    return Dataset(
        catalogue=Catalogue.of(
            [Title(title_id=f"t{row}", name=f"Film {row}") for row in range(titles)]
        ),
        profiles=tuple(f"p{row}" for row in range(profiles)),
        histories=Histories(np.concatenate([[0], np.cumsum(counts)]), History(**columns)),
        at=NOW,
        upto=0,
    )


def one(name: str, profiles: int, titles: int) -> None:
    """Fit one model and print its line."""
    data = generated(profiles, titles)
    before = _resident_mb()
    wall, cpu = perf_counter(), process_time()
    recipe(MODELS[name]).fit(data, np.random.default_rng(0))
    wall, cpu = perf_counter() - wall, process_time() - cpu
    likes = len(data.histories.entries)
    print(
        f"| {name} | {profiles:,} | {titles:,} | {likes:,} | {wall:.1f} | {cpu:.1f} "
        f"| {before:,.0f} | {_resident_mb():,.0f} |",
        flush=True,
    )


def _resident_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--share", type=float, default=0.01, help="of a million profiles")
    parser.add_argument("--titles", type=int, default=TITLES // 10)
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--one", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    profiles = int(wanted.share * PROFILES)
    if wanted.one:
        one(wanted.one, profiles, wanted.titles)
        return 0
    print("| model | profiles | titles | likes | fit s | processor s | data MB | peak MB |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    size = ["--share", str(wanted.share), "--titles", str(wanted.titles)]
    return max(
        subprocess.run([sys.executable, __file__, *size, "--one", name], check=False).returncode
        for name in wanted.models.split(",")
    )


if __name__ == "__main__":
    sys.exit(main())
