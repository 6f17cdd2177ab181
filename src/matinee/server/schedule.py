"""When the serving parent starts a training: one process at a time, whose answer says when next."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from time import monotonic

import msgspec

from matinee.service import Config

__all__ = ["Schedule"]

_STOP_S = 10.0


class Schedule:
    """Trainings of one server; costs nothing where the settings ask for none."""

    def __init__(self, home: Path, config: Config, environment: dict[str, str]) -> None:
        """Take what a training is told; the first look is due at once."""
        order = {"home": str(home.resolve()), "config": msgspec.to_builtins(config)}
        self._order = msgspec.json.encode(order)
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
        if self._process.stdout is not None:
            self._process.stdout.close()
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
            process.stdin.write(self._order)
            process.stdin.close()
        except BrokenPipeError:  # it has died already, which its status will tell
            pass
        return process

    def _again_s(self, ended: subprocess.Popen[bytes]) -> float:
        assert ended.stdout is not None  # noqa: S101  (it was asked to be a pipe)
        with ended.stdout as said:
            told = said.read()
        try:
            found = float(msgspec.json.decode(told)["again_s"])
        except (msgspec.DecodeError, KeyError, TypeError):  # killed: look again in due time
            return self._every
        return found
