"""Facets: cosines of weighted facets, against a loop over sets."""

from __future__ import annotations

import math

import numpy as np
import pytest

from matinee.content import Facets
from matinee.data import Catalogue
from matinee.types import History, Person, Title

TITLES = [
    Title(title_id="a", name="A", genres=("Crime", "Drama"), year=1995),
    Title(title_id="b", name="B", genres=("Crime",), year=1996, keywords=("heist",)),
    Title(title_id="c", name="C", genres=("Comedy",), people=(Person(name="Ann"),)),
    Title(title_id="d", name="D", kind="series", people=(Person(name="Ann", role="writer"),)),
]
FACETS = Facets.of(Catalogue.of(TITLES))


def naive_cosine(one: int, other: int) -> float:
    """Return the cosine of two titles by the definition, with sets and loops."""
    worth = {"genre": 1.0, "person": 1.0, "keyword": 0.8, "decade": 0.4, "kind": 0.3}

    def facets(title: Title) -> set[str]:
        found = {f"genre:{name}" for name in title.genres}
        found |= {f"person:{person.name}" for person in title.people}
        found |= {f"keyword:{name}" for name in title.keywords}
        found |= {f"decade:{title.year // 10 * 10}"} if title.year else set()
        return found | {f"kind:{title.kind}"}

    every = [facets(title) for title in TITLES]

    def weight(name: str) -> float:
        having = sum(name in found for found in every)
        return worth[name.split(":", maxsplit=1)[0]] * math.log(1 + len(TITLES) / having)

    def length(title: int) -> float:
        return math.sqrt(sum(weight(name) ** 2 for name in every[title]))

    shared = every[one] & every[other]
    return sum(weight(name) ** 2 for name in shared) / (length(one) * length(other))


@pytest.mark.parametrize("one", range(4))
def test_likeness_is_the_cosine_of_weighted_facets(one: int) -> None:
    expected = [naive_cosine(one, other) for other in range(4)]
    assert FACETS.similar(one).tolist() == pytest.approx(expected, abs=1e-6)


def test_titles_with_a_person_in_common_are_alike() -> None:
    assert FACETS.similar(2)[3] > 0.3


def test_taste_leans_to_what_was_liked_and_away_from_what_was_not() -> None:
    history = History.of_titles(np.array([0, 2], np.int32))
    history.weights[1] = -1.0
    affinity = FACETS.affinity(history)
    assert affinity[1] > 0.3
    assert affinity[3] == 0


def test_no_history_has_no_taste() -> None:
    assert not FACETS.affinity(History.empty()).any()


def test_a_catalogue_without_facets_but_kinds_still_answers() -> None:
    facets = Facets.of(Catalogue.of([Title(title_id="x", name="X")]))
    assert facets.similar(0).tolist() == pytest.approx([1.0])


def test_an_empty_catalogue_has_no_facets() -> None:
    assert Facets.of(Catalogue.of([])).matrix.shape == (0, 0)
