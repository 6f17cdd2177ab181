"""The shelf: the whole catalogue on one viewer's scale, as row makers and layouts see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matinee.content import Facets
from matinee.data import Catalogue
from matinee.features import Counters
from matinee.page.order import Standing, best_first, highest
from matinee.parts import Counter, Source
from matinee.types import Floats, History, Index, Ranked, Request, Scores

__all__ = ["Stock", "ViewerShelf", "lift_of", "seed_request"]

_BASE = np.float32(0.25)  # what a lift counts between titles that share nothing
_FEW = 20.0  # likes with which a title's lift and its facets count alike


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
    sources: NDArray[np.int8]  # (N,) which of the source's names spoke most for each title
    fresh: Index  # eligible and unseen, best first
    pool: Ranked
    lifts: Mapping[int, Scores]  # by title row: (N,) what it alone adds to every score

    @property
    def catalogue(self) -> Catalogue:
        """The snapshot that rows of titles refer to."""
        return self.stock.catalogue

    @cached_property
    def affinity(self) -> Scores:
        """(N,) how much of what this viewer likes each title is made of, in [0, 1]."""
        return self.stock.facets.affinity(self.request.history)

    @property
    def surge(self) -> Floats:
        """(N,) how many times more than is usual for the hour each title is played; 1: as usual."""
        return self.stock.counters.quarters.surge(self.request.at)

    @property
    def ease(self) -> Floats:
        """(N,) how many times as readily as usual each title is taken where it is seen."""
        return self.stock.counters.takes.ease(self.request.at)

    def counter(self, name: str) -> Counter:
        """Return a global counter.

        Raises:
            LookupError: no counter of that name.
        """
        return self.stock.counters.named(name)

    def similar(self, title: int, k: int) -> Index:
        """Return the k eligible, unseen titles most like this one, best first.

        They are ordered by c · lift × (¼ + cosine of facets) + (1 − c) · cosine, both terms as
        shares of their largest, where lift is what a history of this title alone adds to scores
        and c = n ÷ (n + 20) grows with the n profiles that like it: of a title that few have met
        the facets say more than their taste. Only lifts above the usual one and above none
        count: a source that knows no more of the title than what is popular lifts nothing.
        """
        others = self.fresh[self.fresh != title]
        lift = self.lifts.get(title)
        if lift is None:
            pair = [seed_request(self.request, title), seed_request(self.request)]
            lift = lift_of(*self.stock.source.scores(pair))
        likeness = self.stock.facets.similar(title)
        lifted = _above_usual(lift, others, 2 * k)
        alike = _head(likeness, others[likeness[others] > 0], 2 * k)
        value = np.zeros(len(likeness), np.float32)
        likes = int(self.stock.counters.likes.total()[title])
        trust = likes / (likes + _FEW)
        value[lifted] = trust * _shares(lift[lifted] * (_BASE + likeness[lifted]))
        value[alike] += (1 - trust) * _shares(likeness[alike])
        both = np.union1d(lifted, alike).astype(np.int32)
        return best_first(value, both, self.stock.standing)[:k]


def _head(values: Floats, titles: Index, k: int) -> Index:
    """Return the k titles of the highest values; of equals at the edge the first given."""
    some = highest(values, titles, k)
    if len(some) <= k:
        return some
    found = values[some]
    kept = found > found.min()
    kept[np.flatnonzero(~kept)[: k - np.count_nonzero(kept)]] = True
    first: Index = some[kept]
    return first


def _shares(values: Floats) -> Floats:
    """Return positive values as shares of the largest."""
    shares: Floats = values / values.max(initial=np.float32(1e-12))
    return shares


def seed_request(request: Request, *titles: int) -> Request:
    """Return the request of somebody who only ever liked these titles."""
    history = History.of_titles(np.array(titles, np.int32))
    return replace(request, history=history)


def lift_of(seeded: Scores, empty: Scores) -> Scores:
    """Return (N,) what a seed adds to scores without any history; −inf where it cannot say."""
    base = np.where(np.isfinite(empty), empty, np.float32(0))
    return seeded - base


def _above_usual(lift: Scores, titles: Index, k: int) -> Index:
    """Return the titles with the k highest lifts above 0 and above the median, in any order."""
    if not len(titles):
        return titles
    found = lift[titles]
    usual = np.partition(found, len(found) // 2)[len(found) // 2]
    return highest(lift, titles[found > max(usual, 0)], k)
