"""A model that was fitted on the future is caught; honest ones are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pytest

from matinee.data import Catalogue, Dataset, Exam
from matinee.evaluation import evaluate, foresight, overlaps
from matinee.evaluation.protocols.strong import Strong
from matinee.evaluation.protocols.time import Time
from matinee.models import recipe
from matinee.models.sources.ease import EASE
from matinee.models.sources.popular import Popular
from matinee.parts import Recipe, Source, load, names
from matinee.testing.checkerboard import rated
from matinee.types import Index, Request, Scores, Title

DATA = rated(seed=8, profiles=150, titles=120)
(EXAM,) = Time(quantile=0.8).cut(DATA, part="test", rng=np.random.default_rng(0))
RNG = np.random.default_rng


@dataclass(frozen=True)
class Planted:
    """Fits a model on all data, the future too, whatever it is given."""

    model: Recipe[Source]
    everything: Dataset

    def fit(self, data: Dataset, rng: np.random.Generator) -> Source:
        return self.model.fit(self.everything, rng)


@dataclass(frozen=True, slots=True, eq=False)
class ByGenre:
    """An honest source that knows titles' genres and nothing else."""

    likeness: Scores  # (N, N)

    def scores(self, requests: Sequence[Request]) -> Scores:
        return np.stack([self.likeness[one.history.titles].sum(axis=0) for one in requests])

    def causes(self, request: Request, titles: Index) -> Scores:
        return self.likeness[np.ix_(request.history.titles, titles)].T

    def with_titles(self, catalogue: Catalogue) -> Self:
        return self


@dataclass(frozen=True)
class Genres:
    """The recipe of `ByGenre`."""

    def fit(self, data: Dataset, rng: np.random.Generator) -> ByGenre:
        genres = data.catalogue.has_genre.astype(np.float32)
        return ByGenre(genres.T @ genres)


@pytest.mark.parametrize("model", [EASE(l2=20), Popular()])
def test_a_model_fitted_on_the_future_is_caught(model: Recipe[Source]) -> None:
    found = foresight(Planted(model, DATA), EXAM, RNG(1))
    assert found.leaks
    assert found.area > 0.62


@pytest.mark.parametrize("protocol", names("protocol"))
def test_every_protocol_catches_it_and_lets_the_honest_one_pass(protocol: str) -> None:
    exams = load("protocol", protocol)().cut(DATA, part="test", rng=RNG(0))
    model = EASE(l2=20)
    assert foresight(Planted(model, DATA), exams[0].seeded(), RNG(1)).leaks
    assert not foresight(model, exams[0].seeded(), RNG(1)).leaks


@pytest.mark.parametrize("name", ["popular", "item_knn", "ease", "blend"])
def test_honest_models_know_nothing_when_fitted_on_nothing(name: str) -> None:
    found = foresight(recipe(name), EXAM, RNG(1))
    assert not found.leaks
    assert found.area == pytest.approx(0.5)


def test_what_a_title_is_made_of_is_no_foresight() -> None:
    """Genres tell the camps apart, so such a source is good without any interaction."""
    titles = [
        Title(title_id=f"t{row}", name=f"Film {row}", genres=("odd" if row % 2 else "even",))
        for row in range(120)
    ]
    fit = replace(EXAM.fit, catalogue=Catalogue.of(titles))
    exam = replace(EXAM, fit=fit)
    assert not foresight(Genres(), exam, RNG(1)).leaks


def test_the_report_names_the_one_that_leaks() -> None:
    models = {"honest": EASE(l2=20), "planted": Planted(EASE(l2=20), DATA)}
    report = evaluate(DATA, "time", Time(quantile=0.8), models, seed=1, source="drawn")
    leaks = {name: one["foresight"]["leaks"] for name, one in report["models"].items()}
    assert leaks == {"honest": False, "planted": True}


@dataclass(frozen=True)
class Careless:
    """A protocol that lets the model learn from what it asks."""

    headline = "ndcg@20"
    positives = "liked"

    def cut(self, data: Dataset, *, part: str, rng: np.random.Generator) -> tuple[Exam, ...]:
        (exam,) = Time(quantile=0.8).cut(data, part="test", rng=rng)
        return (replace(exam, fit=data),)


def test_a_cut_that_gives_away_what_it_asks_is_refused() -> None:
    with pytest.raises(ValueError, match=r"careless gives away what it asks: [0-9]+ learned"):
        evaluate(DATA, "careless", Careless(), {"popular": Popular()}, seed=1, source="drawn")


def test_overlaps_are_counted_by_what_they_give_away() -> None:
    (exam,) = Strong(positives="liked").cut(DATA, part="test", rng=RNG(0))
    request, wanted = exam.requests[0], exam.wanted[0]
    seen = request.unseen.copy()
    seen[wanted] = False
    told = replace(exam, requests=(replace(request, unseen=seen), *exam.requests[1:]))
    assert overlaps(told) == {"learned": 0, "known": 0, "late": 0, "masked": len(wanted)}
    late = replace(exam, at=exam.fit.histories.entries.at.min())
    assert overlaps(late)["late"] > 0
