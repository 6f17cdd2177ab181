"""The bar of the home page, over HTTP: p50 ≤ 15 ms and p99 ≤ 40 ms on the demo's data.

One client on kept-alive connections; each request is another profile's page of 15 × 40, and every
fifth follows a new event of that profile, posted on a connection of its own. Nothing caches
pages. The server runs as in production, two workers, on a copy of the data folder.

    python benchmarks/home.py --home .matinee [--requests 1000] [--plain] [--json FILE]
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

BARS_MS = {"p50": 15.0, "p99": 40.0}
WARM_UP = 30
SERVE = """
import sys
from pathlib import Path
from matinee.server.serving import serve
from matinee.service import Config
config = Config.parse("", {"MATINEE__SERVER__PORT": "0"})
serve(Path(sys.argv[1]), config, started=lambda url: print(url, flush=True))
"""


@contextmanager
def serving(home: Path) -> Iterator[tuple[str, int]]:
    """Serve a copy of a data folder; yield host and port."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "home"
        shutil.copytree(home, copy, ignore=shutil.ignore_patterns("keys.toml"))
        command = [sys.executable, "-c", SERVE, str(copy)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None
                address = server.stdout.readline().strip()
                host, _, port = address.removeprefix("http://").rstrip("/").rpartition(":")
                yield host, int(port)
            finally:
                server.terminate()


class Client:
    """One kept-alive connection."""

    def __init__(self, host: str, port: int, *, gzip: bool) -> None:
        self._connection = http.client.HTTPConnection(host, port)
        self._headers = {"accept-encoding": "gzip"} if gzip else {}
        self.worker = ""

    def get(self, path: str) -> bytes:
        self._connection.request("GET", path, headers=self._headers)
        return self._read(200)

    def post(self, path: str, body: object) -> bytes:
        said = json.dumps(body).encode()
        self._connection.request("POST", path, said, {"content-type": "application/json"})
        return self._read(200)

    def _read(self, wanted: int) -> bytes:
        response = self._connection.getresponse()
        body = response.read()
        assert response.status == wanted, (response.status, body[:500])
        self.worker = response.headers["x-matinee-worker"]
        return body


def decoded(body: bytes) -> dict[str, Any]:
    """Read JSON, compressed or not."""
    read: dict[str, Any] = json.loads(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
    return read


def profiles(client: Client) -> list[str]:
    """Return every profile that has events."""
    found: list[str] = []
    cursor = ""
    while True:
        page = decoded(client.get(f"/v1/profiles?limit=200{cursor}"))
        found += [one["profile_id"] for one in page["profiles"] if one["events"]]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def measure(host: str, port: int, requests: int, *, compressed: bool) -> dict[str, Any]:
    """Ask for pages one after another; return milliseconds and sizes."""
    viewer, events = (Client(host, port, gzip=compressed) for _ in range(2))
    for _ in range(20):  # let events enter by the other worker, if the kernel allows
        viewer.get("/healthz")
        events.get("/healthz")
        if viewer.worker != events.worker:
            break
        events = Client(host, port, gzip=compressed)
    everyone = profiles(viewer)
    seed = np.random.default_rng(7)
    times, sizes, tiles = [], [], []
    for turn in range(-WARM_UP, requests):
        profile = everyone[turn % len(everyone)]
        if turn % 5 == 0:
            events.post("/v1/events", {"events": [event(profile, turn, viewer, seed)]})
        started = time.perf_counter()
        body = viewer.get(f"/v1/home?profile={profile}&rows=15&columns=40")
        spent = (time.perf_counter() - started) * 1000
        if turn >= 0:
            times.append(spent)
            sizes.append(len(body))
            tiles.append(sum(len(row["titles"]) for row in decoded(body)["rows"]))
    quantiles = {f"p{q}": round(float(np.percentile(times, q)), 2) for q in (50, 90, 99)}
    return {
        "requests": requests,
        "profiles": len(everyone),
        "two_workers_used": viewer.worker != events.worker,
        "ms": {**quantiles, "max": round(max(times), 2)},
        "bytes": int(np.median(sizes)),
        "tiles": int(np.median(tiles)),
    }


def event(profile: str, turn: int, client: Client, rng: np.random.Generator) -> dict[str, Any]:
    """Return a thumb up for some title of the catalogue."""
    titles = decoded(client.get("/v1/titles?limit=50"))["titles"]
    title = titles[int(rng.integers(len(titles)))]["title_id"]
    at = datetime.now(UTC).isoformat()
    return {
        "event_id": f"bench-{turn}-{time.time_ns()}",
        "kind": "thumb",
        "profile_id": profile,
        "title_id": title,
        "value": 1,
        "at": at,
    }


def main() -> int:
    """Measure, print, and say by the exit code whether the bars hold."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--home", type=Path, default=Path(".matinee"))
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--plain", action="store_true", help="without gzip")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    with serving(asked.home) as (host, port):
        found = measure(host, port, asked.requests, compressed=not asked.plain)
    held = all(found["ms"][name] <= bar for name, bar in BARS_MS.items())
    table = Table(title="GET /v1/home, milliseconds over HTTP")
    for name in found["ms"]:
        table.add_column(name, justify="right")
    table.add_row(*(f"{value:.2f}" for value in found["ms"].values()))
    console = Console()
    console.print(table)
    console.print({key: value for key, value in found.items() if key != "ms"})
    console.print(f"bars {BARS_MS}: {'held' if held else 'NOT held'}")
    if asked.json:
        report = {
            "benchmark": "home",
            "date": datetime.now(UTC).date().isoformat(),
            "machine": f"{platform.platform()}, Python {platform.python_version()}",
            "cores": os.cpu_count(),
            "load": os.getloadavg(),
            "gzip": not asked.plain,
            "bars_ms": BARS_MS,
            **found,
        }
        asked.json.write_text(json.dumps(report, indent=1) + "\n")
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
