"""What to propose before any model was trained: what viewers play, like and list these weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from matinee.data import Catalogue
from matinee.features import Counters
from matinee.types import Index, Request, Scores

__all__ = ["Counted"]

_HALF_LIFE_DAYS = 14.0


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """A source that needs no training: s = log(1 + plays + 2·likes + adds), each decayed."""

    counters: Counters
    titles: int

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Return (P, N) float32, the same for all histories; a title nobody met scores 0."""
        counters = self.counters
        scores = np.zeros((len(requests), self.titles), np.float32)
        for line, request in zip(scores, requests, strict=True):
            for counts, worth in ((counters.plays, 1), (counters.likes, 2), (counters.adds, 1)):
                decayed = counts.decayed(request.at, half_life_days=_HALF_LIFE_DAYS)
                known = min(len(decayed), self.titles)
                line[:known] += worth * decayed[:known]
        return np.log1p(scores)

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return (titles, H) zeros: no history explains a count."""
        return np.zeros((len(titles), len(request.history)), np.float32)

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Return the source for a newer catalogue."""
        return type(self)(self.counters, len(catalogue))
