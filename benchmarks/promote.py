"""Promotion and rollback while clients ask: how many requests failed, how many pages were mixed.

    python benchmarks/promote.py --home .matinee [--seconds 60] [--clients 4] [--connections 4]

Serves a copy of the data folder with `matinee serve --workers 2`, trains a second bundle, and then
promotes it and rolls it back by turns with `matinee models`, while wrk (with promote.lua) and
clients of its own ask for pages with their scores. A page is mixed if a title's score on it is not
the one that every other page of that bundle has for that profile. Without wrk it says so, and only
its own clients ask. Exit code 1: a request failed, a page was mixed, or nothing was tested.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from matinee.models import TrainSettings
from matinee.stores import open_stores
from matinee.training import train
from matinee.types import Moment

LUA = Path(__file__).with_suffix(".lua")
LEAST_SWAPS = 20


def now() -> Moment:
    return Moment(time.time_ns() // 1_000_000)


@dataclass
class Asked:
    """What all clients saw."""

    took_ms: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    bundles: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    scores: dict[tuple[str, str, str], set[float]] = field(default_factory=lambda: defaultdict(set))
    swaps: int = 0

    def page(self, profile: str, page: dict[str, Any]) -> None:
        self.bundles[page["bundle"]] += 1
        for row in page["rows"]:
            for tile in row["titles"]:
                self.scores[page["bundle"], profile, tile["title_id"]].add(tile["score"])

    @property
    def mixed(self) -> int:
        return sum(len(values) > 1 for values in self.scores.values())

    @property
    def told_apart(self) -> int:
        """Titles of a profile for which the two bundles gave different scores."""
        both = defaultdict(list)
        for (_, profile, title), values in self.scores.items():
            both[profile, title].append(values)
        return sum(len(one) == 2 and one[0] != one[1] for one in both.values())


def asks(address: str, profiles: list[str], asked: Asked, done: threading.Event) -> None:
    host, _, port = address.removeprefix("http://").rstrip("/").rpartition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    turn = 0
    while not done.is_set():
        profile = profiles[turn % len(profiles)]
        turn += 1
        started = time.perf_counter()
        try:
            path = f"/v1/home?profile={profile}&columns=20&rows=10&include=scores"
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            asked.failed.append(repr(error))
            connection.close()
            continue
        asked.took_ms.append(1000 * (time.perf_counter() - started))
        page = json.loads(body)
        if response.status != 200 or page["rung"] != "fresh":
            asked.failed.append(f"{response.status} {page.get('rung', page)}")
        else:
            asked.page(profile, page)


def matinee(*words: str, home: Path) -> list[str]:
    return [sys.executable, "-m", "matinee", *words, "--home", str(home)]


def swap(home: Path, second: str, seconds: float, asked: Asked) -> None:
    """Promote and roll back by turns, as an operator would."""
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        words = ("rollback",) if asked.swaps % 2 else ("promote", second, "--force")
        done = subprocess.run(
            matinee("models", *words, home=home), capture_output=True, text=True, check=False
        )
        if done.returncode:
            asked.failed.append(f"matinee models {' '.join(words)}: {done.stderr.strip()}")
        asked.swaps += 1


@dataclass
class Load:
    """What wrk's threads counted."""

    asked: int = 0
    failed: int = 0
    """Answers other than 2xx, and connections that broke."""
    stale: int = 0
    mixed: int = 0
    bundles: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    p50_ms: float = 0.0
    p99_ms: float = 0.0

    @classmethod
    def of(cls, said: str) -> Load:
        found = cls()
        for line in said.splitlines():
            head, *words = line.split() or [""]
            told = dict(word.split("=", 1) for word in words) if head in ("THREAD", "WRK") else {}
            for name in ("asked", "failed", "stale", "mixed"):
                setattr(found, name, getattr(found, name) + int(told.get(name, 0)))
            for one in filter(None, told.get("bundles", "").split(",")):
                name, _, count = one.rpartition(":")
                found.bundles[name] += int(count)
            if head == "WRK":
                found.failed += int(told["lost"])
                found.p50_ms, found.p99_ms = float(told["p50"]), float(told["p99"])
        return found


