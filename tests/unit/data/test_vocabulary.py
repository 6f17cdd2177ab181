"""Ids and rows are two names of one thing, and a row never moves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.data import Vocabulary

ids = st.lists(st.text("abcdef", min_size=1, max_size=3), unique=True)


@given(ids)
def test_rows_and_names_undo_each_other(names: list[str]) -> None:
    words = Vocabulary(names)
    assert words.names(words.rows(names)) == names
    assert [words.row(words.name(row)) for row in range(len(words))] == list(range(len(words)))


@given(ids, ids)
def test_extending_adds_at_the_end_and_moves_nothing(old: list[str], new: list[str]) -> None:
    words, longer = Vocabulary(old), Vocabulary(old).extended(new)
    assert longer.ids[: len(words)] == words.ids
    assert set(longer.ids) == {*old, *new}


def test_unknown_ids_are_row_minus_one() -> None:
    words = Vocabulary(["a", "b"])
    assert words.rows(["b", "z", "a"]).tolist() == [1, -1, 0]
    assert words.rows([]).dtype == np.int32
    assert "z" not in words


def test_an_id_that_stands_twice_is_named() -> None:
    with pytest.raises(ValueError, match="'a' stands twice"):
        Vocabulary(["a", "b", "a"])


def test_minus_one_is_no_name() -> None:
    with pytest.raises(IndexError, match="row -1"):
        Vocabulary(["a"]).name(-1)
