"""What is popular in a country, on a device and at an hour; and nothing where nothing is known."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import naive_models as naive
from matinee.data import Dataset
from matinee.data.frozen import pack, unpack
from matinee.features.contexts import coded, contexts
from matinee.models.sources.popular import FittedPopular, Popular
from matinee.testing.checkerboard import NOW, catalogue_of, dataset_of, history_of, request_of
from matinee.types import DAY_MS, DEVICES, Device, History, Moment, Request

RNG = np.random.default_rng(0)
HOUR = DAY_MS // 24
MONDAY = Moment.of(datetime(2023, 11, 13, tzinfo=UTC))
COUNTRIES = ("BE", "NL")


def like(
    title: int, *, at: int, device: Device | None = None, tz_offset_min: int = 0, weight: float = 1
) -> History:
    """The history of somebody who liked one title, once."""
    return replace(
        history_of([title], weights=[weight]),
        at=np.array([at], np.int64),
        devices=np.array([-1 if device is None else DEVICES.index(device)], np.int8),
        tz_offsets=np.array([tz_offset_min], np.int16),
    )


def asking(titles: int, *, at: int = NOW, **known: object) -> Request:
    return replace(request_of(History.empty(), titles=titles), at=Moment(at), **known)  # type: ignore[arg-type]  # checked by the call


def likes_by_device(*counts: tuple[int, int], at: int = NOW) -> Dataset:
    """Likes of each title on television and on tablets, all at one moment."""
    devices: tuple[Device, Device] = ("tv", "tablet")
    found = [
        like(title, at=at, device=device)
        for title, pair in enumerate(counts)
        for device, count in zip(devices, pair, strict=True)
        for _ in range(count)
    ]
    return dataset_of(found, titles=len(counts))


def test_a_lift_is_what_the_table_says_smoothed_as_its_spread_says() -> None:
    """χ² = 20 of 2 titles and 80 likes: s = 60 ÷ 18; 30 of 40 likes on television lift by 1.46."""
    fitted = Popular().fit(likes_by_device((30, 10), (10, 30)), RNG)
    assert fitted.lifts["device"].names == ("tv", "tablet")
    lift = (30 / 0.5 + 60 / 18) / (40 + 60 / 18)
    np.testing.assert_allclose(
        fitted.lifts["device"].times, [[lift, 2 - lift], [2 - lift, lift]], rtol=1e-6
    )
    on_tv = fitted.scores([asking(2, device="tv")])[0]
    np.testing.assert_allclose(on_tv, np.log1p([40 * lift, 40 * (2 - lift)]), rtol=1e-6)


def test_likes_that_have_faded_tell_contexts_apart_as_well_as_new_ones() -> None:
    old = likes_by_device((30, 10), (10, 30), at=NOW - 300 * DAY_MS)
    faded, new = (
        Popular(100).fit(data, RNG) for data in (old, replace(old, at=NOW - 300 * DAY_MS))
    )
    np.testing.assert_allclose(faded.lifts["device"].times, new.lifts["device"].times, rtol=1e-6)
    np.testing.assert_allclose(np.expm1(faded.titles), np.expm1(new.titles) / 8, rtol=1e-5)


def test_differences_that_chance_makes_are_none() -> None:
    fitted = Popular().fit(likes_by_device((21, 19), (19, 21), (20, 20)), RNG)
    assert not fitted.lifts


def test_one_like_alone_does_not_decide() -> None:
    """A title liked once, on a tablet, does not overtake there what hundreds like everywhere."""
    fitted = Popular().fit(likes_by_device((300, 100), (100, 300), (0, 1)), RNG)
    scores = fitted.scores([asking(3, device="tablet")])[0]
    assert scores.argsort().tolist() == [2, 0, 1]


CARTOONS, THRILLERS = range(4), range(4, 8)


def family(seed: int) -> Dataset:
    """Cartoons on tablets in the morning, thrillers on television at night, by local clocks.

    The two last titles are liked by everybody at any time, but one in the Netherlands only.
    """
    rng = np.random.default_rng(seed)
    found, homes = [], []
    for _ in range(3000):
        offset = int(rng.choice([-480, 0, 540]))
        young = bool(rng.random() < 0.5)
        home = COUNTRIES[int(rng.integers(2))]
        hour = rng.integers(6, 12) if young else rng.integers(6)
        titles, device = (CARTOONS, "tablet") if young else (THRILLERS, "tv")
        title = int(rng.choice(list(titles)))
        if rng.random() < 0.4:
            hour, title = rng.integers(24), 8 if home == "BE" or rng.random() < 0.5 else 9
            device = DEVICES[int(rng.integers(4))]
        at = MONDAY - int(rng.integers(1, 60)) * DAY_MS + int(hour) * HOUR - offset * 60_000
        found.append(like(title, at=at, device=device, tz_offset_min=offset))  # type: ignore[arg-type]  # one of DEVICES
        homes.append(home)
    return replace(dataset_of(found, titles=11), at=MONDAY, countries=tuple(homes))


@pytest.mark.parametrize("seed", [5, 2026])
def test_children_see_cartoons_in_the_morning_and_thrillers_come_at_night(seed: int) -> None:
    fitted = Popular().fit(family(seed), RNG)
    tokyo = 540

    def best(hour: int, *, device: Device | None, offset: int | None, k: int) -> set[int]:
        at = MONDAY + hour * HOUR - (offset or 0) * 60_000
        request = asking(11, at=at, device=device, tz_offset_min=offset)
        return set(fitted.scores([request])[0].argsort()[::-1][:k].tolist())

    assert set(CARTOONS) <= best(8, device="tablet", offset=tokyo, k=5)
    assert set(THRILLERS) <= best(2, device="tv", offset=-480, k=5)
    assert set(CARTOONS) <= best(8, device=None, offset=tokyo, k=5)
    assert set(THRILLERS) <= best(8, device="tv", offset=None, k=5)
    both = best(8, device=None, offset=None, k=10)
    assert both == set(range(10))


def test_what_is_popular_in_one_country_is_so_there() -> None:
    fitted = Popular().fit(family(5), RNG)
    here, there, nowhere, elsewhere = fitted.scores(
        [asking(11, country=country) for country in ("NL", "BE", None, "FR")]
    )
    assert here[9] > nowhere[9] > there[9]
    assert there[8] > nowhere[8] > here[8]
    np.testing.assert_array_equal(nowhere, fitted.titles)
    np.testing.assert_array_equal(elsewhere, fitted.titles)


@pytest.mark.parametrize("people", [1, 19, 20])
def test_what_a_handful_in_a_country_like_is_not_told(people: int) -> None:
    """Title 9 is liked by them alone, and others of their country like nothing."""
    many = [like(n % 9, at=NOW) for n in range(300)]
    few = [like(9, at=NOW) for _ in range(people)] + [like(9, at=NOW, weight=-1)] * 30
    data = dataset_of(many + few, titles=10)
    homes = ("NL",) * len(many) + ("LI",) * len(few)
    fitted = Popular().fit(replace(data, countries=homes), RNG)
    here, anywhere = fitted.scores([asking(10, country="LI"), asking(10)])
    assert (here[9] > anywhere[9]) == (people == 20)
    assert ("country" in fitted.lifts) == (people == 20)


def test_pieces_in_which_entries_are_coded_make_no_difference() -> None:
    data = family(5)
    entries, indptr = data.histories.entries, data.histories.indptr
    merged = replace(  # profiles of several entries, some of none
        data, histories=replace(data.histories, indptr=indptr[np.arange(len(indptr)) // 3 * 3])
    )
    names = contexts(merged)
    whole = coded(merged, slice(0, int(indptr[-4])), names)
    for size in (1, 2, 7, 1000):
        parts = [
            coded(merged, slice(start, min(start + size, len(whole["device"]))), names)
            for start in range(0, len(whole["device"]), size)[:50]
        ]
        for kind in ("country", "device", "daypart", "week"):
            found = np.concatenate([part[kind] for part in parts])
            np.testing.assert_array_equal(found, whole[kind][: len(found)])
    owners = np.repeat(np.arange(len(merged.histories)), np.diff(merged.histories.indptr))
    homes = [names["country"][code] for code in whole["country"]]
    assert homes == [merged.countries[one] for one in owners[: len(homes)]]
    assert len(entries) > 1000


def test_where_no_context_is_known_scores_are_those_of_everybody() -> None:
    data = family(5)
    entries = data.histories.entries
    bare = replace(
        data,
        countries=(),
        histories=replace(
            data.histories,
            entries=replace(
                entries,
                devices=np.full_like(entries.devices, -1),
                tz_offsets=np.zeros_like(entries.tz_offsets),
            ),
        ),
    )
    fitted = Popular().fit(bare, RNG)
    assert not fitted.lifts
    told = asking(11, device="tv", country="NL", tz_offset_min=60)
    plain = Popular().fit(data, RNG).scores([asking(11)])[0]
    np.testing.assert_array_equal(fitted.scores([told, asking(11)]), np.stack([plain, plain]))
    assert bare.fingerprint != data.fingerprint


def test_lifts_are_saved_and_newer_titles_stay_last() -> None:
    fitted = Popular().fit(family(5), RNG)
    request = asking(11, device="tablet", country="BE", tz_offset_min=60)
    again = unpack(FittedPopular, *pack(fitted))
    np.testing.assert_array_equal(again.scores([request]), fitted.scores([request]))
    newer = fitted.with_titles(catalogue_of(13))
    scores = newer.scores([replace(request, eligible=np.ones(13, np.bool_))])[0]
    np.testing.assert_array_equal(scores[:11], fitted.scores([request])[0])
    assert set(scores[10:].tolist()) == {scores.min()} == {np.float32(-0.1)}


@pytest.mark.parametrize("smoothing", [0.0, -1.0, float("nan")])
def test_smoothing_must_be_above_0(smoothing: float) -> None:
    with pytest.raises(ValueError, match="smoothing"):
        Popular(smoothing=smoothing)


LIKES = st.lists(
    st.tuples(
        st.integers(0, 3),  # title
        st.integers(-1, 200),  # hours ago
        st.sampled_from([None, *DEVICES]),
        st.sampled_from([0, 0, -480, 330]),
        st.sampled_from([None, *COUNTRIES]),
        st.sampled_from([1.0, 1.0, 1.0, 0.0, -1.0]),  # weight
    ),
    max_size=30,
)


def named(at: int, device: str | None, offset: int, country: str | None) -> dict[str, str]:
    """A context in words, by the calendar of the standard library."""
    found = {"country": country, "device": device}
    if device is not None or offset:
        local = datetime.fromtimestamp(at / 1000 + offset * 60, tz=UTC)
        found["daypart"] = ("night", "morning", "day", "evening")[local.hour // 6]
        found["week"] = "weekend" if local.isoweekday() > 5 else "weekdays"
    return {kind: name for kind, name in found.items() if name is not None}


@given(
    likes=LIKES,
    half_life=st.sampled_from([0.5, 30.0, 1e6]),
    smoothing=st.sampled_from([0.1, 1.0, 5.0]),
    device=st.sampled_from([None, *DEVICES]),
    offset=st.sampled_from([None, 0, 330]),
    country=st.sampled_from([None, "FR", *COUNTRIES]),
    often=st.sampled_from([1, 7, 20]),
)
def test_popular_in_a_context_is_its_definition(
    likes: list[tuple[int, int, Device | None, int, str | None, float]],
    half_life: float,
    smoothing: float,
    device: Device | None,
    offset: int | None,
    country: str | None,
    often: int,
) -> None:
    likes = likes * often
    homes = Counter(one[4] for one in likes if one[5] > 0)
    found = [
        like(title, at=NOW - ago * HOUR, device=on, tz_offset_min=tz, weight=weight)
        for title, ago, on, tz, _, weight in likes
    ]
    data = replace(dataset_of(found, titles=4), countries=tuple(one[4] for one in likes))
    fitted = Popular(half_life, smoothing).fit(data, RNG)
    asked = named(NOW, "tv", offset or 0, country)
    if offset is None:
        del asked["daypart"], asked["week"]
    asked |= {"device": device} if device else {}
    if device is None:
        del asked["device"]
    slow = naive.popular_in(
        [
            (title, ago / 24, named(NOW - ago * HOUR, on, tz, home))
            for title, ago, on, tz, home, weight in (
                (*one[:4], one[4] if homes[one[4]] >= 20 else None, one[5]) for one in likes
            )
            if weight > 0
        ],
        asked,
        titles=4,
        half_life_days=half_life,
        smoothing=smoothing,
    )
    request = asking(4, device=device, tz_offset_min=offset, country=country)
    np.testing.assert_allclose(fitted.scores([request])[0], slow, rtol=1e-4, atol=1e-5)
