"""Data that are next to nothing: no model may fall over them, or answer with no number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from matinee.models import Strength, recipe
from matinee.models.sources.user_knn import FittedUserKNN, UserKNN
from matinee.testing.checkerboard import dataset_of, history_of, request_of
from matinee.types import History

LINEAR = ["ease", "edlae", "item_knn", "next_knn", "rp3beta", "slim", "user_knn"]
FACTORED = ["bpr", "ials", "pure_svd"]
OTHERS = ["content", "popular", "random", "trending"]


@pytest.mark.parametrize("name", LINEAR + FACTORED + OTHERS)
@pytest.mark.parametrize(
    ("likes", "titles"),
    [([], 0), ([], 2), ([[], []], 2), ([[0]], 1), ([[0], [1], [2]], 3), ([[0, 1, 2]] * 4, 3)],
)
def test_next_to_no_data_are_scored_by_numbers(
    name: str, likes: list[list[int]], titles: int
) -> None:
    data = dataset_of([history_of(rows) for rows in likes], titles=titles)
    fitted = recipe(name).fit(data, np.random.default_rng(0))
    asked = [History.empty(), history_of(list(range(titles)))]
    scores = fitted.scores([request_of(one, titles=titles) for one in asked])
    assert scores.shape == (2, titles)
    assert not np.isnan(scores).any()
    assert not (scores == np.inf).any()


@pytest.mark.parametrize("name", LINEAR + FACTORED)
def test_a_like_of_next_to_no_weight_is_one_still(name: str) -> None:
    """Its strength would be 1e-60: 0 in single precision, and sums of it nothing to divide by."""
    settings: dict[str, Any] = {"kernel": "numpy"} if name in ("item_knn", "bpr", "ials") else {}
    faint = [history_of(rows, weights=[1e-30] * len(rows)) for rows in ([0, 1], [0, 1, 2], [2, 3])]
    fitted = recipe({name: {"power": 2.0, **settings}}).fit(
        dataset_of(faint, titles=4), np.random.default_rng(0)
    )
    scores = fitted.scores([request_of(faint[0], titles=4)])
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("power", [0.0, 0.5, 8.0])
def test_a_like_has_a_strength_and_what_is_none_has_not(power: float) -> None:
    strengths = Strength(power, 1.5)(np.array([1e-30, 0.1, 0.0, -1.0, np.nan, 9.0], np.float32))
    assert (strengths[:2] > 0).all()
    assert strengths[2:].tolist() == [0, 0, 0, 1]


def test_where_nobody_likes_anything_there_is_no_evidence() -> None:
    fitted = UserKNN().fit(dataset_of([history_of([])], titles=2), np.random.default_rng(0))
    assert isinstance(fitted, FittedUserKNN)
    found = fitted.evidence(request_of(history_of([0]), titles=2), 1)
    assert [len(part) for part in (found.likeness, found.common, found.shared, found.by)] == [0] * 4
