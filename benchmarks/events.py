"""The bars of the event log: HTTP posts, profile states, reading to head, on a million events.

    python benchmarks/events.py [--events 1000000] [--seconds 8] [--home FOLDER]
        [--demo FOLDER] [--json FILE]

A home is filled with a million live events under random ids, which is the worst that `seen` can
look like, and served by two workers. Load comes from this machine: one process with prepared
requests on kept connections, each of which sends again as soon as it is answered. Every event is
posted under an id of its own, carries the token of a tile and is acknowledged as stored; then the
server and its workers are killed at once (SIGKILL) and the log is counted.
With --home the filled home is kept there, and taken from there the next time.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from matinee.engine import EngineSettings
from matinee.features import Rewards
from matinee.service import signing_key
from matinee.service.crediting import credited
from matinee.service.live import Live
from matinee.service.tokens import Signer
from matinee.stores import Stores, open_stores
from matinee.types import Account, Event, Moment, PageId, Profile, ProfileId, Title
from matinee.types.event import Heartbeat, Impression, PlayEnd, PlayStart, Thumb
from matinee.types.moment import encode_moment

PROFILES, TITLES, COLUMNS = 1_000, 9_000, 40
HEAVY = ProfileId("heavy")
SERVE = """
import sys
from pathlib import Path
from matinee.server.serving import serve
from matinee.service import Config
config = Config.parse("[log]\\naccess = false", {"MATINEE__SERVER__PORT": "0"})
serve(Path(sys.argv[1]), config, started=lambda url: print(url, flush=True))
"""


@dataclass(frozen=True)
class Line:
    """One bar: what was measured, and whether it holds."""

    what: str
    value: float
    unit: str
    bar: float
    at_least: bool
    more: dict[str, float] = field(default_factory=dict)

    @property
    def held(self) -> bool:
        return self.value >= self.bar if self.at_least else self.value <= self.bar


def now() -> Moment:
    return Moment(time.time_ns() // 1_000_000)


def uuid7(rng: np.random.Generator, at: int) -> str:
    """Return an id that begins with its time (RFC 9562, version 7)."""
    noise = int.from_bytes(rng.bytes(10), "big")
    number = at << 80 | 7 << 76 | (noise >> 68 & 0xFFF) << 64 | 2 << 62 | noise & (1 << 62) - 1
    return str(uuid.UUID(int=number))


def uuid4(rng: np.random.Generator, at: int) -> str:  # noqa: ARG001  (as `uuid7`)
    return str(uuid.UUID(bytes=rng.bytes(16), version=4))


IDS: dict[str, Callable[[np.random.Generator, int], str]] = {"UUIDv7": uuid7, "UUIDv4": uuid4}


class Viewers:
    """Writes what players and pages would send: four of five events are impressions."""

    def __init__(self, signer: Signer, *, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._tokens: dict[tuple[int, int], list[str]] = {}
        self._signer = signer

    def events(self, count: int, *, ids: str, at: Moment) -> list[Event]:
        drawn = self._rng.integers((PROFILES, 40, COLUMNS, 10), size=(count, 4)).tolist()
        return [
            self._event(*one, name=IDS[ids](self._rng, at + place), at=Moment(at + place))
            for place, one in enumerate(drawn)
        ]

    def _event(
        self, profile: int, page: int, column: int, act: int, *, name: str, at: Moment
    ) -> Event:
        title = (profile * 31 + page * COLUMNS + column) * 7919 % TITLES
        said: dict[str, Any] = {
            "event_id": name,
            "profile_id": f"p{profile}",
            "title_id": f"t{title}",
            "at": at,
            "session_id": f"session-{profile}-{page}",
            "device": "tv",
            "tz_offset_min": 60,
            "token": self._row(profile, page)[column],
        }
        if act == 0:
            return PlayStart(position_s=0.0, duration_s=5400.0, **said)
        if act == 1:
            kind = Heartbeat if column % 2 else PlayEnd
            return kind(position_s=2500.0, duration_s=5400.0, watched_s=2400.5, **said)
        return Impression(visible_ms=1200, **said)

    def _row(self, profile: int, page: int) -> list[str]:
        row = self._tokens.get((profile, page))
        if row is None:
            titles = (profile * 31 + page * COLUMNS + np.arange(COLUMNS)) * 7919 % TITLES
            name = PageId(f"page-{profile}-{page}-0123456789abcdef")
            row = self._signer.row(name, ProfileId(f"p{profile}"), 2, titles.astype(np.int32))
            self._tokens[profile, page] = row
        return row


def fill(home: Path, events: int) -> None:
    """Make a home whose log holds so many live events under random ids."""
    with closing(open_stores(home)) as stores:
        furnish(stores)
        viewers = Viewers(Signer(signing_key(home)), seed=1)
        began, step = Moment(now() - 2 * 86_400_000), 10_000
        for start in range(0, events, step):
            some = viewers.events(min(step, events - start), ids="UUIDv4", at=began)
            outcomes = stores.log.append(some, now=began)
            assert outcomes.count("stored") == len(some)


def furnish(stores: Stores) -> None:
    names = [HEAVY, *(f"p{i}" for i in range(PROFILES))]
    people = [Profile(profile_id=name, account_id="house") for name in names]
    stores.profiles.add_all([Account(account_id="house")], people, now=now())
    genres = ("Crime", "Drama", "Comedy", "War")
    titles = [
        Title(title_id=f"t{i}", name=f"Title {i}", genres=(genres[i % 4],), runtime_s=5400.0)
        for i in range(TITLES)
    ]
    stores.catalogue.upsert(titles, now=now())


@contextmanager
def serving(home: Path) -> Iterator[tuple[int, int]]:
    """Serve a home in a session of its own; yield the process and the port."""
    command = [sys.executable, "-c", SERVE, str(home)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().strip()
            yield server.pid, int(address.rstrip("/").rpartition(":")[2])
        finally:
            server.kill()


def request(port: int, events: Sequence[Event]) -> bytes:
    body = msgspec.json.encode({"events": events}, enc_hook=encode_moment)
    head = (
        f"POST /v1/events HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class _Connection:
    """One kept connection that sends the next request when the last one is answered."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent = 0.0
        self.worker = b""
        self._read = b""

    def send(self, message: bytes) -> None:
        self.sent = time.perf_counter()
        self.socket.sendall(message)

    def answer(self) -> bytes | None:
        """Take what has come; return a whole answer's body, None if it is not whole yet."""
        self._read += self.socket.recv(262_144)
        head, there, body = self._read.partition(b"\r\n\r\n")
        if not there:
            return None
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return None
        assert head.startswith(b"HTTP/1.1 200"), self._read[:500]
        self.worker = head.partition(b"x-matinee-worker: ")[2].partition(b"\r\n")[0]
        self._read = b""
        return body


