"""A history that grew is, bit for bit, the one folded at once, however its events arrived."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from test_history_twin import CATALOGUE, REWARDS, logs

from acts import Act, signals
from matinee.features import Growing, fold_one
from matinee.types import History


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
