"""How much a title or a line is worth to this viewer, on one scale for all lines of a page."""

from __future__ import annotations

import numpy as np

from matinee.parts import Shelf
from matinee.types import Index, Scores

__all__ = ["HEAD", "utility", "worth"]

HEAD = 10
"""Titles of a line that are judged: more are rarely looked at."""


def utility(shelf: Shelf, titles: Index) -> Scores:
    """Return the worth of titles, of any shape, in [0, 1].

    u = (s − median of the fresh) ÷ (best ten of the fresh − median), cut to [0, 1].
    """
    fresh = shelf.fresh
    if not len(fresh):
        return np.zeros(titles.shape, np.float32)
    best = float(shelf.scores[fresh[:HEAD]].mean())
    middle = float(shelf.scores[fresh[len(fresh) // 2]])
    width = best - middle
    if width <= 0:
        return np.zeros(titles.shape, np.float32)
    found: Scores = np.clip((shelf.scores[titles] - middle) / np.float32(width), 0, 1)
    return found


def worth(shelf: Shelf, titles: Index) -> float:
    """Return the mean worth of the first titles of a line, in [0, 1]; 0 if it is empty."""
    head = titles[:HEAD]
    return float(utility(shelf, head).mean()) if len(head) else 0.0
