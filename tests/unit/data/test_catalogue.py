"""A catalogue snapshot says of each title what eligibility and rows ask."""

from __future__ import annotations

import numpy as np
import pytest

from matinee.data import Catalogue
from matinee.types import Episode, Moment, Title, Window

FILMS = (
    Title(title_id="heat", name="Heat", year=1995, genres=("Crime", "Drama"), runtime_s=10_200),
    Title(
        title_id="pond",
        name="The Pond",
        kind="series",
        genres=("Drama",),
        maturity=6,
        maturity_source="label",
        episodes=(Episode(episode_id="pond-1", number=1), Episode(episode_id="pond-2", number=2)),
    ),
    Title(title_id="gone", name="Gone", hidden=True, maturity=0, maturity_source="unknown"),
)
NOON = Moment.parse("2026-11-22T12:00:00Z")


def test_columns_follow_the_titles() -> None:
    catalogue = Catalogue.of(FILMS)
    assert len(catalogue) == 3
    assert catalogue.years.tolist() == [1995, -1, -1]
    assert catalogue.is_series.tolist() == [False, True, False]
    assert catalogue.genres.ids == ("Crime", "Drama")
    assert catalogue.has_genre.tolist() == [[True, False, False], [True, True, False]]
    assert np.isnan(catalogue.runtimes[1])
    assert catalogue.episode_rows.rows(["pond-2"]).tolist() == [1]


def test_an_unknown_age_counts_as_eighteen_whatever_the_field_says() -> None:
    assert Catalogue.of(FILMS).minimum_ages.tolist() == [18, 6, 18]


def test_hidden_titles_are_never_available() -> None:
    available = Catalogue.of(FILMS).available(at=NOON, country=None)
    assert available.tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("window", "country", "open_now"),
    [
        (Window(), None, True),
        (Window(start=NOON), None, True),
        (Window(end=NOON), None, False),
        (Window(start=Moment(NOON + 1)), None, False),
        (Window(country="NL"), "NL", True),
        (Window(country="NL"), "DE", False),
        (Window(country="NL"), None, False),
    ],
)
def test_a_title_with_windows_needs_one_that_is_open_here_and_now(
    window: Window, country: str | None, *, open_now: bool
) -> None:
    hidden = Title(title_id="h", name="H", windows=(window,), hidden=True)
    films = (Title(title_id="w", name="W", windows=(window,)), hidden, FILMS[0])
    available = Catalogue.of(films).available(at=NOON, country=country)
    assert available.tolist() == [open_now, False, True]


def test_one_open_window_is_enough() -> None:
    film = Title(title_id="w", name="W", windows=(Window(end=NOON), Window(country="NL")))
    assert Catalogue.of((film,)).available(at=NOON, country="NL").all()
