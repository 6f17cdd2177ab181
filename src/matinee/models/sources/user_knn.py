"""User-based neighbours: what those liked whose likes are most like the viewer's.

Herlocker, Konstan, Borchers and Riedl, An algorithmic framework for performing collaborative
filtering, SIGIR 1999: likeness shrunk by how little it stands on. Over strengths x of the titles
that the model knows, with n_uv of them liked by both and N_k(u) the k nearest profiles:

    s_uv = n_uv ÷ (n_uv + β) · (x_u·x_v ÷ (‖x_u‖ ‖x_v‖))^q
    score_u(i) = Σ_{v ∈ N_k(u)} s_uv x_vi

Titles in common are what likeness is made of, so a like j of the viewer has the share
x_uj x_vj ÷ x_u·x_v in s_uv: that makes its cause.

With many profiles only some are compared: those who like the viewer's rarest likes, which tell
most, title by title until there are enough. Their s_uv are exact; what is missed are neighbours
who share nothing but what many like.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from scipy import sparse

from matinee.data import Catalogue, Dataset
from matinee.models.interactions import Strength
from matinee.models.links import strongest
from matinee.models.scope import Scope, learnt, owners
from matinee.parts import part
from matinee.types import Floats, Index, Matrix, Request, Scores

__all__ = ["FittedUserKNN", "Neighbours", "UserKNN"]


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """Those near a viewer who like a title, the nearest first."""

    likeness: Floats  # (n,) s_uv
    common: Index  # (n,) n_uv, titles that the viewer and each of them like
    shared: Index  # title rows that the viewer and at least one of them like, by how many, then row
    by: Index  # (shared,) how many of them like each of these


@dataclass(frozen=True, slots=True, eq=False)
class FittedUserKNN:
    """The likes of U profiles over M titles."""

    scope: Scope
    x: Matrix  # (U, M) CSR
    owners: Index  # (U,) profile rows: whose likes they are
    neighbours: int
    shrinkage: float
    amplification: float
    strength: Strength
    candidates: int
    by_title: Matrix = field(init=False)  # (M, U) CSR: Xᵀ
    counted: Matrix = field(init=False)  # (M, U) CSR: 1 for every like
    lengths: Floats = field(init=False)  # (U,) ‖x_v‖

    def __post_init__(self) -> None:
        """Turn X and measure its rows once."""
        squares = self.x.multiply(self.x).sum(axis=1)
        by_title = self.x.T.tocsr()
        object.__setattr__(self, "by_title", by_title)
        object.__setattr__(self, "counted", _counted(by_title))
        object.__setattr__(self, "lengths", np.sqrt(np.asarray(squares, np.float32).ravel()))

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Add up what the nearest like. (P, N); 0 where none of them likes a title."""
        near = self._near(self.scope.folded(requests, self.strength))
        return self.scope.spread((near @ self.x).toarray())

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return each like's share in the neighbours' likeness, times what they like.

        They add up to the score; without a like other profiles may be nearer.
        """

        def explain(liked: Index, x: Floats, asked: Index) -> Scores:
            viewer = self.scope.folded([request], self.strength)
            near = self._near(viewer)
            theirs = self.x[near.indices]  # (n, M)
            share = near.data / (theirs @ viewer.T).toarray().ravel()
            each = sparse.csr_array(theirs[:, liked].multiply(share[:, None] * x))  # (n, likes)
            return np.asarray((theirs[:, asked].T @ each).toarray(), np.float32)

        return self.scope.causes(request, titles, self.strength, explain)

    def evidence(self, request: Request, title: int) -> Neighbours:
        """Return which of the neighbours speak for a title, and what they and the viewer share."""
        viewer = self.scope.folded([request], self.strength)
        near = self._near(viewer)
        place = self.scope.places[title]
        known = [place] if place >= 0 else []
        for_it = np.flatnonzero(self.x[near.indices][:, known].toarray().sum(axis=1))
        for_it = for_it[np.lexsort((near.indices[for_it], -near.data[for_it]))]
        theirs = self.x[near.indices[for_it]][:, viewer.indices].toarray() > 0  # (n, likes)
        by = theirs.sum(axis=0)
        shared = np.lexsort((viewer.indices, -by))[: np.count_nonzero(by)]
        return Neighbours(
            near.data[for_it],
            theirs.sum(axis=1).astype(np.int32),
            self.scope.rows[viewer.indices[shared]],
            by[shared].astype(np.int32),
        )

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Let newer titles score −inf; raises ValueError if the catalogue is older."""
        return replace(self, scope=self.scope.grown(catalogue))

    def without_profiles(self, rows: Index) -> Self:
        """Let go of what these profiles like, as if they had never been among the U."""
        kept = np.flatnonzero(~np.isin(self.owners, rows))
        if len(kept) == len(self.owners):
            return self
        return replace(self, x=sparse.csr_array(self.x[kept]), owners=self.owners[kept])

    def _near(self, x: Matrix) -> Matrix:
        """Return the k largest s_uv of each line, (P, U) CSR; ties go to the lower row."""
        if self.candidates:
            near, common = self._compared(x)
        else:
            near = sparse.csr_array(x @ self.by_title)
            common = sparse.csr_array(_counted(x) @ self.counted)  # of the same pattern and order
        own = np.sqrt(np.asarray(x.multiply(x).sum(axis=1), np.float32).ravel())
        lines = np.repeat(np.arange(x.shape[0]), np.diff(near.indptr))
        cosine = near.data / (own[lines] * self.lengths[near.indices])
        shrunk = common.data / (common.data + np.float32(self.shrinkage))
        near.data = shrunk * cosine ** np.float32(self.amplification)
        near.sort_indices()
        return strongest(near, self.neighbours)

    def _compared(self, x: Matrix) -> tuple[Matrix, Matrix]:
        """Return x_u·x_v and n_uv of each line and its candidates: (P, U) CSR of one pattern."""
        products, counts, which = [], [], []
        for mine in itertools.pairwise(x.indptr.tolist()):
            liked, strengths = x.indices[slice(*mine)], x.data[slice(*mine)]
            rows = self._candidates(liked)
            line = np.zeros(self.x.shape[1], np.float32)
            line[liked] = strengths
            theirs = self.x[rows]
            products.append(theirs @ line)
            counts.append(_counted(theirs) @ (line > 0).astype(np.float32))
            which.append(rows)
        indptr = np.cumsum([0, *map(len, which)]).astype(self.x.indptr.dtype)  # or X is copied
        flat = np.concatenate([np.empty(0, np.int32), *which])
        near, common = (
            sparse.csr_array(
                (np.concatenate([np.empty(0, np.float32), *data]), flat, indptr),
                shape=(x.shape[0], self.x.shape[0]),
            )
            for data in (products, counts)
        )
        return near, common

    def _candidates(self, liked: Index) -> Index:
        """Return who likes the rarest of these titles: rising rows; the last title counts whole."""
        indptr = self.by_title.indptr
        sizes = indptr[liked + 1] - indptr[liked]
        order = np.argsort(sizes, kind="stable")
        enough = int(np.searchsorted(np.cumsum(sizes[order]), self.candidates)) + 1
        lists = [self.by_title.indices[indptr[j] : indptr[j + 1]] for j in liked[order[:enough]]]
        return np.unique(np.concatenate([np.empty(0, np.int32), *lists]))


