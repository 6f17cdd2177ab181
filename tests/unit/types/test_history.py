"""Histories are columns that can be cut and told apart by profile."""

from __future__ import annotations

import numpy as np

from matinee.types import Histories, History


def test_an_empty_history_has_no_entries_in_any_column() -> None:
    empty = History.empty()
    assert len(empty) == 0
    assert all(len(getattr(empty, name)) == 0 for name in History.__slots__)


def test_a_history_of_titles_says_that_they_were_liked_and_nothing_else() -> None:
    likes = History.of_titles(np.array([4, 2], np.int32), weight=2.0)
    assert likes.titles.tolist() == [4, 2]
    assert likes.weights.tolist() == [2.0, 2.0]
    assert likes.seen.all()
    assert not likes.completed.any()
    assert np.isnan(likes.positions).all()
    assert (likes.episodes == -1).all()


def test_taking_keeps_columns_in_step() -> None:
    likes = History.of_titles(np.array([4, 2, 9], np.int32))
    likes.weights[:] = [1, 2, 3]
    cut = likes.take(np.array([False, True, True]))
    assert list(zip(cut.titles.tolist(), cut.weights.tolist(), strict=True)) == [(2, 2.0), (9, 3.0)]


def test_histories_give_each_profile_its_own_entries() -> None:
    entries = History.of_titles(np.array([4, 2, 9], np.int32))
    stacked = Histories(indptr=np.array([0, 1, 1, 3]), entries=entries)
    assert [stacked[p].titles.tolist() for p in range(len(stacked))] == [[4], [], [2, 9]]
