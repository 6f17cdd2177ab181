"""How many of the exact nearest profiles `user_knn` finds among its candidates, and how fast.

    OPENBLAS_NUM_THREADS=1 python benchmarks/neighbours.py --profiles 20000
    OPENBLAS_NUM_THREADS=1 python benchmarks/neighbours.py --profiles 200000 --titles 20000

Generated likes as in `scale.py`. Viewers are not among the fitted profiles: they are drawn alike.
Recall is the share of the exact 50 nearest that are found, its mean over viewers; kept is the share
of the exact neighbours' likeness; time is of one viewer's scores, on one processor.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from time import process_time

import numpy as np
from scale import generated

from matinee.models.sources.user_knn import FittedUserKNN, UserKNN
from matinee.types import Histories, Request


def near(fitted: FittedUserKNN, request: Request) -> tuple[dict[int, float], float]:
    begun = process_time()
    fitted.scores([request])
    took = 1e3 * (process_time() - begun)
    viewer = fitted.scope.folded([request], fitted.strength)
    found = fitted._near(viewer)  # noqa: SLF001  # what scores are made of is measured
    return dict(zip(found.indices.tolist(), found.data.tolist(), strict=True)), took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--profiles", type=int, default=20_000)
    parser.add_argument("--titles", type=int, default=4_000)
    parser.add_argument("--viewers", type=int, default=100)
    args = parser.parse_args()
    data = generated(args.profiles + args.viewers, args.titles)
    indptr = data.histories.indptr[: args.profiles + 1]
    every = np.ones(args.titles, np.bool_)
    requests = [
        Request(history=data.histories[row], eligible=every, unseen=every, at=data.at, seed=0)
        for row in range(args.profiles, args.profiles + args.viewers)
    ]
    entries = data.histories.entries.take(np.arange(indptr[-1]))
    data = replace(
        data, profiles=data.profiles[: args.profiles], histories=Histories(indptr, entries)
    )
    exact: list[dict[int, float]] = []
    print(
        "| profiles | candidates | recall | kept | median ms | p99 ms |\n|---|---|---|---|---|---|"
    )
    for candidates in (0, 1_000, 3_000, 10_000, 30_000, 100_000):
        recipe = UserKNN(candidates=candidates, most=args.profiles)
        fitted = recipe.fit(data, np.random.default_rng(0))
        found, times = zip(*(near(fitted, request) for request in requests), strict=True)
        exact = exact or list(found)
        pairs = [pair for pair in zip(found, exact, strict=True) if pair[1]]
        recall = np.mean([len(some.keys() & best.keys()) / len(best) for some, best in pairs])
        kept = np.mean([sum(some.values()) / sum(best.values()) for some, best in pairs])
        print(
            f"| {args.profiles:,} | {candidates or 'all'} | {recall:.3f} | {kept:.3f} "
            f"| {np.median(times):.1f} | {np.percentile(times, 99):.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
