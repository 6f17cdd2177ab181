"""Kill whoever writes, at any moment, and count what is lost, doubled or half.

Every batch is noted before it is sent, and again once it was acknowledged. After the kill each
batch must be there whole or not at all, the acknowledged ones must be there, and none twice.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, fields
from itertools import count
from multiprocessing.context import ForkServerContext
from pathlib import Path
from threading import Lock, Thread
from time import monotonic, sleep
from typing import Any

import numpy as np

from matinee.stores import Stores, open_stores
from matinee.testing.stores_samples import ANN, furnish, sample
from matinee.types import DAY_MS, Event, Moment, Title

WRITERS = 3
SIZES = (1, 1, 7, 100)
SECONDS = 60.0


@dataclass
class Toll:
    """What some rounds have cost; all but the first two must stay 0."""

    rounds: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    half: int = 0
    damaged: int = 0
    """Databases that are not whole, and offsets that are not unique and rising."""
    taken_again: int = 0
    """Events that were stored anew when an acknowledged batch was sent again."""

    def __iadd__(self, other: Toll) -> Toll:
        for one in fields(Toll):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))
        return self

    @property
    def harm(self) -> int:
        return self.lost + self.doubled + self.half + self.damaged + self.taken_again


@dataclass
class Notes:
    """The batches that were sent, by name: their size, and whether they were acknowledged."""

    sizes: dict[str, int] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, file: Path) -> Notes:
        notes = cls()
        for line in file.read_text().splitlines():
            mark, name, size = line.split()
            if mark == "?":
                notes.sizes[name] = int(size)
            else:
                notes.acknowledged.add(name)
        return notes


def batch(name: str, size: int, at: Moment) -> list[dict[str, Any]]:
    """Return the events of a batch, always the same for the same name."""
    about = {"kind": "play_end", "profile_id": "ann", "title_id": "film1", "at": int(at)}
    return [{**about, "event_id": f"{name}.{k}", "watched_s": float(k)} for k in range(size)]


def events(name: str, size: int, at: Moment) -> list[Event]:
    return [sample(said) for said in batch(name, size, at)]


def furnished(home: Path) -> Path:
    with closing(open_stores(home)) as stores:
        furnish(stores)
    return home


def audit(home: Path, notes: Notes, at: Moment) -> Toll:
    """Compare a log with what was noted, then send again all that was acknowledged."""
    toll = Toll(rounds=1)
    with closing(sqlite3.connect(home / "matinee.db")) as database:
        toll.damaged += database.execute("PRAGMA integrity_check").fetchall() != [("ok",)]
        toll.damaged += database.execute("PRAGMA foreign_key_check").fetchall() != []
    with closing(open_stores(home)) as stores:
        before = held(stores)
        offsets = tailed(stores)
        toll.damaged += offsets != sorted(set(offsets)) or len(offsets) != before.total()
        rows = stores.catalogue.snapshot().vocabulary.ids
        toll.damaged += len(rows) != len(set(rows))
        there: defaultdict[str, int] = defaultdict(int)
        for event_id in before:
            there[event_id.rpartition(".")[0]] += 1
        toll.doubled += sum(times - 1 for times in before.values())
        toll.half += sum(0 < there[name] < size for name, size in notes.sizes.items())
        for name in notes.acknowledged:
            size = notes.sizes[name]
            toll.acknowledged += size
            toll.lost += size - there[name]
            again = stores.log.append(events(name, size, at), now=at)
            toll.taken_again += size - again.count("duplicate")
        toll.taken_again += held(stores) != before
    return toll


def tailed(stores: Stores) -> list[int]:
    """Return every offset of the log in the order of its tails, which end where segments do."""
    found, after, more = [], 0, True
    while more:
        tail = stores.log.tail(after)
        found += tail.signals.offsets.tolist()
        after, more = tail.next, tail.more
    return found


def held(stores: Stores) -> Counter[str]:
    """Return how often each event id is in ann's log."""
    found, before = Counter[str](), None
    while page := stores.log.events(ANN, limit=20_000, before=before):
        found.update(event.event_id for _, event in page)
        before = page[-1][0]
    return found


# Writers of one process, in threads that commit together.


