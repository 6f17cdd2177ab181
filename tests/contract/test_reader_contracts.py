"""Every reader keeps the contract, over tiny data of the shape of the real ones."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from matinee.data.readers import ColumnMap, Where, open_reader
from matinee.data.readers.ml_1m import Ml1m
from matinee.data.readers.movielens import MovieLens
from matinee.data.readers.originals import Originals
from matinee.data.readers.small import Small
from matinee.data.register import FAMILIES
from matinee.parts import Reader, load, names
from matinee.stores import Stores, memory_stores
from matinee.testing import ReaderContract
from matinee.types import Account, Moment, Profile, Title
from released import write_ml_1m, write_ml_100k, write_ml_small, write_sasrec

DAY_S = 86_400
START_S = 1_000_000_000


class TestSmall(ReaderContract):
    name = "small"

    @pytest.fixture
    def reader(self) -> Reader:
        return Small(
            films=pl.DataFrame(
                {
                    "movie": [1, 2, 3],
                    "name": ["Red Balloon, The (Ballon rouge, Le)", None, "Quiet Year, A"],
                    "year": [1956, None, 2001],
                    "genres": ["Children|Fantasy|IMAX", "(no genres listed)", "Drama"],
                    "label": [None, None, "PG-13"],
                    "runtime_s": [2040.0, None, 5400.0],
                    "first_ms": [START_S * 1000, START_S * 1000, START_S * 1000],
                },
                schema_overrides={"label": pl.String},
            ),
            rated=pl.DataFrame(
                {
                    "user": [1, 1, 2],
                    "movie": [1, 2, 3],
                    "value": [4.5, 0.5, 3.0],
                    "at_ms": [START_S * 1000, (START_S + 5) * 1000, (START_S + DAY_S) * 1000],
                }
            ),
        )


class TestMl1m(ReaderContract):
    name = "ml_1m"

    @pytest.fixture
    def reader(self, tmp_path: Path) -> Reader:
        write_ml_1m(tmp_path, posters=True)
        return Ml1m.open(Where(data_folder=tmp_path, cache=tmp_path))


class TestMl1mSasrec(ReaderContract):
    name = "ml_1m_sasrec"

    @pytest.fixture
    def reader(self, tmp_path: Path) -> Reader:
        write_ml_1m(tmp_path, posters=False)
        write_sasrec(tmp_path)
        return open_reader("ml-1m-sasrec", data_folder=tmp_path, cache=tmp_path)


class TestMl100k(ReaderContract):
    name = "ml_100k"

    @pytest.fixture
    def reader(self, tmp_path: Path) -> Reader:
        write_ml_100k(tmp_path)
        return open_reader("ml-100k", data_folder=tmp_path, cache=tmp_path)


class TestMlSmall2016(ReaderContract):
    name = "ml_small_2016"

    @pytest.fixture
    def reader(self, tmp_path: Path) -> Reader:
        write_ml_small(tmp_path)
        return open_reader("ml-small-2016", data_folder=tmp_path, cache=tmp_path)


class TestMovieLens(ReaderContract):
    name = "movielens"

    @pytest.fixture
    def reader(self, tmp_path: Path) -> Reader:
        (tmp_path / "movies.csv").write_text(
            'movieId,title,genres\n7,"Heat, The (2013)",Comedy\nseven,Nameless,Drama\n'
        )
        (tmp_path / "ratings.csv").write_text(
            f"userId,movieId,rating,timestamp\n1,7,4.0,{START_S}\n1,7,9.0,{START_S}\n"
            f"2,7,1.5,{START_S + DAY_S}\n2,7\n"
        )
        return MovieLens.open(Where(path=tmp_path, cache=tmp_path))


class TestMovieLensWithTags(ReaderContract):
    name = "movielens"

    @pytest.fixture
    def reader(self, tmp_path: Path) -> Reader:
        (tmp_path / "movies.dat").write_text("7::Heat (1995)::Crime\n")
        (tmp_path / "ratings.dat").write_text(f"1::7::4::{START_S}\n2::7::1::{START_S + DAY_S}\n")
        (tmp_path / "tags.dat").write_text("1::7::heist::5\n2::7::heist::5\n2::7\n")
        (tmp_path / "users.dat").write_text("3::F::25::1::0\n")
        return MovieLens.open(Where(path=tmp_path, cache=tmp_path))


class TestTables(ReaderContract):
    name = "tables"

    @pytest.fixture
    def reader(self, tmp_path: Path) -> Reader:
        file = tmp_path / "plays.csv"
        file.write_text(
            "listener,track,when,ms\np1,t1,1793520000,61000\np1,t1,1793520100,oops\n"
            "p1,t1,1793520000\np1,t1,1793520200,\n"
        )
        columns = ColumnMap.parse(
            "profile_id=listener,title_id=track,at=when,watched_s=ms/1000,kind:=play_end",
            kind="events",
        )
        return open_reader(file, data_folder=None, cache=tmp_path, columns=columns)

    @pytest.fixture
    def stores(self, reader: Reader) -> Stores:
        return with_one_of_each()


class TestTitles(ReaderContract):
    name = "records"

    @pytest.fixture
    def reader(self, tmp_path: Path) -> Reader:
        file = tmp_path / "mine.toml"
        file.write_text('[[title]]\ntitle_id = "a"\nname = "A"\n[[title]]\nname = "No Id"\n')
        return open_reader(file, data_folder=None, cache=tmp_path)


class TestEvents(ReaderContract):
    name = "records"

    @pytest.fixture
    def reader(self, tmp_path: Path) -> Reader:
        file = tmp_path / "mine.jsonl"
        file.write_text(
            '{"event_id":"e1","kind":"thumb","profile_id":"p1","title_id":"t1",'
            '"at":"2026-11-01T10:00:00Z","value":1}\n\nnot json\n'
            '{"event_id":"e2","kind":"hover","profile_id":"p1","title_id":"t1","at":1793520000000}\n'
        )
        return open_reader(file, data_folder=None, cache=tmp_path)

    @pytest.fixture
    def stores(self, reader: Reader) -> Stores:
        return with_one_of_each()


class TestOriginals(ReaderContract):
    name = "originals"

    @pytest.fixture
    def reader(self) -> Reader:
        return Originals.open(Where(cache=Path("unused")))


def test_every_built_in_reader_has_a_contract_class() -> None:
    built_in = {
        name
        for name in names("reader")
        if load("reader", name).__module__.startswith(FAMILIES["reader"])
    }
    assert built_in == {cls.name for cls in ReaderContract.__subclasses__()}


def with_one_of_each() -> Stores:
    """Return stores that know the title `t1` and the profile `p1`."""
    stores, now = memory_stores(), Moment(0)
    stores.catalogue.upsert([Title(title_id="t1", name="One")], now=now)
    stores.profiles.add_all(
        [Account(account_id="a1")], [Profile(profile_id="p1", account_id="a1")], now=now
    )
    return stores
