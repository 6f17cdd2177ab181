"""`matinee import` of a large table, killed in the middle of its blocks, and run again."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import numpy as np

from matinee.service.importing import BULK_LINES
from matinee.stores import open_stores
from matinee.types import Moment

LINES = BULK_LINES
BROKEN = 40
PLAYERS, TRACKS = 400, 90
FIRST_S = 1_600_000_000
PATIENCE_S = 120.0
MAP = "profile_id=user,title_id=track,at=unix,watched_s=ms/1000,kind:=play_end"


def write(table: Path) -> None:
    """Write plays a second apart; what no one asked for makes them three blocks."""
    with table.open("w", encoding="utf-8") as file:
        file.write("user,track,unix,ms,note\n")
        for n in range(LINES):
            file.write(f"u{n * 7 % PLAYERS},t{n % TRACKS},{FIRST_S + n},{n % 5000},{'-' * 130}\n")
            if n % (LINES // BROKEN) == 0:
                file.write(f"u{n},t{n},whenever,1,\n")


def command(table: Path, home: Path) -> list[str]:
    asked = ["import", "events", str(table), "--map", MAP, "--create", "--home", str(home)]
    return [sys.executable, "-m", "matinee", *asked, "--json", "-"]


def kill_when(ready: Callable[[], bool], table: Path, home: Path) -> None:
    """Start the import, and kill it as soon as something is so."""
    with subprocess.Popen(command(table, home), stdout=subprocess.DEVNULL) as process:
        end = monotonic() + PATIENCE_S
        while not ready() and process.poll() is None and monotonic() < end:
            sleep(0.001)
        process.kill()
    assert process.returncode == -signal.SIGKILL


def segments(home: Path) -> int:
    """Return how many segments the database names."""
    if not (home / "matinee.db").exists():
        return 0
    with closing(sqlite3.connect(home / "matinee.db")) as database:
        try:
            found = database.execute("SELECT count(*) FROM segments").fetchone()
        except sqlite3.OperationalError:  # there is no table yet
            return 0
    return int(found[0])


def run(table: Path, home: Path) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(command(table, home), capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout)


def test_a_killed_import_is_completed_by_the_next_with_every_event_once(tmp_path: Path) -> None:
    table, home = tmp_path / "plays.csv", tmp_path / "home"
    write(table)
    kill_when(lambda: any((home / "segments").glob("*.part")), table, home)
    kill_when(lambda: segments(home) > 0, table, home)
    code, report = run(table, home)
    assert code == 1
    assert report["rejected"] == BROKEN
    assert report["stored"] + report["duplicates"] == LINES
    assert report["stored"] > 0
    assert report["duplicates"] > 0
    listed = (home / "rejected.jsonl").read_text(encoding="utf-8").splitlines()
    assert len({json.loads(line)["line"] for line in listed}) == BROKEN
    with closing(open_stores(home)) as stores:
        whole = stores.log.scan(at=Moment(10**13), upto=stores.log.head())
    assert np.array_equal(np.sort(whole.at), 1000 * (FIRST_S + np.arange(LINES)))
    assert len(np.unique(whole.offsets)) == LINES
    assert (run(table, home)[1]["stored"], segments(home)) == (0, 3)
