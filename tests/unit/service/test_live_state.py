"""What a worker knows: everything acknowledged, whoever acknowledged it."""

from dataclasses import fields, replace
from threading import Event as ThreadEvent
from threading import current_thread

import numpy as np
import pytest

from acts import Act, signals
from house import NOW, furnish, house
from matinee.data import Catalogue
from matinee.engine import EngineSettings
from matinee.features import EVERY, TELLING, Rewards, fold_one
from matinee.models import TrainSettings
from matinee.service import Config, HomeQuery, Matinee
from matinee.service.live import Live
from matinee.service.pages import Asked, request_for
from matinee.stores import EventLog, Stores, memory_stores
from matinee.training import train
from matinee.types import KINDS, BundleId, Event, History, Moment, ProfileId, Title, TitleId
from matinee.types.event import Impression, MyListAdd, PlayEnd, PlayStart, Thumb

P1 = ProfileId("p1")


@pytest.fixture
def stores() -> Stores:
    stores = memory_stores()
    furnish(stores)
    return stores


def worker(stores: Stores, **bounds: int) -> Live:
    return Live(stores, EngineSettings(), Rewards.default(), **bounds)


def thumb(title: str, value: int = -1, profile: str = "p1", n: int = 0) -> Thumb:
    return Thumb(
        event_id=f"thumb-{profile}-{title}-{n}",
        profile_id=profile,
        title_id=title,
        at=Moment(NOW + n),
        value=value,
    )


def seen(live: Live, profile: ProfileId = P1) -> set[str]:
    present = live.catch_up()
    history = live.state(profile, present).history
    return set(present.catalogue.vocabulary.names(history.titles))


def test_two_workers_see_each_others_events_at_once(stores):
    one, other = worker(stores), worker(stores)
    assert "fresh" not in seen(one) | seen(other)
    stores.log.append([thumb("fresh")], now=NOW)
    assert "fresh" in seen(one)
    assert "fresh" in seen(other)


def test_counters_fold_each_event_once(stores):
    live = worker(stores)
    before = live.catch_up().counters.plays.total().sum()
    start = PlayStart(event_id="s", profile_id="p1", title_id="t3", at=NOW)
    stores.log.append([start], now=NOW)
    stores.log.append([start], now=NOW)
    for _ in range(3):
        present = live.catch_up()
    assert present.counters.plays.total().sum() == before + 1
    assert present.offset == stores.log.head()


def test_a_state_is_kept_until_its_profile_does_something(stores):
    live = worker(stores)
    present = live.catch_up()
    state, other = live.state(P1, present), live.state(ProfileId("p2"), present)
    stores.log.append([thumb("t5", profile="p2")], now=NOW)
    present = live.catch_up()
    assert live.state(P1, present) is state
    assert live.state(ProfileId("p2"), present) is not other


def counted(live: Live) -> list[list[int]]:
    counters = live.catch_up().counters
    return [counters.named(name).total().tolist() for name in ("plays", "likes", "adds")]


@pytest.mark.parametrize("whole", [True, False])
def test_what_was_deleted_is_taken_back_by_every_worker(stores, whole):
    both = worker(stores), worker(stores)
    stores.log.append([thumb("t3", 1), thumb("t5", 1, profile="p2")], now=NOW)
    assert all("t3" in seen(live) for live in both)
    assert not any(live.stale for live in both)
    if whole:
        stores.erasures.begin(P1, erasure_id="x1", now=NOW)
    else:
        assert stores.log.forget(P1, TitleId("t3")) > 0
    assert all(live.stale for live in both)
    for live in both:
        assert "t3" not in seen(live)
        assert bool(seen(live)) != whole
        assert "t5" in seen(live, ProfileId("p2"))
        assert counted(live) == counted(worker(stores))
        assert not live.stale


