"""The numbers that stand for session ids and tokens in columns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matinee.types import mark


@given(st.text(max_size=20))
def test_a_mark_fits_a_column_and_is_never_that_of_nothing(text: str) -> None:
    assert 0 < mark(text) < 2**63
    assert mark(None) == 0


def test_a_mark_never_changes_for_logs_keep_it() -> None:
    assert mark("s1") == 4958643428320449706
