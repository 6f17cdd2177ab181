"""SLIM, EDLAE and chance on cases whose answers are known by thought."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matinee.models.sources.ease import EASE, Dense, Factored
from matinee.models.sources.edlae import EDLAE
from matinee.models.sources.random import Random
from matinee.models.sources.slim import SLIM
from matinee.testing.checkerboard import (
    catalogue_of,
    checkerboard,
    dataset_of,
    history_of,
    request_of,
)

RNG = np.random.default_rng(0)


def test_two_titles_of_the_same_viewers_have_the_weight_of_the_closed_form() -> None:
    """Five viewers of both: (5 − λ) ÷ (5 + β)."""
    data = dataset_of([history_of([0, 1])] * 5, titles=2)
    links = SLIM(l1=1.0, l2=3.0, power=0.0).fit(data, RNG).links.matrix.toarray()
    assert links.tolist() == [[0, 0.5], [0.5, 0]]


def test_a_strong_pull_leaves_no_weight_and_scores_of_0() -> None:
    data = dataset_of([history_of([0, 1])] * 5, titles=3)
    fitted = SLIM(l1=5.0, power=0.0).fit(data, RNG)
    assert not fitted.links.matrix.nnz
    assert fitted.scores([request_of(history_of([0]), titles=3)])[0].tolist() == [0, 0, -np.inf]


def test_a_title_is_made_of_its_nearest_only() -> None:
    viewers = [history_of([0, 1])] * 4 + [history_of([0, 2])] * 2
    fitted = SLIM(l1=0.1, l2=1.0, neighbours=1, power=0.0).fit(dataset_of(viewers, titles=3), RNG)
    assert np.flatnonzero(fitted.links.matrix.toarray()[:, 0]).tolist() == [1]


def test_beyond_the_limit_only_the_most_liked_titles_are_scored() -> None:
    histories = [history_of([0, 1, 2]), history_of([1, 2]), history_of([2, 3]), history_of([1])]
    fitted = SLIM(limit=2).fit(dataset_of(histories, titles=4), RNG)
    scores = fitted.scores([request_of(history_of([0, 1]), titles=4)])[0]
    assert np.isfinite(scores).tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    "settings", [{"l1": -1.0}, {"l2": 0.0}, {"neighbours": 0}, {"sweeps": 0}, {"limit": 0}]
)
def test_settings_of_slim_out_of_range_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        SLIM(**settings)  # type: ignore[arg-type]  # the bad value is the test


@pytest.mark.parametrize(("profiles", "form"), [(24, Dense), (8, Factored)])
def test_edlae_with_nothing_dropped_damped_or_discounted_is_ease(profiles: int, form: type) -> None:
    data = checkerboard(profiles=profiles)
    fitted = EDLAE(l2=3.0, dropout=0.0, damping=0.0, discount=0.0).fit(data, RNG)
    assert isinstance(fitted.map, form)
    request = request_of(history_of([0, 3, 4]), titles=12)
    np.testing.assert_allclose(
        fitted.scores([request]),
        EASE(l2=3.0).fit(data, RNG).scores([request]),
        rtol=1e-4,
        atol=1e-5,
    )


def test_edlae_trusts_a_title_that_everybody_likes_less_the_more_is_dropped() -> None:
    viewers = [history_of([0, 1])] * 4 + [history_of([0])] * 9
    data = dataset_of(viewers, titles=2)
    asked = request_of(history_of([0]), titles=2)
    scores = [
        EDLAE(l2=1.0, dropout=p).fit(data, RNG).scores([asked])[0, 1] for p in (0.0, 0.3, 0.8)
    ]
    assert scores[0] > scores[1] > scores[2] > 0


def test_beyond_its_limit_edlae_scores_only_the_most_liked_titles() -> None:
    histories = [history_of([0, 1, 2]), history_of([1, 2]), history_of([2, 3]), history_of([1])]
    fitted = EDLAE(form="dense", limit=2).fit(dataset_of(histories, titles=4), RNG)
    assert fitted.scope.rows.tolist() == [1, 2]


def test_edlae_hears_the_many_who_like_little_the_more_it_is_damped() -> None:
    """Two who like little go from 0 to 1; one who likes much goes from 0 to 2."""
    viewers = [history_of([0, 1])] * 2 + [history_of([0, 2, *range(3, 20)])] * 2
    asked = request_of(history_of([0]), titles=20)
    apart = []
    for damping in (0.0, 0.5, 1.0):
        fitted = EDLAE(l2=1.0, dropout=0.0, damping=damping, discount=0.0)
        scores = fitted.fit(dataset_of(viewers, titles=20), RNG).scores([asked])[0]
        apart.append(scores[1] - scores[2])
    assert apart[0] < apart[1] < apart[2]


def test_edlae_takes_popularity_back_by_its_power() -> None:
    viewers = [history_of([0, 1, 2])] * 3 + [history_of([1, 3])] * 5
    asked, data = request_of(history_of([0]), titles=4), dataset_of(viewers, titles=4)
    plain, less = (
        EDLAE(l2=1.0, discount=discount).fit(data, RNG).scores([asked])[0]
        for discount in (0.0, 0.5)
    )
    assert less[1] / less[2] == pytest.approx(plain[1] / plain[2] * (3 / 8) ** 0.5, rel=1e-4)


@pytest.mark.parametrize(
    "settings",
    [{"l2": 0.0}, {"dropout": 1.0}, {"limit": 0}, {"damping": 1.5}, {"discount": -0.1}],
)
def test_settings_of_edlae_out_of_range_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        EDLAE(**settings)  # type: ignore[arg-type]  # the bad value is the test


def test_chance_hangs_on_the_seed_alone_and_is_even() -> None:
    """Of 20,000 draws in [0, 1) the mean lies within 0.01 of ½ but once in a million runs."""
    fitted = Random().fit(dataset_of([], titles=20_000), RNG)
    one, same = (request_of(history_of(own), titles=20_000) for own in ([1, 2], []))
    scores = fitted.scores([one, same, replace(one, seed=1)])
    assert (scores[0] == scores[1]).all()
    assert (scores[0] != scores[2]).mean() > 0.99
    assert abs(scores[0].mean() - 0.5) < 0.01
    newer = fitted.with_titles(catalogue_of(20_001))
    assert (newer.scores([one])[0, :20_000] == scores[0]).all()
