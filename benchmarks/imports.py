"""What importing a large data set costs: 20 million ratings in the files of MovieLens, or a table.

    python benchmarks/imports.py [--ratings 20000000] [--folder DIR] [--json FILE]
    python benchmarks/imports.py --table csv|csv.gz|jsonl|parquet [--ratings 5000000]

The folder is generated with a seed: viewers and movies numbered with gaps, ratings as skewed as
real ones, a few hundred lines broken in every way. A table holds plays instead, in the order in
which they happened, with time watched and device; its columns are mapped and its profiles and
titles made as they come. Each step runs in a process of its own, whose
processor time and peak memory are printed: the import, the same again, and opening the
installation after it. Seconds are wall-clock; on a busy machine the processor time says more.
"""

from __future__ import annotations

import argparse
import gzip
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
MAP = "profile_id=user,title_id=track,at=unix,watched_s=ms/1000,device=on,kind:=play_end"
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


def generate_table(file: Path, *, plays: int, seed: int) -> None:
    """Write plays as CSV, JSON Lines or Parquet, by the name of the file."""
    rng = np.random.Generator(np.random.PCG64(seed))
    share = plays / 20_000_000
    listeners, tracks = max(50, int(VIEWERS * share)), max(200, int(MOVIES * min(1, share * 4)))
    began = 1_400_000_000
    frame = pl.DataFrame(
        {
            "user": np.floor(listeners * rng.random(plays) ** 2).astype(np.int64),
            "track": np.floor(tracks * rng.random(plays) ** 3).astype(np.int64),
            "unix": np.sort(rng.integers(began, began + 300_000_000, plays)),
            "ms": rng.integers(1_000, 400_000, plays),
            "on": rng.choice(np.array(["tv", "web", "mobile"]), plays),
        }
    ).with_columns(user=pl.format("listener-{}", "user"), track=pl.format("track-{}", "track"))
    if file.suffix == ".parquet":
        frame.write_parquet(file)
        return
    with gzip.open(file, "wb") if file.suffix == ".gz" else file.open("wb") as out:
        for start in range(0, plays, EVERY):
            some, broken = frame.slice(start, EVERY), b"not a row\n"
            if file.suffix == ".jsonl":
                some.write_ndjson(out)
            else:
                some.write_csv(out, include_header=not start)
            out.write(broken)


def imported(folder: Path, home: Path, *, now: int) -> dict[str, object]:
    """Import the folder into the home; what the command line does, without its screen."""
    from matinee.data.readers import ColumnMap, open_reader
    from matinee.service.importing import import_data
    from matinee.stores import open_stores
    from matinee.types import Moment

    start = time.perf_counter()
    stores = open_stores(home)
    columns = ColumnMap.parse(MAP, kind="events") if folder.is_file() else None
    reader = open_reader(folder, data_folder=None, cache=home / "cache", columns=columns)
    opened = time.perf_counter() - start
    report = import_data(stores, reader, now=Moment(now), create=folder.is_file())
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


def measured(
    folder: Path, *, ratings: int, seed: int, table: str | None
) -> dict[str, dict[str, object]]:
    """Generate the folder or table unless it is there, and run the three steps on a new home."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / f"plays.{table}" if table else folder
    if table and not source.exists():
        generate_table(source, plays=ratings, seed=seed)
    elif not table and not (folder / "ratings.csv").exists():
        generate(folder, ratings=ratings, seed=seed)
    with tempfile.TemporaryDirectory() as place:
        home = Path(place, "home")
        return {name: step(name, source, home) for name in ("import", "again", "start")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ratings", type=int, help="20 million, or 5 million rows of a table")
    parser.add_argument("--table", choices=("csv", "csv.gz", "jsonl", "parquet"))
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--step", choices=("import", "again", "start"))
    parser.add_argument("--home", type=Path)
    options = parser.parse_args()
    if options.step:
        alone(options.step, options.folder, options.home)
        return
    ratings = options.ratings or (5_000_000 if options.table else 20_000_000)
    with tempfile.TemporaryDirectory() as place:
        folder = options.folder or Path(place)
        found = measured(folder, ratings=ratings, seed=options.seed, table=options.table)
    what = f"plays in {options.table}" if options.table else "ratings"
    table = Table(title=f"{ratings:,} {what}, load {os.getloadavg()[0]:.1f}")
    for column in ("", "s", "lines/s", "CPU s", "peak MB", "stored", "duplicates", "rejected"):
        table.add_column(column, justify="left" if not column else "right")
    for name, one in found.items():
        seconds = float(str(one["seconds"]))
        counts = [one.get(key) for key in ("stored", "duplicates", "rejected")]
        table.add_row(
            name,
            f"{seconds:,.1f}",
            f"{ratings / seconds:,.0f}",
            f"{one['cpu_s']:,.1f}",
            f"{one['peak_mb']:,.0f}",
            *("" if count is None else f"{count:,}" for count in counts),
        )
    Console(width=100).print(table)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
