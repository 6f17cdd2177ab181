"""The models' fast formulas agree with their slow twins on whatever Hypothesis draws."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

import naive
from drawn import asked, everybody, liked, only_the_largest_are_kept
from matinee.data import Dataset
from matinee.data.splits import by_time
from matinee.models import Strength, best, folded, interactions
from matinee.models.kernels import Kernel
from matinee.models.sources.ease import EASE, Dense, Factored
from matinee.models.sources.item_knn import ItemKNN, Weighting
from matinee.models.sources.popular import Popular
from matinee.models.sums import sum_of_lines, sum_of_rows
from matinee.testing.checkerboard import NOW, dataset_of, request_of
from matinee.testing.strategies import datasets
from matinee.types import DAY_MS, History

RNG = np.random.default_rng(0)


@given(data=datasets(), power=st.sampled_from([0.0, 0.5, 1.0, 2.0]), full=st.floats(0.1, 3))
def test_interactions_and_folded_histories_are_the_same_strengths(
    data: Dataset, power: float, full: float
) -> None:
    strength = Strength(power, full)
    size = len(data.catalogue)
    wanted = np.zeros((len(data.histories), size))
    for row, history in enumerate(everybody(data)):
        for title, x in liked(history, power=power, full=full).items():
            wanted[row, title] = x
    np.testing.assert_allclose(interactions(data, strength).toarray(), wanted, rtol=1e-6)
    requests = [request_of(history, titles=size) for history in everybody(data)]
    np.testing.assert_allclose(folded(requests, strength, titles=size).toarray(), wanted, rtol=1e-6)


@given(data=datasets(), half_life=st.floats(1, 5000))
def test_popular_is_its_definition(data: Dataset, half_life: float) -> None:
    fitted = Popular(half_life_days=half_life).fit(data, RNG)
    likes = [
        [
            (title, (NOW - at) / DAY_MS)
            for title, weight, at in zip(h.titles.tolist(), h.weights, h.at.tolist(), strict=True)
            if weight > 0
        ]
        for h in everybody(data)
    ]
    slow = naive.popular(likes, titles=len(data.catalogue), half_life_days=half_life)
    np.testing.assert_allclose(fitted.titles, slow, rtol=1e-5, atol=1e-6)


@given(
    both=asked(),
    neighbours=st.integers(1, 9),
    alpha=st.sampled_from([0.0, 0.3, 1.0]),
    shrinkage=st.sampled_from([0.0, 1.0]),
    damping=st.sampled_from([0.0, 0.5, 1.0]),
    weighting=st.sampled_from(get_args(Weighting)),
    kernel=st.sampled_from(["numba", "numpy"]),
)
def test_item_knn_is_its_definition(
    both: tuple[Dataset, History],
    neighbours: int,
    alpha: float,
    shrinkage: float,
    damping: float,
    weighting: Weighting,
    kernel: Kernel,
) -> None:
    data, history = both
    size = len(data.catalogue)
    recipe = ItemKNN(neighbours, alpha, shrinkage, damping, weighting, power=1.0, kernel=kernel)
    others = [liked(mine, power=1, full=1.5) for mine in everybody(data)]
    slow = naive.item_knn(
        naive.as_words(others, weighting, titles=size),
        liked(history, power=1, full=1.5),
        titles=size,
        neighbours=size,
        alpha=alpha,
        shrinkage=shrinkage,
        damping=damping,
    )
    every = replace(recipe, neighbours=size).fit(data, RNG)
    fast = every.scores([request_of(history, titles=size)])[0]
    np.testing.assert_allclose(fast, slow, rtol=1e-4, atol=1e-5)
    only_the_largest_are_kept(recipe.fit(data, RNG).links, of=every.links, k=neighbours)


@given(both=asked(), l2=st.sampled_from([0.5, 2.0, 50.0]), power=st.sampled_from([0.0, 1.0]))
def test_ease_is_a_ridge_regression_of_each_title_on_the_others(
    both: tuple[Dataset, History], l2: float, power: float
) -> None:
    data, history = both
    size = len(data.catalogue)
    x = np.zeros((len(data.histories), size))
    for row, mine in enumerate(everybody(data)):
        for title, share in liked(mine, power=power, full=1.5).items():
            x[row, title] = share
    known = x.any(axis=0)
    folded_in = np.zeros(size)
    for title, share in liked(history, power=power, full=1.5).items():
        folded_in[title] = share
    slow = np.where(known, folded_in @ naive.ease_weights(x, l2), -np.inf)
    fitted = EASE(l2=l2, power=power).fit(data, RNG)
    profiles = int(x.any(axis=1).sum())
    assert isinstance(fitted.map, Factored if profiles < known.sum() else Dense)
    fast = fitted.scores([request_of(history, titles=size)])[0]
    np.testing.assert_allclose(fast, slow, rtol=1e-3, atol=1e-4)


@given(
    scores=st.lists(
        st.sampled_from([-np.inf, -1.0, -0.0, 0.0, 0.5, 2.0, np.inf, np.nan]), max_size=40
    ),
    k=st.integers(0, 42),
    kernel=st.sampled_from(["numba", "numpy"]),
    data=st.data(),
)
def test_the_best_are_those_of_a_sort(
    scores: list[float], k: int, kernel: Kernel, data: st.DataObject
) -> None:
    size = len(scores)
    lists = {"min_size": size, "max_size": size}
    popularity = data.draw(st.lists(st.sampled_from([0.0, 1.0, 7.0]), **lists))
    allowed = data.draw(st.lists(st.booleans(), **lists))
    row = np.array([scores], np.float32)
    found = best(row, k, popularity=np.array(popularity, np.float32), kernel=kernel)
    slow = naive.best(scores, k, popularity)
    assert found[0].tolist() == slow + [-1] * (k - len(slow))
    some = best(row, k, allowed=np.array([allowed], np.bool_), kernel=kernel)[0]
    masked = [score if may else -np.inf for score, may in zip(scores, allowed, strict=True)]
    assert some[some >= 0].tolist() == naive.best(masked, k, [0.0] * size)
    assert row.tobytes() == np.array([scores], np.float32).tobytes()


@given(
    rows=st.lists(st.integers(0, 5), max_size=11),
    kernel=st.sampled_from(["numba", "numpy"]),
    seed=st.integers(0, 9),
)
def test_sums_of_rows_are_their_definition(rows: list[int], kernel: Kernel, seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.standard_normal((6, 7), np.float32) * (rng.random((6, 7)) < 0.5)
    x = rng.random(len(rows), np.float32)
    slow = [
        sum(float(own) * float(table[row, j]) for row, own in zip(rows, x, strict=True))
        for j in range(7)
    ]
    at, table = np.array(rows, np.int32), table.astype(np.float32)
    np.testing.assert_allclose(sum_of_rows(table, at, x, kernel=kernel), slow, atol=1e-5)
    lines = sparse.csr_array(table)
    np.testing.assert_allclose(sum_of_lines(lines, at, x, kernel=kernel), slow, atol=1e-5)


@given(data=datasets(), share=st.sampled_from([0.1, 0.25, 0.5, 0.9]))
def test_a_split_by_time_is_its_definition(data: Dataset, share: float) -> None:
    if not len(data.histories.entries):
        assert by_time(data, share=share).requests == ()
        return
    profiles = [
        list(zip(h.titles.tolist(), h.weights.tolist(), h.at.tolist(), strict=True))
        for h in everybody(data)
    ]
    moment, fit, asked_for = naive.by_time(profiles, share=share)
    split = by_time(data, share=share)
    assert split.fit.at == moment
    assert [h.titles.tolist() for h in everybody(split.fit)] == fit
    assert split.profiles.tolist() == list(asked_for)
    for request, wanted, (history, want) in zip(
        split.requests, split.wanted, asked_for.values(), strict=True
    ):
        assert request.history.titles.tolist() == history
        assert wanted.tolist() == want
        assert np.flatnonzero(~request.unseen).tolist() == sorted(history)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.5])
def test_a_share_that_holds_out_nothing_or_all_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        by_time(dataset_of([], titles=1), share=share)


@given(
    data=datasets(),
    neighbours=st.integers(1, 9),
    alpha=st.sampled_from([0.0, 0.3, 1.0]),
    damping=st.sampled_from([0.0, 0.5]),
)
def test_compiled_and_numpy_neighbours_are_the_same_to_the_last_bit(
    data: Dataset, neighbours: int, alpha: float, damping: float
) -> None:
    """So ties at the edge of what is kept fall alike."""
    one, other = (
        ItemKNN(neighbours, alpha, 0.0, damping, kernel=kernel).fit(data, RNG).links.matrix
        for kernel in ("numba", "numpy")
    )
    np.testing.assert_array_equal(one.toarray(), other.toarray())
