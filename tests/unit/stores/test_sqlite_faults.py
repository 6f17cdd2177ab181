"""A disk that fails is told by name with a remedy, and leaves what was stored as it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from matinee.stores import FullError, Stores, UnavailableError, open_stores
from matinee.stores.faults import fault
from matinee.testing.stores_samples import ANN, NOW, event, furnish


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    stores = open_stores(tmp_path / "home")
    furnish(stores)
    yield stores
    stores.close()


def limit(stores: Stores, pages: int) -> None:
    """Let the file have so many pages at most; SQLite keeps at least those that it has."""
    with stores.log._database.writing() as connection:  # type: ignore[attr-defined]  # the file behind the protocol
        connection.execute(f"PRAGMA max_page_count = {pages}")


def test_without_room_nothing_is_stored_and_with_room_again_all_is(stores: Stores) -> None:
    batch = [event(f"e{n}", session_id="s" * 100) for n in range(2000)]
    assert stores.log.append(batch[:3], now=NOW).count("stored") == 3
    limit(stores, 1)
    with pytest.raises(FullError, match=r"matinee\.db: .*full; make room on the disk"):
        stores.log.append(batch, now=NOW)
    assert stores.log.counts([ANN]) == [3]
    limit(stores, 2**30)
    receipt = stores.log.append(batch, now=NOW)
    assert (receipt.count("duplicate"), receipt.count("stored")) == (3, 1997)


def test_a_writer_that_waited_in_the_group_is_told_too(stores: Stores) -> None:
    limit(stores, 1)
    batch = [event(f"e{n}", session_id="s" * 100) for n in range(2000)]
    for _ in range(2):
        with pytest.raises(FullError):
            stores.log.append(batch, now=NOW)
    assert stores.log.append([event("small")], now=NOW).count("stored") == 1


def test_a_damaged_page_is_told_with_the_file_and_the_remedy(tmp_path: Path) -> None:
    with closing(open_stores(tmp_path)) as stores:
        furnish(stores)
        stores.log.append([event(f"e{n}") for n in range(3000)], now=NOW)
    file = tmp_path / "matinee.db"
    content = bytearray(file.read_bytes())
    half = len(content) // 2  # the first pages hold the schema and what opening reads
    content[half:] = b"\xff" * (len(content) - half)
    file.write_bytes(content)
    with (
        closing(open_stores(tmp_path)) as stores,
        pytest.raises(UnavailableError, match=r"matinee\.db: .*malformed; `matinee doctor`"),
    ):
        stores.log.tail(0)


def test_a_mistake_of_ours_is_not_blamed_on_the_disk(stores: Stores) -> None:
    with (
        pytest.raises(sqlite3.OperationalError, match="no such table"),
        stores.log._database.writing() as connection,  # type: ignore[attr-defined]  # the file behind the protocol
    ):
        connection.execute("SELECT * FROM nowhere")
    assert fault(sqlite3.IntegrityError("UNIQUE"), Path("x")) is None
