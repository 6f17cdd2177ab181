"""What is read without stores is what an import would have made of it."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from matinee.data.readers import open_reader
from matinee.evaluation.loading import load
from matinee.service.importing import import_data
from matinee.stores import memory_stores
from matinee.training import as_of
from matinee.types import Moment

RATINGS = """userId,movieId,rating,timestamp
1,10,4.0,1000000000
1,30,2.0,1000000500
2,10,5.0,1000000100
2,20,3.0,1000000900
2,10,1.0,1000002000
"""
MOVIES = """movieId,title,genres
10,Heat (1995),Crime|Drama
20,"Red Balloon, The (1956)",Children
30,Night Ferry (1976),(no genres listed)
"""


def folder(path: Path, ratings: str) -> Path:
    (path / "ratings.csv").write_text(ratings, encoding="utf-8")
    (path / "movies.csv").write_text(MOVIES, encoding="utf-8")
    return path


def test_the_histories_are_those_of_an_import(tmp_path: Path) -> None:
    reader = open_reader(folder(tmp_path, RATINGS), data_folder=None, cache=tmp_path)
    read = load(reader)
    stores = memory_stores()
    report = import_data(stores, reader, now=Moment.parse("2026-11-22T12:00:00Z"))
    imported = as_of(stores, at=Moment.parse("2026-11-22T12:00:00Z"))
    assert read.profiles == imported.profiles
    assert read.catalogue.vocabulary.ids == imported.catalogue.vocabulary.ids
    np.testing.assert_array_equal(read.histories.indptr, imported.histories.indptr)
    mine, theirs = read.histories.entries, imported.histories.entries
    for field in fields(mine):
        shift = report.shift_ms if field.name == "at" else 0
        np.testing.assert_array_equal(
            getattr(mine, field.name) + shift if shift else getattr(mine, field.name),
            getattr(theirs, field.name),
        )


def test_what_happened_in_the_same_second_keeps_the_order_of_the_file(tmp_path: Path) -> None:
    same = "userId,movieId,rating,timestamp\n" + "".join(
        f"1,{movie},4.0,1000000000\n" for movie in (30, 10, 20)
    )
    read = load(open_reader(folder(tmp_path, same), data_folder=None, cache=tmp_path))
    titles = read.catalogue.vocabulary.names(read.histories[0].titles)
    assert titles == ["30", "10", "20"]


def test_a_line_that_stands_twice_counts_once(tmp_path: Path) -> None:
    twice = RATINGS + RATINGS.splitlines()[1] + "\n"
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    prints = [
        load(
            open_reader(folder(tmp_path / name, text), data_folder=None, cache=tmp_path)
        ).fingerprint
        for name, text in (("a", RATINGS), ("b", twice))
    ]
    assert prints[0] == prints[1]


def test_data_without_events_are_refused(tmp_path: Path) -> None:
    empty = folder(tmp_path, "userId,movieId,rating,timestamp\n")
    with pytest.raises(ValueError, match="no event"):
        load(open_reader(empty, data_folder=None, cache=tmp_path))


@pytest.mark.data
def test_all_of_ml_1m_is_read(data_folder: Path, tmp_path: Path) -> None:
    read = load(open_reader("ml-1m", data_folder=data_folder, cache=tmp_path))
    assert len(read.histories.entries) == 1_000_209
    assert (len(read.profiles), len(read.catalogue)) == (6_040, 3_883)
