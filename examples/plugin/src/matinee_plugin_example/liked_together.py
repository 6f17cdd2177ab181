"""A source that proposes what was liked by those who like what the viewer likes, by counting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from matinee.data import Catalogue, Dataset
from matinee.parts import part
from matinee.types import Floats, Index, Matrix, Request, Scores

__all__ = ["FittedLikedTogether", "LikedTogether"]


@dataclass(frozen=True, slots=True, eq=False)
class FittedLikedTogether:
    """How often M titles were liked together; of later titles it can say nothing."""

    together: Matrix  # (M, M) float32 CSR, column h: n(t, h) ÷ likes(t)^damping; diagonal 0
    titles: int  # N ≥ M

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Return (P, N): what the viewer's liked titles add up to; −inf for later titles."""
        known = self.together.shape[0]
        scores = np.full((len(requests), self.titles), -np.inf, np.float32)
        for row, request in enumerate(requests):
            scores[row, :known] = self.together @ self._liked(request)
        return scores

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return (titles, H): the terms of the sum, which are exact."""
        known = self.together.shape[0]
        mine = request.history.titles
        causes = np.zeros((len(titles), len(mine)), np.float32)
        asked, had = np.flatnonzero(titles < known), np.flatnonzero(mine < known)
        links = self.together[titles[asked]][:, mine[had]].toarray()
        causes[np.ix_(asked, had)] = links * np.maximum(request.history.weights[had], 0)
        return causes

    def with_titles(self, catalogue: Catalogue) -> FittedLikedTogether:
        """Return the model for a newer catalogue.

        Raises:
            ValueError: the catalogue is an older one.
        """
        if len(catalogue) < self.titles:
            msg = f"the catalogue has {len(catalogue)} titles, not {self.titles}: rows only grow"
            raise ValueError(msg)
        return replace(self, titles=len(catalogue))

    def _liked(self, request: Request) -> Floats:
        """Return the history as (M,) weights, dislikes left out."""
        history, weights = request.history, np.zeros(self.together.shape[0], np.float32)
        kept = (history.weights > 0) & (history.titles < len(weights))
        weights[history.titles[kept]] = history.weights[kept]
        return weights


@part("source", "liked_together")
@dataclass(frozen=True, slots=True)
class LikedTogether:
    """score(t) = Σ over liked titles h of weight(h) · n(t, h) ÷ likes(t)^damping.

    n(t, h) is how many profiles like both, likes(t) how many like t.
    """

    damping: float = 0.5  # how much a title's own popularity counts against it, from 0 to 1

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedLikedTogether:  # noqa: ARG002
        """Count; nothing is drawn."""
        liked = data.liked()  # (P, N)
        liked.data = np.ones_like(liked.data)
        together = (liked.T @ liked).tocoo()
        likes = np.maximum(np.asarray(liked.sum(axis=0)).ravel(), 1)
        pairs = together.row != together.col
        row, column = together.row[pairs], together.col[pairs]
        values = (together.data[pairs] / likes[row] ** self.damping).astype(np.float32)
        shape = (len(data.catalogue),) * 2
        return FittedLikedTogether(sparse.csr_array((values, (row, column)), shape), shape[0])
