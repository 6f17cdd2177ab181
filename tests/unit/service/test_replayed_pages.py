"""A page can be made again from its decision record, whatever happened since."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from house import NOW, house
from matinee.engine import Engine
from matinee.features import EVERY, TELLING, Counters, Growing, Rewards
from matinee.features.takes import shown_in
from matinee.models import TrainSettings
from matinee.service import HomeQuery, Matinee, ProfileChange
from matinee.service.counted import Counted
from matinee.service.decisions import Decision, unpack
from matinee.service.live import Present
from matinee.service.pages import Asked, request_for
from matinee.service.pictures import Gallery
from matinee.service.states import ProfileState
from matinee.stores import Stores
from matinee.training import train
from matinee.types import Moment, Page, PageId, Profile, ProfileId
from matinee.types.event import PlayEnd, PlayStart, Thumb


def replayed(
    stores: Stores, page_id: str, change: Callable[[Decision], Decision] = lambda as_is: as_is
) -> tuple[Decision, Page]:
    """Return a kept decision, and the page that it gives with nothing but log and bundle."""
    packed = stores.decisions.read(PageId(page_id))
    assert packed is not None
    catalogue, rewards = stores.catalogue.snapshot(), Rewards.default()
    gallery = Gallery(catalogue)
    decision = change(unpack(packed, gallery))
    assert decision.catalogue_version == catalogue.version
    tail = stores.log.tail(0, limit=1_000_000)
    then = tail.signals.take(tail.signals.offsets <= decision.offset)
    counters = Counters.empty(rewards).fold(then, len(catalogue))
    whole = then.take(then.offsets <= decision.offset // EVERY * EVERY)
    counters = counters.shown(shown_in(whole), len(catalogue)).ended(whole, len(catalogue))
    if decision.bundle is None:
        source = Counted(counters, len(catalogue))
    else:
        source = stores.bundles.load(decision.bundle)["source"].with_titles(catalogue)
    query = decision.query
    assert decision.kids is not None
    assert decision.maturity is not None
    profile = Profile(
        profile_id=query.profile,
        account_id="unknown",
        kids=decision.kids,
        maturity=decision.maturity,
    )
    signals = stores.log.history(ProfileId(query.profile), upto=decision.offset, kinds=TELLING)
    state = ProfileState(0, 0, 0, Growing.of(signals, catalogue=catalogue, rewards=rewards))
    present = Present(
        offset=decision.offset,
        counters=counters,
        catalogue=catalogue,
        engine=Engine.assemble(house().config.engine, catalogue=catalogue, source=source),
        gallery=gallery,
        bundle=decision.bundle,
        rung=decision.rung,
    )
    asked = Asked(present, profile, state)
    request = request_for(asked, query, at=decision.at, seed=decision.seed)
    [page] = present.engine.pages([request], counters)
    return decision, page


def go_on(matinee: Matinee) -> None:
    """Let everything happen that must not matter to a page already made."""
    said = {"at": Moment(NOW + 1), "profile_id": "p1"}
    events = [
        *(Thumb(event_id=f"n{n}", title_id=f"t{n}", value=-1, **said) for n in range(20)),
        *(
            PlayStart(event_id=f"s{n}", title_id="t31", profile_id=f"p{n}", at=NOW)
            for n in range(12)
        ),
        Thumb(event_id="c", title_id="t1", value=-1, at=NOW, profile_id="child"),
    ]
    receipt = matinee.record(events, now=NOW, request_id="r")
    assert receipt.stored == len(events)
    for profile, kids in (("p1", True), ("child", False)):
        change = ProfileChange(name="", kids=kids, maturity=18)
        matinee.change_profile(ProfileId(profile), change, now=NOW)
    train(matinee.stores, TrainSettings(source="popular"), now=Moment(NOW + 2), seed=9)


def shape(page: Page) -> list[object]:
    return [
        (row.line.key, row.line.label, row.line.reason, row.titles.tolist(), row.reasons)
        for row in page.rows
    ]


@pytest.mark.parametrize("trained", [True, False])
@pytest.mark.parametrize("profile", ["p1", "child", "new"])
def test_a_page_is_made_again_from_its_record_with_the_same_rows_titles_and_order(profile, trained):
    matinee = house()
    said = {"profile_id": profile, "title_id": "series", "episode_id": "series-1"}
    open_ = {"duration_s": 2400.0, **said}
    acts = [
        PlayStart(event_id="a", at=Moment(NOW - 9), position_s=0.0, **open_),
        PlayEnd(event_id="b", at=Moment(NOW - 8), position_s=600.0, watched_s=600.0, **open_),
    ]
    matinee.record(acts, now=NOW, request_id="r")
    if trained:
        train(matinee.stores, TrainSettings(), now=NOW, seed=1)
    query = HomeQuery(profile=profile, rows=6, columns=9, exclude=("t4",), tz_offset_min=60)
    view = matinee.home(query, now=NOW, seed=7)
    go_on(matinee)
    decision, page = replayed(matinee.stores, view.page_id)
    assert decision.offset < matinee.stores.log.head()
    assert [row.line.key for row in page.rows] == [row.line.key for row in decision.page.rows]
    names = matinee.catch_up().catalogue.vocabulary.names
    assert [[tile.title_id for tile in row.titles] for row in view.rows] == [
        names(row.titles) for row in page.rows
    ]
    assert [row.label for row in view.rows] == [row.line.label for row in page.rows]
    for made, kept in zip(page.rows, decision.page.rows, strict=True):
        np.testing.assert_allclose(made.scores, kept.scores, rtol=2**-16)
        assert [reason.text for reason in made.reasons] == [r.text for r in kept.reasons]


@pytest.mark.parametrize("field", ["offset", "kids", "nothing", "maturity", "query", "bundle"])
def test_what_the_record_says_is_what_the_page_came_from(field):
    """Were one of these wrong in the record, another page would come of it."""
    matinee = house()
    train(matinee.stores, TrainSettings(), now=NOW, seed=1)
    view = matinee.home(HomeQuery(profile="p1", columns=9), now=NOW, seed=7)
    _, page = replayed(matinee.stores, view.page_id)
    go_on(matinee)
    wrong = {
        "offset": {"offset": matinee.stores.log.head()},
        "kids": {"kids": True},
        "maturity": {"maturity": 7},
        "query": {"query": HomeQuery(profile="p1", columns=8)},
        "bundle": {"bundle": matinee.catch_up().bundle},
        "nothing": {},
    }[field]
    _, other = replayed(matinee.stores, view.page_id, lambda d: replace(d, **wrong))
    assert (shape(other) == shape(page)) is (not wrong)
