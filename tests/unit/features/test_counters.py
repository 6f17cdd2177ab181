"""Counters: integers by day, whatever the chunks, and decayed only when read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acts import Act, signals
from matinee.data import Catalogue
from matinee.features import TELLING, Counters, Rewards
from matinee.features.counters import KEPT_DAYS
from matinee.types import DAY_MS, KINDS, Moment, Title

CATALOGUE = Catalogue.of([Title(title_id=name, name=name) for name in "abc"])
EMPTY = Counters.empty(Rewards.default(), titles=3)
NOW = Moment(100 * DAY_MS + 5)


def counted(*acts: Act) -> Counters:
    """Return the counters after these acts."""
    return EMPTY.fold(signals(acts, CATALOGUE), 3)


days = st.integers(1, 120).map(lambda day: day * DAY_MS)
titles = st.sampled_from("abc")
acts_of_any_day = st.one_of(
    st.builds(
        Act, kind=st.sampled_from(["play_start", "mylist_add", "pause"]), title=titles, at=days
    ),
    st.builds(
        Act,
        kind=st.just("thumb"),
        title=titles,
        at=days,
        profile=st.integers(0, 2),
        value=st.sampled_from([-1, 0, 1, 2]),
    ),
    st.builds(
        Act,
        kind=st.just("rate"),
        title=titles,
        at=days,
        profile=st.integers(0, 2),
        value=st.sampled_from([0.3, 0.7, 0.8, 1.0]),
    ),
)


@given(st.lists(acts_of_any_day, max_size=20), st.data())
def test_chunks_and_their_order_do_not_matter(acts: list[Act], data: st.DataObject) -> None:
    whole = counted(*acts)
    shuffled = data.draw(st.permutations(acts))
    cut = data.draw(st.integers(0, len(acts)))
    parts = EMPTY.fold(signals(shuffled[:cut], CATALOGUE), 3)
    parts = parts.fold(signals(shuffled[cut:], CATALOGUE), 3)
    at = Moment(121 * DAY_MS)
    for name in ("plays", "adds", "likes"):
        one, other = whole.named(name), parts.named(name)
        assert one.total().tolist() == other.total().tolist()
        assert one.within(at, days=30).tolist() == other.within(at, days=30).tolist()
        np.testing.assert_array_equal(
            one.decayed(at, half_life_days=9), other.decayed(at, half_life_days=9)
        )


@given(st.lists(acts_of_any_day, max_size=20), st.integers(1, KEPT_DAYS))
def test_a_window_counts_what_a_loop_counts(acts: list[Act], days: int) -> None:
    at = Moment(121 * DAY_MS + 7)
    expected = [0, 0, 0]
    for act in acts:
        if act.kind == "play_start" and 121 - days < act.at // DAY_MS <= 121:
            expected["abc".index(act.title)] += 1
    newest = max((act.at // DAY_MS for act in acts if act.kind == "play_start"), default=0)
    if 121 - days >= newest - KEPT_DAYS:
        assert counted(*acts).plays.within(at, days=days).tolist() == expected


def test_a_count_halves_every_half_life() -> None:
    counts = counted(Act("play_start", "a", at=NOW - 3 * DAY_MS), Act("play_start", "a", at=NOW))
    assert counts.plays.decayed(NOW, half_life_days=3).tolist() == [1.5, 0, 0]


def test_what_is_older_than_the_days_kept_counts_as_just_that_old() -> None:
    counts = counted(Act("play_start", "b", at=DAY_MS), Act("play_start", "a", at=NOW))
    decayed = counts.plays.decayed(NOW, half_life_days=KEPT_DAYS)
    assert decayed.tolist() == [1, 0.5, 0]
    assert counts.plays.total().tolist() == [1, 1, 0]


def test_thumbs_and_ratings_up_are_likes_and_others_are_not() -> None:
    counts = counted(
        Act("thumb", "a", profile=1, value=1),
        Act("thumb", "a", profile=2, value=2),
        Act("rate", "a", profile=3, value=0.8),
        Act("thumb", "b", profile=1, value=-1),
        Act("thumb", "b", profile=2, value=0),
        Act("rate", "b", profile=3, value=0.7),
    )
    assert counts.likes.total().tolist() == [3, 0, 0]


def test_a_thumb_given_and_taken_back_thirty_times_is_no_like() -> None:
    counts = counted(Act("thumb", "a", profile=1, value=1))
    for turn in range(30):
        for value in (1, 0):
            at = NOW + 2 * turn + (value == 0)
            counts = counts.fold(signals([Act("thumb", "a", at=at, value=value)], CATALOGUE), 3)
    assert counts.likes.total().tolist() == [1, 0, 0]
    assert counts.likes.within(NOW, days=7).tolist() == [0, 0, 0]


def test_a_like_given_again_counts_once_on_the_day_it_was_last_given() -> None:
    counts = counted(
        Act("rate", "a", at=NOW - 40 * DAY_MS, value=0.9), Act("thumb", "a", at=NOW, value=1)
    )
    assert counts.likes.total().tolist() == [1, 0, 0]
    assert counts.likes.decayed(NOW, half_life_days=1).tolist() == [1, 0, 0]


def test_an_older_opinion_that_comes_late_changes_nothing() -> None:
    counts = counted(Act("thumb", "a", at=NOW, value=-1))
    late = signals([Act("thumb", "a", at=NOW - DAY_MS, value=2)], CATALOGUE)
    assert counts.fold(late, 3).likes.total().tolist() == [0, 0, 0]


@given(st.lists(acts_of_any_day, max_size=30))
def test_likes_are_the_profiles_whose_last_word_is_up(acts: list[Act]) -> None:
    last: dict[tuple[int, str], tuple[int, bool]] = {}
    for act in acts:
        if act.kind in ("thumb", "rate"):
            up = act.value >= (1 if act.kind == "thumb" else 0.8)
            key = (act.profile, act.title)
            last[key] = max(last.get(key, (0, False)), (act.at, up))
    expected = [sum(up for (_, of), (_, up) in last.items() if of == title) for title in "abc"]
    assert counted(*acts).likes.total().tolist() == expected


def test_many_opinions_stay_right_when_the_runs_join() -> None:
    rng = np.random.default_rng(5)
    counts, last = EMPTY, {}
    for chunk in range(4):
        acts = [
            Act("thumb", "abc"[n % 3], profile=p, at=NOW + 10 * chunk, value=int(v))
            for n, (p, v) in enumerate(
                zip(rng.permutation(9000)[:3000].tolist(), rng.integers(-1, 3, 3000), strict=True)
            )
        ]
        counts = counts.fold(signals(acts, CATALOGUE), 3)
        last |= {(act.profile, act.title): act.value >= 1 for act in acts}
    expected = [sum(up for (_, of), up in last.items() if of == title) for title in "abc"]
    assert counts.likes.total().tolist() == expected


def test_a_catalogue_that_grew_reads_the_same_counts_longer() -> None:
    grown = counted(Act("play_start", "c")).sized(5)
    assert grown.plays.total().tolist() == [0, 0, 1, 0, 0]
    assert len(grown.plays.decayed(NOW, half_life_days=1)) == 5


def test_more_days_than_are_kept_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="65 days"):
        EMPTY.plays.within(NOW, days=65)


def test_an_unknown_counter_lists_the_known_ones() -> None:
    with pytest.raises(LookupError, match="adds, likes, plays"):
        EMPTY.named("hearts")


def test_events_of_titles_outside_the_catalogue_are_not_counted() -> None:
    columns = signals([Act("play_start", "a")], CATALOGUE)
    columns.titles[:] = 9
    assert EMPTY.fold(columns, 3).plays.total().tolist() == [0, 0, 0]


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(TELLING)))
def test_an_event_that_no_history_is_made_of_is_not_counted_either(kind: str) -> None:
    act = Act(kind=kind, title="a", at=NOW, value=1.0)
    assert not any(counted(act).named(name).total().any() for name in ("plays", "likes", "adds"))
