"""Kill servers, writers and imports at random moments, and count what was lost or doubled.

    python benchmarks/crash.py [--rounds 50] [--seed 20261122] [--json FILE]

A kill is SIGKILL: to a server with two workers under load (to all of it, its parent, or one
worker), to a process whose threads append, edit titles and compact, and to `matinee import`. After
each, every acknowledged event must be there once and no batch by half, and what was acknowledged
is sent again and must be a duplicate. Exit code 1 if anything was not so. It does not pull the
plug: that the disk has what was acknowledged is what `tests/e2e/test_synced.py` looks at.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from matinee.types import Moment

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import crashing

ROUNDS_A_HOME = 8  # an audit reads the whole log, so that logs stay small
ORDER = ("all", "writers", "worker", "writers", "import", "parent", "writers")


def rounds(folder: Path, number: int, seed: int) -> dict[str, crashing.Toll]:
    """Do so many rounds in turn of each sort; return the tolls by sort."""
    rng = np.random.default_rng(seed)
    context = get_context("forkserver")
    context.set_forkserver_preload(["matinee.stores", "matinee.testing.stores_samples"])
    tolls: defaultdict[str, crashing.Toll] = defaultdict(crashing.Toll)
    done: defaultdict[str, int] = defaultdict(int)
    console = Console(stderr=True)
    for k in range(number):
        sort = ORDER[k % len(ORDER)]
        home = folder / f"{sort}-{done[sort] // ROUNDS_A_HOME}"
        done[sort] += 1
        if not home.exists():
            crashing.furnished(home)
        at = Moment(time.time_ns() // 1_000_000)
        if sort == "import":
            toll = crashing.kill_import(home, start=k, share=float(rng.uniform(0, 0.8)), at=at)
        elif sort == "writers":
            wait = crashing.moment(rng, 0.5)
            notes = crashing.kill_writers(context, home, start=k, after_s=wait, at=at)
            toll = crashing.audit(home, notes, at)
        else:
            wait = crashing.moment(rng, 1.0)
            notes = crashing.kill_server(home, start=k, after_s=wait, whom=sort, at=at)
            toll = crashing.audit(home, notes, at)
        tolls[sort] += toll
        console.print(
            f"{k + 1:>3}  {sort:<8} {toll.acknowledged:>7,} acknowledged", highlight=False
        )
        if toll.harm:
            console.print(f"     HARM {toll}")
    return tolls


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=20_261_122)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tolls = rounds(Path(folder), asked.rounds, asked.seed)
    total = crashing.Toll()
    for toll in tolls.values():
        total += toll
    table = Table("killed", *(name.replace("_", " ") for name in asdict(total)))
    for sort, toll in {**tolls, "in all": total}.items():
        table.add_row(sort, *(f"{value:,}" for value in asdict(toll).values()))
    Console(width=110).print(table)
    if asked.json:
        said = {"seed": asked.seed, **{sort: asdict(toll) for sort, toll in tolls.items()}}
        asked.json.write_text(json.dumps(said, indent=1) + "\n")
    return 1 if total.harm else 0


if __name__ == "__main__":
    sys.exit(main())
