"""One server a data folder: held as a lock of the system's, which ends with whoever holds it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["sole_server"]


@contextmanager
def sole_server(home: Path) -> Iterator[None]:
    """Be the only server of a folder until the block ends; the folder is made when missing.

    Commands and embedders may read and write beside it. The lock is on the folder itself: no
    file tells a lie after a power cut, and removing what is in the folder does not free it.

    Raises:
        ValueError: another process serves the folder.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            msg = f"another server serves {home}; stop it first, or name another folder with --home"
            raise ValueError(msg) from None
        yield
    finally:
        os.close(handle)
