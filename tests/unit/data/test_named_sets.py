"""Data sets by name: what of their files becomes of titles, profiles and events."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from matinee.data.readers import BulkReader, open_reader
from matinee.parts import Reader
from matinee.types import Event, Profile, Title
from matinee.types.event import PlayEnd, Rate
from matinee.types.title import Link
from released import DAY_S, START_S, write_ml_1m, write_ml_100k, write_ml_small, write_sasrec

NAMES = ("ml-1m", "ml-1m-sasrec", "ml-100k", "ml-small-2016")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_ml_1m(tmp_path, posters=False)
    write_sasrec(tmp_path)
    write_ml_100k(tmp_path)
    write_ml_small(tmp_path)
    return tmp_path


def opened(name: str, folder: Path | None) -> Reader:
    return open_reader(name, data_folder=folder, cache=Path("unused"))


def events(reader: Reader) -> list[Event]:
    return [event for batch in reader.batches(shift_ms=0) for event in batch.events]


def titles(reader: Reader) -> list[Title]:
    return [title for batch in reader.batches(shift_ms=0) for title in batch.titles]


def profiles(reader: Reader) -> list[Profile]:
    return [profile for batch in reader.batches(shift_ms=0) for profile in batch.profiles]


@pytest.mark.parametrize("name", NAMES)
def test_without_a_folder_the_variable_is_named(name: str) -> None:
    with pytest.raises(LookupError, match=f"{name}.*set MATINEE_DATA"):
        opened(name, None)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_named_with_the_variable(name: str, tmp_path: Path) -> None:
    with pytest.raises(LookupError, match=rf"has no ml.*\.parquet; MATINEE_DATA .*{name}"):
        opened(name, tmp_path)


def test_100k_has_ages_genres_and_times(folder: Path) -> None:
    reader = opened("ml-100k", folder)
    assert [(t.name, t.year, t.genres) for t in titles(reader)] == [
        ("The Quiet", 1990, ("Western",)),
        ("Loud", 1991, ("Children", "Comedy")),
        ("unknown", None, ()),
    ]
    assert [(p.profile_id, p.age_group, p.gender) for p in profiles(reader)] == [
        *(("h1", "18-24", "M"), ("h2", "50-55", "F"))
    ]
    assert [(e.profile_id, e.title_id, e.at // 1000, type(e)) for e in events(reader)] == [
        ("h1", "7", START_S, Rate),
        ("h1", "8", START_S + 60, Rate),
        ("h1", "9", START_S + 60, PlayEnd),
        ("h2", "7", START_S + DAY_S, Rate),
    ]
    assert reader.notes == {"times interpolated": 1}


def test_latest_small_has_agreed_tags_and_links(folder: Path) -> None:
    dusk, noon, nobody = titles(opened("ml-small-2016", folder))
    assert (dusk.name, dusk.tags, noon.tags, nobody.year) == (
        "The Dusk",
        ("Slow",),
        ("IMAX",),
        None,
    )
    assert dusk.links == (Link(source="imdb", id="tt0112792"), Link(source="tmdb", id="9909"))
    assert noon.links == (Link(source="imdb", id="tt0114148"),)
    assert [(e.profile_id, e.title_id) for e in events(opened("ml-small-2016", folder))] == [
        *(("s1", "40"), ("s1", "31"), ("s2", "31"))
    ]


def test_latest_small_needs_neither_tags_nor_links(folder: Path) -> None:
    for name in ("tags", "links"):
        (folder / f"mlsmall2016_{name}.parquet").unlink()
    assert [title.links for title in titles(opened("ml-small-2016", folder))] == [(), (), ()]


def test_a_sequence_keeps_the_order_of_the_file_and_the_films_of_1m(folder: Path) -> None:
    reader = opened("ml-1m-sasrec", folder)
    told = events(reader)
    assert {type(event) for event in told} == {PlayEnd}
    for viewer, films in (("q1", ["10", "11", "13"]), ("q2", ["11", "10"])):
        assert [
            e.title_id for e in sorted(told, key=lambda e: e.at) if e.profile_id == viewer
        ] == films
    assert [t.name for t in titles(reader)] == ["A Small Town", "Loud", "Untitled 13"]
    assert reader.notes == {"times made of the order": 5}


REAL = os.environ.get("MATINEE_DATA")
SIZES = {
    "ml-100k": (1_682, 943, 100_000),
    "ml-small-2016": (9_125, 671, 100_004),
    "ml-1m-sasrec": (3_416, 6_040, 999_611),
    "ml-1m": (3_883, 6_040, 1_000_209),
}


@pytest.mark.skipif(REAL is None, reason="MATINEE_DATA is not set")
@pytest.mark.parametrize("name", NAMES)
def test_the_real_files_hold_what_is_published_of_them(name: str) -> None:
    reader = opened(name, Path(str(REAL)))
    assert isinstance(reader, BulkReader)
    batches = list(reader.without_events(shift_ms=0))
    found = (sum(len(b.titles) for b in batches), sum(len(b.profiles) for b in batches))
    assert (*found, sum(map(len, reader.blocks()))) == SIZES[name]
