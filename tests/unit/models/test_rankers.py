"""Rerankers on pools whose right order is known by thought."""

from __future__ import annotations

import numpy as np
import pytest

from matinee.content import Facets
from matinee.data import Catalogue, Scene
from matinee.models.rankers.calibrated import Calibrated
from matinee.models.rankers.dpp import Dpp
from matinee.models.rankers.mmr import Mmr
from matinee.models.rankers.popularity_calibrated import PopularityCalibrated
from matinee.parts import Ranker
from matinee.testing.checkerboard import history_of, request_of
from matinee.types import History, Ranked, Title

_CRIME, _COMEDY = range(10), range(10, 20)


def _scene(popularity: list[float] | None = None) -> Scene:
    catalogue = Catalogue.of(
        [
            Title(
                title_id=f"t{row}", name=f"Film {row}", genres=("Crime" if row < 10 else "Comedy",)
            )
            for row in range(20)
        ]
    )
    liked = np.ones(20, np.float32) if popularity is None else np.array(popularity, np.float32)
    return Scene(catalogue, Facets.of(catalogue).matrix, liked)


def _pool(titles: list[int], scores: list[float] | None = None) -> Ranked:
    count = len(titles)
    return Ranked(
        np.array(titles, np.int32),
        np.array(scores or range(count, 0, -1), np.float32),
        np.zeros(count, np.int8),
        np.ones(count, np.float32),
    )


def _ranked(
    ranker: Ranker, pool: Ranked, history: History, scene: Scene | None = None
) -> list[int]:
    request = request_of(history, titles=20)
    [found] = ranker.rank([request], [pool], scene=scene or _scene())
    return found.titles.tolist()


CRIME_FIRST = [0, 1, 2, 3, 4, 5, 10, 11, 12, 13]


@pytest.mark.parametrize("ranker", [Mmr(diversity=0), Dpp(diversity=0), Calibrated(strength=0)])
def test_without_strength_the_order_stays(ranker: Ranker) -> None:
    assert _ranked(ranker, _pool(CRIME_FIRST), history_of([6, 14])) == CRIME_FIRST


@pytest.mark.parametrize(
    "ranker",
    [Mmr(diversity=0), Dpp(diversity=0), Calibrated(strength=0), PopularityCalibrated(strength=0)],
)
def test_without_strength_the_order_of_an_earlier_ranker_stays(ranker: Ranker) -> None:
    turned = _pool(CRIME_FIRST, scores=list(range(len(CRIME_FIRST))))
    assert _ranked(ranker, turned, history_of([6, 14])) == CRIME_FIRST


@pytest.mark.parametrize("ranker", [Mmr(diversity=0.7), Dpp(diversity=0.6)])
def test_the_second_place_goes_to_another_genre(ranker: Ranker) -> None:
    assert _ranked(ranker, _pool(CRIME_FIRST), History.empty())[:2] == [0, 10]


def test_a_dpp_keeps_the_old_order_behind_what_spans_everything() -> None:
    twins = Dpp(diversity=0.5)
    assert _ranked(twins, _pool(CRIME_FIRST), History.empty())[2:] == [1, 2, 3, 4, 5, 11, 12, 13]


def test_a_calibrated_head_has_the_genres_of_the_history() -> None:
    history = history_of([6, 7, 8, 14])  # three crime films for each comedy
    found = _ranked(Calibrated(strength=0.9, depth=8), _pool(CRIME_FIRST), history)
    assert sum(title in _COMEDY for title in found[:8]) == 2
    assert sum(title in _COMEDY for title in found[:4]) == 1


def test_who_only_likes_one_genre_is_shown_that_genre() -> None:
    history = history_of([14, 15, 16])
    found = _ranked(Calibrated(strength=1, depth=4), _pool(CRIME_FIRST), history)
    assert found[:4] == [10, 11, 12, 13]


def test_dislikes_ask_for_nothing() -> None:
    history = history_of([6, 14], weights=[1, -1])
    assert _ranked(Calibrated(strength=1), _pool(CRIME_FIRST), history)[:6] == [0, 1, 2, 3, 4, 5]


def test_who_likes_the_obscure_is_shown_the_obscure() -> None:
    popular_first = [100.0] * 3 + [10.0] * 7 + [1.0] * 10
    ranker = PopularityCalibrated(strength=0.95, depth=4)
    pool = _pool([0, 1, 2, 3, 17, 18, 19])
    obscure = history_of([10, 11, 12])
    assert _ranked(ranker, pool, obscure, _scene(popular_first))[:3] == [17, 18, 19]
    assert _ranked(ranker, pool, history_of([0]), _scene(popular_first))[0] == 0


def test_before_anything_was_played_popularity_asks_for_nothing() -> None:
    ranker = PopularityCalibrated(strength=1)
    assert _ranked(ranker, _pool(CRIME_FIRST), history_of([1]), _scene([0.0] * 20)) == CRIME_FIRST


@pytest.mark.parametrize("ranker", [Mmr(), Dpp(), Calibrated(), PopularityCalibrated()])
def test_what_lies_behind_the_depth_keeps_its_order(ranker: Ranker) -> None:
    short = type(ranker)(depth=2)  # type: ignore[call-arg]  # every one of the four has it
    found = _ranked(short, _pool(CRIME_FIRST), history_of([6, 14]))
    assert found[2:] == [title for title in CRIME_FIRST if title in found[2:]]
