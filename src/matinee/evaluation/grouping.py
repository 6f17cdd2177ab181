"""For whom a model is good: lists and wanted titles told apart by length and popularity."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np

from matinee.data import Backdrop, Exam
from matinee.types import Flags, Index

__all__ = ["LENGTHS", "POPULARITY", "by_history", "by_popularity", "restricted"]

LENGTHS = {
    "0": (0, 0),
    "1–5": (1, 5),
    "6–20": (6, 20),
    "21–50": (21, 50),
    "51–200": (51, 200),
    "201+": (201, inf),
}
"""Names and bounds of how many titles a history likes."""
POPULARITY = ("head", "middle", "tail")
"""Titles by popularity, each group with a third of all likes; nobody's likes are tail."""


def by_history(exam: Exam) -> tuple[str, ...]:
    """Return the name of each request's history length."""
    names = []
    for request in exam.requests:
        count = int((request.history.weights > 0).sum())
        names.append(next(name for name, (_, high) in LENGTHS.items() if count <= high))
    return tuple(names)


def by_popularity(backdrop: Backdrop) -> dict[str, Flags]:
    """Return which titles are of each group of popularity: (N,) each."""
    likes = backdrop.popularity[backdrop.order].astype(np.float64)
    before = np.cumsum(likes) - likes
    third = np.minimum((3 * before / max(likes.sum(), 1)).astype(int), 2)
    third[likes == 0] = 2
    groups = np.empty(len(likes), np.int64)
    groups[backdrop.order] = third
    return {name: groups == place for place, name in enumerate(POPULARITY)}


def restricted(wanted: Sequence[Index], titles: Flags) -> list[Index]:
    """Return of each set of wanted titles those of a group."""
    return [rows[titles[rows]] for rows in wanted]
