"""A copy of a SQLite file at one moment, while others read and write: same rows, same bytes."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from matinee.stores.faults import fault

__all__ = ["snapshot"]

_COUNTERS = (24, 40, 92)
"""Places in the header (https://www.sqlite.org/fileformat.html §1.3) of 32-bit numbers that count
writes: file changes, schema changes, and the change that the version number was valid for."""


def snapshot(source: Path, target: Path) -> None:
    """Write what a database holds now into a new file, without what was deleted from it.

    The same rows give the same bytes, whatever the file went through before: tables are laid out
    in order (`VACUUM INTO`), and the header's counters of writes start again.

    Raises:
        StoreError: the source is damaged or cannot be read, or the target's disk is full.
        FileExistsError: the target is there already.
    """
    if target.exists():
        raise FileExistsError(17, "exists already", str(target))
    with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as database:
        try:
            database.execute("VACUUM INTO ?", (str(target),))
        except sqlite3.Error as error:
            raise fault(error, source) or error from error
    with target.open("r+b") as file:
        for place in _COUNTERS:
            file.seek(place)
            file.write((1).to_bytes(4, "big"))
        file.flush()
        os.fsync(file.fileno())
