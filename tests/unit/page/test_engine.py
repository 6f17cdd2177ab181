"""The engine as a whole: what a click does, what a newcomer sees, what a wrong setting says."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from acts import Act, signals
from matinee.data import Catalogue, Scene
from matinee.engine import Engine, EngineSettings
from matinee.features import Counters, DayCounts, Rewards, eligible, fold_one, unseen
from matinee.testing.rows_world import NOW, Additive, World
from matinee.types import History, Index, Page, Profile, Ranked, Request, Title

NAMES = ("Heat", "Casino", "Ronin", "Alien", "Aliens", "Big", "Up", "Babe", "Jaws", "Tron")
CATALOGUE = Catalogue.of(
    [
        Title(
            title_id=name.lower(),
            name=name,
            genres=("Crime",) if row < 5 else ("Comedy",),
            runtime_s=6000.0,
            maturity=0,
            maturity_source="label",
        )
        for row, name in enumerate(NAMES)
    ]
)
REWARDS = Rewards.default()
ANN = Profile(profile_id="ann", account_id="a")


def source(*, known: bool = True) -> Additive:
    """Return a source in which titles of a genre are alike, or one of popularity alone."""
    crime = np.arange(len(NAMES)) < 5
    alike = (crime[:, None] == crime) & ~np.eye(len(NAMES), dtype=bool) & known
    popularity = np.linspace(1, 0.1, len(NAMES))
    return Additive(popularity.astype(np.float32), alike.astype(np.float32))


def page(*acts: Act, model: Additive | None = None, columns: int = 5) -> Page:
    """Return the page of a viewer who did this."""
    engine = Engine.assemble(EngineSettings(), catalogue=CATALOGUE, source=model or source())
    events = signals([replace(act, at=NOW - 60_000 + n) for n, act in enumerate(acts)], CATALOGUE)
    history = fold_one(events, catalogue=CATALOGUE, rewards=REWARDS)
    allowed = eligible(CATALOGUE, profile=ANN, history=history, at=NOW, country=None)
    request = Request(
        history=history,
        eligible=allowed,
        unseen=unseen(CATALOGUE, history),
        at=NOW,
        seed=1,
        rows=10,
        columns=columns,
    )
    counters = Counters.empty(REWARDS).fold(events, len(CATALOGUE))
    [made] = engine.pages([request], counters)
    return made


def labels(made: Page) -> list[str]:
    """Return the labels, top to bottom."""
    return [row.line.label for row in made.rows]


PLAYED = (Act("play_start", "heat"), Act("play_end", "heat"))


def test_a_play_that_just_ended_opens_a_row_about_it() -> None:
    made = page(*PLAYED)
    assert "Because you watched Heat" in labels(made)
    [row] = [row for row in made.rows if row.line.kind == "because_you_watched"]
    assert all(reason.causes[0].name == "Heat" for reason in row.reasons)
    assert row.line.reason.text == "You watched Heat today"


def test_a_title_that_no_model_knows_still_opens_a_row_by_what_it_is_made_of() -> None:
    made = page(*PLAYED, model=source(known=False), columns=2)
    [row] = [row for row in made.rows if row.line.kind == "because_you_watched"]
    assert set(CATALOGUE.vocabulary.names(row.line.titles[:4])) == {
        "casino",
        "ronin",
        "alien",
        "aliens",
    }
    assert row.reasons[0].text == "Crime, like Heat"


def test_a_thumb_down_takes_a_title_off_the_whole_page() -> None:
    before, after = page(*PLAYED), page(*PLAYED, Act("thumb", "casino", value=-1))
    casino = CATALOGUE.vocabulary.row("casino")
    assert any(casino in row.titles for row in before.rows)
    assert not any(casino in row.titles for row in after.rows)


def test_a_half_watched_film_stands_first_and_says_what_is_left() -> None:
    made = page(Act("play_start", "up"), Act("stop", "up", position=5280, watched=5280))
    assert labels(made)[:2] == ["Continue watching", "Top picks for you"]
    assert made.rows[0].reasons[0].text == "12 min left"


def test_somebody_without_a_past_gets_a_page_that_says_so() -> None:
    made = page()
    assert made.rows[0].line.label == "Good places to start"
    assert made.rows[0].line.reason.kind == "onboarding"
    assert {row.line.kind for row in made.rows} >= {"top_picks"}


def test_every_tile_has_a_picture_a_source_a_score_and_a_probability() -> None:
    made = page(*PLAYED)
    assert made.sources == ("source",)
    for row in made.rows:
        count = len(row.titles)
        assert len(row.artworks) == len(row.reasons) == len(row.sources) == count
        assert len(row.scores) == len(row.probability) == count
        assert row.row_probability == 1.0
        assert (row.probability == 1.0).all()


def test_ranked_gives_the_best_unseen_and_similar_leaves_the_title_out() -> None:
    world = World.drawn(3)
    engine = Engine.assemble(EngineSettings(), catalogue=world.catalogue, source=world.source)
    request = world.request(5)
    [best] = engine.ranked([request], 7, counters=world.counters)
    allowed = np.flatnonzero(request.eligible & request.unseen)
    scores = world.source.scores([request])[0]
    assert len(best) == 7
    assert best.scores[0] == scores[allowed].max()
    assert (np.diff(best.scores) <= 0).all()
    alike = engine.similar(request, int(best.titles[0]), 5)
    assert int(best.titles[0]) not in alike.titles
    assert request.eligible[alike.titles].all()


def test_of_a_title_that_few_liked_the_facets_say_more_than_their_taste() -> None:
    odd = np.zeros((len(NAMES), len(NAMES)), np.float32)
    odd[5, :] = 1  # who liked anything liked Big, the model found
    model = Additive(np.zeros(len(NAMES), np.float32), odd)
    engine = Engine.assemble(EngineSettings(), catalogue=CATALOGUE, source=model)
    everything = np.ones(len(NAMES), np.bool_)
    request = Request(History.empty(), everything, everything, at=NOW, seed=1)

    def first_like_heat(likes: int) -> str:
        heats = DayCounts(len(NAMES)).add(
            np.zeros(likes, np.int32), np.full(likes, NOW), size=len(NAMES)
        )
        counters = replace(Counters.empty(REWARDS, titles=len(NAMES)), likes=heats)
        return NAMES[int(engine.similar(request, 0, 3, counters=counters).titles[0])]

    assert first_like_heat(2) in NAMES[1:5]
    assert first_like_heat(2_000) == "Big"


def test_a_narrow_page_has_as_many_rows_as_a_wide_one() -> None:
    watched = Act(kind="play_end", title="heat")
    assert len(page(watched, columns=1).rows) >= len(page(watched, columns=5).rows)


def test_reasons_can_be_asked_for_any_list() -> None:
    world = World.drawn(3)
    engine = Engine.assemble(EngineSettings(), catalogue=world.catalogue, source=world.source)
    request = world.request(5)
    [best] = engine.ranked([request], 7)
    reasons = engine.reasons(request, best.titles, counters=world.counters)
    assert len(reasons) == 7
    assert all(reason.text for reason in reasons)


def test_ties_fall_to_popularity_and_then_to_the_lower_row() -> None:
    flat = Additive(np.zeros(10, np.float32), np.zeros((10, 10), np.float32))
    engine = Engine.assemble(EngineSettings(), catalogue=CATALOGUE, source=flat)
    counted = signals([Act("play_start", "jaws"), Act("play_start", "up")], CATALOGUE)
    counters = Counters.empty(REWARDS).fold(counted, 10)
    every = np.ones(10, np.bool_)
    history = fold_one(counted.take(np.arange(0)), catalogue=CATALOGUE, rewards=REWARDS)
    request = Request(history=history, eligible=every, unseen=every, at=NOW, seed=0)
    [best] = engine.ranked([request], 4, counters=counters)
    assert CATALOGUE.vocabulary.names(best.titles) == ["up", "jaws", "heat", "casino"]


@pytest.mark.parametrize("k", [0, 1, 3, 5, 9, 10, 12])
def test_a_short_list_is_the_head_of_the_long_one(k: int) -> None:
    level = np.array([1, 0, 2, 1, 1, 0, 2, 1, -np.inf, 0], np.float32)  # so that the edge is tied
    model = Additive(level, np.zeros((10, 10), np.float32))
    engine = Engine.assemble(EngineSettings(), catalogue=CATALOGUE, source=model)
    counted = signals([Act("play_start", "jaws"), Act("play_start", "up")], CATALOGUE)
    counters = Counters.empty(REWARDS).fold(counted, 10)
    every = np.ones(10, np.bool_)
    history = fold_one(counted.take(np.arange(0)), catalogue=CATALOGUE, rewards=REWARDS)
    request = Request(history=history, eligible=every, unseen=every, at=NOW, seed=0)
    [whole] = engine.ranked([request], 10, counters=counters)
    [head] = engine.ranked([request], k, counters=counters)
    assert sorted(whole.titles.tolist()) == list(range(10))
    assert head.titles.tolist() == whole.titles[:k].tolist()


class Reversed:
    """A ranker that turns the pool round and drops its last title."""

    def rank(self, requests: list[Request], pools: list[Ranked], *, scene: Scene) -> list[Ranked]:
        assert scene.catalogue is CATALOGUE

        def turned(column: Index) -> Index:
            return column[::-1][:-1]

        return [Ranked(*(turned(getattr(pool, name)) for name in pool.__slots__)) for pool in pools]


def test_rankers_reorder_the_pool_and_what_they_drop_is_gone() -> None:
    engine = Engine.assemble(EngineSettings(pool=3), catalogue=CATALOGUE, source=source())
    engine = replace(engine, rankers=(Reversed(),))
    every = np.ones(10, np.bool_)
    empty = fold_one(signals([], CATALOGUE), catalogue=CATALOGUE, rewards=REWARDS)
    request = Request(history=empty, eligible=every, unseen=every, at=NOW, seed=0)
    [best] = engine.ranked([request], 10)
    assert best.titles.tolist() == [2, 1, 3, 4, 5, 6, 7, 8, 9]


def test_titles_of_which_a_source_cannot_say_come_last_but_come() -> None:
    model = source()
    model.popularity[:4] = -np.inf
    engine = Engine.assemble(EngineSettings(), catalogue=CATALOGUE, source=model)
    every = np.ones(10, np.bool_)
    empty = fold_one(signals([], CATALOGUE), catalogue=CATALOGUE, rewards=REWARDS)
    request = Request(history=empty, eligible=every, unseen=every, at=NOW, seed=0)
    [best] = engine.ranked([request], 10)
    assert set(best.titles[-5:].tolist()) == {0, 1, 2, 3, 9}
    assert np.isfinite(best.scores).all()


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"rows": ["trendign"]}, LookupError, "trending"),
        ({"layout": {"stagewise": {"familly": 1.0}}}, ValueError, "family"),
        ({"rows": [{"because_you_watched": {"seeds": "many"}}]}, ValueError, "seeds"),
        ({"rows": [{"new": {}, "popular": {}}]}, ValueError, "names no row"),
    ],
)
def test_a_wrong_setting_lists_what_there_is(settings, error, words) -> None:
    parsed = msgspec.convert(settings, EngineSettings)
    with pytest.raises(error, match=words):
        Engine.assemble(parsed, catalogue=CATALOGUE, source=source())


def test_settings_are_read_from_the_words_of_the_configuration_file() -> None:
    text = b"""
    pool = 300
    rows = ["continue_watching", { because_you_watched = { seeds = 2 } }]
    layout = "stagewise"
    """
    settings = msgspec.toml.decode(text, type=EngineSettings)
    engine = Engine.assemble(settings, catalogue=CATALOGUE, source=source())
    assert engine.pool == 300
    assert [type(maker).__name__ for maker in engine.makers] == [
        "ContinueWatching",
        "BecauseYouWatched",
    ]
    assert engine.makers[1].seeds == 2


def test_no_requests_are_no_pages_and_no_titles_are_an_empty_page() -> None:
    nothing = Additive(np.zeros(0, np.float32), np.zeros((0, 0), np.float32))
    bare = Engine.assemble(EngineSettings(), catalogue=Catalogue.of([]), source=nothing)
    counters = Counters.empty(REWARDS)
    assert bare.pages([], counters) == []
    none = np.zeros(0, np.bool_)
    request = Request(history=History.empty(), eligible=none, unseen=none, at=NOW, seed=0)
    assert bare.pages([request], counters)[0].rows == ()
    assert len(bare.ranked([request], 5)[0]) == 0


def test_where_all_is_forbidden_the_page_is_empty_and_names_nothing() -> None:
    engine = Engine.assemble(EngineSettings(), catalogue=CATALOGUE, source=source())
    none = np.zeros(len(CATALOGUE), np.bool_)
    watched = History.of_titles(np.array([0], np.int32))
    request = Request(history=watched, eligible=none, unseen=~none, at=NOW, seed=0)
    assert engine.pages([request], Counters.empty(REWARDS))[0].rows == ()
