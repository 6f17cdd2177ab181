"""What lists are like beyond their hits agrees with the loops that define it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import naive_evaluation as naive
from matinee.data import Backdrop, Catalogue, Dataset
from matinee.parts import load, names
from matinee.testing.checkerboard import dataset_of, history_of, request_of
from matinee.types import Ranked, Request, Title

TITLES = 8
GENRES = ("crime", "drama", "comedy", "war")


def ranked(titles: Sequence[int]) -> Ranked:
    count = len(titles)
    return Ranked(
        titles=np.array(titles, np.int32),
        scores=-np.arange(count, dtype=np.float32),
        sources=np.zeros(count, np.int8),
        probability=np.ones(count, np.float32),
    )


@dataclass(frozen=True)
class Case:
    """A list, what was wanted, a history, the genres of 8 titles and what others like."""

    shown: list[int]
    wanted: frozenset[int]
    liked: dict[int, float]
    genres: dict[int, frozenset[str]]
    others: list[list[int]]
    k: int

    @property
    def likes(self) -> dict[int, int]:
        return {title: sum(title in mine for mine in self.others) for title in range(TITLES)}

    @property
    def profiles(self) -> int:
        return sum(bool(mine) for mine in self.others)

    @property
    def request(self) -> Request:
        history = history_of(list(self.liked), weights=list(self.liked.values()))
        return request_of(history, titles=TITLES)

    @property
    def backdrop(self) -> Backdrop:
        titles = [
            Title(title_id=f"t{row}", name=f"Film {row}", genres=tuple(sorted(self.genres[row])))
            for row in range(TITLES)
        ]
        plain = dataset_of([history_of(mine) for mine in self.others], titles=TITLES)
        return Backdrop.of(
            Dataset(Catalogue.of(titles), plain.profiles, plain.histories, plain.at, plain.upto)
        )

    @property
    def popular(self) -> list[int]:
        return sorted(range(TITLES), key=lambda title: (-self.likes[title], title))


ROWS = st.integers(0, TITLES - 1)
CASES = st.builds(
    Case,
    shown=st.lists(ROWS, unique=True),
    wanted=st.frozensets(ROWS, max_size=4),
    liked=st.dictionaries(ROWS, st.sampled_from([0.5, 1.0, 2.0]), max_size=4),
    genres=st.fixed_dictionaries(
        {row: st.frozensets(st.sampled_from(GENRES), max_size=3) for row in range(TITLES)}
    ),
    others=st.lists(st.lists(ROWS, unique=True, max_size=5), max_size=6),
    k=st.integers(1, TITLES),
)
ASPECTS: dict[str, Callable[[Any], float]] = {
    "novelty": lambda c: naive.novelty(c.shown, c.likes, c.profiles, c.k),
    "serendipity": lambda c: naive.serendipity(c.shown, c.wanted, c.popular, c.k),
    "diversity": lambda c: naive.diversity(c.shown, c.genres, c.k),
    "genre_entropy": lambda c: naive.genre_entropy(c.shown, c.genres, c.k),
    "calibration": lambda c: naive.calibration(c.liked, c.shown, c.genres, c.k, 0.01),
    "popularity_lift": lambda c: naive.popularity_lift(list(c.liked), c.shown, c.likes, c.k),
}
SPREADS: dict[str, Callable[[list[list[int]], int, int], float]] = {
    "coverage": naive.coverage,
    "ecs": naive.ecs,
    "gini": naive.gini,
}


@pytest.mark.parametrize(("family", "twins"), [("aspect", ASPECTS), ("spread", SPREADS)])
def test_every_one_of_ours_has_a_twin(family: str, twins: dict[str, Any]) -> None:
    ours = {name for name in names(family) if load(family, name).__module__.startswith("matinee.")}
    assert ours == twins.keys()


@pytest.mark.parametrize("name", sorted(ASPECTS))
@given(case=CASES)
def test_an_aspect_is_its_definition(name: str, case: Case) -> None:
    found = load("aspect", name)(k=case.k)(
        ranked(case.shown), case.wanted, request=case.request, backdrop=case.backdrop
    )
    assert found == pytest.approx(ASPECTS[name](case), nan_ok=True, abs=1e-6)


@pytest.mark.parametrize("name", sorted(SPREADS))
@given(
    lists=st.lists(st.lists(ROWS, unique=True), max_size=6),
    k=st.integers(1, TITLES),
)
def test_a_spread_is_its_definition(name: str, lists: list[list[int]], k: int) -> None:
    found = load("spread", name)(k=k)([ranked(one) for one in lists], titles=TITLES)
    assert found == pytest.approx(SPREADS[name](lists, k, TITLES), nan_ok=True, abs=1e-9)
