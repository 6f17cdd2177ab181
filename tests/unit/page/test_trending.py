"""The trending row: what is played more than usual comes before what is only played much."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matinee.engine import Engine, EngineSettings
from matinee.features.surges import QuarterCounts
from matinee.features.takes import PIECE_MS, Takes
from matinee.page.rows.trending import Trending
from matinee.testing.rows_world import World
from matinee.types import DAY_MS, Moment

HOUR_MS = DAY_MS // 24


def test_a_title_that_surges_goes_before_one_that_is_played_as_ever() -> None:
    world = World.drawn(3)
    request = world.request(5)
    engine = Engine.assemble(EngineSettings(), catalogue=world.catalogue, source=world.source)
    [shelf] = engine.shelves([request], world.counters)
    [calm] = Trending().lines(request, shelf)
    first, last = int(calm.titles[0]), int(calm.titles[-1])
    size = len(world.catalogue)
    others = np.setdiff1d(np.arange(size, dtype=np.int32), [last])
    each = [Moment(request.at - hours * HOUR_MS) for hours in range(8 * 24)]
    usual = QuarterCounts(size).add(
        np.tile(others, len(each)), np.repeat(np.array(each), len(others)), size=size
    )
    surging = usual.add(np.full(90, last, np.int32), np.full(90, request.at), size=size)
    counters = replace(shelf.stock.counters, quarters=surging)
    raised = replace(shelf, stock=replace(shelf.stock, counters=counters))
    [row] = Trending().lines(request, raised)
    places = row.titles.tolist()
    assert calm.titles.tolist().index(first) < calm.titles.tolist().index(last)
    assert raised.surge[last] > 5
    assert places.index(last) < calm.titles.tolist().index(last)


def test_of_titles_played_as_much_that_goes_first_which_is_taken_more_readily() -> None:
    """Of two titles one was shown ten times as often for its plays as the other."""
    world = World.drawn(3)
    request = world.request(5)
    engine = Engine.assemble(EngineSettings(), catalogue=world.catalogue, source=world.source)
    [shelf] = engine.shelves([request], world.counters)
    [calm] = Trending().lines(request, shelf)
    first, second, size = int(calm.titles[0]), int(calm.titles[1]), len(world.catalogue)
    piece = request.at // PIECE_MS
    others = np.setdiff1d(np.arange(size), [first, second])
    table = np.zeros((2, size), np.int64)
    table[:, first], table[:, second] = (4000, 40), (400, 200)
    table[:, others] = [[1000], [100]]
    counters = replace(shelf.stock.counters, takes=Takes(size, {piece: table}))
    told = replace(shelf, stock=replace(shelf.stock, counters=counters))
    [row] = Trending().lines(request, told)
    places = row.titles.tolist()
    assert told.ease[second] > 3
    assert told.ease[first] < 0.3
    assert places.index(second) < places.index(first)
