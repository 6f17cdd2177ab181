"""What the twins of models are given: drawn data and histories as plain mappings and matrices."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

import naive
from matinee.data import Dataset
from matinee.models.links import Links
from matinee.testing.strategies import datasets, histories
from matinee.types import History


def liked(history: History, *, power: float, full: float) -> dict[int, float]:
    pairs = zip(history.titles.tolist(), history.weights.tolist(), strict=True)
    return {t: naive.strength(w, power=power, full=full) for t, w in pairs if w > 0}


def everybody(data: Dataset) -> list[History]:
    return [data.histories[row] for row in range(len(data.histories))]


def strengths(data: Dataset, *, power: float, full: float) -> np.ndarray:
    x = np.zeros((len(data.histories), len(data.catalogue)))
    for row, history in enumerate(everybody(data)):
        for title, strength in liked(history, power=power, full=full).items():
            x[row, title] = strength
    return x


def strengths_of(history: History, *, titles: int, power: float, full: float) -> np.ndarray:
    x = np.zeros(titles)
    for title, strength in liked(history, power=power, full=full).items():
        x[title] = strength
    return x


@st.composite
def asked(draw: st.DrawFn) -> tuple[Dataset, History]:
    data = draw(datasets())
    return data, draw(histories(titles=len(data.catalogue)))


def only_the_largest_are_kept(links: Links, *, of: Links, k: int) -> None:
    some, full = links.matrix.toarray(), of.matrix.toarray()
    for title in range(len(full)):  # of a title's column only the largest are kept
        kept = some[:, title] > 0
        assert kept.sum() == min(k, (full[:, title] > 0).sum())
        np.testing.assert_array_equal(some[kept, title], full[kept, title])
        assert full[~kept, title].max(initial=0) <= full[kept, title].min(initial=np.inf)
