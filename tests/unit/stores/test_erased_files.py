"""What erasures leave in SQLite's files: nothing, even where others are reading."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from matinee.stores import Stores, open_stores
from matinee.testing.stores_log_whole import whole
from matinee.testing.stores_samples import NOW, at, event, furnish
from matinee.types import Account, PageId, Profile, ProfileId, TitleId

GONE = ProfileId("gone-8c21f7")
PARTS = ("segments", "state", "decisions", "bundles")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def stores(home: Path) -> Iterator[Stores]:
    stores = open_stores(home)
    furnish(stores)
    yield stores
    stores.close()


def inhabited(stores: Stores) -> None:
    """Add 400 profiles in random order, one of them to be erased, so that pages are split."""
    order = random.Random(5)
    names = [f"p{n:04d}-{order.randrange(10**9)}" for n in range(400)]
    order.shuffle(names)
    names.insert(150, GONE)
    accounts = [Account(account_id=f"{name}-account") for name in names]
    people = [Profile(profile_id=name, account_id=f"{name}-account", name=name) for name in names]
    stores.profiles.add_all(accounts, people, now=NOW)
    events = [
        event(f"{name}-{order.randrange(10**9)}-{n}", profile_id=name)
        for n in range(12)
        for name in names
    ]
    for start in range(0, len(events), 500):
        stores.log.append(events[start : start + 500], now=NOW)
    stores.log.append([event(f"{GONE}-bad", profile_id=GONE, title_id="none")], now=NOW)
    for n in range(1500):
        name = names[n % len(names)]
        page = PageId(f"page-{order.randrange(10**9)}-{n}")
        stores.decisions.write(page, ProfileId(name), NOW, name.encode() * 20)


def holders(home: Path, word: str) -> list[str]:
    """Return the files that hold a word."""
    files = [file for file in home.rglob("*") if file.is_file()]
    return sorted(file.name for file in files if word.encode() in file.read_bytes())


def erase(stores: Stores) -> bool:
    begun = stores.erasures.begin(GONE, erasure_id="x1", now=at(1))
    stores.decisions.erase(GONE)
    clean = stores.decisions.overwritten(GONE)
    for part in PARTS:
        stores.erasures.mark(begun.erasure_id, part, now=at(2))
    return clean and stores.erasures.finish(begun.erasure_id, now=at(3))


def test_no_byte_of_the_id_is_left_in_any_file(stores: Stores, home: Path) -> None:
    inhabited(stores)
    assert "matinee.db-wal" in holders(home, GONE)
    assert erase(stores)
    assert holders(home, GONE) == []
    assert len(stores.profiles.ids()) == 2 + 401
    assert sum(stores.log.counts(stores.profiles.ids())) == 400 * 12


def test_ids_of_events_that_went_before_their_profile_go_with_it(
    stores: Stores, home: Path
) -> None:
    people = [Profile(profile_id=GONE, account_id="gone-account")]
    stores.profiles.add_all([Account(account_id="gone-account")], people, now=NOW)
    said = [
        event(
            f"{GONE}-{n}",
            profile_id=GONE,
            title_id="film2" if n in (4, 6, 8) else "film1",
            at=at(n - 9),
        )
        for n in range(9)
    ]
    stores.log.append(said[:3], now=NOW)
    stores.log.append(said[3:6], now=NOW, origin="import")
    stores.log.append_block(whole(said[6:]), now=NOW)
    assert stores.log.forget(GONE, TitleId("film1")) == 6
    assert stores.log.expire(at(-4)) == 1
    assert stores.log.append_block(whole(said[3:]), now=NOW).duplicates == 6
    assert erase(stores)
    with closing(sqlite3.connect(home / "matinee.db")) as file:
        kept = file.execute("SELECT event_id FROM seen UNION ALL SELECT event_id FROM forgotten")
        assert [name for (name,) in kept if GONE in name] == []


def test_a_copy_that_no_row_points_to_is_overwritten_too(stores: Stores, home: Path) -> None:
    """As files hold that were written where deleted rows were only unlinked."""
    inhabited(stores)
    with closing(sqlite3.connect(home / "matinee.db", isolation_level=None)) as file:
        file.execute("PRAGMA secure_delete = OFF")
        file.execute("CREATE TABLE scraps (word TEXT)")
        words = [(f"{n} {GONE if n == 3 else 'other'}",) for n in range(9)]
        file.executemany("INSERT INTO scraps VALUES (?)", words)
        file.execute("DELETE FROM scraps WHERE word LIKE '3%'")
    stores.erasures.begin(GONE, erasure_id="x1", now=at(1))
    with closing(sqlite3.connect(home / "matinee.db", isolation_level=None)) as file:
        file.execute("PRAGMA secure_delete = ON")
        file.execute("UPDATE erasures SET subject = NULL, account = NULL")
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert "matinee.db" in holders(home, GONE)
        file.execute("UPDATE erasures SET subject = ?", (GONE,))
    assert erase(stores)
    assert holders(home, GONE) == []


def test_while_another_reads_an_older_state_it_is_said_not_to_be_clean(
    stores: Stores, home: Path
) -> None:
    inhabited(stores)
    with closing(sqlite3.connect(home / "matinee.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM events").fetchone()[0] == 401 * 12
        assert not erase(stores)
        assert [one.subject for one in stores.erasures.unfinished()] == [GONE]
        assert not stores.erasures.finish("x1", now=at(4))
        assert holders(home, GONE) != []
        stores.log.append([event("meanwhile")], now=at(5))
        reader.execute("ROLLBACK")
    assert stores.erasures.finish("x1", now=at(6))
    assert stores.erasures.unfinished() == []
    assert holders(home, GONE) == []


def test_cut_short_after_the_id_was_forgotten_the_file_is_written_anew(
    stores: Stores, home: Path
) -> None:
    inhabited(stores)
    begun = stores.erasures.begin(GONE, erasure_id="x1", now=at(1))
    stores.decisions.erase(GONE)
    assert stores.decisions.overwritten(GONE)
    with closing(sqlite3.connect(home / "matinee.db", isolation_level=None)) as file:
        file.execute("UPDATE erasures SET subject = NULL, account = NULL")
    stores.close()
    again = open_stores(home)
    assert [one.names for one in again.erasures.unfinished()] == [()]
    for part in PARTS:
        again.erasures.mark(begun.erasure_id, part, now=at(2))
    assert again.erasures.finish("x1", now=at(3))
    assert holders(home, GONE) == []
    again.close()


def test_what_was_forgotten_or_pruned_is_nowhere_once_that_was_swept(
    stores: Stores, home: Path
) -> None:
    said = event("e1", kind="search_query", title_id="film1", query="an-odd-word-7d1")
    stores.log.append([said, event("e2")], now=NOW)
    stores.decisions.write(PageId("p1"), ProfileId("ann"), NOW, b"an-odd-word-7d1")
    assert stores.log.forget(ProfileId("ann"), TitleId("film1")) == 2
    assert stores.decisions.prune(at(1)) == 1
    assert holders(home, "an-odd-word-7d1") == ["decisions.db-wal", "matinee.db-wal"]
    assert stores.erasures.sweep()
    assert stores.decisions.overwritten(None)
    assert holders(home, "an-odd-word-7d1") == []


def test_a_replaced_segment_that_a_crash_has_left_is_removed(stores: Stores, home: Path) -> None:
    stores.log.append([event("e1"), event("e2", profile_id="bob")], now=NOW)
    stores.log.compact(now=at(2 * 86_400_000), hot_days=32)
    [old] = (home / "segments").glob("*.parquet")
    content = old.read_bytes()
    stores.erasures.begin(ProfileId("ann"), erasure_id="x1", now=at(1))
    assert not old.exists()
    old.write_bytes(content)
    stores.erasures.sweep_segments()
    assert not old.exists()
    assert stores.log.counts([ProfileId("bob")]) == [1]
    assert len(stores.log.scan(at=at(9), upto=stores.log.head())) == 1


_VISIT = """
import sys
from pathlib import Path
from matinee.stores import open_stores
from matinee.types import ProfileId
stores = open_stores(Path(sys.argv[1]))
print(stores.log.counts([ProfileId("ann")])[0])
stores.close()
"""


def test_searching_a_file_does_not_let_go_of_the_locks_that_other_processes_heed(
    stores: Stores, home: Path
) -> None:
    """Closing a file lets its process's locks go; a guest who leaves then ends the log."""
    log: Any = stores.log
    for number in range(3):
        stores.log.append([event(f"e{number}")], now=at(number))
        assert log._database.overwritten(["nobody-of-this-name"])
        stores.log.append([event(f"f{number}")], now=at(number))
        visit = [sys.executable, "-c", _VISIT, str(home)]
        seen = subprocess.run(visit, check=True, capture_output=True, text=True, timeout=60)
        assert int(seen.stdout) == 2 * number + 2
        assert (home / "matinee.db-wal").exists()
