"""The blend adds up, fills in what a source cannot say, and finds who is worth hearing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pytest

from matinee.data import Catalogue, Dataset
from matinee.models.search import best_weights
from matinee.models.sources.blend import Blend, FittedBlend
from matinee.models.sources.ease import EASE
from matinee.models.sources.popular import Popular
from matinee.testing.checkerboard import (
    NOW,
    catalogue_of,
    checkerboard,
    dataset_of,
    history_of,
    request_of,
)
from matinee.types import DAY_MS, History, Index, Request, Scores

INF = np.inf


@dataclass(frozen=True, slots=True, eq=False)
class Says:
    """A source that says the same rows of scores whatever it is asked."""

    said: Scores  # (P, N)

    def scores(self, requests: Sequence[Request]) -> Scores:
        return self.said[: len(requests)]

    def causes(self, request: Request, titles: Index) -> Scores:
        return np.ones((len(titles), len(request.history)), np.float32)

    def with_titles(self, catalogue: Catalogue) -> Self:
        return self


def blend(
    *said: list[list[float]], weights: Sequence[float], scales: Sequence[float]
) -> FittedBlend:
    return FittedBlend(
        names=tuple("abc"[: len(said)]),
        sources=tuple(Says(np.array(one, np.float32)) for one in said),
        weights=np.array(weights, np.float32),
        scales=np.array(scales, np.float32),
        lengths=np.array([], np.int32),
        short=np.empty((0, len(weights)), np.float32),
    )


def liking(count: int, titles: int = 3) -> Request:
    return request_of(history_of(list(range(count))), titles=titles)


def asking(count: int, titles: int) -> list[Request]:
    return [request_of(history_of([0]), titles=titles)] * count


def test_scores_are_the_weighted_sum_on_fitted_scales() -> None:
    fitted = blend([[1, 2, 3]], [[30, 0, 10]], weights=[0.25, 0.75], scales=[0.5, 10])
    parts = fitted.parts(asking(1, 3))
    np.testing.assert_allclose(parts[:, 0], [[0.5, 1, 1.5], [2.25, 0, 0.75]])
    np.testing.assert_allclose(fitted.scores(asking(1, 3))[0], [2.75, 1, 2.25])
    np.testing.assert_allclose(fitted.factors(asking(1, 3)), [[0.5, 0.075]])


def test_what_a_source_cannot_say_is_read_as_its_lowest_score_of_that_request() -> None:
    fitted = blend([[-2, -INF, 5, -INF], [7, 8, 9, -INF]], weights=[1.0], scales=[1.0])
    np.testing.assert_array_equal(fitted.scores(asking(2, 4)), [[-2, -2, 5, -2], [7, 8, 9, 7]])


def test_a_source_that_can_say_nothing_adds_nothing() -> None:
    fitted = blend([[-INF, -INF]], [[1, 2]], weights=[0.5, 0.5], scales=[1, 1])
    np.testing.assert_array_equal(fitted.scores(asking(1, 2)), [[0.5, 1]])


def test_causes_are_weighted_and_a_source_of_weight_0_is_not_asked() -> None:
    fitted = blend([[1, 2]], [[1, 2]], weights=[0.5, 0.0], scales=[0.25, 1])
    causes = fitted.causes(asking(1, 2)[0], np.array([0, 1], np.int32))
    np.testing.assert_array_equal(causes, [[2], [2]])


def test_shares_say_who_spoke_loudest_above_his_own_least() -> None:
    fitted = blend([[100, 101, 100]], [[0, 3, 0]], weights=[0.5, 0.5], scales=[0.5, 0.5])
    shares = fitted.shares(fitted.parts(asking(1, 3)))
    np.testing.assert_allclose(shares[:, 0], [[0, 0.25, 0], [0, 0.75, 0]])


def test_a_title_that_only_popular_knows_has_a_finite_score() -> None:
    fitted = Blend().fit(checkerboard(), np.random.default_rng(0)).with_titles(catalogue_of(14))
    scores = fitted.scores([request_of(History.empty(), titles=14)])
    assert np.isfinite(scores).all()
    assert scores[0, 12:].max() < scores[0, :12].min()


def test_of_new_titles_those_like_what_was_liked_come_first() -> None:
    """Nobody has met the last four films: two are of either camp's genre."""
    likes = checkerboard(described=True)
    data = replace(likes, catalogue=catalogue_of(16, described=True))
    scores = (
        Blend()
        .fit(data, np.random.default_rng(0))
        .scores([request_of(history_of([camp, camp + 2, camp + 4]), titles=16) for camp in (0, 1)])
    )
    even, odd = scores[:, [12, 14]], scores[:, [13, 15]]
    assert even[0].min() > odd[0].max()
    assert odd[1].min() > even[1].max()


