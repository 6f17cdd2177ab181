"""Models of factors on cases whose answers are known by thought."""

from __future__ import annotations

import numpy as np
import pytest

from matinee.models.alternating import Side
from matinee.models.sources.bpr import BPR
from matinee.models.sources.ials import IALS
from matinee.models.sources.pure_svd import PureSVD
from matinee.testing.checkerboard import checkerboard, dataset_of, history_of, rated, request_of

RNG = np.random.default_rng(0)


def test_one_factor_and_one_common_taste_reach_the_optimum_of_the_closed_form() -> None:
    """Two profiles that like both titles: w = h, and (h² − 1) + α₀ h² + λ (1 + α₀) = 0."""
    data = dataset_of([history_of([0, 1])] * 2, titles=2)
    recipe = IALS(factors=1, iterations=200, unobserved=0.5, l2=0.1, power=0.0)
    score = recipe.fit(data, RNG).scores([request_of(history_of([0, 1]), titles=2)])[0]
    square = (1 - 0.1 * (2 + 0.5 * 2) / 2) / 1.5
    assert score.tolist() == pytest.approx([square, square], rel=1e-4)


def test_who_has_liked_nothing_gets_zeros() -> None:
    fitted = IALS(factors=3).fit(checkerboard(), RNG)
    assert not fitted.scores([request_of(history_of([]), titles=12)]).any()


def test_a_like_speaks_for_its_own_camp_and_not_for_the_other() -> None:
    fitted = IALS(factors=4).fit(checkerboard(), np.random.default_rng(1))
    request = request_of(history_of([0, 2, 5]), titles=12)
    causes = fitted.causes(request, np.array([4, 7], np.int32))
    assert causes[0, :2].min() > causes[0, 2]
    assert causes[1, 2] > causes[1, :2].max()


@pytest.mark.parametrize(
    "settings",
    [
        {"factors": 0},
        {"iterations": 0},
        {"unobserved": 0.0},
        {"l2": float("nan")},
        {"frequency": -1.0},
        {"block": 0},
        {"block": 5},
        {"full": 0.0},
    ],
)
def test_settings_of_ials_out_of_range_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        IALS(**settings)  # type: ignore[arg-type]  # the bad value is the test


def test_the_strongest_direction_of_two_camps_is_the_larger_camp() -> None:
    camps = [history_of([0, 1])] * 5 + [history_of([2, 3])] * 2
    fitted = PureSVD(factors=1).fit(dataset_of(camps, titles=4), RNG)
    scores = fitted.scores([request_of(history_of([0, 2]), titles=4)])[0]
    assert scores.tolist() == pytest.approx([0.5 * 1.0**0.5 * (1 / 1.5) ** 0.5] * 2 + [0, 0])


def test_the_sparse_way_finds_the_same_directions_as_the_dense_one() -> None:
    rng = np.random.default_rng(2)
    data = dataset_of([history_of(rng.permutation(30)[:9].tolist()) for _ in range(40)], titles=30)
    sparse, dense = (PureSVD(factors).fit(data, rng).directions for factors in (14, 15))
    np.testing.assert_allclose(sparse @ sparse.T, dense[:, :14] @ dense[:, :14].T, atol=1e-4)


@pytest.mark.parametrize("settings", [{"factors": 0}, {"scaling": -0.5}, {"power": -1.0}])
def test_settings_of_pure_svd_out_of_range_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        PureSVD(**settings)  # type: ignore[arg-type]  # the bad value is the test


def test_what_everybody_likes_has_the_larger_bias_in_bpr() -> None:
    viewers = [history_of([0, 1 + row % 3]) for row in range(30)]
    fitted = BPR(factors=2, epochs=50, rate=0.05).fit(dataset_of(viewers, titles=4), RNG)
    scores = fitted.scores([request_of(history_of([]), titles=4)])[0]
    assert scores.argmax() == 0


def test_a_longer_training_of_bpr_reaches_a_better_rank_of_what_was_liked() -> None:
    data = checkerboard()
    request = request_of(history_of([0, 2, 4]), titles=12)
    apart = []
    for epochs in (1, 20, 80):
        recipe = BPR(factors=4, epochs=epochs, rate=0.05)
        scores = recipe.fit(data, np.random.default_rng(0)).scores([request])[0]
        apart.append(scores[[6, 8, 10]].mean() - scores[[7, 9, 11]].mean())
    assert apart[0] < apart[1] < apart[2]


@pytest.mark.parametrize(
    "settings",
    [{"factors": 0}, {"epochs": 0}, {"rate": 0.0}, {"l2": -1.0}, {"damping": 1.5}, {"full": 0.0}],
)
def test_settings_of_bpr_out_of_range_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        BPR(**settings)  # type: ignore[arg-type]  # the bad value is the test


def test_ials_says_so_where_next_to_no_pull_is_too_little_for_single_precision() -> None:
    weak = IALS(factors=64, iterations=3, l2=1e-30, unobserved=1e-30, block=8, kernel="numba")
    with pytest.raises(ValueError, match=r"l2 is 1e-30 and unobserved 1e-30.*raise one"):
        weak.fit(rated(seed=1), np.random.default_rng(0))


def test_likes_that_leave_a_viewer_undetermined_are_still_met() -> None:
    """Three likes of the same two factors, and no pull to decide between these."""
    side = Side(np.ones((3, 2), np.float32), np.zeros(2, np.float32), 1e-30, 1.0, 1.0)
    own = side.folded(np.arange(3, dtype=np.int32), np.ones(3, np.float32))
    np.testing.assert_allclose(side.factors @ own, 1, atol=1e-5)
