"""Killed at any moment, the log holds every acknowledged event once; the short form.

    python benchmarks/crash.py --rounds 50

is the long one.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path

import numpy as np
import pytest

from crashing import (
    Notes,
    Toll,
    audit,
    events,
    furnished,
    kill_import,
    kill_server,
    kill_writers,
    moment,
)
from matinee.stores import open_stores
from matinee.testing.stores_samples import NOW
from served import now

ROUNDS = 10


@pytest.fixture(scope="module")
def context() -> ForkServerContext:
    """Forked from a server that has imported everything: a round starts in milliseconds."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["matinee.stores", "matinee.testing.stores_samples"])
    return context


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return furnished(tmp_path / "home")


def unharmed(toll: Toll) -> None:
    assert toll == replace(Toll(), rounds=toll.rounds, acknowledged=toll.acknowledged)
    assert toll.acknowledged > 0


def test_ten_kills_of_writers_lose_and_double_nothing(
    home: Path, context: ForkServerContext
) -> None:
    rng, toll = np.random.default_rng(20261122), Toll()
    for start in range(ROUNDS):
        notes = kill_writers(context, home, start=start, after_s=moment(rng, 0.12), at=NOW)
        toll += audit(home, notes, NOW)
    assert toll.rounds == ROUNDS
    unharmed(toll)


@pytest.mark.parametrize("whom", ["all", "worker"])
def test_a_killed_server_keeps_what_it_acknowledged_to_many_clients(home: Path, whom: str) -> None:
    at = now()
    unharmed(audit(home, kill_server(home, start=0, after_s=0.2, whom=whom, at=at), at))


def test_a_killed_import_is_completed_by_running_it_again(home: Path) -> None:
    unharmed(kill_import(home, start=0, share=0.2, at=NOW, size=8_000))


def test_the_audit_tells_each_harm_from_none(home: Path) -> None:
    with closing(open_stores(home)) as stores:
        stores.log.append(events("whole", 3, NOW) + events("half", 3, NOW)[:2], now=NOW)
    good = Notes({"whole": 3, "never": 5}, {"whole"})
    assert audit(home, good, NOW).harm == 0
    assert audit(home, Notes({"half": 3}), NOW).half == 1
    lost = audit(home, Notes({"gone": 4}, {"gone"}), NOW)
    assert (lost.lost, lost.taken_again) == (4, 5)  # each is new, and the log has changed