def drive(
    port: int, messages: Sequence[bytes], *, each: int, connections: int, seconds: float
) -> tuple[int, float, list[float], int]:
    """Send prepared requests for a while; return events stored, seconds, latencies, workers."""
    found, waiting = selectors.DefaultSelector(), iter(messages)
    kept = [_Connection(port) for _ in range(connections)]
    took: list[float] = []
    stored = 0
    started = time.perf_counter()
    for one in kept:
        found.register(one.socket, selectors.EVENT_READ, one)
        one.send(next(waiting))
    open_ = len(kept)
    while open_:
        for key, _ in found.select():
            one = key.data
            body = one.answer()
            if body is None:
                continue
            took.append(time.perf_counter() - one.sent)
            assert f'"stored":{each},'.encode() in body, body[:500]
            stored += each
            more = next(waiting, None) if time.perf_counter() - started < seconds else None
            if more is None:
                open_ -= 1
            else:
                one.send(more)
    spent = time.perf_counter() - started
    workers = len({one.worker for one in kept})
    for one in kept:
        one.socket.close()
    return stored, spent, took, workers


def cpu_seconds(session: int) -> float:
    """Return the processor time of the server and its workers."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            fields = stat.read_text().rpartition(")")[2].split()
            if session in (int(fields[1]), int(stat.parent.name)):
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def kill(server: int) -> None:
    """End the server and its workers as a power cut would, without a word."""
    workers = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            if int(stat.read_text().rpartition(")")[2].split()[1]) == server:
                workers.append(int(stat.parent.name))
    for process in (server, *workers):  # the server first: it would start others
        os.kill(process, signal.SIGKILL)


def posts(home: Path, *, seconds: float) -> Iterator[Line]:
    """Measure posts over HTTP, one bar after another on the same log."""
    viewers = Viewers(Signer(signing_key(home)), seed=time.time_ns() % 2**32)
    with closing(open_stores(home)) as stores:
        before = stores.log.head()
    acknowledged = 0
    with serving(home) as (server, port):
        plans = (("UUIDv7", 100, 4, 10_000), ("UUIDv4", 100, 4, 10_000))
        for ids, each, connections, bar in (*plans, ("UUIDv7", 1, 16, 1_500)):
            most = int(seconds * bar * 2 / each) + connections
            events = viewers.events(most * each, ids=ids, at=now())
            messages = [request(port, events[i : i + each]) for i in range(0, len(events), each)]
            del events
            busy = cpu_seconds(server)
            stored, spent, took, workers = drive(
                port, messages, each=each, connections=connections, seconds=seconds
            )
            busy = cpu_seconds(server) - busy
            acknowledged += stored
            low, high = np.percentile(took, (50, 99)) * 1000
            what = f"HTTP, batches of {each}" if each > 1 else f"HTTP, {connections} single posts"
            more = {"p50 ms": float(low), "p99 ms": float(high), "workers": float(workers)}
            more["server cpu µs an event"] = busy / stored * 1e6
            yield Line(f"{what}, {ids}", stored / spent, "events/s", bar, at_least=True, more=more)
        kill(server)
    with closing(open_stores(home)) as stores:
        kept = stores.log.head() - before
    yield Line(
        "acknowledged events lost by SIGKILL", acknowledged - kept, "events", 0, at_least=False
    )


def acts(count: int, *, began: int, seed: int) -> list[Event]:
    """Write a heavy viewer's plays and thumbs, four events a title."""
    rng = np.random.default_rng(seed)
    events: list[Event] = []
    for place in range(count):
        if place % 4 == 0:
            title = f"t{rng.integers(TITLES)}"
        said: dict[str, Any] = {
            "event_id": uuid4(rng, 0),
            "profile_id": HEAVY,
            "title_id": title,
            "at": Moment(began + 60_000 * place),
            "session_id": "s",
            "device": "tv",
            "tz_offset_min": 60,
        }
        stands = {"position_s": 1700.0 * (place % 4), "duration_s": 5400.0}
        if place % 4 == 3:
            events.append(Thumb(value=int(rng.choice((1, 2, -1))), **said))
        elif place % 4 == 0:
            events.append(PlayStart(**stands, **said))
        else:
            kind = Heartbeat if place % 4 == 1 else PlayEnd
            events.append(kind(watched_s=1650.0 * (place % 4), **stands, **said))
    return events


