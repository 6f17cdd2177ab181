"""The source of what is trending: its definition, found spikes, and nothing known beforehand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import naive_surges as naive
from matinee.data import Dataset
from matinee.data.frozen import pack, unpack
from matinee.features.surges import HALF_LIVES_H
from matinee.models.sources.item_knn import ItemKNN
from matinee.models.sources.trending import FittedTrending, Trending
from matinee.testing.checkerboard import catalogue_of, dataset_of, history_of, request_of
from matinee.types import History, Moment

RNG = np.random.default_rng(0)
MINUTE = 60_000
HOUR = 60 * MINUTE
START = 20_000 * 24 * HOUR


def liked(titles: np.ndarray, at: np.ndarray, *, size: int, now: int) -> Dataset:
    """Data in which every like is somebody else's."""
    one = history_of([0])
    each = [
        replace(one, titles=np.array([title], np.int32), at=np.array([moment], np.int64))
        for title, moment in zip(titles.tolist(), at.tolist(), strict=True)
    ]
    return replace(dataset_of(each, titles=size), at=Moment(now))


def heat(data: Dataset) -> list[float]:
    fitted: FittedTrending = Trending().fit(data, RNG)
    return fitted.heat(data.at).tolist()


@given(
    likes=st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from([0, 1, 5, 96, 97, 672, 700])), max_size=9
    ),
    often=st.integers(1, 8),
    since=st.integers(0, 30),
)
@settings(max_examples=10)
def test_trending_is_its_definition(likes: list[tuple[int, int]], often: int, since: int) -> None:
    plays = [one for one in likes for _ in range(often)]
    now = START + 3 * MINUTE
    titles = np.array([title for title, _ in plays], np.int32)
    at = np.array([START - quarter * 15 * MINUTE for _, quarter in plays], np.int64)
    data = liked(titles, at, size=3, now=now)
    fitted = Trending().fit(data, RNG)
    quarter = START // (15 * MINUTE)
    surges = naive.surge(
        [(title, quarter - age) for title, age in plays],
        titles=3,
        now=quarter,
        half_lives=HALF_LIVES_H,
    )
    slow = []
    for title in range(3):
        total = sum(
            0.5 ** (((now - moment) / HOUR + since) / tau)
            for tau in (1, 6, 24, 168)
            for one, moment in zip(titles.tolist(), at.tolist(), strict=True)
            if one == title
        )
        slow.append(math.log(1 + total) + 0.5 ** (since / 6) * math.log(surges[title]))
    found = fitted.heat(Moment(now + since * HOUR))
    np.testing.assert_allclose(found, slow, rtol=1e-4, atol=1e-5)
    request = replace(request_of(history_of([0, 1]), titles=3), at=Moment(now + since * HOUR))
    near = ItemKNN().fit(data, RNG).scores([request])[0]
    wanted = found * (0.5 + np.where(np.isfinite(near), near, 0))
    np.testing.assert_allclose(fitted.scores([request])[0], wanted, rtol=1e-5)


