"""A source that proposes titles made around the years of those that the viewer liked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matinee.data import Catalogue, Dataset
from matinee.parts import part
from matinee.types import Index, Ints, Request, Scores

__all__ = ["FittedSameYears", "SameYears"]


@dataclass(frozen=True, slots=True, eq=False)
class FittedSameYears:
    """The years of N titles; −1: unknown, and unknown years say nothing."""

    years: Ints  # (N,)
    width: float

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Return (P, N): the sum of what each liked title adds; −inf where the year is unknown."""
        every = np.arange(len(self.years), dtype=np.int32)
        summed = [self.causes(request, every).sum(axis=1) for request in requests]
        scores = np.array(summed, np.float32).reshape(len(requests), len(self.years))
        scores[:, self.years < 0] = -np.inf
        return scores

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return (titles, H): weight · exp(−|difference of years| ÷ width); exact."""
        history = request.history
        theirs = self.years[titles].astype(np.float32)[:, None]  # (titles, 1)
        mine = self.years[history.titles].astype(np.float32)[None, :]  # (1, H)
        weights = np.maximum(history.weights, 0.0)[None, :]
        known = (theirs >= 0) & (mine >= 0)
        likeness = np.exp(-np.abs(theirs - mine) / self.width)
        return np.where(known, weights * likeness, 0.0).astype(np.float32)

    def with_titles(self, catalogue: Catalogue) -> FittedSameYears:
        """Return the model for a newer catalogue, whose years say all that it needs."""
        return FittedSameYears(years=catalogue.years, width=self.width)


@part("source", "same_years")
@dataclass(frozen=True, slots=True)
class SameYears:
    """score(t) = Σ over liked titles h of weight(h) · exp(−|year(t) − year(h)| ÷ width)."""

    width: float = 5.0  # years in which the likeness falls to 1/e

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedSameYears:  # noqa: ARG002
        """Take the years from the catalogue; nothing is random and nothing else is learnt."""
        return FittedSameYears(years=data.catalogue.years, width=self.width)
