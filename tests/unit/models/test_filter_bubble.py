"""Somebody who accepts all that is shown, ten times over, is not led into ever fewer genres.

The viewer's own taste is two thirds one genre and one third three others. A model trained on
viewers of one genre each pulls towards the first; the rerankers must hold the rest open:
entropy of the genres shown in the tenth round ≥ 80 % of that of the viewer's first history.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matinee.data import Backdrop, Catalogue, Dataset
from matinee.engine import Engine, EngineSettings
from matinee.models.sources.ease import EASE
from matinee.page.specs import PartSpec
from matinee.testing.checkerboard import dataset_of, history_of, request_of
from matinee.types import History, Title

_GENRES = ("Crime", "Comedy", "Drama", "Western")
_TITLES, _ROUNDS, _SHOWN = 480, 10, 10
_KEPT = 0.8


def _world(seed: int) -> Dataset:
    """Return 300 viewers who each like 20 titles, nine in ten of one genre."""
    rng = np.random.default_rng(seed)
    catalogue = Catalogue.of(
        [
            Title(title_id=f"t{row}", name=f"Film {row}", genres=(_GENRES[row % 4],))
            for row in range(_TITLES)
        ]
    )
    histories = []
    for _ in range(300):
        own = np.arange(_TITLES) % 4 == rng.choice(4, p=[0.55, 0.15, 0.15, 0.15])
        likely = np.where(own, 9.0, 1 / 3) * np.geomspace(3, 0.3, _TITLES)
        histories.append(
            history_of(rng.choice(_TITLES, 20, replace=False, p=likely / likely.sum()).tolist())
        )
    return replace(dataset_of(histories, titles=_TITLES), catalogue=catalogue)


def _entropy(data: Dataset, titles: list[int]) -> float:
    shares = Backdrop.of(data).genres(np.array(titles, np.int32))
    shares = shares[shares > 0]
    return float(-(shares * np.log2(shares)).sum())


def _kept(rankers: tuple[PartSpec, ...], seed: int) -> float:
    """Return the last round's entropy as a share of the first history's."""
    data = _world(seed)
    source = EASE(l2=50).fit(data, np.random.default_rng(seed))
    settings = EngineSettings(rankers=rankers, pool=200)
    engine = Engine.assemble(settings, catalogue=data.catalogue, source=source)
    liked = [0, 4, 8, 12, 16, 20, 24, 28, 1, 5, 2, 3]  # eight of twelve are crime films
    shown: list[int] = []
    for _ in range(_ROUNDS):
        history = History.of_titles(np.array(liked, np.int32))
        unseen = ~np.isin(np.arange(_TITLES), liked)
        request = replace(request_of(history, titles=_TITLES), unseen=unseen)
        [found] = engine.ranked([request], _SHOWN)
        shown = found.titles.tolist()
        liked += shown
    return _entropy(data, shown) / _entropy(data, liked[:12])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ten_rounds_with_rerankers_keep_four_fifths_of_the_entropy(seed: int) -> None:
    rankers: tuple[PartSpec, ...] = (
        {"mmr": {"diversity": 0.2, "depth": 30}},
        {"calibrated": {"strength": 0.7, "depth": 20}},
    )
    assert _kept(rankers, seed) >= _KEPT


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_without_them_the_bubble_closes(seed: int) -> None:
    assert _kept((), seed) < _KEPT