def _counted(x: Matrix) -> Matrix:
    """Return the same pattern with 1 in every cell."""
    return sparse.csr_array((np.ones_like(x.data), x.indices, x.indptr), shape=x.shape)


@part("source", "user_knn")
@dataclass(frozen=True)
class UserKNN:
    """User-based nearest neighbours: how many like a title, and what they share with the viewer."""

    neighbours: int = 50
    """k, how many profiles are asked; ties go to the lower row."""
    shrinkage: float = 10.0
    """β, the number of common likes with which likeness counts half."""
    amplification: float = 2.0
    """q, the power of the cosine: the higher, the more the nearest decide."""
    most: int = 50_000
    """How many profiles are kept, drawn at random where there are more."""
    candidates: int = 0
    """How many likes of the viewer's rarest titles are followed to their profiles; 0: all."""
    power: float = 0.5
    """Strength of a like = (reward ÷ full)^power; 0 counts all likes the same."""
    full: float = 1.5
    """Reward from which a like counts in full: that of watching most of it and a thumb up."""

    def __post_init__(self) -> None:
        """Raise ValueError where a setting is out of its range."""
        Strength(self.power, self.full)
        if self.candidates < 0:
            msg = f"candidates is {self.candidates}; it must be 0 (all) or more"
            raise ValueError(msg)
        if self.neighbours < 1 or self.most < 1:
            msg = f"neighbours is {self.neighbours} and most {self.most}; both are at least 1"
            raise ValueError(msg)
        if not (self.shrinkage >= 0 and self.amplification > 0):
            msg = (
                f"shrinkage {self.shrinkage} must not be negative, "
                f"amplification {self.amplification} must be above 0"
            )
            raise ValueError(msg)

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedUserKNN:
        """Keep the profiles' likes; draws which, if they are too many."""
        strength = Strength(self.power, self.full)
        x, scope = learnt(data, strength)
        whose = owners(data, scope)
        if x.shape[0] > self.most:
            some = np.sort(rng.choice(x.shape[0], self.most, replace=False))
            x, whose = x[some], whose[some]
        return FittedUserKNN(
            scope,
            x,
            whose,
            self.neighbours,
            self.shrinkage,
            self.amplification,
            strength,
            self.candidates,
        )
