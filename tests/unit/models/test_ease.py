"""EASE against the numbers of its paper's toy, and where it must choose or refuse."""

from __future__ import annotations

import numpy as np
import pytest

from matinee.models.kernels import Kernel
from matinee.models.sources.ease import EASE, Dense, Factored, Sparse
from matinee.testing.checkerboard import dataset_of, history_of, rated, request_of

RNG = np.random.default_rng(0)
TOY = [history_of(row) for row in ([0, 1], [0, 1, 2], [1, 2], [2, 3])]


@pytest.mark.parametrize("copies", [1, 2])
def test_the_golden_toy(copies: int) -> None:
    """Twice the profiles at twice λ is the same problem."""
    data = dataset_of(TOY * copies, titles=4)
    fitted = EASE(l2=float(copies), power=0.0).fit(data, RNG)
    assert isinstance(fitted.map, Dense)
    b = fitted.map.b
    assert [b[0, 1], b[1, 0], b[1, 3], b[2, 3]] == pytest.approx(
        [0.526316, 0.5, -0.166667, 0.333333], abs=1e-6
    )
    scores = fitted.scores([request_of(TOY[0], titles=4)])[0]
    assert scores.tolist() == pytest.approx([0.5, 0.526316, 0.5, -0.166667], abs=1e-6)


def test_the_factored_form_gives_the_golden_toy_among_many_titles() -> None:
    """Titles liked by one idle camp each do not touch the toy, but outnumber the profiles."""
    lonely = history_of(range(4, 12))
    fitted = EASE(l2=1.0, power=0.0).fit(dataset_of([*TOY, lonely], titles=12), RNG)
    assert isinstance(fitted.map, Factored)
    scores = fitted.scores([request_of(TOY[0], titles=12)])[0]
    assert scores[:4].tolist() == pytest.approx([0.5, 0.526316, 0.5, -0.166667], abs=1e-5)
    assert scores[4:].tolist() == pytest.approx([0.0] * 8, abs=1e-6)


def test_beyond_the_limit_only_the_most_liked_titles_are_scored() -> None:
    histories = [history_of([0, 1, 2]), history_of([1, 2]), history_of([2, 3]), history_of([1])]
    fitted = EASE(form="dense", limit=2).fit(dataset_of(histories, titles=4), RNG)
    assert fitted.scope.rows.tolist() == [1, 2]
    scores = fitted.scores([request_of(history_of([0, 1]), titles=4)])[0]
    assert np.isfinite(scores).tolist() == [False, True, True, False]


@pytest.mark.parametrize("kernel", ["numba", "numpy"])
def test_beyond_the_limit_every_title_is_scored_by_its_nearest(kernel: Kernel) -> None:
    histories = [history_of([0, 1, 2]), history_of([1, 2]), history_of([2, 3]), history_of([1])]
    fitted = EASE(limit=2, kernel=kernel).fit(dataset_of(histories, titles=4), RNG)
    assert isinstance(fitted.map, Sparse)
    assert np.isfinite(fitted.scores([request_of(history_of([0]), titles=4)])).all()


@pytest.mark.parametrize("kernel", ["numba", "numpy"])
def test_the_sparse_form_of_all_neighbours_is_the_dense_form(kernel: Kernel) -> None:
    data = dataset_of([*TOY, history_of([0, 1, 2, 3])], titles=4)  # every pair is liked by somebody
    whole = EASE(l2=1.0).fit(data, RNG).map
    sparse = EASE(l2=1.0, form="sparse", kernel=kernel).fit(data, RNG).map
    assert isinstance(whole, Dense)
    assert isinstance(sparse, Sparse)
    np.testing.assert_allclose(sparse.b.toarray(), whole.b, atol=1e-6)


@pytest.mark.parametrize("kernel", ["numba", "numpy"])
def test_what_is_left_out_of_the_common_likes_never_blows_a_weight_up(kernel: Kernel) -> None:
    """With a tiny λ the little that is kept beside each title is no longer positive."""
    rng = np.random.default_rng(1)
    groups = [np.flatnonzero(rng.random(60) < 0.4).tolist() for _ in range(80)]
    data = dataset_of([history_of(row) for row in groups], titles=60)
    fitted = EASE(l2=1e-3, power=0.0, form="sparse", neighbours=4, kernel=kernel).fit(data, RNG)
    assert isinstance(fitted.map, Sparse)
    assert np.abs(fitted.map.b.data).max() < 2


def test_the_kernel_and_its_twin_find_the_same_sparse_map() -> None:
    one, other = (
        EASE(l2=5.0, form="sparse", neighbours=3, kernel=kernel).fit(rated(seed=1), RNG).map
        for kernel in ("numba", "numpy")
    )
    assert isinstance(one, Sparse)
    assert isinstance(other, Sparse)
    assert one.b.indices.tolist() == other.b.indices.tolist()
    np.testing.assert_allclose(one.b.data, other.b.data, rtol=1e-4, atol=1e-6)


def test_negative_weights_are_kept_as_reasons_against() -> None:
    fitted = EASE(l2=1.0, power=0.0).fit(dataset_of(TOY, titles=4), RNG)
    causes = fitted.causes(request_of(TOY[0], titles=4), np.array([3], np.int32))
    assert causes[0, 1] == pytest.approx(-0.166667, abs=1e-6)


def test_too_small_an_l2_for_single_precision_says_what_to_do() -> None:
    twins = [history_of([0, 1]) for _ in range(4)]
    with pytest.raises(ValueError, match=r"l2 = 1e-12 is too little .* raise it"):
        EASE(l2=1e-12, power=0.0).fit(dataset_of(twins, titles=2), RNG)


@pytest.mark.parametrize(
    "settings",
    [
        {"l2": 0.0},
        {"l2": float("nan")},
        {"limit": 0},
        {"neighbours": 0},
        {"form": "thin"},
        {"power": -1.0},
        {"full": 0.0},
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        EASE(**settings)  # type: ignore[arg-type]  # the bad value is the test
