"""How much memory a piece of work took, as the operating system counts it."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import TypeVar

__all__ = ["peak_mb", "timed"]

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[T, float, float | None]:
    """Do the work; return its result, seconds, and by how many MB it raised the memory's peak.

    None for the memory where the system does not say (only Linux does).
    """
    _give_back()
    with suppress(OSError):
        _CLEAR.write_text("5", encoding="ascii")  # forget the peak so far
    before = peak_mb("VmRSS")
    started = perf_counter()
    done = work()
    seconds = perf_counter() - started
    after = peak_mb("VmHWM")
    grown = None if before is None or after is None else round(max(after - before, 0.0), 1)
    return done, seconds, grown


def _give_back() -> None:
    """Hand freed memory back to the system: what is reused from it would not be counted."""
    gc.collect()
    with suppress(OSError, AttributeError):  # only glibc has it
        ctypes.CDLL(None).malloc_trim(0)


def peak_mb(line: str) -> float | None:
    """Return one of the process's sizes in MB by its name in the status file; None: unknown."""
    with suppress(OSError, ValueError):
        for text in _STATUS.read_text(encoding="ascii").splitlines():
            if text.startswith(f"{line}:"):
                return int(text.split()[1]) * 1024 / 1e6
    return None
