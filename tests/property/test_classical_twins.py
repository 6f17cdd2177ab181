"""The classical models agree with their slow twins on whatever Hypothesis draws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import naive_models as naive
from drawn import asked, everybody, liked, only_the_largest_are_kept, strengths, strengths_of
from matinee.data import Dataset
from matinee.models import Strength, interactions
from matinee.models.kernels import Kernel
from matinee.models.sources.bpr import BPR, Factors
from matinee.models.sources.ease import EASE
from matinee.models.sources.edlae import EDLAE
from matinee.models.sources.ials import IALS
from matinee.models.sources.next_knn import NextKNN
from matinee.models.sources.pure_svd import PureSVD
from matinee.models.sources.rp3beta import RP3Beta
from matinee.models.sources.slim import SLIM
from matinee.models.sources.user_knn import UserKNN
from matinee.parts import Source
from matinee.testing.checkerboard import history_of, request_of
from matinee.testing.strategies import datasets
from matinee.types import DAY_MS, History

RNG = np.random.default_rng(0)
KERNELS: tuple[Kernel, ...] = ("numba", "numpy")


@given(
    data=datasets(),
    neighbours=st.integers(1, 9),
    alpha=st.sampled_from([0.5, 1.0, 2.0]),
    beta=st.sampled_from([0.0, 0.6, 1.0]),
    power=st.sampled_from([0.0, 1.0]),
)
def test_rp3beta_is_its_definition(
    data: Dataset, neighbours: int, alpha: float, beta: float, power: float
) -> None:
    size = len(data.catalogue)
    likes = [liked(mine, power=power, full=1.5) for mine in everybody(data)]
    every = RP3Beta(size, alpha, beta, power).fit(data, RNG).links
    slow = naive.rp3beta(likes, titles=size, alpha=alpha, beta=beta)
    np.testing.assert_allclose(every.matrix.toarray(), slow, rtol=1e-4, atol=1e-6)
    only_the_largest_are_kept(
        RP3Beta(neighbours, alpha, beta, power).fit(data, RNG).links, of=every, k=neighbours
    )


@given(
    both=asked(),
    neighbours=st.integers(1, 9),
    reach=st.sampled_from([0.3, 2.0]),
    memory=st.sampled_from([0.5, 3.0]),
    back=st.sampled_from([0.0, 0.5]),
    power=st.sampled_from([0.0, 1.0]),
)
def test_next_knn_is_its_definition(
    both: tuple[Dataset, History],
    neighbours: int,
    reach: float,
    memory: float,
    back: float,
    power: float,
) -> None:
    data, history = both
    size = len(data.catalogue)
    ordered = [list(liked(mine, power=power, full=1.5).items()) for mine in everybody(data)]
    said = {"reach": reach, "back": back, "alpha": 0.3, "shrinkage": 1.0}
    slow = naive.next_knn(ordered, titles=size, **said)
    every = NextKNN(neighbours=size, memory=memory, power=power, **said).fit(data, RNG)
    np.testing.assert_allclose(every.links.matrix.toarray(), slow, rtol=1e-4, atol=1e-6)
    few = NextKNN(neighbours=neighbours, memory=memory, power=power, **said).fit(data, RNG)
    only_the_largest_are_kept(few.links, of=every.links, k=neighbours)
    mine = list(liked(history, power=power, full=1.5).items())
    causes = naive.next_knn_causes(slow, mine, memory)
    request = request_of(history, titles=size)
    found = every.causes(request, np.arange(size, dtype=np.int32))
    np.testing.assert_allclose(found[:, history.weights > 0], causes, rtol=1e-4, atol=1e-6)
    scores = every.scores([request])[0]
    known = np.isfinite(scores)
    np.testing.assert_allclose(scores[known], causes.sum(axis=1)[known], rtol=1e-4, atol=1e-6)
    liked_by_some = {title for likes in ordered for title, _ in likes}
    assert set(np.flatnonzero(known).tolist()) == liked_by_some


@given(
    both=asked(),
    neighbours=st.integers(1, 9),
    shrinkage=st.sampled_from([0.0, 2.0]),
    amplification=st.sampled_from([0.5, 1.0, 3.0]),
)
def test_user_knn_is_its_definition(
    both: tuple[Dataset, History], neighbours: int, shrinkage: float, amplification: float
) -> None:
    data, history = both
    size = len(data.catalogue)
    others = [liked(other, power=0, full=1) for other in everybody(data)]
    known = set().union(*others)
    scores, causes = naive.user_knn(
        others,
        {t: x for t, x in liked(history, power=0, full=1).items() if t in known},
        titles=size,
        neighbours=neighbours,
        shrinkage=shrinkage,
        amplification=amplification,
    )
    fitted = UserKNN(neighbours, shrinkage, amplification, power=0.0).fit(data, RNG)
    request = request_of(history, titles=size)
    np.testing.assert_allclose(fitted.scores([request])[0], scores, rtol=1e-4, atol=1e-5)
    found = fitted.causes(request, np.arange(size, dtype=np.int32))
    slow = [[one.get(j, 0.0) for j in history.titles.tolist()] for one in causes]
    np.testing.assert_allclose(found, np.reshape(slow, found.shape), rtol=1e-4, atol=1e-5)


@given(
    both=asked(),
    factors=st.sampled_from([1, 3, 12]),
    unobserved=st.sampled_from([0.1, 1.0]),
    frequency=st.sampled_from([0.0, 0.5, 1.0]),
    power=st.sampled_from([0.0, 1.0]),
    kernel=st.sampled_from(KERNELS),
)
def test_ials_is_its_alternation_and_its_causes_are_the_influences(
    both: tuple[Dataset, History],
    factors: int,
    unobserved: float,
    frequency: float,
    power: float,
    kernel: Kernel,
) -> None:
    data, history = both
    size = len(data.catalogue)
    x = strengths(data, power=power, full=1.5)
    known, awake = x.any(axis=0), x.any(axis=1)
    recipe = IALS(factors, 2, unobserved, 0.1, frequency, power, block=12, kernel=kernel)
    fitted = recipe.fit(data, np.random.default_rng(5))
    draws = np.random.default_rng(5).standard_normal((int(known.sum()), factors), np.float32)
    request = request_of(history, titles=size)
    scores, causes = naive.ials(
        x[awake][:, known],
        strengths_of(history, titles=size, power=power, full=1.5)[known],
        draws * 0.1 / np.sqrt(factors),
        rounds=2,
        unobserved=unobserved,
        l2=0.1,
        frequency=frequency,
    )
    slow = np.full(size, -np.inf)
    slow[known] = scores
    np.testing.assert_allclose(fitted.scores([request])[0], slow, rtol=1e-3, atol=1e-4)
    added = np.zeros((size, size))
    added[np.ix_(known, known)] = causes
    found = fitted.causes(request, np.arange(size, dtype=np.int32))
    np.testing.assert_allclose(found, added[:, history.titles], rtol=1e-3, atol=1e-4)


@given(both=asked(), half_life=st.sampled_from([0.5, 30.0, 4000.0]))
def test_a_half_life_makes_of_old_likes_weaker_ones_learnt_or_folded_in(
    both: tuple[Dataset, History], half_life: float
) -> None:
    data, history = both
    size = len(data.catalogue)

    def older(mine: History, now: int) -> History:
        days = [max(now - at, 0) / DAY_MS for at in mine.at.tolist()]
        left = [max(0.5 ** (day / half_life), 2.0**-10) for day in days]
        return replace(mine, weights=np.minimum(mine.weights, 1.5) * np.array(left, np.float32))

    request = request_of(history, titles=size)
    weaker = older(data.histories.entries, data.at)
    by_hand = replace(data, histories=replace(data.histories, entries=weaker))
    asking = replace(request, history=older(history, request.at))
    titles = np.arange(size, dtype=np.int32)
    for recipe in (EASE(l2=2.0, power=1.0), IALS(4, 2, 0.5, 0.1, power=1.0, kernel="numpy")):
        fitted = replace(recipe, half_life_days=half_life).fit(data, np.random.default_rng(5))
        slow = recipe.fit(by_hand, np.random.default_rng(5))
        np.testing.assert_allclose(
            fitted.scores([request]), slow.scores([asking]), rtol=1e-3, atol=1e-5
        )
        np.testing.assert_allclose(
            fitted.causes(request, titles), slow.causes(asking, titles), rtol=1e-3, atol=1e-5
        )


@given(
    data=datasets(),
    l1=st.sampled_from([0.0, 0.05, 0.5]),
    l2=st.sampled_from([0.2, 2.0]),
    power=st.sampled_from([0.0, 1.0]),
)
def test_slim_is_the_optimum_of_its_elastic_net(
    data: Dataset, l1: float, l2: float, power: float
) -> None:
    size = len(data.catalogue)
    fitted = SLIM(l1=l1, l2=l2, power=power, sweeps=500).fit(data, RNG)
    slow = naive.slim_weights(strengths(data, power=power, full=1.5), l1, l2)
    np.testing.assert_allclose(fitted.links.matrix.toarray(), slow, atol=3e-3)
    assert fitted.links.matrix.shape == (size, size)


@given(
    both=asked(),
    rho=st.sampled_from([0.0, 0.5, 1.0]),
    seed=st.integers(0, 9),
    kernel=st.sampled_from(KERNELS),
    draw=st.data(),
)
@settings(max_examples=15)
def test_bpr_climbs_along_the_slopes_of_its_objective(
    both: tuple[Dataset, History], rho: float, seed: int, kernel: Kernel, draw: st.DataObject
) -> None:
    data, _ = both
    size, rng = len(data.catalogue), np.random.default_rng(seed)
    x = interactions(data, Strength(1.0, 1.5))
    if not x.nnz:
        return
    others = draw.draw(st.lists(st.integers(0, size - 1), min_size=int(x.nnz), max_size=int(x.nnz)))
    p, q = (rng.normal(size=(size, 2)).astype(np.float32) for _ in range(2))
    b = rng.normal(size=size).astype(np.float32)
    found = Factors(p, q, b).slopes(x, np.array(others, np.int32), rho, kernel)
    likes = [liked(mine, power=1.0, full=1.5) for mine in everybody(data)]
    own = [(mine, i) for mine in likes for i in sorted(mine)]
    triples = [(mine, i, n) for (mine, i), n in zip(own, others, strict=True)]
    numbers = {"p": p.astype(float), "q": q.astype(float), "b": b.astype(float)}
    for name, array in numbers.items():
        for cell in np.ndindex(array.shape):
            ends = []
            for step in (1e-4, -1e-4):
                moved = array.copy()
                moved[cell] += step
                ends.append(
                    naive.bpr_objective(**(numbers | {name: moved}), triples=triples, rho=rho)
                )
            slope = (ends[0] - ends[1]) / 2e-4
            assert getattr(found, name)[cell] == pytest.approx(slope, rel=1e-3, abs=1e-4)


@given(both=asked(), rho=st.sampled_from([0.0, 0.5, 1.0]))
def test_bpr_scores_are_their_definition(both: tuple[Dataset, History], rho: float) -> None:
    data, history = both
    fitted = BPR(factors=3, epochs=1, damping=rho).fit(data, np.random.default_rng(0))
    rows, f = fitted.scope.rows.tolist(), fitted.factors
    mine = liked(history, power=0.5, full=1.5)
    known = {rows.index(title): x for title, x in mine.items() if title in rows}
    slow = np.full(len(data.catalogue), -np.inf)
    for place, row in enumerate(rows):
        slow[row] = naive.bpr_score(f.p, f.q, f.b, history=known, i=place, rho=rho)
    request = request_of(history, titles=len(data.catalogue))
    np.testing.assert_allclose(fitted.scores([request])[0], slow, rtol=1e-3, atol=1e-5)


def map_of(source: Source, data: Dataset) -> np.ndarray:
    """What liking one title (row) adds to each (column), where anything is known of it."""
    requests = [
        request_of(history_of([row], weights=[1.5]), titles=len(data.catalogue))
        for row in range(len(data.catalogue))
    ]
    scores = source.scores(requests)
    known = np.isfinite(scores[0])
    return scores[np.ix_(known, known)]


@given(
    data=datasets(),
    l2=st.sampled_from([0.5, 50.0]),
    dropout=st.sampled_from([0.0, 0.2, 0.8]),
    damping=st.sampled_from([0.0, 0.5, 1.0]),
    discount=st.sampled_from([0.0, 0.3]),
)
def test_edlae_is_a_ridge_regression_with_a_pull_of_its_own_for_each_title(
    data: Dataset, l2: float, dropout: float, damping: float, discount: float
) -> None:
    x = strengths(data, power=1.0, full=1.5)
    x = x[x.any(axis=1)][:, x.any(axis=0)]
    slow = naive.edlae_weights(x, l2, dropout, damping, discount)
    fast = map_of(EDLAE(l2, dropout, damping, discount, power=1.0).fit(data, RNG), data)
    np.testing.assert_allclose(fast, slow, rtol=1e-3, atol=1e-4)


@given(
    data=datasets(),
    factors=st.integers(1, 9),
    scaling=st.sampled_from([0.0, 0.5, 1.0]),
)
def test_pure_svd_is_a_projection_on_the_largest_eigenvectors(
    data: Dataset, factors: int, scaling: float
) -> None:
    x = strengths(data, power=1.0, full=1.5)
    x = x[:, x.any(axis=0)]
    lengths = np.sqrt((x**2).sum(axis=0))
    values = np.linalg.svd(x * lengths ** (scaling - 1), compute_uv=False)
    values = np.append(values, np.zeros(10))
    if values[factors - 1] - values[factors] < 1e-3 * values[0]:
        factors = 9  # directions as strong as each other: which are kept is free, unless all are
    fast = map_of(PureSVD(factors, scaling, power=1.0).fit(data, RNG), data)
    slow = naive.pure_svd_weights(x, factors, scaling)
    np.testing.assert_allclose(fast, np.broadcast_to(slow, fast.shape), atol=1e-3)


@given(
    both=asked(),
    l2=st.sampled_from([0.5, 2.0, 50.0]),
    neighbours=st.sampled_from([2, 3, 30]),
    kernel=st.sampled_from(KERNELS),
)
def test_sparse_ease_is_a_ridge_regression_of_each_title_on_its_nearest(
    both: tuple[Dataset, History], l2: float, neighbours: int, kernel: Kernel
) -> None:
    data, history = both
    size = len(data.catalogue)
    x = strengths(data, power=0.5, full=1.5)
    b = naive.nearest_ease_weights(x, l2, neighbours)
    assume(b is not None)
    folded_in = strengths_of(history, titles=size, power=0.5, full=1.5)
    slow = np.where(x.any(axis=0), folded_in @ b, -np.inf)
    recipe = EASE(l2=l2, form="sparse", neighbours=neighbours, kernel=kernel)
    fast = recipe.fit(data, RNG).scores([request_of(history, titles=size)])[0]
    np.testing.assert_allclose(fast, slow, rtol=1e-3, atol=1e-4)
