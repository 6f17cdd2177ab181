"""Each reranker places titles as its paper's equation does, written with loops."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import naive_rankers as naive
from matinee.data import Scene
from matinee.models.rankers.calibrated import Calibrated
from matinee.models.rankers.dpp import Dpp
from matinee.models.rankers.mmr import Mmr
from matinee.models.rankers.popularity_calibrated import PopularityCalibrated
from matinee.testing.checkerboard import history_of, request_of
from matinee.testing.rankers import drawn_pool, drawn_scene
from matinee.types import Ranked, Request

_TITLES, _POOL, _DEPTH = 30, 12, 8

Drawn = tuple[Request, Ranked, Scene]


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows = rng.permutation(_TITLES)[:6]
    history = history_of(rows.tolist(), weights=rng.normal(0.7, 1, 6).tolist())
    pool = drawn_pool(rng, titles=_TITLES, count=_POOL)
    return request_of(history, titles=_TITLES), pool, drawn_scene(rng, titles=_TITLES)


def _order(ranker: Any, one: Drawn) -> list[int]:
    request, pool, scene = one
    [found] = ranker.rank([request], [pool], scene=scene)
    place = {title: at for at, title in enumerate(pool.titles.tolist())}
    return [place[title] for title in found.titles.tolist()][:_DEPTH]


def _alike(pool: Ranked, scene: Scene) -> np.ndarray:
    dense = scene.traits.toarray()[pool.titles].astype(np.float64)
    alike = dense @ dense.T
    np.fill_diagonal(alike, 1.0)
    return alike


@given(drawn(), st.floats(0, 1))
def test_mmr_places_what_is_marginally_best(one: Drawn, diversity: float) -> None:
    _, pool, scene = one
    twin = naive.mmr(
        naive.scaled(pool.scores.tolist()), _alike(pool, scene), diversity=diversity, depth=_DEPTH
    )
    found = _order(Mmr(diversity=diversity, depth=_DEPTH), one)
    assert _same_value(
        found, twin, naive.scaled(pool.scores.tolist()), _alike(pool, scene), diversity
    )


def _same_value(
    found: list[int], twin: list[int], good: list[float], alike: np.ndarray, diversity: float
) -> bool:
    """Whether both are greedy choices of the same values: equals may stand in either order."""

    def gains(order: list[int]) -> list[float]:
        return [
            (1 - diversity) * good[i]
            - diversity * max((float(alike[i, j]) for j in order[:at]), default=0.0)
            for at, i in enumerate(order)
        ]

    return found == twin or bool(np.allclose(gains(found), gains(twin), atol=1e-6))


@given(drawn(), st.floats(0.05, 0.6))
def test_dpp_maximises_the_determinant_greedily(one: Drawn, diversity: float) -> None:
    _, pool, scene = one
    alike = _alike(pool, scene)
    found = _order(Dpp(diversity=diversity, depth=_DEPTH), one)
    twin = naive.dpp(naive.scaled(pool.scores.tolist()), alike, diversity=diversity, depth=_DEPTH)
    # Twins of the same traits add nothing to each other: from there on the old order holds.
    spanned = next(
        (
            n
            for n in range(1, _DEPTH)
            if np.linalg.det(alike[np.ix_(twin[: n + 1], twin[: n + 1])]) < 1e-4
        ),
        _DEPTH,
    )
    assert found[:spanned] == twin[:spanned]


@given(drawn(), st.floats(0, 1))
def test_calibrated_maximises_the_objective_greedily(one: Drawn, strength: float) -> None:
    request, pool, scene = one
    has = scene.catalogue.has_genre.T.astype(float)
    shares = has / np.maximum(has.sum(axis=1, keepdims=True), 1)
    liked = request.history.weights > 0
    wanted = request.history.weights[liked].astype(float) @ shares[request.history.titles[liked]]
    if not wanted.any():
        assert _order(Calibrated(strength=strength), one) == list(range(_DEPTH))
        return
    twin = naive.calibrated(
        naive.scaled(pool.scores.tolist()),
        shares[pool.titles].tolist(),
        (wanted / wanted.sum()).tolist(),
        strength=strength,
        depth=_DEPTH,
    )
    assert _order(Calibrated(strength=strength, depth=_DEPTH), one) == twin


@given(drawn(), st.floats(0, 0.95))
def test_popularity_calibrated_gives_each_class_its_share(one: Drawn, strength: float) -> None:
    request, pool, scene = one
    liked = request.history.weights > 0
    if not liked.any():
        assert _order(PopularityCalibrated(strength=strength), one) == list(range(_DEPTH))
        return
    classes = _naive_classes(scene.popularity.tolist(), head=0.2, tail=0.2)
    weights = request.history.weights[liked].astype(float)
    wanted = [0.0, 0.0, 0.0]
    for weight, title in zip(weights, request.history.titles[liked].tolist(), strict=True):
        wanted[classes[title]] += weight / weights.sum()
    twin = naive.calibrated(
        naive.scaled(pool.scores.tolist()),
        [[float(classes[title] == g) for g in range(3)] for title in pool.titles.tolist()],
        wanted,
        strength=strength,
        depth=_DEPTH,
    )
    assert _order(PopularityCalibrated(strength=strength, depth=_DEPTH), one) == twin


def _naive_classes(popularity: list[float], *, head: float, tail: float) -> list[int]:
    total = sum(popularity)
    ranked = sorted(range(len(popularity)), key=lambda row: (-popularity[row], row))
    classes, before = [0] * len(popularity), 0.0
    for row in ranked:
        if before / total < head:
            classes[row] = 0
        elif (total - before) / total <= tail + 1e-12:
            classes[row] = 2
        else:
            classes[row] = 1
        before += popularity[row]
    return classes
