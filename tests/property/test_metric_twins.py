"""Metrics agree with their loops, and the search's fast NDCG with the metric."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import naive
from matinee.models.search import ndcg
from matinee.parts import load, names
from matinee.types import Ranked

TWINS: dict[str, Callable[[Sequence[int], frozenset[int], int], float]] = {
    "hit_rate": naive.hit_rate,
    "map": naive.average_precision,
    "mrr": naive.mrr,
    "ndcg": naive.ndcg,
    "precision": naive.precision,
    "recall": naive.recall,
}


def ranked(titles: Sequence[int]) -> Ranked:
    count = len(titles)
    return Ranked(
        titles=np.array(titles, np.int32),
        scores=-np.arange(count, dtype=np.float32),
        sources=np.zeros(count, np.int8),
        probability=np.ones(count, np.float32),
    )


def test_every_metric_of_ours_has_a_twin() -> None:
    ours = {
        name
        for name in names("metric")
        if load("metric", name).__module__.startswith("matinee.evaluation")
    }
    assert ours == TWINS.keys()


@pytest.mark.parametrize("name", sorted(TWINS))
@given(
    shown=st.lists(st.integers(0, 30), unique=True, max_size=25),
    wanted=st.frozensets(st.integers(0, 30), max_size=12),
    k=st.integers(1, 25),
)
def test_a_metric_is_its_definition(
    name: str, shown: list[int], wanted: frozenset[int], k: int
) -> None:
    value = load("metric", name)(k=k)(ranked(shown), wanted)
    assert value == pytest.approx(TWINS[name](shown, wanted, k), nan_ok=True)
    assert np.isnan(value) == (not wanted)
    assert np.isnan(value) or 0 <= value <= 1


@pytest.mark.parametrize("name", sorted(TWINS))
def test_a_metric_knows_the_perfect_list_and_the_useless_one(name: str) -> None:
    metric = load("metric", name)(k=2)
    wanted = frozenset({3, 1})
    assert metric(ranked([1, 3, 5]), wanted) == 1.0
    assert metric(ranked([0, 2, 5]), wanted) == 0.0
    assert metric(ranked([]), wanted) == 0.0


def test_ndcg_of_the_second_place_is_one_over_log2_of_three() -> None:
    found = load("metric", "ndcg")(k=5)(ranked([9, 4, 8]), frozenset({4}))
    assert found == pytest.approx(0.6309297535714575)


@given(
    lists=st.lists(
        st.tuples(
            st.permutations(range(8)), st.frozensets(st.integers(0, 11), min_size=1, max_size=6)
        ),
        min_size=1,
        max_size=5,
    ),
    k=st.integers(1, 8),
)
def test_the_searchs_ndcg_is_the_metrics(
    lists: list[tuple[list[int], frozenset[int]]], k: int
) -> None:
    """Titles 8 to 11 are wanted but in no list."""
    scores = np.empty((len(lists), 8))
    for row, (order, _) in enumerate(lists):
        scores[row, order] = -np.arange(8)
    hits = np.array([[title in wanted for title in range(8)] for _, wanted in lists])
    sizes = np.array([len(wanted) for _, wanted in lists])
    slow = [naive.ndcg(order, wanted, k) for order, wanted in lists]
    assert ndcg(scores, hits, sizes, k).tolist() == pytest.approx(slow)