def write_until_killed(home: Path, noted: Path, start: int, at: Moment) -> None:
    """Append singly and in batches, edit titles, compact; note what was acknowledged."""
    stores = open_stores(home)
    notes = os.open(noted, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def write(writer: int) -> None:
        for i in count():
            name, size = f"{start}-{writer}-{i}", SIZES[i % len(SIZES)]
            os.write(notes, f"? {name} {size}\n".encode())
            receipt = stores.log.append(events(name, size, at), now=Moment(at + i))
            assert receipt.count("stored") == size
            os.write(notes, f"+ {name} {size}\n".encode())
            if i % 5 == 0:
                stores.catalogue.upsert([Title(title_id=f"t{name}", name="New")], now=at)

    def compact() -> None:
        while True:
            sleep(0.05)  # with nothing to do it must not take the writers' time
            stores.log.compact(now=Moment(at + 40 * DAY_MS), hot_days=32)

    threads = [Thread(target=write, args=(writer,), daemon=True) for writer in range(WRITERS)]
    threads.append(Thread(target=compact, daemon=True))
    for thread in threads:
        thread.start()
    signal.pause()


def kill_writers(
    context: ForkServerContext, home: Path, *, start: int, after_s: float, at: Moment
) -> Notes:
    """Let a process write, and kill it so long after its first acknowledgement."""
    noted = home.parent / f"{home.name}-{start}.notes"
    process = context.Process(target=write_until_killed, args=(home, noted, start, at))
    process.start()
    wait(lambda: noted.exists() and b"+" in noted.read_bytes(), process.is_alive)
    sleep(after_s)
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    process.close()
    return Notes.read(noted)


# A server with two workers, and clients that go on until nobody answers.


@contextmanager
def serving(home: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    command = [sys.executable, "-m", "matinee", "serve", "--home", str(home)]
    with subprocess.Popen(
        [*command, "--port", "0", "--workers", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[0]
        try:
            yield process, int(address.rstrip("/").rpartition(":")[2])
        finally:
            process.kill()


def kill_server(home: Path, *, start: int, after_s: float, whom: str, at: Moment) -> Notes:
    """Post from several clients; kill `parent`, one `worker` or `all`, and then all the same."""
    notes, lock, ends = Notes(), Lock(), []
    with serving(home) as (process, port):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        workers = [int(child) for child in children]
        clients = [
            Thread(target=_post, args=(port, f"{start}-{client}", at, notes, lock, ends))
            for client in range(2 * WRITERS)
        ]
        for client in clients:
            client.start()
        wait(lambda: len(notes.acknowledged) > len(clients), lambda: process.poll() is None)
        sleep(after_s)
        first = {"parent": [process.pid], "worker": workers[:1], "all": [process.pid, *workers]}
        for pid in first[whom]:
            os.kill(pid, signal.SIGKILL)
        sleep(0.05)  # who is left goes on for a moment
        for pid in (process.pid, *workers):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
        ends.append(True)
        for client in clients:
            client.join()
    wait(lambda: not any(Path(f"/proc/{pid}/fd").exists() and _runs(pid) for pid in workers))
    return notes


def _post(port: int, name: str, at: Moment, notes: Notes, lock: Lock, ends: list[bool]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for i in count():
        one, size = f"{name}-{i}", SIZES[i % len(SIZES)]
        with lock:
            notes.sizes[one] = size
        body = json.dumps({"events": batch(one, size, at)})
        try:
            connection.request("POST", "/v1/events", body, {"content-type": "application/json"})
            answer = connection.getresponse()
            said = json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            connection.close()
            if ends:
                return
            continue
        assert (answer.status, said["stored"]) == (200, size), said
        with lock:
            notes.acknowledged.add(one)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


# An import, which is completed by running it again.


def kill_import(home: Path, *, start: int, share: float, at: Moment, size: int = 20_000) -> Toll:
    """Kill `matinee import` when it has stored a share of a file, and then run it to its end."""
    file = home.parent / f"{home.name}-{start}.jsonl"
    name = f"import{start}"
    lines = (json.dumps(said) for said in batch(name, size, at))
    file.write_text("\n".join(lines) + "\n")
    command = [sys.executable, "-m", "matinee", "import", str(file), "--home", str(home)]
    with closing(open_stores(home)) as stores:
        before = stores.log.counts([ANN])[0]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            wait(
                lambda: stores.log.counts([ANN])[0] > before + share * size,
                lambda: running.poll() is None,
                done=lambda: running.poll() is not None,
                every_s=0.02,
            )
            running.kill()
            running.communicate()
        cut = stores.log.counts([ANN])[0] - before
        subprocess.run(command, check=True, capture_output=True)
    toll = audit(home, Notes({name: size}, {name}), at)
    assert 0 < cut <= size
    return toll


def wait(holds: Any, alive: Any = None, *, done: Any = None, every_s: float = 0.002) -> None:
    """Wait until something holds, while somebody lives; `done` also ends it."""
    deadline = monotonic() + SECONDS
    while not holds():
        if done is not None and done():
            return
        assert alive is None or alive(), "the writer died by itself"
        assert monotonic() < deadline, "the writer acknowledged nothing"
        sleep(every_s)


def moment(rng: np.random.Generator, most_s: float) -> float:
    return float(rng.uniform(0.0, most_s))
