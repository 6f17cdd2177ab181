"""Content scores agree with loops over facets, and their reasons add up to them."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import naive
import naive_models
from matinee.data import Catalogue, Dataset
from matinee.models.lexicon import FAMILIES
from matinee.models.sources.content import Content
from matinee.testing.checkerboard import request_of
from matinee.testing.strategies import datasets, histories
from matinee.types import DAY_MS, History, Person, Title

_WORDS = ("night", "river", "train")


@st.composite
def films(draw: st.DrawFn, *, row: int) -> tuple[Title, naive_models.Facets]:
    genres = draw(st.lists(st.sampled_from("ABC"), unique=True))
    billed = draw(st.lists(st.sampled_from("PQ"), unique=True))
    words = draw(st.lists(st.sampled_from(_WORDS), max_size=4))
    year = draw(st.sampled_from([None, 1979, 1995, 1999]))
    title = Title(
        title_id=f"t{row}",
        name="Heat",
        genres=tuple(genres),
        people=tuple(Person(name=one, billing=i) for i, one in enumerate(billed)),
        synopsis="The " + " ".join(words),
        year=year,
    )
    return title, {
        "genre": dict.fromkeys(genres, 1.0),
        "genres": {f"{a} + {b}": 1.0 for a, b in combinations(sorted(genres), 2)},
        "person": {one: 1 / np.sqrt(1 + i) for i, one in enumerate(billed)},
        "decade": {} if year is None else {str(year // 10): 1.0},
        "kind": {"film": 1.0},
        "word": {word: 1 + np.log(words.count(word)) for word in words} | {"the": 1.0},
    }


@st.composite
def described(draw: st.DrawFn) -> tuple[Dataset, History, list[naive_models.Facets]]:
    data = draw(datasets(most_titles=7, most_profiles=5))
    size = len(data.catalogue)
    found = [draw(films(row=row)) for row in range(size)]
    catalogue = Catalogue.of([title for title, _ in found])
    history = draw(histories(titles=size))
    return replace(data, catalogue=catalogue), history, [facets for _, facets in found]


def counts(history: History, *, half_life: float) -> list[float]:
    newest = max([at for at, w in zip(history.at, history.weights, strict=True) if w], default=0)
    return [
        float(
            np.sign(weight)
            * naive.strength(abs(weight), power=0.5, full=1.5)
            * 0.5 ** (max(newest - at, 0) / (half_life * DAY_MS))
        )
        for at, weight in zip(history.at.tolist(), history.weights.tolist(), strict=True)
    ]


@given(
    drawn=described(),
    half_life=st.sampled_from([10.0, 500.0]),
    shrinkage=st.sampled_from([0.01, 2.0]),
)
def test_content_is_its_definition_and_its_facets_say_why(
    drawn: tuple[Dataset, History, list[naive_models.Facets]], half_life: float, shrinkage: float
) -> None:
    data, history, facets = drawn
    fitted = Content(half_life, shrinkage, text="none").fit(data, np.random.default_rng(0))
    request = request_of(history, titles=len(data.catalogue))
    slow = naive_models.content(
        facets,
        list(zip(history.titles.tolist(), counts(history, half_life=half_life), strict=True)),
        liking=dict(zip(FAMILIES, fitted.liking.tolist(), strict=True)),
        disliking=dict(zip(FAMILIES, fitted.disliking.tolist(), strict=True)),
        shrinkage=shrinkage,
    )
    scores = fitted.scores([request])[0]
    np.testing.assert_allclose(scores, slow, rtol=1e-4, atol=1e-5)
    every = np.arange(len(facets), dtype=np.int32)
    said = np.isfinite(scores)
    by_facet = np.asarray(fitted.facet_causes(request, every).sum(axis=1)).ravel()
    np.testing.assert_allclose(by_facet[said], scores[said], rtol=1e-4, atol=1e-5)
    by_entry = fitted.causes(request, every)
    np.testing.assert_allclose(by_entry.sum(axis=1)[said], scores[said], rtol=1e-4, atol=1e-5)
    likes = history.weights > 0
    assert (by_entry[:, likes] >= 0).all()
    assert (by_entry[:, ~likes] <= 0).all()
