"""Several sources as one: a weighted sum on fitted scales.

    score_u(i) = Σ_s w_s ÷ σ_s · score_s,u(i)

σ_s is a source's usual spread over the titles of one request, and w the weights of the simplex
with the best NDCG@20 on the newest interactions. Both are fitted numbers and not the request's,
so that the causes of the sum are the weighted sum of the sources' causes.

Who has liked next to nothing yet is better served by what everybody likes than by what one title
is like: there are other w for short histories, by how many likes they hold. They are searched on
profiles that no source has seen, by their first likes. Between two lengths a cause is still what a
like adds, but deleting it may change the weights too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from matinee.data import Catalogue, Dataset
from matinee.data.splits import beginnings, by_time, request_for, without_profiles
from matinee.models.search import best_weights
from matinee.models.sources.content import Content
from matinee.models.sources.ease import EASE
from matinee.models.sources.popular import Popular
from matinee.parts import Forgetful, Recipe, Source, part
from matinee.types import Floats, Index, Longs, Request, Scores

__all__ = ["Blend", "FittedBlend"]

_BEGINNERS = (
    300  # profiles, at most, whose first likes the weights of short histories are fitted to
)
_HELD = 0.1  # and the share of all that they are at most
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
    lengths: Index  # (L,) rising: up to how many likes a history is weighed by a row of `short`
    short: Floats  # (L, S) each on the simplex

    def factors(self, requests: Sequence[Request]) -> Floats:
        """Return what the sources' scores are multiplied with: w ÷ σ. (P, S)."""
        likes = [np.count_nonzero(request.history.weights > 0) for request in requests]
        rows = np.concatenate([self.short, self.weights[None]])
        return np.asarray(rows[np.searchsorted(self.lengths, likes)] / self.scales, np.float32)

    def parts(self, requests: Sequence[Request]) -> Scores:
        """Return what each source adds to each title: (S, P, N), finite; their sum is `scores`."""
        factors = self.factors(requests)
        first = _filled(self.sources[0].scores(requests))
        out = np.empty((len(self.sources), *first.shape), np.float32)
        for s, source in enumerate(self.sources):
            found = _filled(source.scores(requests)) if s else first
            np.multiply(found, factors[:, s, None], out=out[s])
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
        for factor, source in zip(self.factors([request])[0], self.sources, strict=True):
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


@part("source", "blend")
@dataclass(frozen=True)
class Blend:
    """A weighted sum of sources, its weights searched on the newest interactions."""

    sources: Mapping[str, Recipe[Source]] = field(
        default_factory=lambda: {"ease": EASE(), "content": Content(), "popular": Popular()}
    )
    """The recipes that are blended, by name."""
    validation: float = 0.1
    """Newest share of interactions on which the weights are searched."""
    searched: int = 500
    """How many requests of those the search looks at, drawn at random."""
    lengths: tuple[int, ...] = (2, 5, 10)
    """Up to how many likes a history has weights of its own; none: all are weighed alike."""

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
        if list(self.lengths) != sorted(set(self.lengths)) or min(self.lengths, default=1) < 1:
            msg = f"lengths is {self.lengths}; it must be numbers from 1 up, each above the last"
            raise ValueError(msg)

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedBlend:
        """Search weights on models of the older data, then fit all sources on everything.

        With fewer than 20 requests to search on, weights are those of longer histories, or all the
        same.
        """
        weights, short = self._weights(data, rng)
        fitted = self._fitted(data, rng)
        titles, count = len(data.catalogue), len(data.histories)
        some = rng.choice(count, min(count, _SPREAD_OVER), replace=False)
        requests = [request_for(data.histories[p], titles=titles, at=data.at) for p in some]
        scales, lengths = _scales(fitted, requests), np.array(self.lengths, np.int32)
        return FittedBlend(tuple(self.sources), fitted, weights, scales, lengths, short)

    def _fitted(self, data: Dataset, rng: np.random.Generator) -> tuple[Source, ...]:
        return tuple(recipe.fit(data, rng) for recipe in self.sources.values())

    def _weights(self, data: Dataset, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Return the weights of long histories, (S,), and of short ones, (L, S)."""
        count, lengths = len(self.sources), len(self.lengths)
        even = np.full(count, 1 / count, np.float32)
        split = by_time(data, share=self.validation)
        if count == 1 or len(split.requests) < _ENOUGH or not len(split.fit.histories.entries):
            return even, np.tile(even, (lengths, 1))
        held = _held(data, rng) if lengths else np.empty(0, np.int64)
        fitted = self._fitted(without_profiles(split.fit, held), rng)
        few = min(len(split.requests), self.searched)
        some = np.sort(rng.choice(len(split.requests), few, replace=False))
        exam = [(split.requests[row], split.wanted[row]) for row in some]
        scales = _scales(fitted, [request for request, _ in exam[:_SPREAD_OVER]])
        found = [_searched(fitted, scales, exam, rng)]
        for low, high in reversed(list(zip((0, *self.lengths), self.lengths, strict=False))):
            exam = beginnings(data, held, rng, likes=(low + 1, high))
            found.append(
                _searched(fitted, scales, exam, rng) if len(exam) >= _ENOUGH else found[-1]
            )
        short = np.array(found[:0:-1], np.float32).reshape(lengths, count)
        return found[0], short


def _held(data: Dataset, rng: np.random.Generator) -> Longs:
    """Draw profiles that no source is to see while weights are searched."""
    able = np.flatnonzero(np.diff(data.liked().indptr))
    most = min(_BEGINNERS, int(_HELD * len(data.histories)))
    return np.sort(rng.permutation(able)[:most])


def _searched(
    fitted: Sequence[Source],
    scales: Floats,
    exam: Sequence[tuple[Request, Index]],
    rng: np.random.Generator,
) -> Floats:
    """Return the best weights for requests and what they wanted: (S,)."""
    requests = [request for request, _ in exam]
    return best_weights(
        np.stack([_filled(one.scores(requests)) for one in fitted]) / scales[:, None, None],
        np.stack([request.unseen for request in requests]),
        [wanted for _, wanted in exam],
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
