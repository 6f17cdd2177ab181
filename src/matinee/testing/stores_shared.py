"""What stores keep that several processes open at once: one truth, seen by all the moment it is."""

# ruff: noqa: D102  (a test's name is its sentence)

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from matinee.stores import Stores, open_stores
from matinee.testing.stores_samples import ANN, NOW, at, codes, event, furnish
from matinee.types import Account, Profile, ProfileId, Title

__all__ = ["SharedStoresContract"]

Act = Callable[..., Any]


class SharedStoresContract:
    """Override the fixture `opened` with how stores at a place are opened."""

    @pytest.fixture
    def opened(self) -> Callable[[Path], Stores]:
        """Return a function of a module (other processes import it) that opens stores."""
        return open_stores

    @pytest.fixture
    def place(self, tmp_path: Path, opened: Callable[[Path], Stores]) -> Path:
        """Return where furnished stores lie."""
        home = tmp_path / "home"
        stores = opened(home)
        furnish(stores)
        stores.close()
        return home

    def test_either_of_two_processes_reads_what_the_other_just_wrote(
        self, place: Path, opened: Callable[[Path], Stores]
    ) -> None:
        with _other_process(opened, place) as ask:
            here = opened(place)
            try:
                missed = []
                for i in range(1000):
                    before = here.log.head()
                    here.log.append([event(f"here-{i}")], now=at(i))
                    if ask(_came_after, before) != (1, here.log.head()):
                        missed.append((i, "there"))
                    offset = ask(_append_one, f"there-{i}", i)
                    if _came_after(here, before) != (2, offset):
                        missed.append((i, "here"))
                assert missed == []
            finally:
                here.close()

    def test_catalogue_and_profiles_are_seen_by_the_other_process_at_once(
        self, place: Path, opened: Callable[[Path], Stores]
    ) -> None:
        with _other_process(opened, place) as ask:
            here = opened(place)
            try:
                for i in range(20):
                    name = f"new{i}"
                    here.catalogue.upsert([Title(title_id=name, name=name)], now=NOW)
                    here.profiles.put_account(Account(account_id=name), now=NOW)
                    here.profiles.put_profile(Profile(profile_id=name, account_id=name), now=NOW)
                    assert ask(_what_is_newest) == (name, name, here.catalogue.version())
                    assert ask(_append_about, name, name) == ["stored"]
            finally:
                here.close()

    def test_of_writers_in_many_processes_none_is_lost_and_none_counted_twice(
        self, place: Path, opened: Callable[[Path], Stores]
    ) -> None:
        with ExitStack() as stack:
            asks = [stack.enter_context(_other_process(opened, place)) for _ in range(3)]
            for writer, ask in enumerate(asks):
                ask.send(_append_many, writer)
            stored = [name for ask in asks for name in ask.receive()]
        here = opened(place)
        wanted = sorted(f"{i}-{k}" for i in range(60) for k in range(5))
        assert sorted(stored) == wanted
        assert sorted(one.event_id for _, one in here.log.events(ANN)) == wanted
        received = here.log.tail(0).signals.received.tolist()
        assert received == sorted(received)
        rows = here.catalogue.snapshot().vocabulary.ids
        assert len(rows) == len(set(rows)) == 5 + 60
        here.close()

    def test_of_processes_that_add_the_same_profile_exactly_one_wins(
        self, place: Path, opened: Callable[[Path], Stores]
    ) -> None:
        with ExitStack() as stack:
            asks = [stack.enter_context(_other_process(opened, place)) for _ in range(2)]
            for ask in asks:
                ask.send(_add_profiles)
            won = [name for ask in asks for name in ask.receive()]
        assert sorted(won) == sorted(f"{kind}{i}" for kind in "ap" for i in range(200))


def _came_after(stores: Stores, offset: int) -> tuple[int, int]:
    return len(stores.log.history(ANN, after=offset)), stores.log.head()


def _append_one(stores: Stores, name: str, ms: int) -> int:
    assert codes(stores.log.append([event(name)], now=at(ms))) == ["stored"]
    return stores.log.head()


def _what_is_newest(stores: Stores) -> tuple[str, str, int]:
    snapshot = stores.catalogue.snapshot()
    return snapshot.vocabulary.ids[-1], stores.profiles.ids()[-1], snapshot.version


def _append_about(stores: Stores, profile: str, title: str) -> list[str]:
    said = event(f"by-{profile}", profile_id=profile, title_id=title)
    assert stores.profiles.profile(ProfileId(profile)) is not None
    return codes(stores.log.append([said], now=NOW))


def _append_many(stores: Stores, writer: int) -> list[str]:
    """Send what the other writers send too; return the ids that were stored by this one."""
    stored = []
    for i in range(60):
        stores.catalogue.upsert([Title(title_id=f"t{i}", name=f"T{i}")], now=NOW)
        said = [event(f"{i}-{k}", title_id=f"t{i}") for k in range(5)]
        receipt = stores.log.append(said, now=at(i * 7 % 11 + writer))
        stored += [o.event_id or "" for o in receipt.outcomes if o.code == "stored"]
    return stored


def _add_profiles(stores: Stores) -> list[str]:
    """Add accounts and profiles that others add too; return those that this one added."""
    won = []
    for i in range(200):
        if stores.profiles.add_account(Account(account_id=f"a{i}"), now=NOW):
            won.append(f"a{i}")
        profile = Profile(profile_id=f"p{i}", account_id=f"a{i}")
        if stores.profiles.add_profile(profile, now=NOW):
            won.append(f"p{i}")
    return won


class _Ask:
    """Calls functions of this module in another process, which holds its own stores."""

    def __init__(self, line: Connection) -> None:
        self._line = line

    def __call__(self, act: Act, *said: object) -> Any:  # noqa: ANN401  (whatever the act returns)
        self.send(act, *said)
        return self.receive()

    def send(self, act: Act, *said: object) -> None:
        self._line.send((act, said))

    def receive(self) -> Any:  # noqa: ANN401  (whatever the act returns)
        answer = self._line.recv()
        if isinstance(answer, BaseException):
            raise answer
        return answer


@contextmanager
def _other_process(opened: Callable[[Path], Stores], place: Path) -> Iterator[_Ask]:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_obey, args=(opened, place, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield _Ask(ours)
    finally:
        ours.close()
        process.join(timeout=10)
        process.kill()
        process.join()
        process.close()


def _obey(opened: Callable[[Path], Stores], place: Path, line: Connection) -> None:
    stores = opened(place)
    try:
        while True:
            act, said = line.recv()
            try:
                line.send(act(stores, *said))
            except Exception as error:  # noqa: BLE001  (raised again by the process that asked)
                line.send(error)
    except EOFError:
        stores.close()
