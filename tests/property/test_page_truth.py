"""Drawn pages, read by somebody else: all that they say is true, and what may not be is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from truth import ROW_SENTENCES, SENTENCES, check_page

from matinee.engine import Engine, EngineSettings
from matinee.testing.layouts import repeated
from matinee.testing.rows_world import World
from matinee.types import Page, Request

SETTINGS = EngineSettings(
    rows=(
        "continue_watching",
        "top_picks",
        {"because_you_watched": {"seeds": 3}},
        "my_list",
        "trending",
        {"genres": {"minimum": 2}},
        "new",
        "popular",
    )
)
SEEDS = st.integers(0, 100_000)


def engine_of(world: World) -> Engine:
    """Return an engine of all row makers."""
    return Engine.assemble(SETTINGS, catalogue=world.catalogue, source=world.source)


def same(one: Page, other: Page) -> None:
    """Compare two pages in all that they hold."""
    assert [row.line.key for row in one.rows] == [row.line.key for row in other.rows]
    for a, b in zip(one.rows, other.rows, strict=True):
        assert a.titles.tolist() == b.titles.tolist()
        np.testing.assert_allclose(a.scores, b.scores, atol=1e-5)
        assert a.reasons == b.reasons
        assert a.line.reason == b.line.reason
        assert a.artworks == b.artworks
        assert a.sources.tolist() == b.sources.tolist()


@settings(max_examples=20)
@given(SEEDS)
def test_every_sentence_is_true_and_cites_only_what_may_be_cited(seed: int) -> None:
    world = World.drawn(seed)
    requests = world.requests()
    pages = engine_of(world).pages(requests, world.counters)
    for viewer, (request, page) in enumerate(zip(requests, pages, strict=True)):
        check_page(world, viewer, request, page)


def test_the_checker_meets_every_kind_of_sentence() -> None:
    met: set[str] = set()
    for seed in range(90):
        world = World.drawn(seed)
        if seed % 3 == 0:  # no model at all: plain facts must do
            flat = replace(world.source, likeness=np.zeros_like(world.source.likeness))
            world = replace(world, source=flat)
        requests = world.requests(rows=14)
        pages = engine_of(world).pages(requests, world.counters)
        for viewer, (request, page) in enumerate(zip(requests, pages, strict=True)):
            met |= check_page(world, viewer, request, page)
    assert {pattern for pattern, _ in (*SENTENCES, *ROW_SENTENCES)} - met == set()


@settings(max_examples=20)
@given(SEEDS)
def test_nothing_ineligible_leaves_and_nothing_stands_twice(seed: int) -> None:
    world = World.drawn(seed)
    requests = world.requests(rows=14)
    pages = engine_of(world).pages(requests, world.counters)
    for request, page in zip(requests, pages, strict=True):
        assert repeated(page) == []
        for row in page.rows:
            assert request.eligible[row.titles].all()
            if row.line.kind not in ("continue_watching", "my_list"):
                assert request.unseen[row.titles].all()
            if row.line.kind == "genres":
                genre = row.line.key.partition(":")[2]
                of_genre = world.catalogue.has_genre[world.catalogue.genres.row(genre)]
                assert row.line.label == {"Comedy": "Comedies", "Drama": "Dramas"}.get(genre, genre)
                assert of_genre[row.titles].all()


@settings(max_examples=20)
@given(SEEDS)
def test_a_batch_gives_the_very_pages_of_one_by_one_and_again(seed: int) -> None:
    world = World.drawn(seed)
    requests = world.requests()
    engine = engine_of(world)
    together = engine.pages(requests, world.counters)
    for request, page in zip(requests, together, strict=True):
        [alone] = engine.pages([request], world.counters)
        same(page, alone)


@settings(max_examples=20)
@given(SEEDS)
def test_continue_watching_is_whole_and_my_list_is_but_for_what_that_shows(seed: int) -> None:
    world = World.drawn(seed)
    requests = world.requests(columns=8)
    pages = engine_of(world).pages(requests, world.counters)
    for request, page in zip(requests, pages, strict=True):
        history = request.history
        open_ = ~np.isnan(history.positions) & request.eligible[history.titles]
        listed = (history.listed_at > 0) & request.eligible[history.titles]
        above: set[int] = set()
        for kind, which in (("continue_watching", open_), ("my_list", listed)):
            shown = {t for row in page.rows if row.line.kind == kind for t in row.titles.tolist()}
            expected = set(history.titles[which].tolist()) - above
            assert shown == expected or (len(shown) == 8 and shown < expected)
            above = shown


def test_a_request_has_no_place_for_who_somebody_is() -> None:
    fields = set(Request.__dataclass_fields__)
    assert not fields & {"profile", "profile_id", "gender", "age_group", "name", "language"}


def lost(world: World, request: Request, title: int, gone: int) -> float:
    """Return by how much a title's score falls without one entry of the history."""
    left = request.history.take(np.arange(len(request.history)) != gone)
    less = replace(request, history=left)
    before, after = world.source.scores([request, less])[:, title].tolist()
    return float(before - after)


def test_without_the_cited_title_a_score_falls_most() -> None:
    cited, others = [], []
    for seed in range(12):
        world = World.drawn(seed)
        requests = world.requests()
        pages = engine_of(world).pages(requests, world.counters)
        for request, page in zip(requests, pages, strict=True):
            titles = request.history.titles.tolist()
            for row in page.rows:
                reason, title = row.reasons[0], int(row.titles[0])
                causes = [c.id for c in reason.causes if c.kind == "title"]
                if row.line.kind != "top_picks" or not causes or len(titles) < 3:
                    continue
                entry = titles.index(world.catalogue.vocabulary.row(causes[0]))
                rest = set(range(len(titles))) - {entry}
                cited.append(lost(world, request, title, entry))
                others.append(np.mean([lost(world, request, title, one) for one in rest]))
    assert len(cited) > 20
    assert np.mean(cited) > 2 * np.mean(others)


@pytest.mark.parametrize("viewer", [0, 3])
def test_no_rows_asked_for_is_an_empty_page(viewer: int) -> None:
    world = World.drawn(1)
    [page] = engine_of(world).pages([world.request(viewer, rows=0)], world.counters)
    assert page.rows == ()
