"""The packed sort against a sort by three keys."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from matinee.page.order import best_first, highest, standing

SCORES = hnp.arrays(
    np.float32,
    st.integers(1, 30),
    elements=st.sampled_from([-1e30, -2.5, -1e-40, -0.0, 0.0, 1e-40, 0.5, 0.75, 3e38, -np.inf]),
)


@given(SCORES, st.data())
def test_titles_stand_by_score_then_popularity_then_row(scores, data) -> None:
    count = len(scores)
    popularity = data.draw(hnp.arrays(np.int64, count, elements=st.integers(0, 3)))
    titles = data.draw(st.lists(st.integers(0, count - 1), unique=True))
    expected = sorted(titles, key=lambda row: (-scores[row], -popularity[row], row))
    found = best_first(scores, np.array(titles, np.int32), standing(popularity))
    assert found.tolist() == expected


@given(SCORES, st.integers(0, 31))
def test_the_highest_hold_the_best_k_and_nothing_below_them(scores, k) -> None:
    titles = np.arange(len(scores), dtype=np.int32)
    found = highest(scores, titles, k)
    least = sorted(scores, reverse=True)[: max(k, 0)][-1:]
    assert found.tolist() == [t for t in titles.tolist() if least and scores[t] >= least[0]]
