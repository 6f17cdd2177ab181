"""Training reads what was known, fits, judges, and makes live only what is whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from matinee.data.splits import by_time, without_profiles
from matinee.evaluation.protocols.time import Time
from matinee.models import TrainSettings
from matinee.models.sources.blend import FittedBlend
from matinee.models.sources.popular import FittedPopular
from matinee.stores import Stores, memory_stores
from matinee.testing.checkerboard import NOW, request_of
from matinee.training import as_of, train
from matinee.types import DAY_MS, Account, Event, History, Moment, Origin, Profile, Title
from matinee.types.event import Impression, PlayEnd, Rate

PROFILES, TITLES = 30, 12
SPAN = 60  # days over which the ratings are spread


def rating(profile: int, title: int, *, days: float, value: float = 5.0) -> Event:
    return Rate(
        event_id=f"r-{profile}-{title}-{days}",
        profile_id=f"p{profile}",
        title_id=f"t{title}",
        at=Moment(NOW - round(days * DAY_MS)),
        value=value,
    )


def filled(*, titles: int = TITLES) -> Stores:
    """Stores in which even profiles like even titles and odd ones odd, one a week each."""
    stores = memory_stores()
    stores.catalogue.upsert(
        [Title(title_id=f"t{row}", name=f"Film {row}") for row in range(titles)],
        now=Moment(NOW - 100 * DAY_MS),
    )
    stores.profiles.put_account(Account(account_id="a"), now=NOW)
    for profile in range(PROFILES):
        stores.profiles.put_profile(Profile(profile_id=f"p{profile}", account_id="a"), now=NOW)
    events = [
        rating(profile, title, days=SPAN * (1 - place / 5) - profile / PROFILES)
        for profile in range(PROFILES)
        for place, title in enumerate(liked(profile))
    ]
    put(stores, events)
    return stores


def liked(profile: int) -> list[int]:
    """Five of the six titles of the profile's camp, starting at another one each."""
    camp = list(range(profile % 2, TITLES, 2))
    start = (profile // 2) % len(camp)
    return (camp[start:] + camp[:start])[:5]


def put(stores: Stores, events: Sequence[Event], *, origin: Origin = "import") -> None:
    receipt = stores.log.append(events, now=NOW, origin=origin)
    assert receipt.count("stored") == len(events)


def titles_of(history: History) -> list[int]:
    return sorted(history.titles.tolist())


def test_a_split_learns_what_the_log_knew_at_its_moment() -> None:
    """As the gate and the blend cut: titles judged again, otherwise, before and after it."""
    stores = filled()
    put(
        stores,
        [
            rating(
                profile, title, days=SPAN * (1 - place / 5) / 2 - 1 - profile / PROFILES, value=1
            )
            for profile in range(0, PROFILES, 2)
            for place, title in enumerate(liked(profile)[:4])
        ],
    )
    data = as_of(stores, at=NOW)
    split = by_time(data, share=0.3)
    then = as_of(stores, at=Moment(split.fit.at - 1), upto=data.upto)
    assert (
        0 < (then.histories.entries.weights < 0).sum() < (data.histories.entries.weights < 0).sum()
    )
    np.testing.assert_array_equal(split.fit.histories.indptr, then.histories.indptr)
    for field in fields(History):
        fast, slow = (getattr(one.histories.entries, field.name) for one in (split.fit, then))
        np.testing.assert_array_equal(fast, slow)


def test_the_data_of_now_are_everybodys_histories() -> None:
    data = as_of(filled(), at=NOW)
    assert data.profiles == tuple(f"p{row}" for row in range(PROFILES))
    assert [titles_of(data.histories[row]) for row in range(PROFILES)] == [
        sorted(liked(row)) for row in range(PROFILES)
    ]
    assert (data.histories.entries.weights > 0).all()


def test_what_happened_later_was_not_known_then() -> None:
    stores = filled()
    then = Moment(NOW - 30 * DAY_MS)
    data = as_of(stores, at=then)
    assert 0 < len(data.histories.entries) < 5 * PROFILES
    assert data.histories.entries.at.max() <= then
    assert data.fingerprint != as_of(stores, at=NOW).fingerprint


def test_the_same_offset_gives_the_same_data_whatever_was_appended() -> None:
    stores = filled()
    before = as_of(stores, at=NOW)
    put(stores, [rating(0, 1, days=3.5)])
    assert as_of(stores, at=NOW, upto=before.upto).fingerprint == before.fingerprint
    assert as_of(stores, at=NOW).fingerprint != before.fingerprint


def test_simulated_viewers_teach_nothing() -> None:
    stores = filled()
    before = as_of(stores, at=NOW).fingerprint
    put(stores, [rating(0, 1, days=3.5)], origin="simulated")
    assert as_of(stores, at=NOW).fingerprint == before
    put(stores, [rating(0, 3, days=3.5)], origin="demo")
    assert as_of(stores, at=NOW).fingerprint != before


def test_training_makes_a_bundle_live_that_knows_the_camps() -> None:
    stores = filled()
    bundle = train(stores, TrainSettings(), now=NOW, seed=7)
    assert stores.bundles.live() == bundle
    source = stores.bundles.load(bundle)["source"]
    assert isinstance(source, FittedBlend)
    data = as_of(stores, at=NOW)
    history = data.histories[0]
    missing = next(t for t in range(0, TITLES, 2) if t not in history.titles)
    scores = source.scores([request_of(history, titles=TITLES)])[0]
    assert scores[missing] > scores[1::2].max()


def test_the_manifest_says_what_was_learnt_from_and_how_well() -> None:
    stores = filled()
    bundle = train(stores, TrainSettings(holdout=0.2), now=NOW, seed=7)
    manifest = stores.bundles.manifest(bundle)
    data = as_of(stores, at=NOW)
    assert manifest["data"]["fingerprint"] == f"sha256:{data.fingerprint}"
    assert manifest["data"]["interactions"] == 5 * PROFILES
    assert manifest["data"]["upto"] == stores.log.head()
    assert manifest["seed"] == 7
    assert [next(iter(one)) for one in manifest["settings"]["blend"]["sources"]] == [
        "ease",
        "content",
        "popular",
    ]
    assert sum(manifest["weights"].values()) == pytest.approx(1, abs=1e-6)
    assert set(manifest["seconds"]) == {"read", "evaluate", "fit"}
    judged = manifest["evaluation"]["models"]
    assert set(judged) == {"blend", "ease", "content", "popular"}
    assert set(manifest["evaluation"]["groups"]) == set(judged)
    for metrics in judged.values():
        assert set(metrics) == {"hit_rate@20", "mrr@20", "ndcg@20", "recall@20"}
        for estimate in metrics.values():
            assert 0 <= estimate["low"] <= estimate["mean"] <= estimate["high"] <= 1
            assert estimate["n"] == manifest["evaluation"]["requests"]
    assert judged["blend"]["mrr@20"]["mean"] > judged["popular"]["mrr@20"]["mean"]


def test_nothing_is_measured_where_nothing_is_held_out() -> None:
    stores = filled()
    bundle = train(stores, TrainSettings(source="popular", holdout=0), now=NOW, seed=1)
    assert stores.bundles.manifest(bundle)["evaluation"] is None
    assert stores.bundles.manifest(bundle)["weights"] is None
    assert isinstance(stores.bundles.load(bundle)["source"], FittedPopular)


def test_measuring_does_not_change_the_model() -> None:
    stores = filled()
    requests = [request_of(as_of(stores, at=NOW).histories[3], titles=TITLES)]
    found = []
    for holdout in (0.0, 0.3):
        bundle = train(stores, TrainSettings(holdout=holdout), now=NOW, seed=7)
        found.append(stores.bundles.load(bundle)["source"].scores(requests))
    np.testing.assert_array_equal(found[0], found[1])


def test_a_catalogue_without_any_viewing_can_be_trained_on() -> None:
    stores = memory_stores()
    stores.catalogue.upsert([Title(title_id="t", name="Film")], now=NOW)
    bundle = train(stores, TrainSettings(), now=NOW, seed=0)
    scores = stores.bundles.load(bundle)["source"].scores([request_of(History.empty(), titles=1)])
    assert np.isfinite(scores).all()


def test_an_empty_catalogue_is_refused_with_the_remedy() -> None:
    with pytest.raises(ValueError, match="the catalogue is empty; import titles first"):
        train(memory_stores(), TrainSettings(), now=NOW, seed=0)


def test_an_unknown_model_is_refused_before_anything_is_read() -> None:
    with pytest.raises(LookupError, match="no source called 'eaze'"):
        train(memory_stores(), TrainSettings(source="eaze"), now=NOW, seed=0)


def test_progress_counts_up_to_its_total() -> None:
    told: list[tuple[int, int]] = []
    train(filled(), TrainSettings(), now=NOW, seed=0, progress=lambda *step: told.append(step))
    assert told == [(done, 4) for done in (1, 2, 3, 4)]


@pytest.mark.parametrize("step", [1, 2, 3])
def test_an_interrupted_training_leaves_the_live_bundle_as_it_was(step: int) -> None:
    stores = filled()
    live = train(stores, TrainSettings(), now=NOW, seed=0)

    def interrupt(done: int, total: int) -> None:
        del total
        if done == step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(stores, TrainSettings(), now=NOW, seed=1, progress=interrupt)
    assert stores.bundles.live() == live
    assert stores.bundles.all() == [live]


def test_plays_count_as_well_as_ratings() -> None:
    stores = filled()
    watched: dict[str, Any] = {"watched_s": 5000.0, "position_s": 5900.0, "duration_s": 6000.0}
    put(
        stores,
        [PlayEnd(event_id="x", profile_id="p0", title_id="t1", at=NOW, **watched)],
        origin="live",
    )
    history = as_of(stores, at=NOW).histories[0]
    assert history.weights[history.titles == 1][0] > 0


def test_data_of_a_moment_know_what_was_shown_and_taken_but_not_once_they_are_cut() -> None:
    stores = filled()
    assert as_of(stores, at=NOW).histories.takes is None
    said: dict[str, Any] = {"profile_id": "p1", "at": Moment(NOW - 1), "token": "tile"}
    shown = [Impression(event_id=f"i{n}", title_id=f"t{n % 3}", **said) for n in range(9)]
    long = {"watched_s": 5000.0, "position_s": 5000.0, "duration_s": 6000.0}
    put(stores, [*shown, PlayEnd(event_id="e", title_id="t2", **long, **said)], origin="demo")
    put(stores, [Impression(event_id="x", title_id="t0", **said)], origin="simulated")
    data = as_of(stores, at=NOW)
    takes = data.histories.takes
    assert takes is not None
    assert [counts[:4].tolist() for counts in takes] == [[3, 3, 3, 0], [0, 0, 1, 0]]
    assert (
        Time().cut(data, part="test", rng=np.random.default_rng(0))[0].fit.histories.takes is None
    )
    assert by_time(data, share=0.2).fit.histories.takes is None
    assert without_profiles(data, np.array([1])).histories.takes is None