def median_ms(calls: Iterator[Callable[[], object]]) -> tuple[float, dict[str, float]]:
    """Return the median, and beside it the processor's time, which tells on a busy machine."""
    took, busy = [], []
    for call in calls:
        started, worked = time.perf_counter(), time.thread_time()
        call()
        busy.append((time.thread_time() - worked) * 1000)
        took.append((time.perf_counter() - started) * 1000)
    high, highest = np.percentile(took, (95, 99)).tolist()
    more = {"p95 ms": high, "p99 ms": highest, "cpu ms": float(np.median(busy))}
    return float(np.median(took)), more


def states(home: Path) -> Iterator[Line]:
    """Measure one worker: the state of 2,000 events, and reading to head."""
    with closing(open_stores(home)) as stores:
        live = Live(stores, EngineSettings(), Rewards.default())
        forgetful = Live(stores, EngineSettings(), Rewards.default(), most_bytes=0)
        live.catch_up()
        gc.freeze()  # as a worker does
        events = acts(2_600, began=now() - 4 * 86_400_000, seed=3)
        stores.log.append(events[:2_000], now=now())
        present = forgetful.catch_up()
        value, more = median_ms(lambda: forgetful.state(HEAVY, present) for _ in range(50))
        yield Line("state of 2,000 events, cold", value, "ms", 5, at_least=False, more=more)
        first = value

        def after(which: Sequence[Event]) -> Iterator[Callable[[], object]]:
            for event in which:
                stores.log.append([event], now=now())
                present = live.catch_up()
                yield lambda present=present: live.state(HEAVY, present)

        live.state(HEAVY, live.catch_up())
        newer = events[2_000:2_200]
        for what, kinds in (("a newer thumb", (Thumb,)), ("a newer play event", (PlayStart,))):
            value, more = median_ms(after([one for one in newer if isinstance(one, kinds)]))
            yield Line(f"state after {what}", value, "ms", 0.2, at_least=False, more=more)
        late = [
            msgspec.structs.replace(one, event_id=f"late-{place}", at=Moment(one.at + 1))
            for place, one in enumerate(events[:50])
        ]
        value, more = median_ms(after(late))
        yield Line("state after a late event", value, "ms", first, at_least=False, more=more)
        viewers = Viewers(Signer(signing_key(home)), seed=11)

        def behind() -> Iterator[Callable[[], object]]:
            for _ in range(12):
                stores.log.append(viewers.events(10_000, ids="UUIDv7", at=now()), now=now())
                yield live.catch_up

        value, more = median_ms(behind())
        yield Line("read to head, 10,000 new events", value, "ms", 20, at_least=False, more=more)


