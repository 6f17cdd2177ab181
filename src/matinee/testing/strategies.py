"""Hypothesis strategies for what models are fitted on and asked; needs Hypothesis installed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from matinee.data import Dataset
from matinee.testing.checkerboard import NOW, dataset_of, history_of
from matinee.types import DAY_MS, History

__all__ = ["datasets", "histories"]

_WEIGHTS = st.sampled_from([-1.0, -0.25, 0.0, 0.25, 0.5, 1.0, 1.5, 3.0])


@st.composite
def histories(draw: st.DrawFn, *, titles: int, most: int = 8) -> History:
    """Draw a history of up to `most` of so many titles: likes, dislikes, and what says nothing."""
    rows = draw(st.lists(st.integers(0, titles - 1), unique=True, max_size=min(most, titles)))
    weights = draw(st.lists(_WEIGHTS, min_size=len(rows), max_size=len(rows)))
    days = draw(st.lists(st.integers(0, 1000), min_size=len(rows), max_size=len(rows)))
    history = history_of(rows, weights=weights)
    history = replace(history, at=NOW - np.array(days, np.int64) * DAY_MS)
    return history.take(np.lexsort((history.titles, history.at)))


@st.composite
def datasets(draw: st.DrawFn, *, most_titles: int = 9, most_profiles: int = 8) -> Dataset:
    """Draw the data of some profiles over some titles; either may be idle, or nearly none."""
    titles = draw(st.integers(1, most_titles))
    found = draw(st.lists(histories(titles=titles), max_size=most_profiles))
    return dataset_of(found, titles=titles)
