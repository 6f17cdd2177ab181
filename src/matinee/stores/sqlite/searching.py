"""Whether a database's file holds some words, asked of another process.

POSIX lets all locks of a process on a file go as soon as it closes the file once, whoever took
them (https://www.sqlite.org/howtocorrupt.html §2.2). A process with a connection to a database
must therefore never open its file beside SQLite: the next program to leave would take itself for
the last one, and remove the write-ahead log that this one goes on writing.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from matinee.stores.faults import UnavailableError

__all__ = ["holds"]

_SEARCH = """
import json, mmap, sys
path, words = json.load(sys.stdin)
with open(path, "rb") as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        print(any(content.find(word.encode()) >= 0 for word in words))
"""


def holds(file: Path, words: Sequence[str]) -> bool:
    """Return whether any of the words is found in the bytes of a file that is not empty.

    Raises:
        UnavailableError: the file cannot be read.
    """
    # By its input: what is to be forgotten shows in no list of processes.
    ran = subprocess.run(  # noqa: S603  (our own words)
        [sys.executable, "-I", "-S", "-c", _SEARCH],
        input=msgspec.json.encode((str(file), words)),
        capture_output=True,
        check=False,
    )
    if ran.returncode:
        why = ran.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        msg = f"{file} cannot be searched for what was erased: {why}"
        raise UnavailableError(msg)
    return ran.stdout.strip() == b"True"