def attribution(home: Path) -> Line:
    """Credit the plays of a home's scripted sessions."""
    with closing(open_stores(home)) as stores:
        signer = Signer(signing_key(home))
        _, found = credited(stores, signer, at=now(), rewards=Rewards.default())
    told = 100 * (1 - found.unattributed_share)
    counts = {name: float(count) for name, count in found.counts().items()}
    return Line("plays of the demo that are attributed", told, "%", 99, at_least=True, more=counts)


def main() -> int:
    """Measure, print, and say by the exit code whether the bars hold."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--demo", type=Path, help="a demo's folder, whose plays are credited")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        if asked.home is not None and asked.home.exists():
            shutil.copytree(asked.home, home)
        else:
            fill(home, asked.events)
            if asked.home is not None:
                shutil.copytree(home, asked.home)
        lines = [*posts(home, seconds=asked.seconds), *states(home)]
    if asked.demo is not None:
        lines.append(attribution(asked.demo))
    table = Table(title=f"on a log of {asked.events:,} events")
    for column in ("", "measured", "bar", "", "beside"):
        table.add_column(column)
    for line in lines:
        table.add_row(
            line.what,
            f"{line.value:,.2f} {line.unit}",
            f"{'≥' if line.at_least else '≤'} {line.bar:,g}",
            "held" if line.held else "NOT held",
            ", ".join(f"{name} {value:,.4g}" for name, value in line.more.items()),
        )
    Console(width=140).print(table)
    if asked.json:
        report = {
            "benchmark": "events",
            "date": datetime.now(UTC).date().isoformat(),
            "machine": f"{platform.platform()}, Python {platform.python_version()}",
            "cores": os.cpu_count(),
            "load": os.getloadavg(),
            "lines": [msgspec.to_builtins(line) | {"held": line.held} for line in lines],
        }
        asked.json.write_text(json.dumps(report, indent=1) + "\n")
    return 0 if all(line.held for line in lines) else 1


if __name__ == "__main__":
    gc.freeze()
    raise SystemExit(main())
