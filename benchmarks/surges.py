"""What the first look at surges in a quarter of an hour costs, and a look after late plays.

    OPENBLAS_NUM_THREADS=1 python benchmarks/surges.py --titles 10000 --plays 200000

Nine days of generated plays (so many a day, Zipf-like over the titles); then six hours of quarters.
Prints, in milliseconds of one processor: the first look of all, the first look in a new quarter,
one after more plays in the same quarter, the counting of plays that come 20 to 60 minutes late,
and a look after that.
"""

from __future__ import annotations

import argparse
from time import process_time

import numpy as np

from matinee.features.surges import QuarterCounts
from matinee.types import DAY_MS, Moment

QUARTER_MS = 900_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--titles", type=int, default=10_000)
    parser.add_argument("--plays", type=int, default=200_000, help="a day")
    args = parser.parse_args()
    rng = np.random.default_rng(0)
    popular = 1 / (10 + np.arange(args.titles)) ** 0.9
    whole = np.cumsum(popular) / popular.sum()

    def plays(count: int, start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
        rows = np.minimum(np.searchsorted(whole, rng.random(count)), args.titles - 1)
        return rows.astype(np.int32), rng.integers(start, stop, size=count)

    def look() -> float:
        begun = process_time()
        counts.surge(Moment(now))
        return 1e3 * (process_time() - begun)

    now = 20_000 * DAY_MS
    counts = QuarterCounts(args.titles)
    counts = counts.add(*plays(9 * args.plays, now - 9 * DAY_MS, now), size=args.titles)
    print(f"cold          {look():6.2f} ms")
    first, again, late, adding = [], [], [], []
    for _ in range(24):
        now += QUARTER_MS
        counts = counts.add(*plays(args.plays // 96, now, now + 1000), size=args.titles)
        first.append(look())
        counts = counts.add(*plays(20, now, now + 1000), size=args.titles)
        again.append(look())
        begun = process_time()
        some = plays(20, now - 4 * QUARTER_MS, now - QUARTER_MS)
        counts = counts.add(*some, size=args.titles)
        adding.append(1e3 * (process_time() - begun))
        late.append(look())
    for name, times in {
        "new quarter": first,
        "same quarter": again,
        "adding late": adding,
        "after late": late,
    }.items():
        print(f"{name:13} {np.median(times):6.2f} ms, worst {max(times):6.2f} ms")


if __name__ == "__main__":
    main()
