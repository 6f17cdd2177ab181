"""Lists without a page: by one model alone, and how much one call may ask for."""

import pytest

from house import NOW, house
from matinee.data.splits import request_for
from matinee.models import TrainSettings
from matinee.service import (
    GuestBody,
    GuestEvent,
    HistoryQuery,
    Matinee,
    RecommendationsQuery,
    RefusedError,
    TitleQuery,
    UnreadableError,
)
from matinee.training import train
from matinee.types import ProfileId, TitleId

P1 = ProfileId("p1")


@pytest.fixture(scope="module")
def matinee() -> Matinee:
    """A house whose live model is a blend."""
    matinee = house()
    train(matinee.stores, TrainSettings(), now=NOW, seed=1)
    return matinee


@pytest.fixture
def untrained() -> Matinee:
    return house()


def ask(matinee, **query):
    asked = RecommendationsQuery(**{"profile": "p1", "k": 60, "include": ("scores",), **query})
    return matinee.recommendations(asked, now=NOW, seed=1, request_id="r").titles


def test_a_part_of_the_model_ranks_alone_by_its_own_scores(matinee):
    present = matinee.catch_up()
    blend = present.engine.source
    history = matinee.live.state(ProfileId("p1"), present).history
    assert len(blend.names) > 1
    for name, source in zip(blend.names, blend.sources, strict=True):
        tiles = ask(matinee, model=name, k=30)
        assert (len(tiles), {tile.source for tile in tiles}) == (30, {name})
        rows = present.catalogue.vocabulary.rows([tile.title_id for tile in tiles])
        request = request_for(history, titles=len(present.catalogue), at=NOW)
        own = source.scores([request])[0][rows]
        assert [tile.score for tile in tiles] == pytest.approx(own.tolist())
        assert [tile.score for tile in tiles] == sorted(own.tolist(), reverse=True)


def test_the_whole_model_is_none_of_its_parts(matinee):
    whole = [tile.title_id for tile in ask(matinee)]
    names = matinee.catch_up().engine.source.names
    parts = {name: [tile.title_id for tile in ask(matinee, model=name)] for name in names}
    assert len({tuple(titles) for titles in (*parts.values(), whole)}) > 1
    assert {tile.source for tile in ask(matinee)} <= set(names)


def test_titles_like_one_may_be_asked_of_one_part(matinee):
    alike = ask(matinee, model="popular", similar_to="t1", k=5)
    assert len(alike) == 5


@pytest.mark.parametrize("similar_to", [None, "t1"])
def test_a_model_that_is_not_there_is_told_with_those_that_are(matinee, similar_to):
    with pytest.raises(UnreadableError, match="there are ease, content, popular"):
        ask(matinee, model="oracle", similar_to=similar_to)


def test_a_model_without_parts_has_none_to_choose():
    with pytest.raises(UnreadableError, match="there are none"):
        ask(house(), model="ease")


def test_all_guests_of_one_call_together_are_bounded(matinee):
    event = GuestEvent(title_id="t3")
    for bodies in ([GuestBody(k=1000)] * 2, [GuestBody(history=(event,) * 1000, k=1)] * 5):
        assert len(matinee.guest_recommendations(bodies, now=NOW, seed=1)) == len(bodies)
        more = [*bodies, GuestBody(history=(event,), k=1)]
        with pytest.raises(RefusedError, match="at most"):
            matinee.guest_recommendations(more, now=NOW, seed=1)


def test_recommendations_are_ranked_unseen_and_of_the_wanted_length(untrained):
    query = RecommendationsQuery(profile="p1", k=7, include=("scores",))
    view = untrained.recommendations(query, now=NOW, seed=1, request_id="r")
    scores = [tile.score for tile in view.titles]
    assert len(scores) == 7
    assert scores == sorted(scores, reverse=True)
    seen = {one.title_id for one in untrained.history(P1, HistoryQuery(limit=200)).history}
    assert not {tile.title_id for tile in view.titles} & seen


def test_recommendations_like_a_title_are_its_similar_titles(untrained):
    query = RecommendationsQuery(profile="p1", k=4, similar_to="t2")
    view = untrained.recommendations(query, now=NOW, seed=1, request_id="r")
    alike = untrained.similar(TitleId("t2"), TitleQuery(profile="p1"), limit=4, now=NOW, seed=1)
    assert view.titles == alike.titles


def test_guests_are_answered_by_their_own_history_and_leave_no_trace(untrained):
    before = untrained.stores.log.head()
    disliked = GuestEvent(title_id="fresh", kind="thumb", value=-1)
    one = GuestBody(history=(disliked, GuestEvent(title_id="t3", kind="rate", value=1.0)), k=60)
    two = GuestBody(k=3)
    first, second = untrained.guest_recommendations([one, two], now=NOW, seed=1)
    assert not {"fresh", "t3", "hidden"} & {tile.title_id for tile in first.titles}
    assert len(second.titles) == 3
    assert untrained.stores.log.head() == before


@pytest.mark.parametrize(
    "event",
    [
        GuestEvent(title_id="nothing"),
        GuestEvent(title_id="t1", kind="rate"),
        GuestEvent(title_id="t1", kind="rate", value=5.0),
        GuestEvent(title_id="t1", kind="thumb", value=-2.0),
    ],
)
def test_a_guests_event_that_cannot_be_is_refused(untrained, event):
    with pytest.raises(RefusedError):
        untrained.guest_recommendations([GuestBody(history=(event,))], now=NOW, seed=1)
