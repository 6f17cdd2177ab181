"""Surges: found within minutes, and no evening, morning or weekend is taken for one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import naive_surges as naive
from matinee.features.surges import HALF_LIVES_H, QuarterCounts
from matinee.types import Moment

TITLES = 16
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
USUAL = np.geomspace(2, 60, TITLES)  # plays an hour
KIND = np.arange(TITLES) % 4  # for always, evenings, mornings, weekends


def rates(hour: int) -> np.ndarray:
    """Plays an hour of each title: everybody watches in evenings, and titles have their times."""
    of_day, weekend = hour % 24, (hour // 24) % 7 >= 5
    evening, morning = 19 <= of_day < 23, 6 <= of_day < 9
    own = np.select(
        [KIND == 1, KIND == 2, KIND == 3],
        [6 if evening else 0.6, 6 if morning else 0.7, 4 if weekend else 0.5],
        1.0,
    )
    return USUAL * (2.3 if evening else 1.0) * own


def played(
    rng: np.random.Generator, start: int, stop: int, times: np.ndarray | float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Draw plays between two moments of one hour, `times` as many as usual."""
    counts = rng.poisson(rates(start // HOUR) * times * (stop - start) / HOUR)
    rows = np.repeat(np.arange(TITLES, dtype=np.int32), counts)
    return rows, rng.integers(start, stop, size=len(rows))


def regular(rng: np.random.Generator, hours: range) -> Iterator[tuple[int, QuarterCounts]]:
    """Yield the counts at a drawn minute of each hour."""
    counts = QuarterCounts(TITLES)
    for hour in hours:
        look = hour * HOUR + int(rng.integers(1, 60)) * MINUTE
        counts = counts.add(*played(rng, hour * HOUR, look), size=TITLES)
        yield look, counts
        counts = counts.add(*played(rng, look, (hour + 1) * HOUR), size=TITLES)


@pytest.mark.parametrize("seed", [20, 90210])
def test_thirty_days_of_regular_peaks_raise_nothing(seed: int) -> None:
    """240 looks at 16 titles, after eight days to learn from: 0 alarms in 3,840, by each seed."""
    looks = list(regular(np.random.default_rng(seed), range(38 * 24)))[8 * 24 :: 3]
    alarms = sum(np.count_nonzero(counts.surge(Moment(at)) > 1) for at, counts in looks)
    assert (len(looks), alarms) == (240, 0)


def test_within_the_first_week_a_weekend_is_news_of_weekend_titles_alone() -> None:
    """Nobody can know yet that they have weekends: 5 days, then 2 of weekend; seed 22."""
    looks = list(regular(np.random.default_rng(22), range(7 * 24)))
    raised = {
        int(title)
        for at, counts in looks
        for title in np.flatnonzero(counts.surge(Moment(at)) > 1)
        if at >= 2 * DAY
    }
    assert raised
    assert raised <= set(np.flatnonzero(KIND == 3).tolist())


def test_ten_times_as_many_plays_are_found_within_ten_minutes() -> None:
    """Of titles with 30 plays an hour or more, from whatever minute: 19 of 20, seed 21."""
    rng = np.random.default_rng(21)
    *_, (_, counts) = regular(rng, range(9 * 24))
    found = 0
    for _ in range(20):
        start = 9 * DAY + int(rng.integers(60)) * MINUTE
        able = np.flatnonzero(rates(start // HOUR) >= 30)
        title = int(rng.choice(able))
        before = counts.add(*played(rng, 9 * DAY, start), size=TITLES)
        assert before.surge(Moment(start))[title] == 1
        times = np.where(np.arange(TITLES) == title, 10.0, 1.0)
        until = start + 10 * MINUTE
        edge = min(until, 9 * DAY + HOUR)
        after = before.add(*played(rng, start, edge, times), size=TITLES)
        if edge < until:
            after = after.add(*played(rng, edge, until, times), size=TITLES)
        surges = after.surge(Moment(until - 1))
        assert (np.delete(surges, title) == 1).all()
        found += surges[title] > 1
    assert found >= 19


@given(
    plays=st.lists(
        st.tuples(
            st.integers(0, 2),
            st.sampled_from([0, 1, 2, 95, 96, 576, 670, 671, 672, 673, 674]),
            st.sampled_from([1, 3, 15]),
        ),
        max_size=7,
    ),
    now=st.sampled_from([672, 673, 675]),
)
@settings(max_examples=12)
def test_a_surge_is_its_definition(plays: list[tuple[int, int, int]], now: int) -> None:
    each = [(title, quarter) for title, quarter, times in plays for _ in range(times)]
    each = [(title, quarter) for title, quarter in each if quarter <= now]
    rows = np.array([title for title, _ in each], np.int32)
    at = np.array([quarter * 15 * MINUTE for _, quarter in each], np.int64)
    counts = QuarterCounts(3).add(rows, at, size=3)
    slow = naive.surge(each, titles=3, now=now, half_lives=HALF_LIVES_H)
    np.testing.assert_allclose(counts.surge(Moment(now * 15 * MINUTE + 7)), slow, rtol=1e-5)


@given(
    quarters=st.lists(st.integers(0, 2000), min_size=1, max_size=30),
    cut=st.integers(0, 30),
    seed=st.integers(0, 5),
)
def test_chunks_and_their_order_do_not_matter(quarters: list[int], cut: int, seed: int) -> None:
    at = np.array(quarters, np.int64) * 15 * MINUTE
    rows = (np.arange(len(at)) % 3).astype(np.int32)
    whole = QuarterCounts(3).add(rows, at, size=3)
    order = np.random.default_rng(seed).permutation(len(at))
    parts = QuarterCounts(3)
    now = Moment(int(at.max()))
    for some in (order[:cut], order[cut:]):
        parts = parts.add(rows[some], at[some], size=3)
        parts.surge(now)  # what is held between chunks must not go stale
    np.testing.assert_allclose(parts.surge(now), whole.surge(now), rtol=1e-6)
    assert parts.newest == whole.newest
    assert {q: (r.tolist(), c.tolist()) for q, (r, c) in parts.quarters.items()} == {
        q: (r.tolist(), c.tolist()) for q, (r, c) in whole.quarters.items()
    }


@given(
    steps=st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 900), st.integers(1, 25), st.integers(0, 3)),
        min_size=1,
        max_size=12,
    ),
    grown=st.integers(0, 12),
    seed=st.integers(0, 3),
)
def test_windows_that_are_rolled_on_and_corrected_are_those_made_anew(
    steps: list[tuple[int, int, int, int]], grown: int, seed: int
) -> None:
    """Each step: quarters that pass, how late plays of a title come, how many, and of which."""
    rng = np.random.default_rng(seed)
    quarter = 900
    past = rng.integers(0, 900, size=300) * 15 * MINUTE
    counts = QuarterCounts(4).add(rng.integers(3, size=300).astype(np.int32), past, size=4)
    for step, (passed, late, plays, title) in enumerate(steps):
        quarter += passed
        size = 5 if step >= grown else 4
        some = np.full(plays, title, np.int32)
        when = np.full(plays, max(quarter - late, 0) * 15 * MINUTE, np.int64)
        counts = counts.add(some, when, size=size)
        now = Moment(quarter * 15 * MINUTE)
        anew = replace(counts, _held={})
        np.testing.assert_allclose(counts.surge(now), anew.surge(now), rtol=1e-5)
        held, made = counts._windows(quarter), anew._windows(quarter)
        np.testing.assert_allclose(held.sums, made.sums, atol=1e-9)
        np.testing.assert_array_equal(held.margins, made.margins)


def test_without_a_past_nothing_is_more_than_usual() -> None:
    rows = np.zeros(500, np.int32)
    counts = QuarterCounts(2).add(rows, np.full(500, DAY, np.int64), size=2)
    assert counts.surge(Moment(DAY)).tolist() == [1, 1]
    assert QuarterCounts(0).surge(Moment(DAY)).tolist() == []


def test_a_new_title_that_everybody_plays_is_a_surge() -> None:
    """Twenty plays each quarter of another for a week, then forty of one not played before."""
    quarters = np.arange(0, 8 * 96)
    counts = QuarterCounts(2).add(
        np.zeros(20 * len(quarters), np.int32), np.repeat(quarters, 20) * 15 * MINUTE, size=2
    )
    now = int(quarters[-1]) * 15 * MINUTE
    after = counts.add(np.ones(40, np.int32), np.full(40, now, np.int64), size=2)
    assert counts.surge(Moment(now)).tolist() == [1, 1]
    surges = after.surge(Moment(now))
    assert surges[0] == 1
    assert surges[1] > 3
