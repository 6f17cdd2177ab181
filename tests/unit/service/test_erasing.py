"""Profiles erased, exported and kept for a while: what is left where, and who notices."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from house import DAY_MS, KEY, NOW, furnish, house
from matinee.models import TrainSettings
from matinee.service import (
    Config,
    ConflictError,
    HistoryQuery,
    HomeQuery,
    KeepSettings,
    Matinee,
    NewProfile,
    RecommendationsQuery,
    UnknownError,
)
from matinee.service.live import Live
from matinee.service.upkeep import turn
from matinee.stores import PARTS, DecisionStore, Outcome, Rejected, memory_stores
from matinee.training import train
from matinee.types import BundleId, EventId, Moment, PageId, ProfileId, TitleId
from matinee.types.event import PlayEnd, PlayStart, Thumb

P1, P2 = ProfileId("p1"), ProfileId("p2")
KNN = TrainSettings(source={"blend": ["user_knn", "item_knn"]}, holdout=0.0)


@pytest.fixture
def matinee() -> Matinee:
    return house()


@pytest.fixture
def filed(tmp_path: Path) -> Matinee:
    """Return an installation in a folder."""
    matinee = Matinee.open(tmp_path / "home")
    furnish(matinee.stores)
    yield matinee
    matinee.close()


def page(matinee: Matinee, profile: str, seed: int = 1):
    return matinee.home(HomeQuery(profile=profile, columns=6), now=NOW, seed=seed)


def erase(matinee: Matinee, profile: ProfileId = P1, ms: int = 10) -> str:
    return matinee.erase(profile, now=Moment(NOW + ms), seed=7).erasure_id


def owners(matinee: Matinee, bundle: BundleId) -> list[int]:
    return matinee.stores.bundles.load(bundle)["source"].sources[0].owners.tolist()


def test_everything_about_an_erased_profile_answers_that_it_is_unknown(matinee):
    made = page(matinee, "p1")
    erase(matinee)
    with pytest.raises(UnknownError):
        matinee.profile(P1)
    with pytest.raises(UnknownError):
        matinee.history(P1, HistoryQuery())
    with pytest.raises(UnknownError):
        page(matinee, "p1")
    with pytest.raises(UnknownError):
        matinee.home_again(made.page_id, now=NOW)
    with pytest.raises(UnknownError):
        matinee.dossier(P1)
    with pytest.raises(UnknownError):
        matinee.forget(P1, TitleId("t1"))
    with pytest.raises(ConflictError, match="erased"):
        matinee.new_profile(NewProfile(account_id="a", profile_id="p1"), now=NOW, seed=1)
    assert page(matinee, "p2").rows


def test_an_erasure_tells_since_when_each_part_is_clean(matinee):
    page(matinee, "p1")
    erasure_id = erase(matinee)
    begun = matinee.erasure(erasure_id)
    assert (begun.clean, begun.asked, begun.state) == (False, NOW + 10, NOW + 10)
    assert {begun.log, begun.segments, begun.decisions, begun.bundles} == {None}
    matinee.tend(now=Moment(NOW + 20))
    done = matinee.erasure(erasure_id)
    assert done.clean
    assert {getattr(done, part) for part in set(PARTS) - {"state"}} == {NOW + 20}
    assert {part for part in PARTS if getattr(done, part) is None} == set()
    assert matinee.stores.decisions.recent(P1) == []
    assert matinee.erase(P1, now=Moment(NOW + 30), seed=8) == done
    with pytest.raises(UnknownError, match="no erasure"):
        matinee.erasure("other")


def test_bundles_are_written_anew_without_the_erased_and_the_live_one_stays_live(filed):
    first = train(filed.stores, KNN, now=NOW, seed=1)
    second = train(filed.stores, KNN, now=Moment(NOW + 1000), seed=1)
    alike = train(filed.stores, TrainSettings(source="item_knn", holdout=0.0), now=NOW, seed=1)
    filed.stores.bundles.promote(second)
    row = filed.stores.profiles.ids().index(P1)
    assert row in owners(filed, first)
    before = filed.stores.bundles.manifest(second)
    erase(filed)
    filed.tend(now=Moment(NOW + 5000))
    left = filed.stores.bundles.all()
    assert first not in left
    assert second not in left
    assert alike in left
    live = filed.stores.bundles.live()
    manifest = filed.stores.bundles.manifest(live)
    assert manifest["instead_of"] == second
    assert (manifest["data"], manifest["seed"]) == (before["data"], before["seed"])
    for bundle in set(left) - {alike}:
        assert row not in owners(filed, bundle)
        assert len(owners(filed, bundle)) > 5
    assert filed.catch_up().bundle == live
    query = RecommendationsQuery(profile="p2", k=5)
    assert len(filed.recommendations(query, now=NOW, seed=1, request_id="r").titles) == 5


def test_a_bundle_that_cannot_be_read_is_removed_unless_it_is_live(filed):
    bundle = train(filed.stores, KNN, now=NOW, seed=1)
    live = train(filed.stores, KNN, now=Moment(NOW + 1000), seed=1)
    for name in (bundle, live):
        (filed.folder / "bundles" / name / "source.json").write_text("{")
    erasure_id = erase(filed)
    filed.tend(now=Moment(NOW + 5000))
    assert filed.stores.bundles.all() == [live]
    assert matinee_parts(filed, erasure_id) == {"log", "bundles"}
    train(filed.stores, KNN, now=Moment(NOW + 6000), seed=1)
    filed.tend(now=Moment(NOW + 7000))
    assert matinee_parts(filed, erasure_id) == set()


def matinee_parts(matinee: Matinee, erasure_id: str) -> set[str]:
    """Return the parts that are not clean yet."""
    view = matinee.erasure(erasure_id)
    return {part for part in PARTS if getattr(view, part) is None}


def test_a_model_that_was_being_fitted_forgets_who_was_erased_meanwhile(matinee):
    """The erasure comes right after the data were read."""
    stores = matinee.stores
    row = stores.profiles.ids().index(P1)

    def progress(done: int, _: int) -> None:
        if done == 1:
            erase(matinee)

    bundle = train(stores, KNN, now=NOW, seed=1, progress=progress)
    assert row not in owners(matinee, bundle)


def test_lines_of_reports_that_name_the_erased_are_taken_out(filed):
    report = filed.folder / "rejected.jsonl"
    kept = '{"reason": "no profile \'p11\'; create it first"}\n'
    report.write_text('{"reason": "no title for \'p1\'"}\n' + kept)
    erase(filed)
    filed.tend(now=Moment(NOW + 20))
    assert report.read_text() == kept


def test_whoever_has_the_turn_keeps_others_from_upkeep(filed):
    erasure_id = erase(filed)
    with turn(filed.folder) as ours:
        assert ours
        filed.tend(now=Moment(NOW + 20))
        assert not filed.erasure(erasure_id).clean
        with pytest.raises(ConflictError, match="another process"):
            filed.upkeep(now=NOW)
    filed.tend(now=Moment(NOW + 30))
    assert filed.erasure(erasure_id).clean


class Tired:
    """Decisions on a disk that fails for one profile until it has rested."""

    def __init__(self, inner: DecisionStore) -> None:
        self.inner = inner
        self.rested = False

    def __getattr__(self, name: str):
        return getattr(self.inner, name)

    def erase(self, profile: ProfileId) -> int:
        if profile == P1 and not self.rested:
            msg = "the disk is tired"
            raise OSError(msg)
        return self.inner.erase(profile)


def test_an_erasure_that_fails_keeps_no_other_waiting(matinee, caplog):
    tired = Tired(matinee.stores.decisions)
    matinee = Matinee(replace(matinee.stores, decisions=tired), Config(), KEY)
    first, second = erase(matinee, P1), erase(matinee, P2, ms=11)
    report = matinee.upkeep(now=Moment(NOW + 20))
    assert (report.erasures, report.unfinished) == (1, 1)
    assert "the disk is tired" in caplog.text
    assert matinee.erasure(second).clean
    tired.rested = True
    matinee.tend(now=Moment(NOW + 30))
    assert matinee.erasure(first).clean


def test_a_page_that_was_under_way_leaves_no_record(matinee):
    """It had found its profile before the erasure, and comes to be kept after it."""
    pages = matinee._pages
    asked = pages.asked(P1)
    made = page(matinee, "p1")
    record = matinee.stores.decisions.read(made.page_id)
    erase(matinee)
    matinee.tend(now=Moment(NOW + 20))
    matinee.stores.decisions.write(made.page_id, P1, NOW, record)
    with pytest.raises(UnknownError):
        pages._keep("other-page", _decision(matinee, record), asked)
    assert matinee.stores.decisions.recent(P1) == []


def test_a_record_that_a_dying_process_left_of_the_erased_goes_with_the_next_upkeep(filed):
    filed.stores.decisions.write(PageId("others"), P2, NOW, b"p2")
    erase(filed)
    filed.tend(now=Moment(NOW + 20))
    filed.stores.decisions.write(PageId("late"), P1, NOW, b"made for p1")
    assert filed.upkeep(now=Moment(NOW + 30)).unfinished == 0
    assert filed.stores.decisions.profiles() == [P2]
    assert filed.stores.decisions.read(PageId("late")) is None
    assert not any(b"made for p1" in f.read_bytes() for f in filed.folder.glob("decisions.db*"))


def _decision(matinee: Matinee, record: bytes):
    from matinee.service.decisions import unpack

    return unpack(record, matinee.catch_up().gallery)


# Single titles


def test_a_forgotten_title_is_out_of_history_and_pages_at_once_on_every_worker(matinee):
    other = Matinee(matinee.stores, Config(), KEY)
    said = PlayEnd(
        event_id="e1",
        profile_id="new",
        title_id="t2",
        at=NOW,
        position_s=5900.0,
        duration_s=6000.0,
        watched_s=5900.0,
    )
    matinee.stores.log.append([said], now=NOW)
    profile = ProfileId("new")
    for seed, one in enumerate((matinee, other), start=5):
        kinds = {row.kind for row in page(one, "new", seed).rows}
        assert "because_you_watched" in kinds
        assert [e.title_id for e in one.history(profile, HistoryQuery()).history] == ["t2"]
    forgotten = matinee.forget(profile, TitleId("t2"))
    assert forgotten.events == 1
    for seed, one in enumerate((other, matinee)):
        assert one.history(profile, HistoryQuery()).history == []
        rows = page(one, "new", seed).rows
        assert rows
        assert not [row for row in rows if row.kind == "because_you_watched"]
    with pytest.raises(UnknownError, match="nothing of title"):
        matinee.forget(profile, TitleId("t2"))


# Export


def test_an_export_holds_all_that_is_needed_to_be_the_same_viewer_elsewhere(matinee):
    live = [
        PlayStart(event_id="s1", profile_id="p1", title_id="series", episode_id="series-1", at=NOW),
        Thumb(event_id="s2", profile_id="p1", title_id="t3", at=Moment(NOW + 1), value=-1),
    ]
    matinee.stores.log.append(live, now=NOW)
    said = msgspec.json.decode(
        msgspec.json.encode(matinee.dossier(P1).events, enc_hook=lambda at: at.iso)
    )
    assert len(said) == matinee.stores.log.counts([P1])[0]
    fresh = memory_stores()
    fresh.catalogue.upsert(list(matinee.stores.catalogue.snapshot().titles), now=NOW)
    view = matinee.dossier(P1)
    fresh.profiles.add_all([view.account], [view.profile], now=NOW)
    for origin in ("import", "live"):
        events = [event for event in view.events if event.origin == origin]
        assert fresh.log.append(events, now=NOW, origin=origin).count("stored") == len(events)
    here, there = matinee.live, Live(fresh, matinee.config.engine, matinee.live._rewards)
    one = here.state(P1, here.catch_up()).history
    other = there.state(P1, there.catch_up()).history
    for name in ("titles", "weights", "at", "thumbs", "watched", "episodes", "listed_at"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    assert [e.event_id for e in view.events] == [
        e.event_id for _, e in matinee.stores.log.events(P1, limit=10_000)
    ][::-1]


def test_an_export_holds_pages_and_what_was_turned_away(matinee):
    made = page(matinee, "p1")
    page(matinee, "p2")
    mine = Rejected(NOW, Outcome(EventId("x"), "invalid", "no"), b'{"profile_id": "p1", "kind": 3}')
    other = Rejected(NOW, Outcome(None, "invalid", "no"), b'{"profile_id": "p10"}')
    matinee.stores.log.turn_away([mine, other])
    view = matinee.dossier(P1)
    assert [one.body for one in view.rejected] == ['{"profile_id": "p1", "kind": 3}']
    [decision] = view.decisions
    assert (decision.page_id, decision.query.profile, decision.seed) == (made.page_id, "p1", 1)
    shown = [[tile.title_id for tile in row.titles] for row in made.rows]
    assert [[tile.title_id for tile in row.titles] for row in decision.rows] == shown
    assert decision.rows[0].titles[0].reason == made.rows[0].titles[0].reason.text
    assert view.account.account_id == "a"


# Retention


def test_what_is_older_than_it_is_kept_is_let_go_of_when_it_is_due():
    keep = KeepSettings(events_days=40, decisions_days=2, rejected_days=3, every_minutes=60)
    matinee = house(Config(keep=keep))
    page(matinee, "p1")
    matinee.stores.log.turn_away([Rejected(NOW, Outcome(None, "invalid", "no"), b"{}")])
    log = matinee.stores.log
    whole = len(log.tail(0).signals)
    old = int((log.tail(0).signals.at < NOW - 40 * DAY_MS).sum())
    assert 0 < old < whole
    report = matinee.upkeep(now=NOW)
    assert (report.events, report.rejected, report.decisions) == (old, 0, 0)
    assert len(log.tail(0).signals) == whole - old
    later = Moment(NOW + 2 * DAY_MS + 1)
    matinee.tend(now=Moment(NOW + 59 * 60_000))
    assert len(log.rejected()) == len(matinee.stores.decisions.recent(P1)) == 1
    matinee.tend(now=later)
    assert (len(log.rejected()), matinee.stores.decisions.recent(P1)) == (1, [])
    matinee.tend(now=Moment(NOW + 3 * DAY_MS + 1))
    assert log.rejected() == []


def test_by_default_events_are_kept_for_ever(matinee):
    count = matinee.stores.log.counts([P1])
    matinee.upkeep(now=Moment(NOW + 20 * 365 * DAY_MS))
    assert matinee.stores.log.counts([P1]) == count
