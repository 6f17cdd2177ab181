"""Killed at any moment, the log holds every acknowledged event once."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from itertools import count
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import numpy as np
import pytest

from matinee.stores import Stores, open_stores
from matinee.testing.stores_samples import ANN, NOW, event, furnish
from matinee.types import Moment, Title

ROUNDS = 10
WRITERS = 3


def write_until_killed(home: Path, acknowledged: Path, round_: int) -> None:
    """Append from several threads, singly and in batches, and note what was acknowledged."""
    stores = open_stores(home)
    notes = os.open(acknowledged, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def write(writer: int) -> None:
        for i in count():
            size = (1, 1, 7, 100)[i % 4]
            ids = [f"{round_}-{writer}-{i}-{k}" for k in range(size)]
            receipt = stores.log.append([event(name) for name in ids], now=Moment(NOW + i))
            assert receipt.count("stored") == size
            os.write(notes, ("\n".join(ids) + "\n").encode())
            if i % 5 == 0:
                title = Title(title_id=f"t{round_}-{writer}-{i}", name="New")
                stores.catalogue.upsert([title], now=NOW)

    for writer in range(WRITERS):
        Thread(target=write, args=(writer,), daemon=True).start()
    signal.pause()


@pytest.fixture(scope="module")
def context() -> ForkServerContext:
    """Forked from a server that has imported everything: a round starts in milliseconds."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["matinee.stores", "matinee.testing.stores_samples"])
    return context


def kill_in_the_middle(
    context: ForkServerContext, home: Path, notes: Path, *, round_: int, after_s: float
) -> None:
    """Let a process write, and kill it so long after its first acknowledgement."""
    before = notes.stat().st_size if notes.exists() else 0
    process = context.Process(target=write_until_killed, args=(home, notes, round_))
    process.start()
    deadline = monotonic() + 30
    while not notes.exists() or notes.stat().st_size == before:
        assert process.is_alive(), "the writer died by itself"
        assert monotonic() < deadline, "the writer acknowledged nothing"
        sleep(0.001)
    sleep(after_s)
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    process.close()


def offsets_and_ids(stores: Stores) -> tuple[list[int], Counter[str]]:
    offsets = stores.log.tail(0, limit=10**9).signals.offsets.tolist()
    held = Counter[str]()
    before = None
    while page := stores.log.events(ANN, limit=20_000, before=before):
        held.update(one.event_id for _, one in page)
        before = page[-1][0]
    return offsets, held


def test_ten_kills_lose_and_double_nothing(tmp_path: Path, context: ForkServerContext) -> None:
    home, notes = tmp_path / "home", tmp_path / "acknowledged"
    with closing(open_stores(home)) as stores:
        furnish(stores)
    rng = np.random.default_rng(20261122)
    head = 0
    for round_ in range(ROUNDS):
        kill_in_the_middle(
            context, home, notes, round_=round_, after_s=float(rng.uniform(0.0, 0.12))
        )
        with closing(sqlite3.connect(home / "matinee.db")) as file:
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        with closing(open_stores(home)) as stores:
            offsets, held = offsets_and_ids(stores)
            rows = stores.catalogue.snapshot().vocabulary.ids
        acknowledged = notes.read_text().split()
        assert [name for name in acknowledged if held[name] != 1] == []
        assert max(held.values()) == 1
        assert offsets == sorted(set(offsets))
        assert offsets[-1] > head
        assert len(rows) == len(set(rows))
        head = offsets[-1]
    rounds = {name.split("-")[0] for name in acknowledged}
    assert rounds == {str(round_) for round_ in range(ROUNDS)}


def test_what_was_not_acknowledged_can_be_sent_again(
    tmp_path: Path, context: ForkServerContext
) -> None:
    home, notes = tmp_path / "home", tmp_path / "acknowledged"
    with closing(open_stores(home)) as stores:
        furnish(stores)
    kill_in_the_middle(context, home, notes, round_=0, after_s=0.05)
    with closing(open_stores(home)) as stores:
        stored = sorted(offsets_and_ids(stores)[1])
        again = [event(name) for name in [*notes.read_text().split(), "0-9-new"]]
        receipt = stores.log.append(again, now=Moment(NOW + 10**6))
        assert receipt.count("duplicate") == len(again) - 1
        assert sorted(offsets_and_ids(stores)[1]) == sorted([*stored, "0-9-new"])