class Held:
    """A log whose other readers than this thread wait until they are let through."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._mine = current_thread()
        self.through = ThreadEvent()
        self.asked = ThreadEvent()

    def __getattr__(self, name: str) -> object:
        return getattr(self._log, name)

    def tail(self, *args: object, **options: object) -> object:
        if current_thread() is not self._mine:
            self.asked.set()
            assert self.through.wait(30)
        return self._log.tail(*args, **options)  # type: ignore[arg-type]  # as it was called


def test_pages_do_not_wait_for_counters_that_are_made_anew_after_a_deletion(stores):
    stores.log.append([thumb("t3", 1), thumb("t5", 1, profile="p2")], now=NOW)
    held = Held(stores.log)
    live = worker(replace(stores, log=held), at_once=0)
    before = counted(live)
    assert "t3" in seen(live)
    stores.log.forget(P1, TitleId("t3"))
    assert "t3" not in seen(live)  # its own history is never late
    assert held.asked.wait(30)
    assert live.stale
    stores.log.append([thumb("t9", 1, profile="new")], now=NOW)
    assert "t9" in seen(live, ProfileId("new"))
    assert sum(map(sum, counted(live))) == sum(map(sum, before)) + 1
    stores.log.forget(ProfileId("p2"), TitleId("t5"))  # too late for the counters under way
    held.through.set()
    for _ in range(2):
        renewing = live._renewing
        assert renewing is not None
        renewing.join(30)
        live.catch_up()
    assert not live.stale
    assert counted(live) == counted(worker(stores))
    live.close()


def test_closing_does_not_leave_a_reader_of_the_log_behind(stores):
    held = Held(stores.log)
    live = worker(replace(stores, log=held), at_once=0)
    live.catch_up()
    stores.log.append([thumb("t3", 1)], now=NOW)
    stores.log.forget(P1, TitleId("t3"))
    live.catch_up()
    renewing = live._renewing
    assert renewing is not None
    assert held.asked.wait(30)
    held.through.set()
    live.close()
    assert not renewing.is_alive()


def test_a_deletion_and_events_after_it_are_both_seen(stores):
    live = worker(stores)
    stores.log.append([thumb("t3", 1)], now=NOW)
    assert "t3" in seen(live)
    stores.log.forget(P1, TitleId("t3"))
    stores.log.append([thumb("t5", 1, n=1), thumb("t3", -1, n=2)], now=NOW)
    present = live.catch_up()
    assert present.offset == stores.log.head()
    assert {"t3", "t5"} <= seen(live)
    assert counted(live) == counted(worker(stores))


def test_a_state_that_grew_is_the_one_that_a_new_worker_reads(stores):
    live = worker(stores)
    live.state(P1, live.catch_up())
    early = Thumb(event_id="early", profile_id="p1", title_id="t3", at=Moment(NOW - 9), value=1)
    twins = [
        Thumb(event_id=name, profile_id="p1", title_id="t3", at=Moment(NOW + 5), value=value)
        for name, value in (("b", 1), ("a", -1))
    ]
    for sent in (
        [thumb("t5", n=5)],
        [early],
        [thumb("t5", 2, n=6), thumb("t9", n=7)],
        *([t] for t in twins),
    ):
        stores.log.append(sent, now=NOW)
        grown = live.state(P1, live.catch_up())
        fresh = worker(stores)
        read = fresh.state(P1, fresh.catch_up())
        assert (grown.row, grown.newest, grown.read) == (read.row, read.newest, read.read)
        for field in fields(History):
            np.testing.assert_array_equal(
                getattr(grown.history, field.name), getattr(read.history, field.name)
            )
    assert grown.history.thumbs[grown.history.titles == 3].tolist() == [1]


def test_what_tells_nothing_of_taste_leaves_the_state_as_it_is(stores):
    live = worker(stores)
    state = live.state(P1, live.catch_up())
    shown = Impression(event_id="i", profile_id="p1", title_id="t50", at=NOW)
    stores.log.append([shown], now=NOW)
    assert live.state(P1, live.catch_up()) is state


def test_only_telling_kinds_make_histories():
    catalogue = Catalogue.of([Title(title_id="t", name="T")])
    for kind in KINDS:
        acts = signals([Act(kind, "t", value=1.0)], catalogue)
        history = fold_one(acts, catalogue=catalogue, rewards=Rewards.default())
        assert (len(history) == 1) is (kind in TELLING), kind


def test_the_first_event_of_a_profile_is_seen(stores):
    live = worker(stores)
    assert seen(live, ProfileId("new")) == set()
    stores.log.append([thumb("t5", profile="new")], now=NOW)
    assert seen(live, ProfileId("new")) == {"t5"}


def test_the_least_recently_asked_for_states_are_dropped(stores):
    live = worker(stores, most_profiles=2)
    present = live.catch_up()
    states = {n: live.state(ProfileId(f"p{n}"), present) for n in (1, 2, 1, 3)}
    assert live.state(P1, present) is states[1]
    assert live.state(ProfileId("p3"), present) is states[3]
    assert live.state(ProfileId("p2"), present) is not states[2]


def test_states_are_bounded_by_bytes_too(stores):
    live = worker(stores, most_bytes=1)
    present = live.catch_up()
    assert live.state(P1, present) is not live.state(P1, present)


def test_a_new_title_reaches_pages_and_states_at_once(stores):
    live = worker(stores)
    before = live.catch_up()
    live.state(P1, before)
    title = Title(title_id="t-new", name="Brand New", genres=("Western",))
    stores.catalogue.upsert([title], now=NOW)
    stores.log.append([thumb("t-new", 1)], now=NOW)
    present = live.catch_up()
    assert present.engine.catalogue is present.catalogue
    assert len(present.catalogue) == len(before.catalogue) + 1
    assert "t-new" in seen(live)
    assert len(present.counters.likes.total()) == len(present.catalogue)


def test_a_page_of_an_older_state_is_served_from_that_state_alone(stores):
    live = worker(stores)
    old = live.catch_up()
    stores.catalogue.upsert([Title(title_id="t-new", name="Brand New")], now=NOW)
    stores.log.append([thumb("t-new", 1)], now=NOW)
    live.catch_up()
    assert (live.state(P1, old).history.titles < len(old.catalogue)).all()
    assert "t-new" in seen(live)


def test_a_state_holds_nothing_that_came_after_its_present(stores):
    live = worker(stores)
    old = live.catch_up()
    before = live.state(P1, old)
    stores.log.append([thumb("t50")], now=NOW)
    assert live.state(P1, old) is before  # nobody has read the new event yet
    new = live.catch_up()
    after = live.state(P1, new)
    stale = live.state(P1, old)
    assert (stale.newest, after.newest) == (before.newest, new.offset)
    assert before.newest <= old.offset < new.offset
    for field in ("titles", "thumbs", "at"):
        np.testing.assert_array_equal(getattr(stale.history, field), getattr(before.history, field))
    assert live.state(P1, new) is after  # the older present's state was not kept in its place


def test_an_older_present_leaves_no_state_that_misses_events(stores):
    live = worker(stores)
    old = live.catch_up()
    stores.log.append([thumb("t50")], now=NOW)
    new = live.catch_up()
    row = new.catalogue.vocabulary.row("t50")
    assert row not in live.state(P1, old).history.titles[live.state(P1, old).history.thumbs < 0]
    assert row in live.state(P1, new).history.titles[live.state(P1, new).history.thumbs < 0]


def test_a_promoted_bundle_is_taken_up_whole(stores):
    live = worker(stores)
    assert live.catch_up().rung == "popular"
    bundle = train(stores, TrainSettings(source="ease"), now=NOW, seed=1)
    present = live.catch_up()
    assert (present.bundle, present.rung, live.trouble) == (bundle, "fresh", None)
    assert live.catch_up().engine is present.engine
    again = train(stores, TrainSettings(source="ease"), now=Moment(NOW + 1), seed=2)
    assert live.catch_up().bundle == again
    stores.bundles.promote(bundle)
    assert (live.catch_up().bundle, live.catch_up().rung) == (bundle, "fresh")


class Damaged:
    """A bundle store whose newest bundle cannot be read."""

    def __init__(self, inner) -> None:
        self.inner = inner
        self.damaged: BundleId | None = None
        self.loads = 0

    def live(self):
        return self.damaged or self.inner.live()

    def load(self, bundle):
        self.loads += 1
        if bundle == self.damaged:
            msg = f"{bundle} is damaged"
            raise ValueError(msg)
        return self.inner.load(bundle)


def test_a_damaged_bundle_leaves_the_one_before_in_use(stores, caplog):
    bundles = Damaged(stores.bundles)
    shaky = replace(stores, bundles=bundles)
    live = worker(shaky)
    bundle = train(stores, TrainSettings(source="ease"), now=NOW, seed=1)
    assert live.catch_up().rung == "fresh"
    bundles.damaged = BundleId("b-broken")
    present = live.catch_up()
    assert (present.bundle, present.rung) == (bundle, "last")
    assert "b-broken is damaged" in (live.trouble or "")
    assert "b-broken" in caplog.text
    bundles.damaged = None
    assert live.catch_up().rung == "fresh"
    assert live.trouble is None


def test_a_bundle_that_could_not_be_read_for_a_while_is_taken_up_when_it_can(stores, caplog):
    bundles = Damaged(stores.bundles)
    shaky = replace(stores, bundles=bundles)
    live = worker(shaky)
    first = train(stores, TrainSettings(source="ease"), now=NOW, seed=1)
    assert live.catch_up().bundle == first
    second = train(stores, TrainSettings(source="ease"), now=Moment(NOW + 1), seed=2)
    bundles.damaged = second
    kept = live.catch_up()
    assert (kept.bundle, kept.rung) == (first, "last")
    before = bundles.loads
    for _ in range(100):
        assert live.catch_up().engine is kept.engine
    assert 5 <= bundles.loads - before <= 8
    bundles.damaged = None
    for _ in range(128):
        present = live.catch_up()
    assert (present.bundle, present.rung, live.trouble) == (second, "fresh", None)


def test_a_first_bundle_that_fails_once_is_live_at_the_next_look(stores, caplog):
    bundles = Damaged(stores.bundles)
    shaky = replace(stores, bundles=bundles)
    live = worker(shaky)
    bundles.damaged = train(stores, TrainSettings(source="ease"), now=NOW, seed=1)
    assert live.catch_up().rung == "popular"
    bundles.damaged = None
    assert live.catch_up().rung == "fresh"


def test_a_page_by_counts_goes_by_those_of_its_own_state(stores):
    live = worker(stores)
    old = live.catch_up()
    request = request_for(
        Asked(old, stores.profiles.profile(P1), live.state(P1, old)),
        HomeQuery(profile="p1"),
        at=NOW,
        seed=1,
    )
    before = old.engine.source.scores([request])
    starts = [PlayStart(event_id=f"s{n}", profile_id="p2", title_id="t9", at=NOW) for n in range(9)]
    stores.log.append(starts, now=NOW)
    new = live.catch_up()
    row = new.catalogue.vocabulary.row("t9")
    np.testing.assert_array_equal(old.engine.source.scores([request]), before)
    assert new.engine.source.scores([request])[0, row] > before[0, row]


def test_a_bundle_of_a_larger_catalogue_than_this_is_not_used_and_is_told(stores, caplog):
    larger = memory_stores()
    furnish(larger)
    larger.catalogue.upsert([Title(title_id="extra", name="Extra")], now=NOW)
    train(larger, TrainSettings(source="popular"), now=NOW, seed=1)
    mixed = replace(stores, bundles=larger.bundles)
    live = worker(mixed)
    assert live.catch_up().rung == "popular"
    assert "cannot be used" in (live.trouble or "")
    assert "cannot be used" in caplog.text


def test_a_damaged_first_bundle_leaves_counts_and_is_told(stores, caplog):
    bundles = Damaged(stores.bundles)
    bundles.damaged = BundleId("b-broken")
    shaky = replace(stores, bundles=bundles)
    matinee = Matinee(shaky, Config(), b"k" * 32)
    assert matinee.home(HomeQuery(profile="p1"), now=NOW, seed=1).rung == "popular"
    ready = matinee.readiness()
    assert not ready.ready
    assert "b-broken" in (ready.why or "")


def test_without_a_bundle_pages_go_by_what_everyone_likes(stores):
    events = [thumb("t7", 2, profile=f"p{n}", n=n) for n in range(12)]
    adds = [
        MyListAdd(event_id=f"add{n}", profile_id=f"p{n}", title_id="t9", at=NOW) for n in range(4)
    ]
    stores.log.append([*events, *adds], now=NOW)
    present = worker(stores).catch_up()
    matinee = house()
    matinee.stores.log.append([*events, *adds], now=NOW)
    request = _nobody(present, matinee)
    ranked = present.engine.ranked([request], 2)[0]
    assert present.catalogue.vocabulary.names(ranked.titles)[0] == "t7"
    assert np.isfinite(present.engine.source.scores([request])).all()


def _nobody(present, matinee):
    state = matinee.live.state(ProfileId("new"), matinee.catch_up())
    profile = matinee.stores.profiles.profile(ProfileId("new"))
    asked = Asked(present, profile, state)
    return request_for(asked, HomeQuery(profile="new"), at=NOW, seed=1)


def met(live: Live) -> dict[int, list[list[int]]]:
    pieces = live.catch_up().counters.takes.pieces
    return {when: table.tolist() for when, table in pieces.items()}


def impressions(start: int, count: int, *, profile: str = "p2") -> list[Event]:
    said = {"profile_id": profile, "token": "tile"}
    found: list[Event] = [
        Impression(event_id=f"i{n}", title_id=f"t{n % 5}", at=Moment(NOW - n), **said)
        for n in range(start, start + count - 1)
    ]
    end = {"watched_s": 6000.0, "position_s": 6000.0, "duration_s": 6000.0}
    return [*found, PlayEnd(event_id=f"i{start}-end", title_id="t3", at=NOW, **end, **said)]


def test_what_is_shown_is_counted_after_whole_thousands_of_events(stores):
    often, seldom = worker(stores), worker(stores)
    assert met(often) == {}
    for start in range(0, 4000, 400):
        stores.log.append(impressions(start, 400), now=NOW)
        whole = stores.log.head() // EVERY * EVERY
        told = stores.log.tail(0, limit=10_000).signals
        told = told.take(told.offsets <= whole)
        assert sum(sum(table[0]) for table in met(often).values()) == np.count_nonzero(
            told.kinds == KINDS.index("impression")
        )
    assert met(seldom) == met(often) == met(worker(stores))
    assert (
        sum(sum(table[1]) for table in met(often).values())
        == sum(sum(table[1]) for table in met(worker(stores)).values())
        > 5
    )


def test_what_was_shown_to_somebody_erased_is_counted_no_more(stores):
    live = worker(stores)
    stores.log.append(impressions(2000, 300), now=NOW)
    stores.log.append(impressions(0, 1000, profile="p1"), now=NOW)
    before = met(live)
    stores.erasures.begin(P1, erasure_id="x1", now=NOW)
    after = met(live)
    assert sum(map(sum, next(iter(before.values())))) > 800
    assert 0 < sum(map(sum, next(iter(after.values())))) < 301
    assert after == met(worker(stores))
