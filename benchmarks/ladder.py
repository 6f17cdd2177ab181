"""A ladder of models on the demo's ratings, whose rungs must hold: random, popular, personal.

    python benchmarks/ladder.py [--json FILE]

The 100,004 ratings are cut 80/20 by `default_rng(0)`, all are likes, seen titles are masked, the
whole catalogue is ranked: NDCG@20 with 95 % bootstrap intervals over profiles. A rung stands on
another one where its interval lies above the other's, without overlap. Floors are a hundredth or
so below what the models have reached: less is a bug, not bad luck, for nothing here is drawn anew.
Exit code 1: a rung does not hold.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from models import at_random, fitted, quality, ratings, read_as

from matinee.models import recipe

POPULAR = {"popular": {"half_life_days": 36_500.0}}
LADDER: dict[str, tuple[Any, str, float]] = {
    "random": ("random", "", 0.0),
    "popular": (POPULAR, "random", 0.155),
    "user_knn": ("user_knn", "popular", 0.285),
    "item_knn": ("item_knn", "popular", 0.3),
    "rp3beta": ("rp3beta", "popular", 0.285),
    "pure_svd": ("pure_svd", "popular", 0.295),
    "ials": ("ials", "popular", 0.32),
    "edlae": ("edlae", "popular", 0.325),
    "ease": ({"ease": {"l2": 200.0}}, "popular", 0.325),
}
"""What each rung is, which one it stands on, and its floor."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    started = perf_counter()
    split = at_random(read_as(ratings(), "all"), seed=0)
    found: dict[str, Any] = {}
    missed = []
    print(f"{'rung':<10} {'NDCG@20':>8}  {'95 %':<16}  fit s  stands on    floor")
    for name, (spec, below, floor) in LADDER.items():
        source, seconds = fitted(recipe(spec), split)
        one = found[name] = quality(source, split)["ndcg@20"]
        if below and one.low <= found[below].high:
            missed.append(f"{name} does not stand above {below}")
        if one.mean < floor:
            missed.append(f"{name} has {one.mean:.4f}, below its floor of {floor}")
        interval = f"{one.low:.4f} to {one.high:.4f}"
        print(
            f"{name:<10} {one.mean:>8.4f}  {interval}  {seconds:>5.2f}  {below:<10} {floor:>6.3f}"
        )
    print(f"{len(split.requests)} profiles, {perf_counter() - started:.0f} s")
    for miss in missed:
        print(f"missed: {miss}")
    if arguments.json:
        told = {name: {"mean": e.mean, "low": e.low, "high": e.high} for name, e in found.items()}
        arguments.json.write_text(json.dumps({"rungs": told, "missed": missed}, indent=2) + "\n")
    sys.exit(int(bool(missed)))


if __name__ == "__main__":
    main()
