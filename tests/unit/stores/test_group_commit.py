"""One caller commits for all who wait, and none pays for another's fault."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event, Thread

import pytest

from matinee.stores.group_commit import GroupCommit


class Ledger:
    """Doubles what it is given; the first group waits until it is let go."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.started, self.go = Event(), Event()

    def commit(self, items: Sequence[int]) -> list[int]:
        self.started.set()
        self.go.wait(10)
        if any(item < 0 for item in items):
            msg = "no debts"
            raise ValueError(msg)
        self.groups.append(list(items))
        return [2 * item for item in items]


def wait_for(group: GroupCommit[int, int], waiting: int) -> None:
    """Return once so many callers wait for their turn; fail after ten seconds.

    A caller joins the queue and goes to sleep under one lock, so whoever holds that lock and
    finds it in the queue finds it asleep.
    """
    pause = Event()
    for _ in range(10_000):
        with group._turn:
            if len(group._waiting) == waiting:
                return
        pause.wait(0.001)
    pytest.fail(f"{len(group._waiting)} callers wait, not {waiting}")


def finish(*threads: Thread) -> None:
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)


def run(ledger: Ledger, first: int, others: Sequence[int]) -> dict[int, object]:
    """Start one caller, then the others while it commits; return what each one got."""
    group = GroupCommit(ledger.commit)
    got: dict[int, object] = {}

    def call(item: int) -> None:
        try:
            got[item] = group(item)
        except ValueError as error:
            got[item] = str(error)

    threads = [Thread(target=call, args=(item,), daemon=True) for item in (first, *others)]
    threads[0].start()
    assert ledger.started.wait(10)
    for thread in threads[1:]:
        thread.start()
    wait_for(group, len(others))
    ledger.go.set()
    finish(*threads)
    return got


def test_those_who_come_during_a_commit_share_the_next_one() -> None:
    ledger = Ledger()
    assert run(ledger, 1, [2, 3, 4]) == {1: 2, 2: 4, 3: 6, 4: 8}
    assert [sorted(group) for group in ledger.groups] == [[1], [2, 3, 4]]


def test_a_failing_item_fails_its_own_caller_alone() -> None:
    got = run(Ledger(), 1, [2, -3, 4])
    assert got == {1: 2, 2: 4, -3: "no debts", 4: 8}


def test_an_interrupted_leader_leaves_the_rest_to_the_others() -> None:
    ledger = Ledger()
    calls = 0

    def commit(items: Sequence[int]) -> list[int]:
        nonlocal calls
        calls += 1
        if calls == 1:
            ledger.started.set()
            ledger.go.wait(10)
            raise KeyboardInterrupt
        return [2 * item for item in items]

    group = GroupCommit(commit)
    got: list[object] = []

    def lead() -> None:
        with pytest.raises(KeyboardInterrupt):
            group(1)
        got.append("interrupted")

    leader = Thread(target=lead, daemon=True)
    follower = Thread(target=lambda: got.append(group(2)), daemon=True)
    leader.start()
    assert ledger.started.wait(10)
    follower.start()
    wait_for(group, 1)
    ledger.go.set()
    finish(leader, follower)
    assert sorted(map(str, got)) == ["4", "interrupted"]
    assert group(5) == 10


def test_a_lone_caller_gets_its_own_error() -> None:
    ledger = Ledger()
    ledger.go.set()
    group = GroupCommit(ledger.commit)
    with pytest.raises(ValueError, match="no debts"):
        group(-1)
    assert group(1) == 2
