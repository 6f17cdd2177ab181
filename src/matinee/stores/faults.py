"""What stores say when a disk, and not their caller, is at fault: what, where, and what would do.

Nothing that such an error answers was stored, and everything stored before is as it was.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

__all__ = ["FullError", "StoreError", "UnavailableError", "fault"]


class StoreError(RuntimeError):
    """A store cannot do now what was asked; the same may succeed later, unchanged."""


class FullError(StoreError):
    """There is no room left to write."""


class UnavailableError(StoreError):
    """A file cannot be read or written: gone, damaged, locked, read-only, or on a failing disk."""


_FULL = "make room on the disk, then send it again: nothing of this was stored"
_REMEDIES = {
    sqlite3.SQLITE_BUSY: "another program holds it locked; end that one, then try again",
    sqlite3.SQLITE_LOCKED: "another program holds it locked; end that one, then try again",
    sqlite3.SQLITE_READONLY: "let this user write to the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "let this user read and write the file and its folder",
    sqlite3.SQLITE_PERM: "let this user read and write the file and its folder",
    sqlite3.SQLITE_IOERR: "see whether the disk is full, over its quota or failing",
    sqlite3.SQLITE_CORRUPT: "`matinee doctor` says how much; restore the last export",
    sqlite3.SQLITE_NOTADB: "`matinee doctor` says how much; restore the last export",
}
"""By SQLite's primary result code; what is not here is a mistake of ours and stays as it is."""


def fault(error: sqlite3.Error, path: Path) -> StoreError | None:
    """Return what to raise in place of an error of SQLite's; None where the disk has no part."""
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if primary == sqlite3.SQLITE_FULL:
        return FullError(f"{path}: {error}; {_FULL}")
    if primary in _REMEDIES:
        return UnavailableError(f"{path}: {error}; {_REMEDIES[primary]}")
    return None
