"""Lists without a page: by one model alone, and how much one call may ask for."""

import pytest

from house import NOW, house
from matinee.data.splits import request_for
from matinee.models import TrainSettings
from matinee.service import (
    GuestBody,
    GuestEvent,
    Matinee,
    RecommendationsQuery,
    RefusedError,
    UnreadableError,
)
from matinee.training import train
from matinee.types import ProfileId


@pytest.fixture(scope="module")
def matinee() -> Matinee:
    """A house whose live model is a blend."""
    matinee = house()
    train(matinee.stores, TrainSettings(), now=NOW, seed=1)
    return matinee


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
    with pytest.raises(UnreadableError, match="there are ease, item_knn, popular"):
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
