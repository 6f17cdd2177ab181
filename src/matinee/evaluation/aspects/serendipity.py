"""Serendipity: how much of the first k was wanted, and not what anyone would have expected.

    |first k ∩ wanted ∖ the k most popular titles that this viewer may be shown| ÷ k

Ge, Delgado-Battenfeld and Jannach, RecSys 2010, with popularity as the primitive recommender.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from matinee.data import Backdrop
from matinee.parts import part
from matinee.types import Ranked, Request

__all__ = ["Serendipity"]


@part("aspect", "serendipity")
@dataclass(frozen=True)
class Serendipity:
    """Share of the first k that was wanted and is none of the k most popular, in [0, 1]."""

    k: int = 20
    """How many places count."""

    def __call__(
        self, shown: Ranked, wanted: frozenset[int], *, request: Request, backdrop: Backdrop
    ) -> float:
        """Judge the first k; NaN where nothing was wanted."""
        if not wanted:
            return nan
        hits = wanted.intersection(shown.titles[: self.k].tolist())
        return len(hits.difference(backdrop.expected(request, self.k))) / self.k
