"""One training a data folder at a time, whoever starts it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["sole_training"]

_LOCK = "training.lock"


@contextmanager
def sole_training(home: Path) -> Iterator[None]:
    """Be the only training of a folder until the block ends; a lock of the system's.

    Raises:
        BlockingIOError: another process trains; the message names the folder.
    """
    handle = os.open(home / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            msg = f"another training runs on {home}; wait until it is done"
            raise BlockingIOError(msg) from None
        yield
    finally:
        os.close(handle)
