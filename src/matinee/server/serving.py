"""Worker processes behind one listening socket: started, watched, stopped together.

Workers are fresh interpreters: BLAS must be told to use one thread before numpy is first
imported, and SQLite's connections do not survive a fork. Each holds a pipe whose other end only
this process has, so that workers end when it dies, even by SIGKILL.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import msgspec

from matinee.server.lines import log_lines
from matinee.server.metrics import FOLDER
from matinee.server.order import Order
from matinee.server.schedule import Schedule
from matinee.service import Config, keys, signing_key, sole_server
from matinee.stores import open_stores

__all__ = ["Claim", "claimed", "serve", "serve_claimed"]

_STOP_S = 15.0
_SOON_S = 10.0
_MOST_FALLS = 5
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Claim:
    """A data folder that this process alone serves, and the address that it will answer at."""

    home: Path
    config: Config
    listener: socket.socket


@contextmanager
def claimed(home: Path, config: Config) -> Iterator[Claim]:
    """Take folder and address before anything that takes long; nothing is answered yet.

    Raises:
        ValueError: another server serves the folder, the address is taken, or it can be reached
            from elsewhere and there is no key.
    """
    if not config.server.loopback and not keys(home):
        msg = (
            f"{config.server.host} can be reached from other machines, and there is no API key: "
            f"make one with `matinee keys add NAME --home {home}`, or listen on 127.0.0.1"
        )
        raise ValueError(msg)
    with sole_server(home), _bound(config) as listener:
        yield Claim(home, config, listener)


def serve(home: Path, config: Config, *, started: Callable[[str], None] | None = None) -> None:
    """Claim a folder and an address, and serve; see `claimed` and `serve_claimed`."""
    with claimed(home, config) as claim:
        serve_claimed(claim, started=started)


def serve_claimed(claim: Claim, *, started: Callable[[str], None] | None = None) -> None:
    """Serve an installation until SIGTERM or SIGINT; then let requests end, and return.

    `started` is called with the address once every worker answers. Call it on the main thread.

    Raises:
        ValueError: the stores cannot be opened, or the address was taken at the last moment.
        RuntimeError: workers do not start, or keep falling.
    """
    log_lines(only=False)
    open_stores(claim.home).close()  # so that workers find every file made and up to date
    signing_key(claim.home)
    with TemporaryDirectory(prefix="matinee-metrics-") as metrics, _signals() as told:
        _listen(claim)
        environment = {**os.environ, **dict.fromkeys(_ONE_THREAD, "1"), FOLDER: metrics}
        crew = _Crew(claim.home, claim.config, claim.listener, environment, told)
        schedule = Schedule(claim.home, claim.config, environment)
        try:
            if crew.start():
                if started is not None:
                    started(_address(claim.listener))
                crew.watch(schedule)
        finally:
            crew.stop()
            schedule.stop()


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    ready: int  # becomes readable when it answers, or has died
    since: float


class _Crew:
    """The workers of one server."""

    def __init__(
        self,
        home: Path,
        config: Config,
        listener: socket.socket,
        environment: dict[str, str],
        told: int,
    ) -> None:
        self._order = Order(
            home=str(home.resolve()), config=msgspec.to_builtins(config), listener=listener.fileno()
        )
        self._environment = environment
        self._told = told
        self._count = config.server.workers
        self._workers: list[_Worker] = []
        self._falls = 0
        self._ending = False

    def start(self) -> bool:
        """Start all and wait until they answer; return False if told to stop before they do."""
        self._workers = [self._begin() for _ in range(self._count)]
        for worker in self._workers:
            while worker.ready not in (readable := self._wait(worker.ready)):
                if self._told in readable and self._stopping():
                    return False
            if os.read(worker.ready, 1) != b"1":
                msg = f"a worker ended with status {worker.process.wait()} instead of starting"
                raise RuntimeError(msg)
        return not self._stopping()

    def watch(self, schedule: Schedule) -> None:
        """Return when told to stop; replace workers that fall, and train when it is time."""
        while not self._stopping():
            for place, worker in enumerate(self._workers):
                if worker.process.poll() is not None:
                    self._workers[place] = self._replace(worker)
            schedule.tick()
            self._wait(seconds=schedule.wait_s())

    def stop(self) -> None:
        """Ask all to finish what they do; after a while insist."""
        deadline = monotonic() + _STOP_S
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            try:
                worker.process.wait(max(0.1, deadline - monotonic()))
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
            self._let_go(worker)
        self._workers = []

    def _begin(self) -> _Worker:
        ready, answer = os.pipe()
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "matinee.server.worker"],
            stdin=subprocess.PIPE,
            env=self._environment,
            pass_fds=(self._order.listener, answer),
            start_new_session=True,  # Ctrl-C comes to this process, which then tells them
        )
        os.close(answer)
        assert process.stdin is not None  # noqa: S101  (it was asked to be a pipe)
        order = msgspec.structs.replace(self._order, ready=answer)
        with suppress(BrokenPipeError):  # it has died already, which its status will tell
            process.stdin.write(msgspec.json.encode(order) + b"\n")
            process.stdin.flush()
        return _Worker(process, ready, monotonic())

    def _replace(self, worker: _Worker) -> _Worker:
        self._falls = self._falls + 1 if monotonic() - worker.since < _SOON_S else 1
        self._let_go(worker)
        if self._falls >= _MOST_FALLS:
            msg = f"workers keep ending (status {worker.process.returncode}); see the log above"
            raise RuntimeError(msg)
        return self._begin()

    def _let_go(self, worker: _Worker) -> None:
        os.close(worker.ready)
        if worker.process.stdin is not None:
            with suppress(BrokenPipeError):
                worker.process.stdin.close()

    def _wait(self, *more: int, seconds: float | None = None) -> list[int]:
        return select.select([self._told, *more], [], [], seconds)[0]

    def _stopping(self) -> bool:
        with suppress(BlockingIOError):
            heard = os.read(self._told, 64)
            self._ending |= signal.SIGTERM in heard or signal.SIGINT in heard
        return self._ending


@contextmanager
def _signals() -> Iterator[int]:
    """Yield a descriptor on which signals arrive as bytes."""
    told, tell = os.pipe()
    os.set_blocking(told, False)
    os.set_blocking(tell, False)
    before = signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    wanted = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
    held = {number: signal.signal(number, lambda *_: None) for number in wanted}
    try:
        yield told
    finally:
        for number, handler in held.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(before)
        os.close(told)
        os.close(tell)


@contextmanager
def _bound(config: Config) -> Iterator[socket.socket]:
    host = config.server.host.strip("[]")
    family = socket.AF_INET6 if _is_ipv6(host) else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # accepted ones inherit it
        try:
            listener.bind((host, config.server.port))
        except OSError as error:
            raise _taken(config, error) from None
        yield listener


def _listen(claim: Claim) -> None:
    try:
        claim.listener.listen(2048)
    except OSError as error:  # of two that are bound the first to listen has it
        raise _taken(claim.config, error) from None
    claim.listener.setblocking(False)  # noqa: FBT003  (socket has no keyword)
    claim.listener.set_inheritable(True)


def _taken(config: Config, error: OSError) -> ValueError:
    return ValueError(
        f"cannot listen on {config.server.host.strip('[]')} port {config.server.port}:"
        f" {error.strerror}; choose another with --port, or [server] port"
    )


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _is_ipv6(host: str) -> bool:
    try:
        return isinstance(ip_address(host), IPv6Address)
    except ValueError:
        return False
