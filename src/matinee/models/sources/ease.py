"""EASE: the linear map from liked titles to titles, in closed form.

Steck, Embarrassingly shallow autoencoders for sparse data, WWW 2019 (arXiv 1905.03375):

    P = (XᵀX + λI)⁻¹        B_ij = −P_ij ÷ P_jj (i ≠ j), B_ii = 0        scores = x B

With fewer profiles U than titles the same B is kept unmultiplied (Woodbury's identity), so that
nothing of size N × N is ever made:

    A = (XXᵀ + λI)⁻¹        K = XᵀAX = I − λP        B_ij = K_ij ÷ (1 − K_jj) (i ≠ j)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from matinee.data import Catalogue, Dataset
from matinee.models.interactions import Strength, check_grown, folded, interactions, known
from matinee.parts import part
from matinee.types import Floats, Index, Matrix, Request, Scores

__all__ = ["EASE", "Dense", "Factored", "FittedEASE"]

_BLOCK = 1024  # columns of XᵀX that are made at a time
_SPREAD_BYTES = 64 * 2**20  # up to this XᵀA is kept beside A: a block then costs a third

Square = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Dense:
    """B as it is, over M titles."""

    b: Square  # (M, M) row i: what a liked title i adds to every title

    def scores(self, x: Matrix) -> Scores:
        """Return x B for (P, M) strengths."""
        scored: Scores = x @ self.b
        return scored

    def block(self, history: Index, titles: Index) -> Scores:
        """Return what each of `history` adds to each of `titles`: (titles, history)."""
        return np.ascontiguousarray(self.b[history[:, None], titles].T)


@dataclass(frozen=True, slots=True, eq=False)
class Factored:
    """B as X and A, of U profiles over M titles."""

    x: Matrix  # (U, M) CSR
    a: Square  # (U, U)
    own: Floats  # (M,) K_jj
    by_title: Matrix = field(init=False)  # (M, U) CSR: Xᵀ
    spread: Square | None = field(init=False)  # (M, U) Xᵀ A, where that is small enough to keep

    def __post_init__(self) -> None:
        """Turn X once, for scoring."""
        by_title = sparse.csr_array(self.x.T)
        object.__setattr__(self, "by_title", by_title)
        small = by_title.shape[0] * by_title.shape[1] * self.a.itemsize <= _SPREAD_BYTES
        object.__setattr__(self, "spread", by_title @ self.a if small else None)

    def scores(self, x: Matrix) -> Scores:
        """Return x B for (P, M) strengths: (x Xᵀ A X − x ∘ K_jj) ÷ (1 − K_jj)."""
        likeness = x @ self.spread if self.spread is not None else (x @ self.by_title) @ self.a
        total: Scores = np.ascontiguousarray((self.by_title @ likeness.T).T)
        profile = np.repeat(np.arange(x.shape[0]), np.diff(x.indptr))
        total[profile, x.indices] -= x.data * self.own[x.indices]
        return total / (1 - self.own)

    def block(self, history: Index, titles: Index) -> Scores:
        """Return what each of `history` adds to each of `titles`: (titles, history)."""
        one, other = self.by_title[titles], self.by_title[history]
        if self.spread is not None:
            k = one @ self.spread[history].T
        elif len(titles) < len(history):
            k = (other @ (one.toarray() @ self.a).T).T
        else:
            k = one @ (other.toarray() @ self.a).T
        k[titles[:, None] == history] = 0
        return np.asarray(k / (1 - self.own[titles, None]), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class FittedEASE:
    """B over the M titles that somebody liked; all others score −inf."""

    rows: Index  # (M,) title rows, rising
    map: Dense | Factored
    strength: Strength
    titles: int
    """N: how many titles are scored."""
    places: Index = field(init=False)  # (N,) place among `rows`, −1: unknown

    def __post_init__(self) -> None:
        """Build the way back from title rows to places."""
        places = np.full(self.titles, -1, np.int32)
        places[self.rows] = np.arange(len(self.rows))
        object.__setattr__(self, "places", places)

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Fold the histories in and score. (P, N)."""
        out = np.full((len(requests), self.titles), -np.inf, np.float32)
        x = folded(requests, self.strength, titles=self.titles)
        out[:, self.rows] = self.map.scores(x[:, self.rows])
        return out

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return B's entries times the strengths: negative where a like speaks against it."""
        out = np.zeros((len(titles), len(request.history)), np.float32)
        liked = known(request.history, titles=self.titles)
        liked = liked[self.places[request.history.titles[liked]] >= 0]
        asked = np.flatnonzero(self.places[titles] >= 0)
        block = self.map.block(
            self.places[request.history.titles[liked]], self.places[titles[asked]]
        )
        out[asked[:, None], liked] = block * self.strength(request.history.weights[liked])
        return out

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Let newer titles score −inf; raises ValueError if the catalogue is older."""
        return replace(self, titles=check_grown(catalogue, titles=self.titles))


@part("source", "ease")
@dataclass(frozen=True)
class EASE:
    """Linear autoencoder in closed form; every score is a sum over the history."""

    l2: float = 200.0
    """λ, the pull towards 0; more for more profiles and stronger likes."""
    power: float = 0.5
    """Strength of a like = (reward ÷ full)^power; 0 counts all likes the same."""
    full: float = 1.5
    """Reward from which a like counts in full: that of watching most of it and a thumb up."""
    limit: int = 12_000
    """The largest matrix side: with more titles and more profiles than that, only so many of the
    most liked titles are scored."""

    def __post_init__(self) -> None:
        """Raise ValueError where a setting is out of its range."""
        Strength(self.power, self.full)
        if not self.l2 > 0 or self.limit < 1:
            msg = f"l2 is {self.l2} and limit {self.limit}; both must be above 0"
            raise ValueError(msg)

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedEASE:  # noqa: ARG002
        """Solve for B; nothing is drawn."""
        strength = Strength(self.power, self.full)
        x = interactions(data, strength)
        x = x[np.diff(x.indptr) > 0]  # profiles without likes say nothing
        likes = np.bincount(x.indices, minlength=x.shape[1])
        rows = np.flatnonzero(likes)
        if min(len(rows), x.shape[0]) > self.limit:
            most = np.lexsort((np.arange(len(likes)), -likes))[: self.limit]
            rows = np.sort(most)
        x = sparse.csr_array(x[:, rows])
        solved = _factored(x, self.l2) if x.shape[0] < x.shape[1] else _dense(x, self.l2)
        return FittedEASE(rows.astype(np.int32), solved, strength, len(data.catalogue))


def _inverse(gram: Square, l2: float) -> Square:
    """Return (gram + l2·I)⁻¹ by Cholesky, in the place of `gram`; symmetric, so order is free."""
    if not len(gram):
        return gram
    np.fill_diagonal(gram, gram.diagonal() + np.float32(l2))
    try:
        factor, _ = linalg.cho_factor(gram.T, lower=True, overwrite_a=True, check_finite=False)
    except linalg.LinAlgError as error:
        msg = f"l2 = {l2} is too little to solve for these data in single precision; raise it"
        raise ValueError(msg) from error
    inverse, _ = linalg.lapack.spotri(factor, lower=True, overwrite_c=True)
    for start in range(0, len(inverse), _BLOCK):  # spotri leaves the other triangle as it was
        stop = start + _BLOCK
        inverse[start:stop, stop:] = inverse[stop:, start:stop].T
        corner = inverse[start:stop, start:stop]
        corner[:] = np.tril(corner) + np.tril(corner, -1).T
    result: Square = inverse.T
    return result


def _dense(x: Any, l2: float) -> Dense:  # noqa: ANN401  (a CSR array)
    size = x.shape[1]
    gram = np.empty((size, size), np.float32)
    xt = sparse.csr_array(x.T)
    for start in range(0, size, _BLOCK):
        gram[start : start + _BLOCK] = (xt[start : start + _BLOCK] @ x).toarray()
    b = _inverse(gram, l2)
    b /= -b.diagonal().copy()
    np.fill_diagonal(b, 0)
    return Dense(b)


def _factored(x: Matrix, l2: float) -> Factored:
    a = _inverse((x @ x.T).toarray(), l2)
    xt = sparse.csr_array(x.T)
    own = np.concatenate(
        [
            np.asarray(block.multiply(block @ a).sum(axis=1), np.float32).ravel()
            for block in (xt[start : start + _BLOCK] for start in range(0, x.shape[1], _BLOCK))
        ]
        or [np.empty(0, np.float32)]
    )
    return Factored(x, a, own)
