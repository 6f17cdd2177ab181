"""Tables as they should not be: each costs no more than it must, and says what to do."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from matinee.data.readers import Batch, ColumnMap, open_reader

PLAYS = "profile_id=user,title_id=item,at=when,kind:=stop"
Bytes = Callable[[bytes], Path]


@pytest.fixture
def written(tmp_path: Path) -> Bytes:
    def write(content: bytes) -> Path:
        file = tmp_path / "plays.csv"
        file.write_bytes(content)
        return file

    return write


def read(path: Path, columns: str = PLAYS) -> Batch:
    said = ColumnMap.parse(columns, kind="events")
    reader = open_reader(path, data_folder=None, cache=path.parent, columns=said)
    batches = list(reader.batches(shift_ms=0))
    return Batch(
        events=tuple(event for batch in batches for event in batch.events),
        lines=tuple(line for batch in batches for line in batch.lines),
        refused=tuple(refusal for batch in batches for refusal in batch.refused),
    )


def test_a_table_with_names_and_no_rows_is_empty(written: Bytes) -> None:
    assert len(read(written(b"user,item,when\n"))) == 0


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_a_file_with_nothing_in_it_is_refused_as_a_whole(written: Bytes, content: bytes) -> None:
    with pytest.raises(ValueError, match=r"plays\.csv is empty"):
        read(written(content))


def test_two_columns_of_one_name_are_refused_with_the_name(written: Bytes) -> None:
    with pytest.raises(ValueError, match="two columns called 'user'; rename one"):
        read(written(b"user,user,when\n1,2,3\n"))


def test_a_mark_at_the_start_and_ends_of_windows_change_nothing(written: Bytes) -> None:
    plain = read(written(b"user,item,when\na,b,1\n"))
    assert read(written(b"\xef\xbb\xbfuser,item,when\r\na,b,1\r\n")) == plain
    assert len(plain.events) == 1


def test_lines_are_counted_through_ends_inside_of_quotes(written: Bytes) -> None:
    got = read(written(b'user,note,item,when\na,"one\n\ntwo",b,1\na,x,b,never\n'))
    assert got.lines == (2,)
    assert [refusal.line for refusal in got.refused] == [5]


def test_columns_that_are_not_there_are_told_with_those_that_are(written: Bytes) -> None:
    with pytest.raises(ValueError, match=r"no column 'user' for profile_id; there are who, what"):
        read(written(b"who,what\n1,2\n"))


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("item", [["a"], ["b", "c"]]),
        ("item", [b"\xff", b"\xfe"]),
        ("when", [True, False]),
        ("user", [{"id": 1}, {"id": 2}]),
    ],
)
def test_a_column_of_parquet_of_the_wrong_type_costs_its_rows(
    tmp_path: Path, column: str, values: list[object]
) -> None:
    file = tmp_path / "plays.parquet"
    frame = pl.DataFrame({"user": ["a", "b"], "item": ["x", "y"], "when": [1, 2]})
    frame.with_columns(pl.Series(column, values)).write_parquet(file)
    got = read(file)
    assert got.events == ()
    assert [refusal.line for refusal in got.refused] == [1, 2]


def test_parquet_without_rows_is_empty(tmp_path: Path) -> None:
    file = tmp_path / "plays.parquet"
    pl.DataFrame({"user": [], "item": [], "when": []}).write_parquet(file)
    assert len(read(file)) == 0


def test_a_zip_file_of_several_tables_names_them(tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("plays.csv", "users.csv", "README"):
            archive.writestr(f"export/{name}", "user,item,when\n")
    with pytest.raises(ValueError, match=r"but plays\.csv, users\.csv; unpack it and name one"):
        read(file)
    with pytest.raises(ValueError, match=r"of README, plays\.csv, users\.csv in it name one"):
        open_reader(file, data_folder=None, cache=tmp_path)
