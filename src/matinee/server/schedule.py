"""When the serving parent starts a training: one process at a time, whose answer says when next.

One that fails, or dies, is tried again sooner than the next is due, but after twice as long each
time; what came of it is noted in the data folder.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from time import monotonic

import msgspec

from matinee.server.attempts import Attempt, Look, note, noted
from matinee.service import Config
from matinee.types import Moment

__all__ = ["Schedule", "wait_after"]

_STOP_S = 10.0
_FIRST_S = 300.0  # until what failed once is tried again, or until it is due if that is sooner
_LONGEST_S = 3600.0  # at most between tries, or what the settings say if that is more

_log = logging.getLogger("matinee.training")


def wait_after(failures: int, *, every: float) -> float:
    """Return the seconds until the next try after so many failures one after the other."""
    longest = max(every, _LONGEST_S)
    first = min(every, _FIRST_S)
    return min(first * 2.0 ** min(failures - 1, 32), longest)


class Schedule:
    """Trainings of one server; costs nothing where the settings ask for none."""

    def __init__(self, home: Path, config: Config, environment: dict[str, str]) -> None:
        """Take what a training is told; the first look is due at once."""
        order = {"home": str(home.resolve()), "config": msgspec.to_builtins(config)}
        self._order = msgspec.json.encode(order) + b"\n"
        self._home = home
        self._environment = environment
        self._every = float(config.train.every_s)
        self._due = monotonic()
        self._process: subprocess.Popen[bytes] | None = None

    def wait_s(self) -> float | None:
        """Return how long nothing needs to be done; None: until a child ends, or for ever."""
        if not self._every or self._process is not None:
            return None
        return max(self._due - monotonic(), 0.0)

    def tick(self) -> None:
        """Start a training that is due, or take note of one that has ended."""
        if self._process is not None:
            if self._process.poll() is None:
                return
            self._due = monotonic() + self._again_s(self._process)
            self._let_go(self._process)
            self._process = None
        elif self._every and monotonic() >= self._due:
            self._process = self._started()

    def stop(self) -> None:
        """End a training that runs; it will be due again when a server starts."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._let_go(self._process)
        self._process = None

    def _started(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "matinee.server.retraining"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self._environment,
            start_new_session=True,  # Ctrl-C comes to the parent, which then tells it
        )
        assert process.stdin is not None  # noqa: S101  (it was asked to be a pipe)
        try:
            process.stdin.write(self._order)  # left open: it ends when this process does
            process.stdin.flush()
        except BrokenPipeError:  # it has died already, which its status will tell
            pass
        return process

    def _again_s(self, ended: subprocess.Popen[bytes]) -> float:
        """Note what came of a training, and return how long to wait for the next."""
        assert ended.stdout is not None  # noqa: S101  (it was asked to be a pipe)
        try:
            found = msgspec.json.decode(ended.stdout.read(), type=Look)
        except msgspec.MsgspecError:  # killed, for want of memory most likely
            said = f"the training ended with status {ended.returncode} and said nothing"
            found = Look(again_s=self._every, said=said, failed=True)
        before = noted(self._home)
        failures = (before.failures if before is not None else 0) + 1 if found.failed else 0
        if failures or found.bundle is not None or (before is not None and before.failures):
            self._note(Attempt(at=_now(), said=found.said, failures=failures))
        if not failures:
            return found.again_s
        again_s = wait_after(failures, every=self._every)
        _log.warning("%s; the next try is in %.0f s", found.said, again_s)
        return again_s

    def _note(self, attempt: Attempt) -> None:
        try:
            note(self._home, attempt)
        except OSError as error:  # a full disk, say, which is why it failed
            _log.warning("what came of the training cannot be noted: %s", error)

    def _let_go(self, ended: subprocess.Popen[bytes]) -> None:
        for pipe in (ended.stdin, ended.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()


def _now() -> str:
    return Moment(time.time_ns() // 1_000_000).iso
