"""The shelf: the whole catalogue on one viewer's scale, as row makers and layouts see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from matinee.content import Facets
from matinee.data import Catalogue
from matinee.features import Counters
from matinee.page.order import Standing, best_first
from matinee.parts import Counter, Source
from matinee.types import History, Index, Ranked, Request, Scores

__all__ = ["Stock", "ViewerShelf", "seed_request"]


@dataclass(frozen=True, slots=True, eq=False)
class Stock:
    """What all shelves of one batch share."""

    catalogue: Catalogue
    facets: Facets
    source: Source
    counters: Counters
    standing: Standing  # (N,)


@dataclass(frozen=True, eq=False)
class ViewerShelf:
    """One viewer's shelf; meets `matinee.parts.Shelf`."""

    stock: Stock
    request: Request
    scores: Scores  # (N,) finite where eligible, −inf elsewhere
    fresh: Index  # eligible and unseen, best first
    pool: Ranked
    seeds: Mapping[int, Scores]  # by title row: (N,) scores of the history of that title alone

    @property
    def catalogue(self) -> Catalogue:
        """The snapshot that rows of titles refer to."""
        return self.stock.catalogue

    @cached_property
    def affinity(self) -> Scores:
        """(N,) how much of what this viewer likes each title is made of, in [0, 1]."""
        return self.stock.facets.affinity(self.request.history)

    def counter(self, name: str) -> Counter:
        """Return a global counter.

        Raises:
            LookupError: no counter of that name.
        """
        return self.stock.counters.named(name)

    def similar(self, title: int, k: int) -> Index:
        """Return the k eligible, unseen titles most like this one, best first.

        They are ordered by the scores of a history of that title alone, and only those count
        for which it speaks: a source that knows no more than popularity has nothing to say.
        What is missing is filled up by the facets that titles share with it.
        """
        others = self.fresh[self.fresh != title]
        seed = seed_request(self.request, title)
        scores = self.seeds.get(title)
        if scores is None:
            scores = self.stock.source.scores([seed])[0]
        known = others[np.isfinite(scores[others])]
        known = best_first(scores, _highest(scores, known, 2 * k), self.stock.standing)
        known = known[self.stock.source.causes(seed, known)[:, 0] > 0][:k]
        if len(known) == k:
            return known
        likeness = self.stock.facets.similar(title)
        rest = others[likeness[others] > 0]
        rest = np.setdiff1d(rest, known, assume_unique=True).astype(np.int32)
        rest = best_first(likeness, _highest(likeness, rest, k - len(known)), self.stock.standing)
        both: Index = np.concatenate((known, rest[: k - len(known)]))
        return both


def seed_request(request: Request, title: int) -> Request:
    """Return the request of somebody who only ever liked this title."""
    history = History.of_titles(np.array([title], np.int32))
    return replace(request, history=history)


def _highest(scores: Scores, titles: Index, k: int) -> Index:
    """Return the titles that score at least as high as the k-th best, in any order."""
    if len(titles) <= k:
        return titles
    found = scores[titles]
    least = np.partition(found, len(found) - k)[len(found) - k]
    highest: Index = titles[found >= least]
    return highest
