"""The models' fast formulas agree with their slow twins on whatever Hypothesis draws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import naive
from matinee.data import Dataset
from matinee.data.splits import by_time
from matinee.models import Strength, best, folded, interactions
from matinee.models.links import Links
from matinee.models.sources.bpr import BPR, Factors
from matinee.models.sources.ease import EASE, Dense, Factored
from matinee.models.sources.edlae import EDLAE
from matinee.models.sources.ials import IALS
from matinee.models.sources.item_knn import ItemKNN
from matinee.models.sources.popular import Popular
from matinee.models.sources.pure_svd import PureSVD
from matinee.models.sources.rp3beta import RP3Beta
from matinee.models.sources.slim import SLIM
from matinee.models.sources.user_knn import UserKNN
from matinee.parts import Source
from matinee.testing.checkerboard import NOW, dataset_of, history_of, request_of
from matinee.testing.strategies import datasets, histories
from matinee.types import DAY_MS, History

RNG = np.random.default_rng(0)


def liked(history: History, *, power: float, full: float) -> dict[int, float]:
    pairs = zip(history.titles.tolist(), history.weights.tolist(), strict=True)
    return {t: naive.strength(w, power=power, full=full) for t, w in pairs if w > 0}


def everybody(data: Dataset) -> list[History]:
    return [data.histories[row] for row in range(len(data.histories))]


def strengths(data: Dataset, *, power: float, full: float) -> np.ndarray:
    x = np.zeros((len(data.histories), len(data.catalogue)))
    for row, history in enumerate(everybody(data)):
        for title, strength in liked(history, power=power, full=full).items():
            x[row, title] = strength
    return x


def strengths_of(history: History, *, titles: int, power: float, full: float) -> np.ndarray:
    x = np.zeros(titles)
    for title, strength in liked(history, power=power, full=full).items():
        x[title] = strength
    return x


@st.composite
def asked(draw: st.DrawFn) -> tuple[Dataset, History]:
    data = draw(datasets())
    return data, draw(histories(titles=len(data.catalogue)))


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
)
def test_item_knn_is_its_definition(
    both: tuple[Dataset, History],
    neighbours: int,
    alpha: float,
    shrinkage: float,
    damping: float,
) -> None:
    data, history = both
    size = len(data.catalogue)
    recipe = ItemKNN(neighbours, alpha, shrinkage, damping, power=0.0)
    slow = naive.item_knn(
        [liked(mine, power=0, full=1) for mine in everybody(data)],
        liked(history, power=0, full=1),
        titles=size,
        neighbours=size,
        alpha=alpha,
        shrinkage=shrinkage,
        damping=damping,
    )
    every = ItemKNN(size, alpha, shrinkage, damping, power=0.0).fit(data, RNG)
    fast = every.scores([request_of(history, titles=size)])[0]
    np.testing.assert_allclose(fast, slow, rtol=1e-4, atol=1e-5)
    only_the_largest_are_kept(recipe.fit(data, RNG).links, of=every.links, k=neighbours)


def only_the_largest_are_kept(links: Links, *, of: Links, k: int) -> None:
    some, full = links.matrix.toarray(), of.matrix.toarray()
    for title in range(len(full)):  # of a title's column only the largest are kept
        kept = some[:, title] > 0
        assert kept.sum() == min(k, (full[:, title] > 0).sum())
        np.testing.assert_array_equal(some[kept, title], full[kept, title])
        assert full[~kept, title].max(initial=0) <= full[kept, title].min(initial=np.inf)


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
    both=asked(),
    factors=st.sampled_from([1, 3, 12]),
    unobserved=st.sampled_from([0.1, 1.0]),
    frequency=st.sampled_from([0.0, 0.5, 1.0]),
    power=st.sampled_from([0.0, 1.0]),
)
def test_ials_is_its_alternation_and_its_causes_are_the_influences(
    both: tuple[Dataset, History],
    factors: int,
    unobserved: float,
    frequency: float,
    power: float,
) -> None:
    data, history = both
    size = len(data.catalogue)
    x = strengths(data, power=power, full=1.5)
    known, awake = x.any(axis=0), x.any(axis=1)
    recipe = IALS(factors, 2, unobserved, 0.1, frequency, power)
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


@given(both=asked(), rho=st.sampled_from([0.0, 0.5, 1.0]), seed=st.integers(0, 9), draw=st.data())
@settings(max_examples=15)
def test_bpr_climbs_along_the_slopes_of_its_objective(
    both: tuple[Dataset, History], rho: float, seed: int, draw: st.DataObject
) -> None:
    data, _ = both
    size, rng = len(data.catalogue), np.random.default_rng(seed)
    x = interactions(data, Strength(1.0, 1.5))
    if not x.nnz:
        return
    others = draw.draw(st.lists(st.integers(0, size - 1), min_size=int(x.nnz), max_size=int(x.nnz)))
    p, q = (rng.normal(size=(size, 2)).astype(np.float32) for _ in range(2))
    b = rng.normal(size=size).astype(np.float32)
    found = Factors(p, q, b).slopes(x, np.array(others, np.int32), rho)
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
        slow[row] = naive.bpr_score(f.p, f.q, f.b, known, place, rho)
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


@given(data=datasets(), l2=st.sampled_from([0.5, 50.0]), dropout=st.sampled_from([0.0, 0.2, 0.8]))
def test_edlae_is_a_ridge_regression_with_a_pull_of_its_own_for_each_title(
    data: Dataset, l2: float, dropout: float
) -> None:
    x = strengths(data, power=1.0, full=1.5)
    slow = naive.edlae_weights(x[:, x.any(axis=0)], l2, dropout)
    fast = map_of(EDLAE(l2=l2, dropout=dropout, power=1.0).fit(data, RNG), data)
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
    scores=st.lists(st.sampled_from([-np.inf, -1.0, 0.0, 0.5, 2.0]), min_size=1, max_size=12),
    k=st.integers(1, 14),
    data=st.data(),
)
def test_the_best_are_those_of_a_sort(scores: list[float], k: int, data: st.DataObject) -> None:
    size = len(scores)
    popularity = data.draw(st.lists(st.sampled_from([0.0, 1.0]), min_size=size, max_size=size))
    found = best(np.array([scores], np.float32), k, popularity=np.array(popularity, np.float32))
    slow = naive.best(scores, k, popularity)
    assert found[0].tolist() == slow + [-1] * (k - len(slow))
    without = best(np.array([scores], np.float32), k)[0]
    assert without[without >= 0].tolist() == naive.best(scores, k, [0.0] * size)


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
