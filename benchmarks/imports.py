"""What importing a large data set costs: 20 million ratings in the files of MovieLens.

    python benchmarks/imports.py [--ratings 20000000] [--folder DIR] [--json FILE]

The folder is generated with a seed: viewers and movies numbered with gaps, ratings as skewed as
real ones, a few hundred lines broken in every way. Each step runs in a process of its own, whose
processor time and peak memory are printed: the import, the same again, and opening the
installation after it. Seconds are wall-clock; on a busy machine the processor time says more.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

NOW = 1_795_370_400_000  # 2026-11-22T18:00:00Z
LATER_MS = 40 * 86_400_000
VIEWERS, MOVIES = 138_000, 27_000
BROKEN = (
    "1,2,3",
    "1,2,3,4,5",
    "x,2,3.5,1112486027",
    "1,2,five,1112486027",
    "1,2,5.5,1112486027",
    "1,2,4.5,1112486027000",
    '1,"2,4.5,1112486027',
    "1,2,,1112486027",
)
EVERY = 50_000  # good lines between two broken ones
PIECE = 1_000_000
GENRES = ("Action", "Comedy", "Drama", "Horror", "Romance", "Sci-Fi", "War")


def generate(folder: Path, *, ratings: int, seed: int) -> int:
    """Write ratings.csv and movies.csv; return how many lines are broken."""
    rng = np.random.Generator(np.random.PCG64(seed))
    share = ratings / 20_000_000
    viewers, movies = max(50, int(VIEWERS * share)), max(200, int(MOVIES * min(1, share * 4)))
    numbers = np.sort(rng.choice(movies * 5, movies, replace=False)) + 1
    with (folder / "movies.csv").open("w", encoding="utf-8") as file:
        file.write("movieId,title,genres\n")
        for place, number in enumerate(numbers.tolist()):
            listed = "|".join(GENRES[k] for k in sorted({place % 7, place % 5}))
            file.write(f'{number},"Film, The Number {number} ({1920 + place % 100})",{listed}\n')
    each = np.maximum(20, rng.lognormal(4.2, 1.1, viewers))
    counts = np.maximum(1, np.floor(each * ratings / each.sum())).astype(np.int64)
    counts[0] += ratings - counts.sum()
    users = np.repeat(np.arange(1, viewers + 1), counts)
    began = rng.integers(800_000_000, 1_500_000_000, viewers)
    broken = 0
    with (folder / "ratings.csv").open("wb") as file:
        file.write(b"userId,movieId,rating,timestamp\n")
        for start in range(0, ratings, PIECE):
            some = users[start : start + PIECE]
            liked = np.floor(movies * rng.random(len(some)) ** 3).astype(np.int64)
            pl.DataFrame(
                {
                    "userId": some,
                    "movieId": numbers[liked],
                    "rating": rng.integers(1, 11, len(some)) / 2,
                    "timestamp": began[some - 1] + rng.integers(0, 5_000_000, len(some)),
                }
            ).write_csv(file, include_header=False, float_precision=1)
            for _ in range(start // EVERY, (start + len(some)) // EVERY):
                file.write(BROKEN[broken % len(BROKEN)].encode() + b"\n")
                broken += 1
    return broken


def imported(folder: Path, home: Path, *, now: int) -> dict[str, object]:
    """Import the folder into the home; what the command line does, without its screen."""
    from matinee.data.readers import open_reader
    from matinee.service.importing import import_data
    from matinee.stores import open_stores
    from matinee.types import Moment

    start = time.perf_counter()
    stores = open_stores(home)
    reader = open_reader(folder, data_folder=None, cache=home / "cache")
    opened = time.perf_counter() - start
    report = import_data(stores, reader, now=Moment(now))
    stores.close()
    return {
        "seconds": time.perf_counter() - start,
        "opening_s": opened,
        "stored": report.stored,
        "duplicates": report.duplicates,
        "rejected": report.rejected,
        "profiles": report.profiles,
        "titles": report.titles,
    }


def started(home: Path) -> dict[str, object]:
    """Open the installation and come up to the log's head, as a server does."""
    from matinee.service import Matinee

    start = time.perf_counter()
    matinee = Matinee.open(home)
    present = matinee.catch_up()
    seconds = time.perf_counter() - start
    matinee.close()
    return {"seconds": seconds, "offset": present.offset}


def step(name: str, folder: Path, home: Path) -> dict[str, object]:
    """Run one step in a process of its own, and add that process's peak memory."""
    command = [sys.executable, __file__, "--step", name, "--folder", str(folder)]
    done = subprocess.run([*command, "--home", str(home)], check=True, capture_output=True)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def alone(name: str, folder: Path, home: Path) -> None:
    """Be such a process."""
    if name == "start":
        found = started(home)
    else:
        found = imported(folder, home, now=NOW if name == "import" else NOW + LATER_MS)
    used = resource.getrusage(resource.RUSAGE_SELF)
    found["cpu_s"] = used.ru_utime + used.ru_stime
    found["peak_mb"] = used.ru_maxrss / 1024
    print(json.dumps(found))


def measured(folder: Path, *, ratings: int, seed: int) -> dict[str, dict[str, object]]:
    """Generate the folder unless it is there, and run the three steps on a new home."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "ratings.csv").exists():
        generate(folder, ratings=ratings, seed=seed)
    with tempfile.TemporaryDirectory() as place:
        home = Path(place, "home")
        return {name: step(name, folder, home) for name in ("import", "again", "start")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ratings", type=int, default=20_000_000)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--step", choices=("import", "again", "start"))
    parser.add_argument("--home", type=Path)
    options = parser.parse_args()
    if options.step:
        alone(options.step, options.folder, options.home)
        return
    with tempfile.TemporaryDirectory() as place:
        folder = options.folder or Path(place)
        found = measured(folder, ratings=options.ratings, seed=options.seed)
    table = Table(title=f"{options.ratings:,} ratings, load {os.getloadavg()[0]:.1f}")
    for column in ("", "s", "ratings/s", "CPU s", "peak MB", "stored", "duplicates", "rejected"):
        table.add_column(column, justify="left" if not column else "right")
    for name, one in found.items():
        seconds = float(str(one["seconds"]))
        counts = [one.get(key) for key in ("stored", "duplicates", "rejected")]
        table.add_row(
            name,
            f"{seconds:,.1f}",
            f"{options.ratings / seconds:,.0f}",
            f"{one['cpu_s']:,.1f}",
            f"{one['peak_mb']:,.0f}",
            *("" if count is None else f"{count:,}" for count in counts),
        )
    Console(width=100).print(table)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
