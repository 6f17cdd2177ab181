"""Titles in an order that means nothing: what every other source must beat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from matinee.data import Catalogue, Dataset
from matinee.models.interactions import check_grown
from matinee.parts import part
from matinee.types import Index, Request, Scores

__all__ = ["FittedRandom", "Random"]


@dataclass(frozen=True, slots=True, eq=False)
class FittedRandom:
    """A score drawn for each title and each seed of a request; always finite."""

    seed: int
    titles: int

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Return numbers in [0, 1) that hang on the request's seed alone. (P, N)."""
        out = np.empty((len(requests), self.titles), np.float32)
        for line, request in zip(out, requests, strict=True):
            bits = np.random.PCG64([self.seed, request.seed])
            line[:] = np.random.Generator(bits).random(self.titles)
        return out

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return zeros: nothing in a history has any part in it. (titles, H)."""
        return np.zeros((len(titles), len(request.history)), np.float32)

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Draw for newer titles too; raises ValueError if the catalogue is older."""
        return replace(self, titles=check_grown(catalogue, titles=self.titles))


@part("source", "random")
@dataclass(frozen=True)
class Random:
    """Chance: the same order for the same request, another for another seed."""

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedRandom:
        """Draw the seed of all seeds; the histories are not looked at."""
        return FittedRandom(int(rng.integers(2**32)), len(data.catalogue))
