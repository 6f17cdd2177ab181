"""Promotion and rollback while clients ask: how many requests failed, how many pages were mixed.

    python benchmarks/promote.py --home .matinee [--seconds 30] [--clients 4]

Serves a copy of the data folder with two workers, trains a second bundle, and then promotes it and
rolls it back by turns while clients ask for pages with their scores. A page is mixed if a title's
score on it is not the one that every other page of that bundle has for that profile. Exit code 1:
a request failed, a page was mixed, or nothing was tested.
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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from matinee.models import TrainSettings
from matinee.stores import Stores, open_stores
from matinee.training import train
from matinee.types import Moment

PAUSE_S = 0.25
SERVE = """
import sys
from pathlib import Path
from matinee.server.serving import serve
from matinee.service import Config
config = Config.parse("", {"MATINEE__SERVER__PORT": "0"})
serve(Path(sys.argv[1]), config, started=lambda url: print(url, flush=True))
"""


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


def swap(stores: Stores, second: Any, seconds: float, asked: Asked) -> None:
    ends = time.perf_counter() + seconds
    while time.perf_counter() < ends:
        if asked.swaps % 2:
            stores.bundles.rollback(now=now())
        else:
            stores.bundles.promote(second, now=now())
        asked.swaps += 1
        time.sleep(PAUSE_S)


def measured(home: Path, *, seconds: float, clients: int) -> Asked:
    stores = open_stores(home)
    asked, done = Asked(), threading.Event()
    first = stores.bundles.live()
    source = {"blend": ["ease", "item_knn"]}
    second = train(stores, TrainSettings(source=source, holdout=0.0), now=now(), seed=2)
    if first is not None:
        stores.bundles.promote(first)
    profiles = [str(one) for one in stores.profiles.ids()[: 5 * clients]]
    command = [sys.executable, "-c", SERVE, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().strip()
            threads = [
                threading.Thread(target=asks, args=(address, profiles[n::clients], asked, done))
                for n in range(clients)
            ]
            for thread in threads:
                thread.start()
            swap(stores, second, seconds, asked)
            done.set()
            for thread in threads:
                thread.join()
        finally:
            done.set()
            server.terminate()
    stores.close()
    return asked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--clients", type=int, default=4)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "home"
        shutil.copytree(arguments.home, copy, ignore=shutil.ignore_patterns("keys.toml"))
        asked = measured(copy, seconds=arguments.seconds, clients=arguments.clients)
    p50, p99 = np.quantile(asked.took_ms, (0.5, 0.99))
    said = ", ".join(f"{count:,} by {name}" for name, count in sorted(asked.bundles.items()))
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.python_version()}")
    print(f"{asked.swaps} promotions and rollbacks, {len(asked.took_ms):,} pages: {said}")
    print(f"failed {len(asked.failed)}, mixed {asked.mixed}; p50 {p50:.1f} ms, p99 {p99:.1f} ms")
    print(f"{asked.told_apart:,} titles of a profile have other scores by the other bundle")
    for one in asked.failed[:5]:
        print(f"  {one}")
    tested = len(asked.bundles) == 2 and asked.told_apart > 0
    sys.exit(int(bool(asked.failed) or asked.mixed > 0 or not tested))


if __name__ == "__main__":
    main()