@contextmanager
def wrk(
    address: str, profiles: list[str], *, seconds: float, connections: int
) -> Iterator[Callable[[], Load | None]]:
    """Let wrk ask meanwhile; the function waits for it and returns what it counted."""
    program = shutil.which("wrk")
    if program is None or not connections:
        print("wrk is not installed, or not asked for: only our own clients ask", flush=True)
        yield lambda: None
        return
    said = ["-t2", f"-c{max(connections, 2)}", f"-d{seconds:.0f}s", "-s", str(LUA), address]
    with subprocess.Popen(
        [program, *said, "--", *profiles], stdout=subprocess.PIPE, text=True
    ) as load:
        try:
            yield lambda: Load.of(load.communicate()[0])
        finally:
            load.terminate()


def served(home: Path) -> tuple[subprocess.Popen[str], str]:
    """Start `matinee serve` on a free port; returns it and its address, when it answers."""
    command = matinee("serve", "--workers", "2", "--port", "0", home=home)
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    return server, server.stdout.readline().split()[0]


def measured(
    home: Path, *, seconds: float, clients: int, connections: int
) -> tuple[Asked, Load | None]:
    stores = open_stores(home)
    asked, done = Asked(), threading.Event()
    first = stores.bundles.live()
    source = {"blend": ["ease", "item_knn"]}
    second = train(stores, TrainSettings(source=source, holdout=0.0), now=now(), seed=2)
    if first is not None:
        stores.bundles.promote(first)
    profiles = [str(one) for one in stores.profiles.ids()[: 5 * clients]]
    stores.close()
    server, address = served(home)
    try:
        threads = [
            threading.Thread(target=asks, args=(address, profiles[n::clients], asked, done))
            for n in range(clients)
        ]
        for thread in threads:
            thread.start()
        with wrk(address, profiles, seconds=seconds, connections=connections) as load:
            swap(home, second, seconds, asked)
            counted = load()
        done.set()
        for thread in threads:
            thread.join()
    finally:
        done.set()
        server.terminate()
        server.wait()
    return asked, counted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--clients", type=int, default=2, help="our own, which look at each page")
    parser.add_argument("--connections", type=int, default=4, help="of wrk; 0: do without")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "home"
        shutil.copytree(arguments.home, copy, ignore=shutil.ignore_patterns("keys.toml"))
        asked, load = measured(
            copy,
            seconds=arguments.seconds,
            clients=arguments.clients,
            connections=arguments.connections,
        )
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.python_version()}")
    print(f"{asked.swaps} promotions and rollbacks by the command line")
    p50, p99 = np.quantile(asked.took_ms, (0.5, 0.99))
    print(f"own clients: {len(asked.took_ms):,} pages: {by(asked.bundles)}")
    print(f"  failed {len(asked.failed)}, mixed {asked.mixed}; p50 {p50:.1f} ms, p99 {p99:.1f} ms")
    print(f"  {asked.told_apart:,} titles of a profile have other scores by the other bundle")
    for one in asked.failed[:5]:
        print(f"  {one}")
    right = not asked.failed and not asked.mixed
    tested = len(asked.bundles) == 2 and asked.told_apart > 0 and asked.swaps >= LEAST_SWAPS
    if load is not None:
        print(f"wrk: {load.asked:,} pages: {by(load.bundles)}")
        print(
            f"  failed {load.failed}, not fresh {load.stale}, mixed {load.mixed};"
            f" p50 {load.p50_ms:.1f} ms, p99 {load.p99_ms:.1f} ms"
        )
        right &= not (load.failed or load.stale or load.mixed)
        tested &= len(load.bundles) == 2
    if not tested:
        print(
            f"too little was seen to judge: both bundles, and {LEAST_SWAPS} promotions, are needed"
        )
    sys.exit(int(not right or not tested))


def by(bundles: dict[str, int]) -> str:
    return ", ".join(f"{count:,} by {name}" for name, count in sorted(bundles.items()))


if __name__ == "__main__":
    main()
