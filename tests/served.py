"""A real server in a process of its own, and connections that stay with one worker."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from house import furnish
from matinee.models import TrainSettings
from matinee.stores import open_stores
from matinee.training import train
from matinee.types import Moment, Title

_SERVE = """
import sys
from pathlib import Path
from matinee.server.serving import serve
from matinee.service import Config
config = Config.parse(sys.argv[2], {"MATINEE__SERVER__PORT": "0"})
serve(Path(sys.argv[1]), config, started=lambda url: print(url, flush=True))
print("stopped", flush=True)
"""


def now() -> Moment:
    return Moment(time.time_ns() // 1_000_000)


def trained_home(
    folder: Path, settings: TrainSettings | None = None, titles: Sequence[Title] = ()
) -> Path:
    """Furnish an installation in a folder, put these titles there too, and train it."""
    stores = open_stores(folder)
    try:
        furnish(stores)
        stores.catalogue.upsert(titles, now=now())
        train(stores, settings or TrainSettings(holdout=0.0), now=now(), seed=1)
    finally:
        stores.close()
    return folder


@dataclass
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    port: int
    connections: list[Connection] = field(default_factory=list)

    def connect(self) -> Connection:
        self.connections.append(Connection(self.port))
        return self.connections[-1]

    def both(self) -> tuple[Connection, Connection]:
        """Return a connection to each of two workers."""
        one = self.connect()
        for _ in range(200):
            other = self.connect()
            if other.worker != one.worker:
                return one, other
            other.close()
        msg = "only one worker ever answers"
        raise AssertionError(msg)

    def beside(self, worker: int) -> Connection:
        """Return a new connection to this worker."""
        for _ in range(200):
            connection = self.connect()
            if connection.worker == worker:
                return connection
            connection.close()
        msg = f"worker {worker} does not accept connections any more"
        raise AssertionError(msg)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(20)


class Connection:
    """One kept-alive connection; the worker that accepted it answers for ever."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self.worker = 0
        try:
            self.get("/healthz")
        except OSError:
            self.close()
            raise

    def get(self, path: str) -> Any:
        status, body = self.ask("GET", path)
        assert status == 200, body
        return body

    def post(self, path: str, body: object) -> Any:
        status, answer = self.ask("POST", path, body)
        assert status in (200, 201), answer
        return answer

    def send(self, *events: dict[str, Any]) -> None:
        """Post events that are all stored."""
        assert self.post("/v1/events", {"events": events})["stored"] == len(events)

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        self.say(method, path, body)
        return self.hear()

    def say(self, method: str, path: str, body: object = None) -> None:
        """Send a request; `hear` its answer later."""
        said = None if body is None else json.dumps(body).encode()
        headers = {} if said is None else {"content-type": "application/json"}
        self._connection.request(method, path, said, headers)

    def hear(self) -> tuple[int, Any]:
        """Return status and body of the answer to what was said."""
        response = self._connection.getresponse()
        text = response.read()
        worker = int(response.headers["x-matinee-worker"])
        assert self.worker in (0, worker), "the connection moved to another worker"
        self.worker = worker
        kind = response.headers["content-type"]
        return response.status, json.loads(text) if "json" in kind else text.decode()

    def close(self) -> None:
        self._connection.close()


@contextmanager
def served(home: Path, toml: str = "") -> Iterator[Server]:
    """Serve an installation on a free port with two workers."""
    command = [sys.executable, "-c", _SERVE, str(home), toml]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address, "the server did not start"
            server = Server(process, int(address.rstrip("/").rpartition(":")[2]))
            yield server
            for connection in server.connections:
                connection.close()
        finally:
            if process.poll() is None:
                process.terminate()


@contextmanager
def starting(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a server, and hand it out when it has workers that do not answer yet."""
    command = [sys.executable, "-c", _SERVE, str(home), ""]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        try:
            assert until(lambda: len(children.read_text().split()) == 2)
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def until(holds: Callable[[], bool], *, seconds: float = 10.0) -> bool:
    """Wait until something holds; return whether it came to."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def alive(pid: int) -> bool:
    """Return whether a process runs (a dead one that nobody has buried does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    except NotADirectoryError:  # no /proc here
        os.kill(pid, 0)
        return True
    return state != "Z"
