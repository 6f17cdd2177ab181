"""What many liked lately: a count of likes, each halved every half life.

score(i) = ln(1 + Σ over profiles that like i of 2^(−age ÷ half life)); the logarithm puts it on
the scale on which the other sources speak. Titles that nobody liked score −0.1: last, and finite.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from matinee.data import Catalogue, Dataset
from matinee.models.interactions import check_grown
from matinee.parts import part
from matinee.types import DAY_MS, Index, Request, Scores

__all__ = ["FittedPopular", "Popular"]

_UNCOUNTED = np.float32(-0.1)


@dataclass(frozen=True, slots=True, eq=False)
class FittedPopular:
    """One score a title, the same for every request; always finite."""

    titles: Scores  # (N,)

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Return the same N scores for each of P requests."""
        return np.tile(self.titles, (len(requests), 1))

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return zeros: nothing in a history makes a title popular. (titles, H)."""
        return np.zeros((len(titles), len(request.history)), np.float32)

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Put newer titles last; raises ValueError if the catalogue is older."""
        new = check_grown(catalogue, titles=len(self.titles)) - len(self.titles)
        return replace(self, titles=np.append(self.titles, np.full(new, _UNCOUNTED)))


@part("source", "popular")
@dataclass(frozen=True)
class Popular:
    """Decayed popularity."""

    half_life_days: float = 365.0
    """Age at which a like counts half, in days."""

    def __post_init__(self) -> None:
        """Raise ValueError unless the half life is above 0."""
        if not self.half_life_days > 0:
            msg = f"half_life_days is {self.half_life_days}; it must be above 0"
            raise ValueError(msg)

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedPopular:  # noqa: ARG002
        """Count likes as of the data's moment; nothing is drawn."""
        entries = data.histories.entries
        liked = entries.weights > 0
        ages = np.maximum(data.at - entries.at[liked], 0) / (self.half_life_days * DAY_MS)
        rows, titles = entries.titles[liked], len(data.catalogue)
        counts = np.bincount(rows, np.exp2(-ages), minlength=titles)
        counted = np.bincount(rows, minlength=titles) > 0
        return FittedPopular(np.where(counted, np.log1p(counts), _UNCOUNTED).astype(np.float32))
