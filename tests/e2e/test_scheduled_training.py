"""A running server trains by itself, takes up what it trained, and goes on where it was."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from matinee.cli.kept import training
from matinee.server.attempts import Attempt, note, noted
from matinee.stores import open_stores
from matinee.training import sole_training
from served import now, served, trained_home, until

TOML = '[train]\nsource = "item_knn"\nevery = "2s"\n'


def test_a_server_trains_on_what_is_new_and_serves_it(tmp_path):
    home = trained_home(tmp_path / "home")
    stores = open_stores(home)
    first = stores.bundles.live()
    thumb = {"event_id": "new", "kind": "thumb", "profile_id": "p1", "title_id": "t3", "value": 1}
    with served(home, TOML) as server:
        connection = server.connect()
        connection.send({**thumb, "at": now()})
        assert until(lambda: stores.bundles.live() != first, seconds=30)
        second = stores.bundles.live()
        assert connection.get("/v1/home?profile=p1&columns=4")["bundle"] == second
        assert stores.bundles.manifest(second)["data"]["upto"] == stores.log.head()
        assert server.stop() == 0
    assert stores.bundles.all() == [first, second]
    with served(home, TOML) as server:
        server.connect().send({**thumb, "event_id": "newer", "title_id": "t4", "at": now()})
        assert until(lambda: stores.bundles.live() not in (first, second), seconds=30)
        assert server.stop() == 0
    stores.close()


SLOW = """[train]
every = "1s"
trials = 1000
"""
"""Settings with which a training goes on for longer than any of these tests."""


def trainings(server: int) -> list[int]:
    """Return the processes that a server has started to train."""
    return [child for child in children(server) if b"matinee.server.retraining" in said(child)]


def children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(one) for one in listed.split()]


def said(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


def free(home: Path) -> bool:
    try:
        with sole_training(home):
            return True
    except BlockingIOError:
        return False


def started(home: Path, server: int) -> int:
    """Wait until a training of the server's is at work, and return its process."""
    assert until(lambda: bool(trainings(server)) and not free(home), seconds=30)
    [process] = trainings(server)
    return process


@pytest.fixture
def due(tmp_path):
    """A trained folder in which there is something new to train on."""
    home = trained_home(tmp_path / "home")
    stores = open_stores(home)
    stores.catalogue.hide("t1", now=now())
    stores.close()
    return home


def test_a_training_ends_with_a_server_that_is_killed(due):
    with served(due, SLOW) as server:
        process = started(due, server.process.pid)
        server.stop(signal.SIGKILL)
        assert until(lambda: not said(process) and free(due), seconds=30)


def test_a_training_that_is_killed_is_told_and_tried_again_and_one_that_is_stopped_is_not(due):
    writing = due / "bundles" / ".writing-of-one-that-died"
    writing.mkdir()
    with served(due, SLOW) as server:
        os.kill(started(due, server.process.pid), signal.SIGKILL)
        assert until(lambda: failed(due) == 1, seconds=10)
        [finding] = training(due)
        assert not finding.ok
        assert "status -9" in finding.detail
        again = started(due, server.process.pid)
        assert os.getpriority(os.PRIO_PROCESS, again) >= 10
        assert server.connect().get("/v1/home?profile=p1&columns=4")["rung"] == "fresh"
        assert server.stop() == 0
    assert not said(again)
    assert free(due)
    assert failed(due) == 1
    with served(due, TOML) as server:
        assert until(lambda: failed(due) == 0, seconds=30)
        assert server.stop() == 0
    assert not writing.exists()
    [finding] = training(due)
    assert finding.ok
    assert "is live" in finding.detail


def failed(home: Path) -> int:
    last = noted(home)
    return -1 if last is None else last.failures


def test_a_training_that_cannot_be_done_is_told_until_one_is_made(tmp_path):
    open_stores(tmp_path).close()
    with served(tmp_path, TOML.replace("2s", "1s")) as server:
        assert until(lambda: failed(tmp_path) == 2, seconds=30)
        assert server.stop() == 0
    [finding] = training(tmp_path)
    assert not finding.ok
    assert "failed 2 times in a row" in finding.detail
    assert "the catalogue is empty; import titles first" in finding.detail
    assert f"matinee train --home {tmp_path}" in finding.remedy
    trained_home(tmp_path)
    note(tmp_path, Attempt(at="2026-01-01T00:00:00Z", said="no memory", failures=3))
    [finding] = training(tmp_path)
    assert finding.ok
    assert "3 times in a row" in finding.detail
    assert "trained since" in finding.detail
