"""The contract of every ranker: subclass it, name the part, and pytest does the rest.

class TestMine(RankerContract):
    name = "mine"
    ranker = Mine(strength=0.5)
"""

# ruff: noqa: D102  (a test's name is its sentence)

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest

from matinee.content import Facets
from matinee.data import Catalogue, Scene
from matinee.parts import Ranker, load
from matinee.testing.checkerboard import history_of, request_of
from matinee.types import History, Ranked, Request, Title

__all__ = ["RankerContract", "drawn_pool", "drawn_scene"]

_GENRES = ("Crime", "Comedy", "Drama", "Western", "Horror")
_TITLES, _POOL = 90, 60


def drawn_scene(rng: np.random.Generator, *, titles: int = _TITLES) -> Scene:
    """Return titles of 0 to 3 of five genres, the first of them liked most."""
    catalogue = Catalogue.of(
        [
            Title(
                title_id=f"t{row}",
                name=f"Film {row}",
                genres=tuple(rng.permutation(_GENRES)[: rng.integers(4)].tolist()),
            )
            for row in range(titles)
        ]
    )
    popularity = np.round(1000 / (1 + np.arange(titles))).astype(np.float32)
    return Scene(catalogue, Facets.of(catalogue).matrix, popularity)


def drawn_pool(rng: np.random.Generator, *, titles: int = _TITLES, count: int = _POOL) -> Ranked:
    """Return some of the titles, best first, no two scores alike."""
    scores = -np.sort(-rng.normal(size=count)).astype(np.float32)
    return Ranked(
        titles=rng.permutation(titles)[:count].astype(np.int32),
        scores=scores,
        sources=rng.integers(3, size=count).astype(np.int8),
        probability=rng.uniform(0.1, 1, count).astype(np.float32),
    )


class RankerContract:
    """What every ranker promises. `ranker` and the `name` it is registered under are yours."""

    name: ClassVar[str]
    ranker: ClassVar[Ranker]

    @pytest.fixture
    @staticmethod
    def scene() -> Scene:
        """Titles of five genres."""
        return drawn_scene(np.random.default_rng(1))

    @pytest.fixture
    @staticmethod
    def requests() -> list[Request]:
        """Somebody new, and five who liked some titles and disliked others."""
        rng = np.random.default_rng(2)
        histories = [History.empty()]
        for _ in range(5):
            rows = rng.permutation(_TITLES)[:12]
            histories.append(history_of(rows.tolist(), weights=rng.normal(0.5, 1, 12).tolist()))
        return [request_of(history, titles=_TITLES) for history in histories]

    @pytest.fixture
    @staticmethod
    def pools(requests: list[Request]) -> list[Ranked]:
        """A pool for each request."""
        rng = np.random.default_rng(3)
        return [drawn_pool(rng) for _ in requests]

    def test_it_is_registered_under_its_name(self) -> None:
        assert load("ranker", self.name) is type(self.ranker)

    def test_it_adds_no_title_and_repeats_none(
        self, requests: list[Request], pools: list[Ranked], scene: Scene
    ) -> None:
        for old, new in zip(pools, self.ranker.rank(requests, pools, scene=scene), strict=True):
            titles = new.titles.tolist()
            assert len(set(titles)) == len(titles)
            assert set(titles) <= set(old.titles.tolist())

    def test_a_title_keeps_its_score_source_and_probability(
        self, requests: list[Request], pools: list[Ranked], scene: Scene
    ) -> None:
        for old, new in zip(pools, self.ranker.rank(requests, pools, scene=scene), strict=True):
            place = {title: at for at, title in enumerate(old.titles.tolist())}
            was = [place[title] for title in new.titles.tolist()]
            np.testing.assert_array_equal(new.scores, old.scores[was])
            np.testing.assert_array_equal(new.sources, old.sources[was])
            np.testing.assert_array_equal(new.probability, old.probability[was])

    def test_a_batch_is_ranked_as_its_requests_one_by_one(
        self, requests: list[Request], pools: list[Ranked], scene: Scene
    ) -> None:
        batch = self.ranker.rank(requests, pools, scene=scene)
        for request, pool, together in zip(requests, pools, batch, strict=True):
            [alone] = self.ranker.rank([request], [pool], scene=scene)
            np.testing.assert_array_equal(together.titles, alone.titles)

    def test_it_does_something_to_some_pool(
        self, requests: list[Request], pools: list[Ranked], scene: Scene
    ) -> None:
        ranked = self.ranker.rank(requests, pools, scene=scene)
        assert any(
            new.titles.tolist() != old.titles.tolist()
            for old, new in zip(pools, ranked, strict=True)
        )

    def test_an_empty_pool_stays_empty(self, requests: list[Request], scene: Scene) -> None:
        nothing = drawn_pool(np.random.default_rng(4), count=0)
        [found] = self.ranker.rank(requests[1:2], [nothing], scene=scene)
        assert len(found) == 0

    def test_a_pool_of_one_stays_as_it_is(self, requests: list[Request], scene: Scene) -> None:
        one = drawn_pool(np.random.default_rng(5), count=1)
        [found] = self.ranker.rank(requests[1:2], [one], scene=scene)
        assert found.titles.tolist() == one.titles.tolist()

    def test_no_requests_get_no_pools(self, scene: Scene) -> None:
        assert self.ranker.rank([], [], scene=scene) == []
