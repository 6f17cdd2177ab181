"""Content on cases whose answers are known by thought."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matinee.data import Catalogue, Dataset
from matinee.models.lexicon import FAMILIES
from matinee.models.sources.content import Content, FittedContent
from matinee.testing.checkerboard import NOW, dataset_of, history_of, request_of
from matinee.types import DAY_MS, History, Person, Title


def film(name: str, *genres: str, year: int | None = None, people: str = "") -> Title:
    billed = tuple(Person(name=one, billing=i) for i, one in enumerate(people))
    return Title(title_id=name, name=name, genres=genres, year=year, people=billed)


def data_of(titles: list[Title], histories: list[History]) -> Dataset:
    return replace(dataset_of(histories, titles=0), catalogue=Catalogue.of(titles))


def fitted_on(titles: list[Title], histories: list[History] | None = None) -> FittedContent:
    return Content().fit(data_of(titles, histories or []), np.random.default_rng(0))


def scores_of(fitted: FittedContent, history: History) -> np.ndarray:
    return fitted.scores([request_of(history, titles=len(fitted.described))])[0]


SHELF = [
    film("crime", "Crime", people="A"),
    film("more crime", "Crime", people="BA"),
    film("musical", "Musical"),
    film("unknown"),
]


def test_a_title_of_which_nothing_is_known_cannot_be_said_anything_of() -> None:
    scores = scores_of(fitted_on([*SHELF, film("film noir", "Noir")]), history_of([0]))
    assert scores[3] == -np.inf
    assert scores[4] == 0


def test_a_title_added_after_the_fit_is_proposed_for_what_it_is_made_of() -> None:
    newer = Catalogue.of([*SHELF, film("new crime", "Crime"), film("new musical", "Musical")])
    fitted = fitted_on(SHELF).with_titles(newer)
    request = request_of(history_of([0]), titles=6)
    scores = fitted.scores([request])[0]
    assert scores[4] > scores[5] == 0
    found = fitted.facet_causes(request, np.array([4], np.int32))
    names = [fitted.lexicon.names[column] for column in found.indices[found.data > 0]]
    assert names == ["genre:Crime"]


def test_a_first_billing_says_more_than_a_second() -> None:
    scores = scores_of(
        fitted_on([*SHELF, film("with A", people="A"), film("A second", people="BA")]),
        history_of([0]),
    )
    assert scores[4] > scores[5] > 0


def test_a_dislike_counts_against_its_kind_alone() -> None:
    fitted = fitted_on(SHELF)
    liked = scores_of(fitted, history_of([1]))
    both = scores_of(fitted, history_of([1, 2], weights=[1, -1]))
    assert both[2] < liked[2] == 0
    assert both[0] == pytest.approx(liked[0])


def test_what_was_liked_lately_counts_more() -> None:
    history = history_of([0, 2])
    history = replace(history, at=np.array([NOW - 3000 * DAY_MS, NOW], np.int64))
    scores = scores_of(fitted_on([*SHELF[:3], film("c", "Crime"), film("m", "Musical")]), history)
    assert scores[4] > scores[3] > 0


def test_a_request_without_times_has_a_taste_all_the_same() -> None:
    fitted = fitted_on(SHELF)
    assert scores_of(fitted, History.of_titles(np.array([0])))[1] > 0


def test_families_that_foretell_likes_come_to_weigh_more_than_those_that_do_not() -> None:
    """Truth: everybody likes one genre; decades are drawn anew for each title."""
    rng = np.random.default_rng(3)
    genres, decades = rng.choice(list("ABCD"), 200), rng.choice([1960, 1970, 1980, 1990], 200)
    titles = [
        film(f"t{row}", genre, year=int(year))
        for row, (genre, year) in enumerate(zip(genres, decades, strict=True))
    ]
    histories = [
        history_of(
            rng.permutation(np.flatnonzero(genres == rng.choice(list("ABCD"))))[:20].tolist()
        )
        for _ in range(100)
    ]
    fitted = fitted_on(titles, histories)
    liking = dict(zip(FAMILIES, fitted.liking.tolist(), strict=True))
    assert liking["genre"] > 4
    assert liking["decade"] < 1
    assert liking["person"] == pytest.approx(1)  # never met: as it was before


@pytest.mark.parametrize(
    "settings", [{"half_life_days": 0.0}, {"shrinkage": 0.0}, {"power": -1.0}, {"full": 0.0}]
)
def test_settings_of_content_out_of_range_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        Content(**settings)
