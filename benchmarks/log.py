"""What the stores cost: appends one by one and in batches, and the reads behind a page.

    python benchmarks/log.py [--events 200000] [--json FILE]

The log is filled with one rating an event, as an import does (random ids), and then with live
plays (ids that grow). Every append is on the disk when it returns (`synchronous=FULL`).
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Thread

import numpy as np
from rich.console import Console
from rich.table import Table

from matinee.stores import Stores, memory_stores, open_stores
from matinee.types import Account, Event, Moment, PageId, Profile, ProfileId, Title
from matinee.types.event import PlayEnd, Rate

NOW = Moment(1_790_000_000_000)
PROFILES, TITLES, HISTORY = 1_000, 9_000, 2_000
HEAVY = ProfileId("heavy")


@dataclass(frozen=True)
class Line:
    """One measured thing: how often, how long each took in ms, and how much it did a second."""

    what: str
    times: int
    p50_ms: float
    p99_ms: float
    per_second: float | None = None


def timed(what: str, calls: Iterable[Callable[[], object]], *, each: int | None = None) -> Line:
    """Run the calls in turn; `each` is how many events one of them handles."""
    took = []
    for call in calls:
        start = time.perf_counter()
        call()
        took.append(time.perf_counter() - start)
    rate = None if each is None else each * len(took) / sum(took)
    low, high = np.percentile(took, (50, 99)) * 1000
    return Line(what, len(took), float(low), float(high), rate)


def furnish(stores: Stores) -> None:
    names = [HEAVY, *(f"p{i}" for i in range(PROFILES))]
    people = [Profile(profile_id=name, account_id="house") for name in names]
    stores.profiles.add_all([Account(account_id="house")], people, now=NOW)


def catalogue() -> list[Title]:
    return [
        Title(
            title_id=f"t{i}",
            name=f"Title {i}",
            year=1950 + i % 70,
            genres=("Crime", "Drama")[: 1 + i % 2],
            runtime_s=5400.0,
            synopsis="A short account of what happens. " * 6,
        )
        for i in range(TITLES)
    ]


def ratings(count: int) -> list[Event]:
    return [
        Rate(
            event_id=str(uuid.uuid5(uuid.NAMESPACE_URL, f"rating {i}")),
            profile_id=f"p{i * PROFILES // count}",
            title_id=f"t{i * 7919 % TITLES}",
            at=Moment(NOW - 10**11 + i * 1000),
            value=i % 10 / 2,
        )
        for i in range(count)
    ]


def plays(count: int, *, name: str, profile: str | None = None) -> list[Event]:
    return [
        PlayEnd(
            event_id=f"{name}-{i:08}",
            profile_id=profile or f"p{i * 31 % PROFILES}",
            title_id=f"t{i * 7919 % TITLES}",
            at=Moment(NOW - 10**6 + i),
            session_id="s-12345678",
            device="tv",
            token="x" * 60,
            position_s=5300.0,
            duration_s=5400.0,
            watched_s=5000.0 + i % 100,
        )
        for i in range(count)
    ]


def in_batches(events: Sequence[Event], size: int) -> list[Sequence[Event]]:
    return [events[start : start + size] for start in range(0, len(events), size)]


def from_threads(stores: Stores, *, threads: int, each: int) -> Line:
    """Append single events from many threads at once; the times are those of each append."""
    took: list[float] = []

    def write(writer: int) -> None:
        for event in plays(each, name=f"thread{writer}"):
            start = time.perf_counter()
            stores.log.append([event], now=NOW)
            took.append(time.perf_counter() - start)

    writers = [Thread(target=write, args=(writer,)) for writer in range(threads)]
    start = time.perf_counter()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    rate = len(took) / (time.perf_counter() - start)
    low, high = np.percentile(took, (50, 99)) * 1000
    return Line(f"append 1 event, {threads} threads", len(took), float(low), float(high), rate)


def log_lines(stores: Stores, *, events: int) -> Iterable[Line]:
    log = stores.log
    rated = ratings(events)

    def send(batch: Sequence[Event], origin: str = "live") -> Callable[[], object]:
        return lambda: log.append(batch, now=NOW, origin=origin)  # type: ignore[arg-type]

    for what in ("import", "import again"):
        batches = in_batches(rated, 5_000)
        yield timed(
            f"{what}, batches of 5,000", [send(batch, "import") for batch in batches], each=5_000
        )
    batches = in_batches(plays(50_000, name="batch"), 100)
    yield timed("append 100 live events", [send(batch) for batch in batches], each=100)
    yield timed(
        "append 1 event, 1 thread", [send([one]) for one in plays(1_000, name="one")], each=1
    )
    yield from_threads(stores, threads=16, each=100)
    log.append(plays(HISTORY, name="heavy", profile=HEAVY), now=NOW)
    head = log.head()
    gc.freeze()  # as the server does once it has loaded
    yield timed(f"history of {HISTORY:,} events", [lambda: log.history(HEAVY)] * 100)
    yield timed("history after the last 5", [lambda: log.history(HEAVY, after=head - 5)] * 1000)
    yield timed("head", [log.head] * 1000)
    starts = np.linspace(0, head - 10_000, 30).astype(int).tolist()
    yield timed(
        "tail of 10,000",
        [lambda start=start: log.tail(start, limit=10_000) for start in starts],
        each=10_000,
    )
    yield timed("scan of all", [lambda: log.scan(at=NOW, upto=head)] * 3, each=head)


def other_lines(stores: Stores) -> Iterable[Line]:
    titles = catalogue()
    yield timed(
        f"upsert {TITLES:,} titles", [lambda: stores.catalogue.upsert(titles, now=NOW)], each=TITLES
    )
    yield timed("catalogue snapshot, first", [stores.catalogue.snapshot])
    yield timed("catalogue version", [stores.catalogue.version] * 1000)
    record, who = b"x" * 8_000, ProfileId("p1")
    yield timed(
        "decision record of 8 kB",
        [
            lambda i=i: stores.decisions.write(PageId(f"page{i}"), who, NOW, record)
            for i in range(1000)
        ],
    )


def measure(stores: Stores, *, events: int) -> list[Line]:
    furnish(stores)
    return [*other_lines(stores), *log_lines(stores, events=events)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = {}
    with tempfile.TemporaryDirectory() as folder, closing(open_stores(Path(folder))) as stores:
        found["files"] = measure(stores, events=options.events)
    with closing(memory_stores()) as stores:
        found["memory"] = measure(stores, events=options.events)
    table = Table(title=f"stores, {options.events:,} imported events, {platform.machine()}")
    table.add_column("", no_wrap=True)
    for where in found:
        for column in ("p50 ms", "p99 ms", "a second"):
            table.add_column(f"{where}\n{column}", justify="right")
    for lines in zip(*found.values(), strict=True):
        cells = [
            cell
            for line in lines
            for cell in (
                f"{line.p50_ms:,.2f}",
                f"{line.p99_ms:,.2f}",
                "" if line.per_second is None else f"{line.per_second:,.0f}",
            )
        ]
        table.add_row(lines[0].what, *cells)
    Console(width=104).print(table)
    if options.json:
        told = {where: [asdict(line) for line in lines] for where, lines in found.items()}
        options.json.write_text(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
