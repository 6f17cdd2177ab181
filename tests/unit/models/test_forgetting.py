"""Models that keep single profiles' likes: what they forget, they score as never having known."""

from __future__ import annotations

import numpy as np
import pytest

from matinee.models.sources.blend import FittedBlend
from matinee.models.sources.ease import EASE, Factored
from matinee.models.sources.item_knn import ItemKNN
from matinee.models.sources.user_knn import UserKNN
from matinee.parts import Forgetful, Recipe, Source
from matinee.testing.checkerboard import dataset_of, history_of, request_of
from matinee.types import History

RNG = np.random.default_rng(0)
TITLES = 12
GONE = np.array([1, 4], np.int32)


def histories() -> list[History]:
    """Return 9 histories; the second and the fifth are to be forgotten, the third is empty."""
    drawn = np.random.default_rng(7)
    rows = [np.sort(drawn.choice(TITLES, 5, replace=False)).tolist() for _ in range(9)]
    rows[2] = []
    return [history_of(row) for row in rows]


@pytest.mark.parametrize("recipe", [EASE(l2=2.0), UserKNN(shrinkage=1.0)])
def test_a_model_that_forgot_scores_as_one_that_never_knew(recipe: Recipe[Source]) -> None:
    whole = histories()
    without = [History.empty() if row in GONE else one for row, one in enumerate(whole)]
    fitted = recipe.fit(dataset_of(whole, titles=TITLES), RNG)
    assert isinstance(fitted, Forgetful)
    left = fitted.without_profiles(GONE)
    never = recipe.fit(dataset_of(without, titles=TITLES), RNG)
    asked = [request_of(one, titles=TITLES) for one in whole]
    known = np.isfinite(never.scores(asked)[0])
    assert known.sum() > TITLES // 2
    np.testing.assert_allclose(
        left.scores(asked)[:, known], never.scores(asked)[:, known], atol=2e-5
    )
    before = fitted.scores(asked)[:, known]
    assert np.abs(before - never.scores(asked)[:, known]).max() > 0.01


def test_the_form_of_ease_that_is_tested_is_the_one_that_keeps_profiles() -> None:
    assert isinstance(EASE().fit(dataset_of(histories(), titles=TITLES), RNG).map, Factored)


def test_a_model_asked_to_forget_strangers_is_the_same_object() -> None:
    for recipe in (EASE(), UserKNN()):
        fitted = recipe.fit(dataset_of(histories(), titles=TITLES), RNG)
        assert fitted.without_profiles(np.array([2, 99], np.int32)) is fitted


def test_a_blend_forgets_in_each_of_its_sources() -> None:
    data = dataset_of(histories(), titles=TITLES)
    parts = (UserKNN().fit(data, RNG), ItemKNN().fit(data, RNG))
    ones = np.ones(2, np.float32)
    no_lengths = np.empty(0, np.int32), np.empty((0, 2), np.float32)
    blend = FittedBlend(("user_knn", "item_knn"), parts, ones / 2, ones, *no_lengths)
    left = blend.without_profiles(GONE)
    assert left.sources[0].owners.tolist() == [0, 3, 5, 6, 7, 8]
    assert left.sources[1] is parts[1]
    assert left.without_profiles(GONE) is left
