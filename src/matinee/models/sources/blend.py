"""Several sources as one: a weighted sum on fitted scales.

    score_u(i) = Σ_s w_s ÷ σ_s · score_s,u(i)

σ_s is a source's usual spread over the titles of one request, and w the weights of the simplex
with the best NDCG@20 on the newest interactions. Both are fitted numbers and not the request's,
so that the causes of the sum are the weighted sum of the sources' causes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from matinee.data import Catalogue, Dataset
from matinee.data.splits import Split, by_time, request_for
from matinee.models.search import best_weights
from matinee.models.sources.ease import EASE
from matinee.models.sources.item_knn import ItemKNN
from matinee.models.sources.popular import Popular
from matinee.parts import Forgetful, Recipe, Source, part
from matinee.types import Floats, Index, Request, Scores

__all__ = ["Blend", "FittedBlend"]

_SPREAD_OVER = 200  # requests on which the scales are measured
_ENOUGH = 20  # requests below which a search for weights would only fit noise


@dataclass(frozen=True, slots=True, eq=False)
class FittedBlend:
    """S fitted sources, and what each one's scores are multiplied with.

    A title of which a source cannot say gets that source's lowest finite score of the request;
    a source that can say nothing at all adds 0 everywhere. So every score is finite.
    """

    names: tuple[str, ...]  # (S,)
    sources: tuple[Source, ...]  # (S,)
    weights: Floats  # (S,) on the simplex
    scales: Floats  # (S,) σ, above 0

    @property
    def factors(self) -> Floats:
        """What a source's score is multiplied with: w ÷ σ. (S,)."""
        factors: Floats = self.weights / self.scales
        return factors

    def parts(self, requests: Sequence[Request]) -> Scores:
        """Return what each source adds to each title: (S, P, N), finite; their sum is `scores`."""
        first = self._part(0, requests)
        out = np.empty((len(self.sources), *first.shape), np.float32)
        out[0] = first
        for s in range(1, len(self.sources)):
            out[s] = self._part(s, requests)
        return out

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Return the sum of the parts: (P, N), finite."""
        total: Scores = self.parts(requests).sum(axis=0)
        return total

    def shares(self, parts: Scores) -> Scores:
        """Return by which share each source speaks for each title: (S, P, N), of `parts`.

        A source speaks by what it adds above the least that it adds to any title of that
        request. Shares are in [0, 1] and sum to 1 along S, or are all 0 where none speaks.
        """
        above = parts - parts.min(axis=2, keepdims=True, initial=np.inf)
        total = above.sum(axis=0)
        shares: Scores = np.divide(above, total, out=np.zeros_like(above), where=total > 0)
        return shares

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return the weighted sum of the sources' causes: (titles, H)."""
        out = np.zeros((len(titles), len(request.history)), np.float32)
        for factor, source in zip(self.factors, self.sources, strict=True):
            if factor:
                out += factor * source.causes(request, titles)
        return out

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Extend every source; raises ValueError if the catalogue is older."""
        return replace(self, sources=tuple(one.with_titles(catalogue) for one in self.sources))

    def without_profiles(self, rows: Index) -> Self:
        """Let every source that keeps anything of single profiles let go of these."""
        left = tuple(
            one.without_profiles(rows) if isinstance(one, Forgetful) else one
            for one in self.sources
        )
        same = all(one is other for one, other in zip(left, self.sources, strict=True))
        return self if same else replace(self, sources=left)

    def _part(self, s: int, requests: Sequence[Request]) -> Scores:
        part: Scores = _filled(self.sources[s].scores(requests)) * self.factors[s]
        return part


@part("source", "blend")
@dataclass(frozen=True)
class Blend:
    """A weighted sum of sources, its weights searched on the newest interactions."""

    sources: Mapping[str, Recipe[Source]] = field(
        default_factory=lambda: {"ease": EASE(), "item_knn": ItemKNN(), "popular": Popular()}
    )
    """The recipes that are blended, by name."""
    validation: float = 0.1
    """Newest share of interactions on which the weights are searched."""
    searched: int = 500
    """How many requests of those the search looks at, drawn at random."""

    def __post_init__(self) -> None:
        """Raise ValueError where a setting is out of its range."""
        if not self.sources:
            msg = "a blend of no sources; name at least one"
            raise ValueError(msg)
        if not 0 < self.validation < 1 or self.searched < 1:
            msg = (
                f"validation is {self.validation} and searched {self.searched}; "
                "they must lie between 0 and 1, and above 0"
            )
            raise ValueError(msg)

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedBlend:
        """Search weights on models of the older data, then fit all sources on everything.

        With fewer than 20 requests to search on, all weights are the same.
        """
        weights = self._weights(by_time(data, share=self.validation), rng)
        fitted = self._fitted(data, rng)
        titles, count = len(data.catalogue), len(data.histories)
        some = rng.choice(count, min(count, _SPREAD_OVER), replace=False)
        requests = [request_for(data.histories[p], titles=titles, at=data.at) for p in some]
        return FittedBlend(tuple(self.sources), fitted, weights, _scales(fitted, requests))

    def _fitted(self, data: Dataset, rng: np.random.Generator) -> tuple[Source, ...]:
        return tuple(recipe.fit(data, rng) for recipe in self.sources.values())

    def _weights(self, split: Split, rng: np.random.Generator) -> Floats:
        count = len(self.sources)
        if count == 1 or len(split.requests) < _ENOUGH or not len(split.fit.histories.entries):
            return np.full(count, 1 / count, np.float32)
        few = min(len(split.requests), self.searched)
        some = np.sort(rng.choice(len(split.requests), few, replace=False))
        requests = [split.requests[row] for row in some]
        fitted = self._fitted(split.fit, rng)
        scales = _scales(fitted, requests[:_SPREAD_OVER])
        return best_weights(
            np.stack([_filled(one.scores(requests)) for one in fitted]) / scales[:, None, None],
            np.stack([request.unseen for request in requests]),
            [split.wanted[row] for row in some],
            rng,
        )


def _filled(scores: Scores) -> Scores:
    """Put each request's lowest finite score, or 0 if there is none, where a source cannot say."""
    finite = np.isfinite(scores)
    if finite.all():
        return scores
    lowest = np.where(finite, scores, np.float32(np.inf)).min(axis=1, keepdims=True, initial=np.inf)
    return np.where(finite, scores, np.where(np.isfinite(lowest), lowest, np.float32(0)))


def _scales(sources: Sequence[Source], requests: Sequence[Request]) -> Floats:
    """Return each source's standard deviation over titles, averaged over requests; 1 if none."""
    scales = np.ones(len(sources), np.float32)
    for s, source in enumerate(sources):
        scores = source.scores(requests)
        scores = scores[np.isfinite(scores).any(axis=1)]
        if scores.size:
            spread = scores.std(axis=1, where=np.isfinite(scores))
            scales[s] = spread[spread > 0].mean() if spread.any() else 1
    return scales
