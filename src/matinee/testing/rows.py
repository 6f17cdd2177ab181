"""The contract of every row maker: subclass it, name the part, and pytest does the rest.

class TestMine(RowContract):
    name = "mine"
    maker = Mine(most=3)
"""

# ruff: noqa: D102  (a test's name is its sentence)

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import ClassVar, get_args

import numpy as np
import pytest

from matinee.engine import Engine, EngineSettings
from matinee.page.shelf import ViewerShelf
from matinee.parts import RowMaker, load
from matinee.testing.rows_world import World
from matinee.types import History, Line, Request
from matinee.types.page import ReasonKind

__all__ = ["RowContract"]

_WORLDS = 8


def _asked(maker: str, *, columns: int = 6) -> Iterator[tuple[Request, ViewerShelf]]:
    """Yield every viewer of some worlds with the shelf they get."""
    for seed in range(_WORLDS):
        world = World.drawn(seed)
        settings = EngineSettings(rows=(maker,))
        engine = Engine.assemble(settings, catalogue=world.catalogue, source=world.source)
        requests = world.requests(columns=columns)
        yield from zip(requests, engine.shelves(requests, world.counters), strict=True)


class RowContract:
    """What every row maker promises. `maker` and the `name` it is registered under are yours."""

    name: ClassVar[str]
    maker: ClassVar[RowMaker]
    discovers: ClassVar[bool] = True
    """Whether it offers only what was not seen yet; False for lists of the viewer's own."""

    @pytest.fixture(scope="class")
    @classmethod
    def asked(cls) -> list[tuple[Request, ViewerShelf]]:
        """Requests and shelves of drawn viewers, the idle and the avid."""
        return list(_asked(cls.name))

    @pytest.fixture(scope="class")
    @classmethod
    def lines(cls, asked: list[tuple[Request, ViewerShelf]]) -> list[tuple[Request, Line]]:
        """Every line that the maker offers to any of them."""
        return [(request, line) for request, shelf in asked for line in cls._lines(request, shelf)]

    @classmethod
    def _lines(cls, request: Request, shelf: ViewerShelf) -> list[Line]:
        return list(cls.maker.lines(request, shelf))

    def test_it_is_registered_under_its_name(self) -> None:
        assert load("row", self.name) is type(self.maker)

    def test_it_offers_something_to_somebody(self, lines: list[tuple[Request, Line]]) -> None:
        assert lines

    def test_only_eligible_titles_are_offered(self, lines: list[tuple[Request, Line]]) -> None:
        for request, line in lines:
            assert request.eligible[line.titles].all(), line.key

    def test_a_discovery_row_offers_nothing_seen(self, lines: list[tuple[Request, Line]]) -> None:
        for request, line in lines:
            assert not self.discovers or request.unseen[line.titles].all(), line.key

    def test_no_title_stands_twice_in_a_line(self, lines: list[tuple[Request, Line]]) -> None:
        for _, line in lines:
            assert len(set(line.titles.tolist())) == len(line.titles), line.key

    def test_a_line_is_at_most_three_rows_deep_and_never_empty(
        self, lines: list[tuple[Request, Line]]
    ) -> None:
        for request, line in lines:
            assert 0 < len(line.titles) <= 3 * request.columns, line.key
            assert line.titles.dtype == np.int32

    def test_keys_are_distinct(self, asked: list[tuple[Request, ViewerShelf]]) -> None:
        for request, shelf in asked:
            keys = [line.key for line in self._lines(request, shelf)]
            assert len(set(keys)) == len(keys)

    def test_label_and_reason_are_readable(self, lines: list[tuple[Request, Line]]) -> None:
        for _, line in lines:
            for text in (line.label, line.reason.text):
                assert text.strip() == text != ""
                assert not text[0].islower(), text
            assert line.reason.kind in get_args(ReasonKind)
            assert line.kind
            assert line.family
            assert line.minimum >= 1

    def test_values_are_finite_and_not_negative(self, lines: list[tuple[Request, Line]]) -> None:
        for _, line in lines:
            assert np.isfinite(line.value), line.key
            assert line.value >= 0, line.key

    def test_asking_twice_gives_the_same_lines(
        self, asked: list[tuple[Request, ViewerShelf]]
    ) -> None:
        for request, shelf in asked:
            once, twice = self._lines(request, shelf), self._lines(request, shelf)
            assert [line.key for line in once] == [line.key for line in twice]
            for one, other in zip(once, twice, strict=True):
                np.testing.assert_array_equal(one.titles, other.titles)

    def test_the_request_is_left_as_it_was(self) -> None:
        request, shelf = next(_asked(self.name))
        before = [getattr(request.history, field.name).copy() for field in fields(History)]
        allowed = request.eligible.copy()
        self._lines(request, shelf)
        for field, column in zip(fields(History), before, strict=True):
            np.testing.assert_array_equal(getattr(request.history, field.name), column)
        np.testing.assert_array_equal(request.eligible, allowed)

    def test_where_nothing_is_eligible_nothing_is_offered(self) -> None:
        world = World.drawn(0)
        engine = Engine.assemble(
            EngineSettings(rows=(self.name,)), catalogue=world.catalogue, source=world.source
        )
        request = world.request(5)
        request = replace(request, eligible=np.zeros_like(request.eligible))
        [shelf] = engine.shelves([request], world.counters)
        assert self._lines(request, shelf) == []
