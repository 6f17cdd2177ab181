"""The contract of every layout: subclass it, name the part, and pytest does the rest.

class TestMine(LayoutContract):
    name = "mine"
    layout = Mine()
"""

# ruff: noqa: D102  (a test's name is its sentence)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from matinee.engine import Engine, EngineSettings
from matinee.page.shelf import ViewerShelf
from matinee.parts import Layout, load
from matinee.testing.rows_world import World
from matinee.types import Line, Page, Reason, Request

__all__ = ["LayoutContract", "repeated"]

_TOP_ROWS = 6
_NEAR_ROWS = 3
_WORLDS = 12


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    request: Request
    shelf: ViewerShelf
    lines: list[Line]
    page: Page


def _line(key: str, titles: Sequence[int], **said: object) -> Line:
    family = key.partition(":")[0]
    settings = {"value": 0.5, "family": family, "minimum": 2} | said
    rows = np.array(titles, np.int32)
    return Line(family, key, key.capitalize(), Reason("facet", "Drawn"), rows, **settings)  # type: ignore[arg-type]  # settings by name


def _lines(rng: np.random.Generator, request: Request) -> list[Line]:
    """Draw lines that overlap a lot: two whole ones, pins, and families of several."""
    able = np.flatnonzero(request.eligible)

    def some(most: int) -> list[int]:
        count = min(int(rng.integers(1, most + 1)), len(able))
        return list(rng.choice(able, count, replace=False).tolist())

    depth = 3 * request.columns
    lines = [
        _line("going", some(4), whole=True, pin=0, minimum=1),
        _line("own", some(request.columns + 3), whole=True, minimum=1),
        _line("top", some(depth), pin=1),
        *(_line(f"like:{n}", some(depth), value=float(rng.random())) for n in range(4)),
        *(_line(f"genre:{n}", some(depth), value=float(rng.random())) for n in range(9)),
    ]
    kept = rng.random(len(lines)) < 0.8
    return [line for line, keep in zip(lines, kept, strict=True) if keep]


def repeated(page: Page) -> list[tuple[int, int, int]]:
    """Return (title, row, row) for each title that stands where it may not stand again.

    No title twice within the first six rows; further down, none that stands in the three rows
    above. A title of a whole row stands in no other row at all.
    """
    found = []
    for rank, row in enumerate(page.rows):
        for above in range(rank):
            other = page.rows[above]
            near = rank < _TOP_ROWS or rank - above <= _NEAR_ROWS
            if near or row.line.whole or other.line.whole:
                shared = set(row.titles.tolist()) & set(other.titles.tolist())
                found += [(title, above, rank) for title in sorted(shared)]
    return found


class LayoutContract:
    """What every layout promises. `layout` and the `name` it is registered under are yours."""

    name: ClassVar[str]
    layout: ClassVar[Layout]

    @pytest.fixture(scope="class")
    @classmethod
    def cases(cls) -> list[_Case]:
        """Drawn lines of drawn viewers, and the pages made of them."""
        cases = []
        for seed in range(_WORLDS):
            world, rng = World.drawn(seed), np.random.default_rng(seed)
            engine = Engine.assemble(
                EngineSettings(rows=()), catalogue=world.catalogue, source=world.source
            )
            rows = int(rng.integers(1, 14))
            requests = world.requests(rows=rows, columns=int(rng.integers(2, 9)))
            shelves = engine.shelves(requests, world.counters)
            for request, shelf in zip(requests, shelves, strict=True):
                lines = _lines(rng, request)
                page = cls.layout.arrange(request, lines, shelf)
                cases.append(_Case(request, shelf, lines, page))
        return cases

    def test_it_is_registered_under_its_name(self) -> None:
        assert load("layout", self.name) is type(self.layout)

    def test_a_page_is_no_larger_than_asked(self, cases: list[_Case]) -> None:
        for case in cases:
            assert len(case.page.rows) <= case.request.rows
            assert all(len(row.titles) <= case.request.columns for row in case.page.rows)

    def test_pages_are_not_empty_where_there_are_lines(self, cases: list[_Case]) -> None:
        for case in cases:
            able = any(len(line.titles) >= line.minimum for line in case.lines)
            assert bool(case.page.rows) == able

    def test_no_title_stands_again_where_it_may_not(self, cases: list[_Case]) -> None:
        for case in cases:
            assert repeated(case.page) == []

    def test_whole_rows_lack_only_what_whole_rows_above_show(self, cases: list[_Case]) -> None:
        overlaps = 0
        for case in cases:
            shown: set[int] = set()
            for row in case.page.rows:
                if row.line.whole:
                    titles = row.line.titles.tolist()
                    left = [title for title in titles if title not in shown]
                    overlaps += len(left) < len(titles)
                    assert row.titles.tolist() == left[: case.request.columns]
                    shown.update(left[: case.request.columns])
        assert overlaps

    def test_a_row_keeps_the_order_of_its_line(self, cases: list[_Case]) -> None:
        for case in cases:
            for row in case.page.rows:
                places = [row.line.titles.tolist().index(title) for title in row.titles.tolist()]
                assert places == sorted(places)

    def test_no_row_falls_under_its_minimum(self, cases: list[_Case]) -> None:
        for case in cases:
            least = case.request.columns
            for row in case.page.rows:
                assert len(row.titles) >= min(row.line.minimum, least), row.line.key

    def test_no_line_is_shown_twice(self, cases: list[_Case]) -> None:
        for case in cases:
            keys = [row.line.key for row in case.page.rows]
            assert len(set(keys)) == len(keys)

    def test_a_pinned_line_is_shown_at_its_rank(self, cases: list[_Case]) -> None:
        for case in cases:
            for rank, row in enumerate(case.page.rows):
                if row.line.pin is not None and len(case.page.rows) > row.line.pin:
                    assert rank <= row.line.pin or _pushed(case, row.line)

    def test_scores_and_probabilities_belong_to_the_titles(self, cases: list[_Case]) -> None:
        for case in cases:
            for row in case.page.rows:
                np.testing.assert_array_equal(row.scores, case.shelf.scores[row.titles])
                assert len(row.probability) == len(row.titles)
                assert ((row.probability > 0) & (row.probability <= 1)).all()
                assert 0 < row.row_probability <= 1

    def test_the_same_request_gives_the_same_page(self, cases: list[_Case]) -> None:
        for case in cases:
            again = self.layout.arrange(case.request, case.lines, case.shelf)
            assert [row.line.key for row in again.rows] == [row.line.key for row in case.page.rows]
            for one, other in zip(again.rows, case.page.rows, strict=True):
                np.testing.assert_array_equal(one.titles, other.titles)


def _pushed(case: _Case, line: Line) -> bool:
    """Return whether other lines were pinned to the same rank."""
    return sum(other.pin == line.pin for other in case.lines) > 1
