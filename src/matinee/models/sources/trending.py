"""What is liked more than usual just now: fast and slow counts, surprise, takes, and affinity.

After Gomez-Uribe and Hunt, The Netflix recommender system, TMIS 2015, § 2.3 (Trending Now). Over
the likes up to the data's moment, a title's c_τ counts each halved every half life τ, and u its
surge, how many times more than usual for that hour of day and week it was liked
(`matinee.features.surges`: 1 where that may be chance). e is how many times as readily as usual it
is taken where it is seen, by the Beta-smoothed take rate (`matinee.features.takes`: 1 where no
impressions are known), whose counts go on being halved every day. Δ after that moment

    heat(i)    = (ln(1 + Σ_τ c_τ(i) 2^(−Δ ÷ τ)) + 2^(−Δ ÷ 6 h) ln u(i)) · e(i)
    score_u(i) = heat(i) · (general + Σ over likes j: s_ij x_uj)

so that what was news at the fit is none a day later. s are the links of `item_knn`. A history keeps
of each title the last act only, so this counts viewers and not plays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from matinee.data import Catalogue, Dataset
from matinee.features.surges import QuarterCounts
from matinee.features.takes import TakeRates
from matinee.models.links import FittedLinks
from matinee.models.sources.item_knn import ItemKNN
from matinee.parts import part
from matinee.types import DAY_MS, Floats, Index, Moment, Request, Scores

__all__ = ["FittedTrending", "Trending"]

_FAST = (1.0, 6.0, 24.0)  # hours
_HOUR_MS = 3_600_000
_NEWS = 1  # the place of the half life with which a surge fades
_DAY_H, _WEEK_H = 24.0, 168.0


@dataclass(frozen=True, slots=True, eq=False)
class FittedTrending:
    """Counts as of a moment, and links from titles to titles; every score is finite."""

    counts: Floats  # (half lives, N)
    surge: Floats  # (N,) ln u, 0 or more
    at: Moment
    links: FittedLinks
    hours: tuple[float, ...] = (*_FAST, _WEEK_H)  # the half lives
    takes: TakeRates | None = None  # None: no impressions are known
    general: float = 0.5

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Return heat times affinity; what nobody likes these weeks has none: 0. (P, N)."""
        near = self.links.scores(requests)
        found = np.where(np.isfinite(near), near, 0) + np.float32(self.general)
        heats = {at: self.heat(at) for at in {request.at for request in requests}}
        for row, request in enumerate(requests):
            found[row] *= heats[request.at]
        return found

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return the heat of each title times its link from each like. (titles, H)."""
        heat = self.heat(request.at)[titles, None]
        return self.links.causes(request, titles) * heat

    def heat(self, at: Moment) -> Floats:
        """Return (N,) how much each title is liked these days, and more than usual."""
        hours = max(at - self.at, 0) / _HOUR_MS
        left = np.exp2(-hours / np.array(self.hours)).astype(np.float32)
        heat: Floats = np.log1p(left @ self.counts) + left[_NEWS] * self.surge
        if self.takes is not None:
            heat *= self.takes.ease(0.5 ** (hours / _DAY_H))
        return heat

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Let newer titles score 0; raises ValueError if the catalogue is older."""
        links = self.links.with_titles(catalogue)
        new = len(catalogue) - len(self.surge)
        return replace(
            self,
            counts=np.pad(self.counts, [(0, 0), (0, new)]),
            surge=np.pad(self.surge, (0, new)),
            takes=self.takes and self.takes.sized(len(catalogue)),
            links=links,
        )


@part("source", "trending")
@dataclass(frozen=True)
class Trending:
    """What is liked more than usual just now, and near to what the viewer likes."""

    neighbours: int = field(default=100, metadata={"search": ("log", 20, 500)})
    """How many neighbours of a title may bring it near to a viewer, as in `item_knn`."""
    slow_days: float = field(default=7.0, metadata={"search": ("log", 2.0, 365.0)})
    """Half life of the slowest count, in days; the others are halved in 1, 6 and 24 hours."""
    general: float = field(default=0.5, metadata={"search": ("log", 0.01, 10.0)})
    """What affinity counts for whom nothing is near: the larger, the more alike for everybody."""

    def __post_init__(self) -> None:
        """Raise ValueError unless there is a neighbour, and half life and general are above 0."""
        ItemKNN(neighbours=self.neighbours)
        for name in ("slow_days", "general"):
            value = getattr(self, name)
            if not value > 0:
                msg = f"{name} is {value}; it must be above 0"
                raise ValueError(msg)

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedTrending:
        """Count likes up to the data's moment; what came later, if any, is left out."""
        entries, size = data.histories.entries, len(data.catalogue)
        liked = (entries.weights > 0) & (entries.at <= data.at)
        titles, at = entries.titles[liked], entries.at[liked]
        ages = (data.at - at) / _HOUR_MS
        hours = (*_FAST, _DAY_H * self.slow_days)
        counts = [np.bincount(titles, np.exp2(-ages / tau), minlength=size) for tau in hours]
        late = at > data.at - 9 * DAY_MS
        quarters = QuarterCounts(size).add(titles[late], at[late], size=size)
        takes = data.histories.takes
        return FittedTrending(
            counts=np.array(counts, np.float32),
            hours=hours,
            surge=np.log(quarters.surge(data.at)),
            at=data.at,
            takes=takes and TakeRates.of(takes[0].astype(np.float64), takes[1].astype(np.float64)),
            links=ItemKNN(neighbours=self.neighbours).fit(data, rng),
            general=self.general,
        )
