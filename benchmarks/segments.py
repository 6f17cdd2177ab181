"""What segments cost and save: absorbing, scanning, one profile's history, the first fold.

    python benchmarks/segments.py [--events 1000000] [--rows] [--json FILE]

Ratings of generated viewers, block by block as an import gives them, one viewer after the other.
With --rows the same events are put into rows of the database first, then compacted (slow).
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
from rich.console import Console
from rich.table import Table

from matinee.features import Counters, Rewards
from matinee.features.counters import COUNTED
from matinee.stores import Block, Stores, open_stores
from matinee.types import DAY_MS, KINDS, Account, Moment, Profile, ProfileId, Title
from matinee.types.event import Rate

NOW = Moment(1_790_000_000_000)
TITLES, EACH, BLOCK, HEAVY = 25_000, 145, 1_000_000, 2_000
T = TypeVar("T")


def furnish(stores: Stores, profiles: int) -> None:
    names = [f"p{row}" for row in range(profiles)]
    people = [Profile(profile_id=name, account_id="house") for name in names]
    stores.profiles.add_all([Account(account_id="house")], people, now=NOW)
    titles = [Title(title_id=f"t{row}", name=f"Title {row}") for row in range(TITLES)]
    stores.catalogue.upsert(titles, now=NOW)


def blocks(events: int) -> Iterator[Block]:
    """Yield ratings, sorted by viewer and time; the first has many, and two always share a time."""
    rng = np.random.default_rng(7)
    for start in range(0, events, BLOCK):
        count = min(BLOCK, events - start)
        number = np.arange(start, start + count)
        profiles = np.where(number < HEAVY, 0, 1 + (number - HEAVY) // EACH).astype(np.int32)
        at = 10**12 + number // 2 * 60_000
        titles = rng.integers(0, TITLES, count).astype(np.int32)
        values = (rng.integers(1, 11, count) / 10).astype(np.float32)
        kinds = np.full(count, KINDS.index("rate"), np.uint8)
        yield Block(profiles, titles, kinds, values, at)


def fold(stores: Stores) -> None:
    counters, offset, more = Counters.empty(Rewards.default(), titles=TITLES), 0, True
    while more:
        tail = stores.log.tail(offset, columns=COUNTED)
        counters = counters.fold(tail.signals, TITLES)
        offset, more = tail.next, tail.more


def append(stores: Stores, events: int) -> None:
    for block in blocks(events):
        for start in range(0, len(block), 5_000):
            some = block.take(np.arange(start, min(start + 5_000, len(block))))
            said = [
                Rate(
                    event_id=f"e{profile}-{at}-{title}",
                    profile_id=f"p{profile}",
                    title_id=f"t{title}",
                    at=Moment(at),
                    value=round(value * 5, 1),
                )
                for profile, title, at, value in zip(
                    some.profiles.tolist(),
                    some.titles.tolist(),
                    some.at.tolist(),
                    some.values.tolist(),
                    strict=True,
                )
            ]
            stores.log.append(said, now=NOW, origin="import")


class Bench:
    """Lines of what was measured."""

    def __init__(self) -> None:
        self.lines: list[dict[str, object]] = []

    def __call__(self, what: str, do: Callable[[], T], *, events: int | None = None) -> T:
        start = time.perf_counter()
        result = do()
        took = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rate = None if events is None else round(events / took)
        self.lines.append(
            {"what": what, "ms": round(took * 1000, 2), "per_second": rate, "peak_mb": round(peak)}
        )
        return result

    def reads(self, home: Path, name: str, events: int) -> None:
        """Measure what is read in a process that has opened the log just now."""
        stores = open_stores(home)
        self(f"{name}: first fold", lambda: fold(stores), events=events)
        heavy = ProfileId("p0")
        self(f"{name}: history of {HEAVY:,}, first", lambda: stores.log.history(heavy))
        times = []
        for _ in range(20):
            start = time.perf_counter()
            stores.log.history(heavy)
            times.append(time.perf_counter() - start)
        middle = round(float(np.median(times)) * 1000, 2)
        self.lines.append({"what": f"{name}: history of {HEAVY:,}, p50", "ms": middle})
        head = stores.log.head()
        self(f"{name}: scan", lambda: stores.log.scan(at=NOW, upto=head), events=events)
        stores.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rows", action="store_true")
    parser.add_argument("--json")
    said = parser.parse_args()
    bench, events = Bench(), said.events
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "absorbed"
        stores = open_stores(home)
        furnish(stores, events // EACH + 2)

        def absorb() -> None:
            for block in blocks(events):
                stores.log.absorb(block, source="bench", shift_ms=0, now=NOW)

        bench("absorb", absorb, events=events)
        bench("absorb again", absorb, events=events)
        stores.close()
        bench.reads(home, "absorbed", events)
        if said.rows:
            home = Path(folder) / "rows"
            stores = open_stores(home)
            furnish(stores, events // EACH + 2)
            bench("append", lambda: append(stores, events), events=events)
            stores.close()
            bench.reads(home, "rows", events)
            stores = open_stores(home)
            later = Moment(NOW + 99 * DAY_MS)
            bench("compact", lambda: stores.log.compact(now=later, hot_days=32), events=events)
            stores.close()
            bench.reads(home, "compacted", events)
    table = Table("what", "ms", "events/s", "peak MB", title=f"{events:,} ratings")
    for line in bench.lines:
        table.add_row(*(str(line.get(k, "")) for k in ("what", "ms", "per_second", "peak_mb")))
    Console().print(table)
    if said.json:
        about = {"events": events, "machine": platform.platform(), "lines": bench.lines}
        Path(said.json).write_text(json.dumps(about, indent=2))


if __name__ == "__main__":
    main()
