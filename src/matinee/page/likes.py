"""What a history says in plain counts: what may be cited, and how often a genre was watched."""

from __future__ import annotations

import numpy as np

from matinee.data import Catalogue
from matinee.types import Flags, History, Longs, Request

__all__ = ["citable", "genre_counts", "going_on"]


def citable(request: Request, catalogue: Catalogue) -> Flags:
    """Return (H,) which history entries may be named as a reason.

    Only what was liked, is not blocked, and is itself fit to be named on this page: not hidden,
    and of no higher minimum age than the most that the page may show (a kids page never names a
    thriller).
    """
    history = request.history
    if not request.eligible.any():
        return np.zeros(len(history), np.bool_)
    ceiling = catalogue.minimum_ages[request.eligible].max()
    fit: Flags = (catalogue.minimum_ages[history.titles] <= ceiling) & ~catalogue.hidden[
        history.titles
    ]
    fit &= (history.weights > 0) & ~history.blocked
    return fit


def going_on(request: Request) -> Longs:
    """Return the history entries that can be gone on with: open, eligible and not blocked."""
    history = request.history
    going = np.flatnonzero(~np.isnan(history.positions) & ~history.blocked)
    able: Longs = going[request.eligible[history.titles[going]]]
    return able


def genre_counts(history: History, which: Flags, catalogue: Catalogue) -> Longs:
    """Return (G,) how many of these history entries are of each genre."""
    titles = history.titles[which]
    counts: Longs = np.count_nonzero(catalogue.has_genre[:, titles], axis=1)
    return counts