def drawn(seed: int, *, hours: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Some 40 likes an hour of each title in evenings, 4 else; title 0 only at weekends."""
    rng = np.random.default_rng(seed)
    titles, at = [], []
    for hour in range(hours):
        moment = START + hour * HOUR
        of_day, weekday = moment // HOUR % 24, (moment // HOUR // 24 + 3) % 7
        mean = np.full(size, 40.0 if 19 <= of_day < 23 else 4.0)
        mean[0] *= weekday >= 5
        counts = rng.poisson(mean)
        titles.append(np.repeat(np.arange(size, dtype=np.int32), counts))
        at.append(moment + rng.integers(HOUR, size=counts.sum()))
    return np.concatenate(titles), np.concatenate(at)


@pytest.mark.parametrize("seed", [31, 2027])
def test_a_spike_comes_first_within_ten_minutes_and_is_no_news_two_days_later(seed: int) -> None:
    """Ten times as many likes of the last title as in an evening, for ten minutes."""
    titles, at = drawn(seed, hours=9 * 24, size=6)
    start = START + 9 * 24 * HOUR
    rng = np.random.default_rng(seed)
    count = int(rng.poisson(400 / 6))
    usual = rng.poisson(40 / 6 / 10, size=6)
    rows = np.concatenate([np.full(count, 5), np.repeat(np.arange(6), usual)]).astype(np.int32)
    more = start + rng.integers(10 * MINUTE, size=len(rows))
    now = start + 10 * MINUTE - 1
    data = liked(np.append(titles, rows), np.append(at, more), size=6, now=now)
    fitted = Trending().fit(data, RNG)
    assert np.flatnonzero(fitted.surge).tolist() == [5]
    assert int(fitted.heat(data.at).argmax()) == 5
    later = fitted.heat(Moment(now + 48 * HOUR))
    assert later[5] - later[1:5].max() < 0.2


def test_what_came_after_the_moment_changes_nothing() -> None:
    """A spike that lies ahead of the data's moment is not known yet."""
    titles, at = drawn(33, hours=30, size=4)
    now = START + 30 * HOUR
    after = np.full(300, 2, np.int32), np.full(300, now + MINUTE, np.int64)
    plain = heat(liked(titles, at, size=4, now=now))
    planted = heat(liked(np.append(titles, after[0]), np.append(at, after[1]), size=4, now=now))
    assert planted == plain


def test_affinity_decides_among_what_is_as_hot() -> None:
    viewers = [history_of([0, 1])] * 5 + [history_of([2])] * 5
    fitted = Trending().fit(dataset_of(viewers, titles=4), RNG)
    mine, nobody = fitted.scores(
        [request_of(one, titles=4) for one in (history_of([0]), History.empty())]
    )
    assert mine[1] > mine[2] == nobody[1] == nobody[2] > nobody[3] == 0
    assert fitted.causes(request_of(history_of([0]), titles=4), np.array([1], np.int32))[
        0, 0
    ] == pytest.approx(mine[1] - nobody[1])


def test_trending_without_a_neighbour_is_refused() -> None:
    with pytest.raises(ValueError, match="neighbours"):
        Trending(neighbours=0)


@pytest.mark.parametrize("name", ["slow_days", "general"])
@pytest.mark.parametrize("value", [0.0, -1.0, math.nan])
def test_settings_of_nothing_are_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        Trending(**{name: value})  # type: ignore[arg-type]  # the bad value is the test


def test_what_is_taken_more_readily_is_hotter_until_it_is_forgotten() -> None:
    """Two titles liked as often; one is taken on 30 of 100 showings, the other on 10."""
    viewers = [history_of([title]) for title in (0, 1) for _ in range(8)]
    data = dataset_of(viewers, titles=3)
    plain = Trending().fit(data, RNG)
    takes = np.array([100, 100, 0], np.float32), np.array([10, 30, 0], np.float32)
    told = replace(data, histories=replace(data.histories, takes=takes))
    fitted = Trending().fit(told, RNG)
    prior = 99 / 11.5 - 1
    ease = [(k + 0.2 * prior) / (100 + prior) / 0.2 for k in (10, 30)]
    np.testing.assert_allclose(fitted.heat(data.at)[:2], ease * plain.heat(data.at)[:2], rtol=1e-5)
    day = Moment(data.at + 24 * HOUR)
    half = [(k / 2 + 0.2 * prior) / (50 + prior) / 0.2 for k in (10, 30)]
    np.testing.assert_allclose(fitted.heat(day)[:2], half * plain.heat(day)[:2], rtol=1e-5)
    month = Moment(data.at + 30 * 24 * HOUR)
    np.testing.assert_allclose(fitted.heat(month), plain.heat(month), rtol=1e-4)
    assert told.fingerprint != data.fingerprint
    arrays, tree = pack(fitted.with_titles(catalogue_of(5)))
    again = unpack(FittedTrending, arrays, tree)
    np.testing.assert_array_equal(again.heat(day), [*fitted.heat(day), 0, 0])


def test_how_slow_and_how_general_are_what_they_say() -> None:
    old, new = [history_of([0], days=60)] * 9, [history_of([1], days=2)] * 2
    data = dataset_of([*old, *new], titles=2)
    quick, slow = (Trending(slow_days=days).fit(data, RNG).heat(data.at) for days in (7, 300))
    assert quick[1] > quick[0]
    assert slow[0] > slow[1]
    some, more = (
        Trending(general=general).fit(data, RNG).scores([request_of(history_of([0]), titles=2)])[0]
        for general in (0.5, 2.0)
    )
    np.testing.assert_allclose(more[1], 4 * some[1], rtol=1e-6)


def test_what_was_fitted_when_less_was_said_of_it_scores_as_it_did() -> None:
    data = dataset_of([history_of([0, 1])] * 3 + [history_of([2])], titles=3)
    fitted = Trending().fit(data, RNG)
    arrays, tree = pack(fitted)
    assert isinstance(tree, dict)
    assert isinstance(tree["fields"], dict)
    for name in ("hours", "takes", "general"):
        del tree["fields"][name]
    again = unpack(FittedTrending, arrays, tree)
    asked = [request_of(history_of([0]), titles=3)]
    np.testing.assert_array_equal(again.scores(asked), fitted.scores(asked))