def test_short_histories_have_weights_of_their_own_by_how_much_they_like() -> None:
    fitted = replace(
        blend([[1, 2, 3]], [[3, 2, 1]], weights=[1, 0], scales=[1, 1]),
        lengths=np.array([1, 2], np.int32),
        short=np.array([[0, 1], [0.5, 0.5]], np.float32),
    )
    disliked = history_of([0, 1, 2], weights=[1, -1, 0])
    requests = [liking(0), liking(1), liking(2), liking(3), request_of(disliked, titles=3)]
    np.testing.assert_array_equal(
        fitted.factors(requests), [[0, 1], [0, 1], [0.5, 0.5], [1, 0], [0, 1]]
    )
    np.testing.assert_array_equal(fitted.scores([liking(1)]), [[3, 2, 1]])
    np.testing.assert_array_equal(fitted.scores([liking(3)]), [[1, 2, 3]])


def test_beginners_hear_more_of_what_is_popular_than_those_who_like_much() -> None:
    """Everybody begins with what is popular, and then turns to his own camp."""
    rng = np.random.default_rng(4)
    histories = []
    for profile in range(300):
        own = 10 + profile % 2 + 2 * rng.permutation(20)[:12]
        rows = [*rng.permutation(10)[:6].tolist(), *own.tolist()]
        history = history_of(rows)
        history.at[:] = NOW - np.arange(len(rows), 0, -1) * DAY_MS
        histories.append(history)
    recipe = Blend(sources={"ease": EASE(l2=5.0), "popular": Popular()}, lengths=(3,))
    fitted = recipe.fit(dataset_of(histories, titles=52), np.random.default_rng(0))
    assert fitted.short[0, 1] > fitted.weights[1]


def camps_over_time() -> Dataset:
    """Forty viewers of two camps; the odd camp's titles are liked by two thirds, so popular.

    Each likes eight of ten titles of his camp, one a day, in an order of his own.
    """
    rng = np.random.default_rng(3)
    histories = []
    for profile in range(40):
        camp = 0 if profile % 3 == 0 else 1
        order = rng.permutation(np.arange(camp, 20, 2))[:8]
        history = history_of(order.tolist())
        history.at[:] = NOW - np.arange(8, 0, -1) * DAY_MS
        histories.append(history)
    return dataset_of(histories, titles=20)


def test_the_search_hears_taste_rather_than_popularity_where_taste_decides() -> None:
    recipe = Blend(sources={"ease": EASE(l2=1.0), "popular": Popular()}, validation=0.4)
    fitted = recipe.fit(camps_over_time(), np.random.default_rng(0))
    weight = dict(zip(fitted.names, fitted.weights.tolist(), strict=True))
    assert weight["ease"] > weight["popular"]
    assert sum(weight.values()) == pytest.approx(1)


def test_the_search_finds_the_source_that_knows() -> None:
    rng = np.random.default_rng(5)
    wanted = [np.sort(rng.choice(300, 5, replace=False)).astype(np.int32) for _ in range(30)]
    knows = rng.normal(size=(30, 300))
    for row, titles in enumerate(wanted):
        knows[row, titles] += 2
    guesses = rng.normal(size=(2, 30, 300))
    parts = np.stack([guesses[0], knows, guesses[1]]).astype(np.float32)
    weights = best_weights(parts, np.ones((30, 300), np.bool_), wanted, np.random.default_rng(0))
    assert weights[1] > 0.6
    assert weights.sum() == pytest.approx(1)
    again = best_weights(parts, np.ones((30, 300), np.bool_), wanted, np.random.default_rng(0))
    np.testing.assert_array_equal(weights, again)


def test_what_was_seen_is_not_counted_as_found() -> None:
    """The first source ranks seen titles first, which may not be shown; the second is right."""
    seen = np.zeros((25, 60), np.bool_)
    seen[:, :30] = True
    first = np.tile(np.arange(60, 0, -1, dtype=np.float32), (25, 1))
    second = np.zeros((25, 60), np.float32)
    second[:, 59] = 1
    wanted = [np.array([5, 59], np.int32)] * 25
    weights = best_weights(np.stack([first, second]), ~seen, wanted, np.random.default_rng(0))
    assert weights[1] > 0.5


def test_with_too_little_to_search_on_all_weights_are_equal() -> None:
    few = dataset_of([history_of([0, 1]), history_of([1, 2])], titles=3)
    fitted = Blend().fit(few, np.random.default_rng(0))
    np.testing.assert_allclose(fitted.weights, [1 / 3] * 3)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"sources": {}}, "no sources"),
        ({"validation": 0.0}, "validation"),
        ({"validation": 1.0}, "validation"),
        ({"searched": 0}, "searched"),
        ({"lengths": (0, 2)}, "lengths"),
        ({"lengths": (5, 2)}, "lengths"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Blend(**settings)  # type: ignore[arg-type]  # the bad value is the test


def test_sources_that_cannot_be_told_apart_are_heard_alike() -> None:
    rng = np.random.default_rng(6)
    one = rng.normal(size=(30, 80)).astype(np.float32)
    wanted = [np.argsort(-row)[:3].astype(np.int32) for row in one]
    allowed = np.ones((30, 80), np.bool_)
    weights = best_weights(np.stack([one, one, one]), allowed, wanted, rng)
    np.testing.assert_allclose(weights, [1 / 3] * 3, rtol=1e-6)
