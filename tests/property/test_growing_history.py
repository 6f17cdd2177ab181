"""A history that grew is, bit for bit, the one folded at once, however its events arrived."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from test_history_twin import CATALOGUE, REWARDS, TITLES, logs

from acts import Act, signals
from matinee.data import Catalogue
from matinee.features import Growing, fold_one
from matinee.types import DAY_MS, History, Title


def same(one: History, other: History) -> None:
    for field in fields(History):
        fast, slow = getattr(one, field.name), getattr(other, field.name)
        assert fast.dtype == slow.dtype
        np.testing.assert_array_equal(fast, slow)


@settings(max_examples=300)
@given(logs(), st.data())
def test_a_history_that_grew_is_the_one_folded_at_once(log: list[Act], data: st.DataObject) -> None:
    own = signals([act for act in log if act.profile == 0], CATALOGUE)
    parts = data.draw(st.lists(st.integers(0, 3), min_size=len(own), max_size=len(own)))
    arrived = [np.flatnonzero(np.array(parts, np.int64) == part) for part in range(4)]
    grown = Growing.of(own.take(arrived[0]), catalogue=CATALOGUE, rewards=REWARDS)
    known = arrived[0]
    for more in arrived[1:]:
        before = grown
        after = grown.with_events(own.take(more), catalogue=CATALOGUE, rewards=REWARDS)
        known = np.sort(np.concatenate([known, more]))
        expected = fold_one(own.take(known), catalogue=CATALOGUE, rewards=REWARDS)
        assert after is not None
        same(after.history, expected)
        grown = after
        assert before is grown or len(before.history) <= len(grown.history)


@given(st.sampled_from(["thumb", "play_end"]), st.sampled_from(["film", "odd"]))
def test_an_act_at_the_very_time_of_another_of_its_title_is_not_guessed_at(
    kind: str, title: str
) -> None:
    first = signals([Act("play_start", "film", 0, 5)], CATALOGUE)
    second = signals([Act(kind, title, 0, 5, value=1.0 if kind == "thumb" else None)], CATALOGUE)
    held = Growing.of(first, catalogue=CATALOGUE, rewards=REWARDS)
    grown = held.with_events(second, catalogue=CATALOGUE, rewards=REWARDS)
    assert (grown is None) is (title == "film")


WIDE = Catalogue.of(
    [
        *TITLES,
        *(
            Title(title_id=f"f{n}", name=f"F{n}", genres=genres, runtime_s=1000.0)
            for n, genres in enumerate(
                [(), ("A",), ("A", "B"), ("B",), ("C",), ("C", "War"), ("A", "C"), ("D",), ("D",)]
            )
        ),
    ]
)
CHANGES = ("thumb", "not_interested", "play_end", "details_open", "mylist_add", "rate")


@st.composite
def turns(draw: st.DrawFn) -> list[Act]:
    """Draw acts after which titles are liked, or no more: most move an entry, and discoveries."""
    titles = [title.title_id for title in WIDE.titles]
    some = []
    for at in draw(st.permutations(range(draw(st.integers(1, 30))))):
        kind = draw(st.sampled_from(CHANGES))
        value = {"thumb": draw(st.sampled_from([-1.0, 1.0])), "rate": 0.75}.get(kind)
        told = {"position": 990.0, "watched": 990.0} if kind == "play_end" else {}
        title = draw(st.sampled_from(titles))
        some.append(Act(kind, title, 0, DAY_MS + at, value=value, **told))
    return some


@pytest.mark.parametrize("after", [0, 2])
def test_acts_that_come_one_by_one_in_any_order_make_the_history_of_all(after: int) -> None:
    rewards = replace(REWARDS, new_genre=replace(REWARDS.new_genre, after=after))

    @settings(max_examples=80)
    @given(turns(), st.integers(1, 3))
    def check(some: list[Act], each: int) -> None:
        grown = Growing.of(signals([], WIDE), catalogue=WIDE, rewards=rewards)
        published: list[tuple[History, list[bytes]]] = []
        for upto in range(0, len(some), each):
            came = signals(some[upto : upto + each], WIDE)
            after = grown.with_events(came, catalogue=WIDE, rewards=rewards)
            assert after is not None
            known = signals(some[: upto + each], WIDE)
            same(after.history, fold_one(known, catalogue=WIDE, rewards=rewards))
            published.append((after.history, bits(after.history)))
            grown = after
        for history, before in published:
            assert bits(history) == before  # nothing that was published changed since

    check()


def bits(history: History) -> list[bytes]:
    return [getattr(history, field.name).tobytes() for field in fields(History)]


@pytest.mark.parametrize("titles", [1, 9])
def test_hundreds_of_acts_one_after_another_make_the_history_of_all(titles: int) -> None:
    some = [
        Act("heartbeat", f"f{n % titles}", 0, DAY_MS + n, position=n * 1.0, watched=n * 0.7)
        for n in range(220)
    ]
    grown = Growing.of(signals([], WIDE), catalogue=WIDE, rewards=REWARDS)
    for n, act in enumerate(some):
        after = grown.with_events(signals([act], WIDE), catalogue=WIDE, rewards=REWARDS)
        assert after is not None
        grown = after
        if n % 20 == 19:
            known = signals(some[: n + 1], WIDE)
            same(grown.history, fold_one(known, catalogue=WIDE, rewards=REWARDS))
    whole = Growing.of(signals(some, WIDE), catalogue=WIDE, rewards=REWARDS)
    assert whole.size <= grown.size < 10 * whole.size


def test_the_columns_of_a_history_that_grew_lie_in_one_piece_each() -> None:
    grown = Growing.of(
        signals([Act("thumb", f"f{n}", 0, n, value=1.0) for n in range(9)], WIDE),
        catalogue=WIDE,
        rewards=REWARDS,
    )
    late = signals([Act("thumb", "f3", 0, 99, value=-1.0)], WIDE)
    after = grown.with_events(late, catalogue=WIDE, rewards=REWARDS)
    assert after is not None
    for field in fields(History):
        assert getattr(after.history, field.name).flags.c_contiguous
