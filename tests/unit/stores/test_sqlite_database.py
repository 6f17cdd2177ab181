"""A file is opened as what it is, or refused in words that help."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from matinee.stores import Stores, open_stores
from matinee.stores.sqlite import MATINEE, Database
from matinee.testing.stores_samples import ANN, NOW, event, furnish
from matinee.types import DAY_MS, Moment


@pytest.fixture
def home(tmp_path: Path) -> Path:
    stores = open_stores(tmp_path / "home")
    furnish(stores)
    stores.log.append([event("a")], now=NOW)
    stores.close()
    return tmp_path / "home"


@pytest.fixture
def stores(home: Path) -> Iterator[Stores]:
    stores = open_stores(home)
    yield stores
    stores.close()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(
        tmp_path / "x.db", migrations=(("CREATE TABLE t (a)",),), synchronous="FULL"
    )
    yield database
    database.close()


def pragmas(connection: sqlite3.Connection) -> dict[str, object]:
    names = ("journal_mode", "synchronous", "wal_autocheckpoint", "foreign_keys", "user_version")
    return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names}


def test_what_is_acknowledged_is_synced_and_decisions_are_not(stores: Stores) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "wal_autocheckpoint": 16384,
        "foreign_keys": 1,
        "user_version": len(MATINEE),
    }
    shared = stores.log._database  # type: ignore[attr-defined]  # the file behind the protocol
    decided = stores.decisions._database  # type: ignore[attr-defined]  # as above
    with shared.reading() as reader:
        assert pragmas(reader) == wanted
    with shared.writing() as writer:
        assert pragmas(writer) == wanted
    with decided.writing() as writer:
        assert pragmas(writer) == wanted | {"synchronous": 1, "user_version": 1}


def test_what_was_stored_is_there_when_the_stores_are_opened_again(stores: Stores) -> None:
    assert stores.log.counts([ANN]) == [1]
    assert stores.catalogue.version() == 1
    assert stores.profiles.ids() == ("ann", "bob")


def test_a_file_of_a_newer_schema_is_refused_and_left_alone(home: Path) -> None:
    with sqlite3.connect(home / "matinee.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = (home / "matinee.db").read_bytes()
    with pytest.raises(ValueError, match=r"matinee\.db has schema version 99.*newer Matinee"):
        open_stores(home)
    assert (home / "matinee.db").read_bytes() == before


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "matinee.db")
    connection.execute("CREATE TABLE recipes (name)")
    connection.close()
    before = (tmp_path / "matinee.db").read_bytes()
    with pytest.raises(ValueError, match="another program"):
        open_stores(tmp_path)
    assert (tmp_path / "matinee.db").read_bytes() == before


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "decisions.db").write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(ValueError, match=r"cannot open .*decisions\.db"):
        open_stores(tmp_path)


def test_a_folder_in_the_file_s_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "matinee.db").mkdir()
    with pytest.raises(ValueError, match=r"cannot open .*matinee\.db"):
        open_stores(tmp_path)


def test_a_file_is_brought_forward_step_by_step_with_what_it_holds(tmp_path: Path) -> None:
    steps = (("CREATE TABLE t (a)", "INSERT INTO t VALUES (1)"), ("ALTER TABLE t ADD b DEFAULT 7",))
    for known in (steps[:1], steps, steps):
        database = Database(tmp_path / "x.db", migrations=known, synchronous="FULL")
        with database.reading() as connection:
            rows = connection.execute("SELECT * FROM t").fetchall()
        database.close()
        assert rows == [(1, 7)[: len(known)]]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    good = (("CREATE TABLE t (a)",),)
    Database(tmp_path / "x.db", migrations=good, synchronous="FULL").close()
    bad = (*good, ("CREATE TABLE u (a)", "CREATE TABLE u (a)"))
    with pytest.raises(ValueError, match="already exists"):
        Database(tmp_path / "x.db", migrations=bad, synchronous="FULL")
    database = Database(tmp_path / "x.db", migrations=good, synchronous="FULL")
    with database.reading() as connection:
        tables = connection.execute("SELECT name FROM sqlite_schema").fetchall()
    database.close()
    assert tables == [("t",)]


def test_a_transaction_that_fails_leaves_nothing_and_the_next_one_works(
    database: Database,
) -> None:
    def fail() -> None:
        with database.writing() as connection:
            connection.execute("INSERT INTO t VALUES (1)")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with database.writing() as connection:
        connection.execute("INSERT INTO t VALUES (2)")
    with database.reading() as connection:
        assert connection.execute("SELECT a FROM t").fetchall() == [(2,)]


def test_a_reader_sees_one_state_until_it_is_done_and_then_the_newest(database: Database) -> None:
    count = "SELECT count(*) FROM t"
    with database.reading() as reader:
        assert reader.execute(count).fetchone() == (0,)
        with database.writing() as writer:
            writer.execute("INSERT INTO t VALUES (1)")
        assert reader.execute(count).fetchone() == (0,)
    with database.reading() as reader:
        assert reader.execute(count).fetchone() == (1,)


def test_a_reader_cannot_write(database: Database) -> None:
    with (
        database.reading() as reader,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        reader.execute("INSERT INTO t VALUES (1)")


def test_no_snapshot_stays_pinned_after_reads(stores: Stores) -> None:
    stores.log.tail(0)
    stores.log.history(ANN)
    stores.catalogue.snapshot()
    stores.log.append([event("b")], now=NOW)
    with stores.log._database._turn():  # type: ignore[attr-defined]  # the file behind the protocol
        busy, _, _ = stores.log._database._writer.execute(
            "PRAGMA wal_checkpoint(TRUNCATE)"
        ).fetchone()  # type: ignore[attr-defined]  # as above
    assert busy == 0


def test_writers_in_threads_take_turns(database: Database) -> None:
    def count_up() -> None:
        for _ in range(30):
            with database.writing() as connection:
                (held,) = connection.execute("SELECT ifnull(max(a), 0) FROM t").fetchone()
                connection.execute("INSERT INTO t VALUES (?)", (held + 1,))

    threads = [Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert connection.execute("SELECT count(*), max(a) FROM t").fetchone() == (120, 120)


def test_closed_stores_say_so_and_can_be_closed_again(home: Path) -> None:
    stores = open_stores(home)
    stores.close()
    stores.close()
    with pytest.raises(ValueError, match="was closed"):
        stores.log.append([event("b")], now=NOW)
    with pytest.raises(ValueError, match="was closed"):
        stores.log.head()


def test_offsets_are_not_given_again_even_when_rows_are_gone(stores: Stores) -> None:
    head = stores.log.head()
    with stores.log._database.writing() as connection:  # type: ignore[attr-defined]  # the file behind the protocol
        connection.execute("DELETE FROM events")
    stores.log.append([event("b")], now=NOW)
    assert stores.log.head() > head


def test_rejected_events_are_kept_in_bounds(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matinee.stores.sqlite.log.REJECTED_LIMIT", 5)
    for i in range(8):
        stores.log.append([event(f"r{i}", title_id="none")], now=NOW)
    kept = [one.outcome.event_id for one in stores.log.rejected()]
    assert kept == ["r7", "r6", "r5", "r4", "r3"]


def test_ids_too_old_to_come_again_are_forgotten_and_imports_are_not(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matinee.stores.sqlite.known.SETTLED_EVENTS", 1)
    stores.log.append([event("old", at=0)], now=NOW, origin="import")
    stores.log.append([event("live", at=NOW)], now=NOW)
    stores.log.append([event("late", at=NOW + 40 * DAY_MS)], now=Moment(NOW + 40 * DAY_MS))
    with stores.log._database.reading() as connection:  # type: ignore[attr-defined]  # the file behind the protocol
        kept = connection.execute("SELECT event_id FROM seen ORDER BY 1").fetchall()
    assert kept == [("late",), ("old",)]


def test_a_clock_that_runs_ahead_for_a_while_makes_no_id_forgotten(stores: Stores) -> None:
    ids = [f"e{n}" for n in range(20)]
    stores.log.append([event(name) for name in ids], now=NOW)
    for n in range(5):
        ahead = Moment(NOW + 365 * DAY_MS + n)
        stores.log.append([event(f"ahead-{n}", at=ahead)], now=ahead)
    again = stores.log.append([event(name) for name in ids], now=Moment(NOW + 1000))
    assert again.count("duplicate") == len(ids)


def test_all_ids_are_looked_at_in_the_end_however_few_an_append_looks_at(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matinee.stores.sqlite.known._LOOK_ROWS", 3)
    monkeypatch.setattr("matinee.stores.sqlite.known.SETTLED_EVENTS", 1)
    names = [f"e{i}" for i in range(10)]
    stores.log.append([event(name, at=NOW) for name in names], now=NOW)
    day = 40 * DAY_MS
    for i in range(6):
        stores.log.append([event(f"late{i}", at=NOW + day)], now=Moment(NOW + day + i))
    with stores.log._database.reading() as connection:  # type: ignore[attr-defined]  # the file behind the protocol
        kept = {name for (name,) in connection.execute("SELECT event_id FROM seen")}
    assert not kept & set(names)
    assert {f"late{i}" for i in range(6)} <= kept
