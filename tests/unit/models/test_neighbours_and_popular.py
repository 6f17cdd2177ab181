"""Item neighbours and popularity on cases whose answers are known by thought."""

from __future__ import annotations

import numpy as np
import pytest

from matinee.models.sources.item_knn import ItemKNN
from matinee.models.sources.popular import Popular
from matinee.models.sources.rp3beta import RP3Beta
from matinee.testing.checkerboard import catalogue_of, dataset_of, history_of, request_of
from matinee.types import History

RNG = np.random.default_rng(0)
STRANGER_THINGS, DARK, BAKING = 0, 1, 2


def test_who_watched_one_series_gets_the_one_that_its_viewers_watched_too() -> None:
    viewers = [history_of([STRANGER_THINGS, DARK])] * 5 + [history_of([BAKING])] * 9
    fitted = ItemKNN().fit(dataset_of(viewers, titles=3), RNG)
    request = request_of(history_of([STRANGER_THINGS]), titles=3)
    scores = fitted.scores([request])[0]
    assert scores[DARK] > scores[BAKING] == 0
    assert fitted.causes(request, np.array([DARK], np.int32))[0, 0] == scores[DARK]


def test_cosine_without_shrinkage_damping_or_asymmetry() -> None:
    viewers = [history_of([0, 1]), history_of([0]), history_of([0]), history_of([0, 1, 2])]
    recipe = ItemKNN(alpha=0.5, shrinkage=0.0, damping=0.0, power=0.0)
    fitted = recipe.fit(dataset_of(viewers, titles=3), RNG)
    links = fitted.links.matrix.toarray()
    assert links[0, 1] == pytest.approx(2 / np.sqrt(4 * 2))
    assert links[2, 1] == pytest.approx(1 / np.sqrt(2 * 1))
    assert links.diagonal().tolist() == [0, 0, 0]


def test_of_equal_neighbours_the_lower_row_is_kept() -> None:
    fitted = ItemKNN(neighbours=2).fit(dataset_of([history_of([0, 1, 2, 3])], titles=4), RNG)
    near = {i: np.flatnonzero(fitted.links.matrix.toarray()[:, i]).tolist() for i in range(4)}
    assert near == {0: [1, 2], 1: [0, 2], 2: [0, 1], 3: [0, 1]}


def test_a_title_nobody_liked_cannot_be_said_anything_of_but_an_unlinked_one_scores_0() -> None:
    viewers = [history_of([0, 1]), history_of([2]), history_of([3], weights=[-1.0])]
    fitted = ItemKNN().fit(dataset_of(viewers, titles=4), RNG)
    scores = fitted.scores([request_of(history_of([0]), titles=4)])[0]
    assert scores[2] == 0
    assert scores[3] == -np.inf


@pytest.mark.parametrize(
    "settings",
    [
        {"neighbours": 0},
        {"alpha": 1.5},
        {"alpha": float("nan")},
        {"shrinkage": -1.0},
        {"damping": 2.0},
        {"power": -0.5},
        {"full": -1.0},
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        ItemKNN(**settings)  # type: ignore[arg-type]  # the bad value is the test


def test_a_walk_goes_as_often_one_way_as_there_are_ways() -> None:
    """From 0 half the walks meet a viewer of 0 and 1, of whose steps half end at 1."""
    data = dataset_of([history_of([0, 1]), history_of([0]), history_of([1])], titles=2)
    links = RP3Beta(alpha=1.0, beta=0.0, power=0.0).fit(data, RNG).links.matrix.toarray()
    assert links.tolist() == [[0, 0.25], [0.25, 0]]


def test_a_popular_end_of_a_walk_counts_less_the_larger_beta() -> None:
    viewers = [history_of([0, 1, 2]), history_of([1]), history_of([1])]
    for beta in (0.0, 1.0):
        data = dataset_of(viewers, titles=3)
        links = RP3Beta(alpha=1.0, beta=beta, power=0.0).fit(data, RNG).links.matrix.toarray()
        assert links[0, 1] * 3**beta == pytest.approx(links[0, 2])


@pytest.mark.parametrize(
    "settings", [{"neighbours": 0}, {"alpha": 0.0}, {"beta": 1.5}, {"beta": float("nan")}]
)
def test_settings_of_rp3beta_out_of_range_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        RP3Beta(**settings)  # type: ignore[arg-type]  # the bad value is the test


def test_a_like_of_one_half_life_ago_counts_half() -> None:
    data = dataset_of([history_of([0], days=0), history_of([1], days=30)], titles=3)
    titles = Popular(half_life_days=30).fit(data, RNG).titles
    assert titles[0] == pytest.approx(np.log(2))
    assert titles[1] == pytest.approx(np.log(1.5))


def test_many_old_likes_yield_to_fewer_new_ones() -> None:
    old, new = [history_of([0], days=1000)] * 20, [history_of([1], days=1)] * 3
    titles = Popular(half_life_days=100).fit(dataset_of([*old, *new], titles=2), RNG).titles
    assert titles[1] > titles[0]


def test_titles_without_likes_come_last_and_dislikes_are_none() -> None:
    data = dataset_of(
        [history_of([0], days=100_000), history_of([1, 1 + 1], weights=[-1, 0])], titles=4
    )
    fitted = Popular(half_life_days=1).fit(data, RNG)
    assert (fitted.titles[1:] < fitted.titles[0]).all()
    newer = fitted.with_titles(catalogue_of(6)).scores([request_of(History.empty(), titles=6)])[0]
    assert newer[4:].tolist() == newer[3:4].tolist() * 2


def test_a_like_from_the_future_counts_once() -> None:
    data = dataset_of([history_of([0], days=-50), history_of([1], days=0)], titles=2)
    titles = Popular(half_life_days=1).fit(data, RNG).titles
    assert titles[0] == titles[1]


@pytest.mark.parametrize("days", [0.0, -1.0, float("nan")])
def test_a_half_life_must_be_above_0(days: float) -> None:
    with pytest.raises(ValueError, match="half_life_days"):
        Popular(half_life_days=days)
