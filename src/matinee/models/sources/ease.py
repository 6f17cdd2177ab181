"""EASE: the linear map from liked titles to titles, in closed form.

Steck, Embarrassingly shallow autoencoders for sparse data, WWW 2019 (arXiv 1905.03375):

    P = (XᵀX + λI)⁻¹        B_ij = −P_ij ÷ P_jj (i ≠ j), B_ii = 0        scores = x B

With fewer profiles U than titles the same B is kept unmultiplied (Woodbury's identity), so that
nothing of size N × N is ever made:

    A = (XXᵀ + λI)⁻¹        K = XᵀAX = I − λP        B_ij = K_ij ÷ (1 − K_jj) (i ≠ j)

With too many of both, each title is regressed on those nearest to it (`matinee.models.nearby`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from matinee.data import Catalogue, Dataset
from matinee.models.interactions import Line, Strength, laid_out
from matinee.models.inverse import inverse
from matinee.models.kernels import Kernel
from matinee.models.nearby import sparsely
from matinee.models.scope import Scope, learnt, owners
from matinee.models.sums import ready, sum_of_lines, sum_of_rows
from matinee.parts import part
from matinee.types import Flags, Floats, Index, Matrix, Request, Scores

__all__ = ["EASE", "Dense", "Factored", "FittedEASE", "Form", "Size", "Sparse", "kept_of"]

_BLOCK = 1024  # columns of XᵀX that are made at a time
_SPREAD_BYTES = 64 * 2**20  # up to this XᵀA is kept beside A: a block then costs a third

Square = NDArray[np.float32]

Form: TypeAlias = Literal["auto", "dense", "sparse"]


@dataclass(frozen=True, slots=True, eq=False)
class Dense:
    """B as it is, over M titles."""

    b: Square  # (M, M) row i: what a liked title i adds to every title

    def __post_init__(self) -> None:
        """Make ready for the first request."""
        ready(self.b)

    def scores(self, lines: Sequence[Line]) -> Scores:
        """Return x B for the strengths x of P histories: (P, M)."""
        out = np.empty((len(lines), len(self.b)), np.float32)
        for mine, line in zip(out, lines, strict=True):
            mine[:] = sum_of_rows(self.b, *line)
        return out

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

    def scores(self, lines: Sequence[Line]) -> Scores:
        """Return x B for the strengths x of P histories: (x Xᵀ A X − x ∘ K_jj) ÷ (1 − K_jj)."""
        x = laid_out(lines, width=len(self.own))
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

    def without(self, gone: Flags) -> Factored:
        """Return the same of fewer profiles; `gone` marks those (U,) that are let go of.

        Of the inverse of a matrix, with kept rows k and lost rows r, (M_kk)⁻¹ = A_kk −
        A_kr A_rr⁻¹ A_rk (the Schur complement), so neither λ nor the lost likes are needed.
        """
        kept, lost = np.flatnonzero(~gone), np.flatnonzero(gone)
        beside = self.a[np.ix_(kept, lost)]
        taken = beside @ linalg.solve(self.a[np.ix_(lost, lost)], beside.T, assume_a="pos")
        a = np.ascontiguousarray(self.a[np.ix_(kept, kept)] - taken, np.float32)
        x = sparse.csr_array(self.x[kept])
        return Factored(x, a, _own(x, a))


@dataclass(frozen=True, slots=True, eq=False)
class Sparse:
    """B over M titles, of which most is 0."""

    b: Matrix  # (M, M) CSR, row i: what a liked title i adds to others

    def __post_init__(self) -> None:
        """Make ready for the first request."""
        ready(self.b)

    def scores(self, lines: Sequence[Line]) -> Scores:
        """Return x B for the strengths x of P histories: (P, M)."""
        out = np.empty((len(lines), self.b.shape[1]), np.float32)
        for mine, line in zip(out, lines, strict=True):
            mine[:] = sum_of_lines(self.b, *line)
        return out

    def block(self, history: Index, titles: Index) -> Scores:
        """Return what each of `history` adds to each of `titles`: (titles, history)."""
        return np.ascontiguousarray(self.b[history][:, titles].toarray().T)


@dataclass(frozen=True, slots=True, eq=False)
class FittedEASE:
    """B over the M titles that somebody liked; all others score −inf."""

    scope: Scope
    map: Dense | Factored | Sparse
    strength: Strength
    owners: Index  # profile rows: whose likes X holds; none where B is kept as it is

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Fold the histories in and score. (P, N)."""
        lines = [self.scope.line(request, self.strength) for request in requests]
        return self.scope.spread(self.map.scores(lines))

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return B's entries times the strengths: negative where a like speaks against it."""

        def explain(liked: Index, x: Floats, asked: Index) -> Scores:
            added: Scores = self.map.block(liked, asked) * x
            return added

        return self.scope.causes(request, titles, self.strength, explain)

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Let newer titles score −inf; raises ValueError if the catalogue is older."""
        return replace(self, scope=self.scope.grown(catalogue))

    def without_profiles(self, rows: Index) -> Self:
        """Let go of what these profiles like; B itself is a sum over all and holds nobody's."""
        gone = np.isin(self.owners, rows)
        if not isinstance(self.map, Factored) or not gone.any():
            return self
        return replace(self, map=self.map.without(gone), owners=self.owners[~gone])


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
    form: Form = "auto"
    """`dense`, B as it is; `sparse`, of each title's neighbours alone; `auto`, sparse beyond
    the limit."""
    limit: int = 20_000
    """The largest matrix side, of the fewer of titles and profiles: 20,000 take 1.6 GB, 40,000
    6.4, and as much again while they are solved for. Beyond it the dense form scores only so many
    of the most liked titles."""
    neighbours: int = 200
    """k, how many of the titles most like it a title is made of in the sparse form."""
    kernel: Kernel = "auto"
    """By what the sparse form is fitted: `numba`, `numpy`, or `auto`, numba where it is there."""
    half_life_days: float = field(
        default=0.0, metadata={"search": ("choice", 0.0, 30.0, 90.0, 365.0)}
    )
    """After how many days a like counts half, learnt from or folded in; 0: likes do not fade."""

    def __post_init__(self) -> None:
        """Raise ValueError where a setting is out of its range."""
        Strength(self.power, self.full, self.half_life_days)
        if not self.l2 > 0:
            msg = f"l2 is {self.l2}; it must be above 0"
            raise ValueError(msg)
        self._size()

    def _size(self) -> Size:
        return Size(self.form, self.limit, self.neighbours, self.kernel)

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedEASE:  # noqa: ARG002
        """Solve for B; nothing is drawn."""
        strength, size = Strength(self.power, self.full, self.half_life_days), self._size()
        x, scope = size.within(data, strength)
        b = size.solved(x, self.l2)
        return FittedEASE(scope, b, strength, kept_of(b, data, scope))


@dataclass(frozen=True, slots=True)
class Size:
    """In which form B is solved for, by how large it is."""

    form: Form
    limit: int
    neighbours: int
    kernel: Kernel

    def __post_init__(self) -> None:
        """Raise ValueError where a setting is out of its range."""
        if self.form not in get_args(Form):
            msg = f"form is {self.form!r}; it must be one of {', '.join(get_args(Form))}"
            raise ValueError(msg)
        if self.limit < 1 or self.neighbours < 1:
            msg = f"limit is {self.limit}, neighbours {self.neighbours}; both must be at least 1"
            raise ValueError(msg)

    def within(self, data: Dataset, strength: Strength) -> tuple[Matrix, Scope]:
        """Return the likes as (U, M); too many for the dense form: of the most liked titles."""
        x, scope = learnt(data, strength)
        if self.form == "dense" and min(x.shape) > self.limit:
            return learnt(data, strength, limit=self.limit)
        return x, scope

    def solved(self, x: Matrix, l2: float) -> Dense | Factored | Sparse:
        """Return B of (U, M) strengths; if dense, in the form of which the matrix is the smaller.

        Raises:
            ValueError: l2 is too little to solve in single precision.
        """
        if self.form == "sparse" or min(x.shape) > self.limit:
            return Sparse(sparsely(x, l2, neighbours=self.neighbours, kernel=self.kernel))
        return _factored(x, l2) if x.shape[0] < x.shape[1] else _dense(x, l2)


def kept_of(b: Dense | Factored | Sparse, data: Dataset, scope: Scope) -> Index:
    """Return the profile rows whose likes B's form holds."""
    return owners(data, scope) if isinstance(b, Factored) else np.empty(0, np.int32)


def _inverse(gram: Square, l2: float) -> Square:
    """Return (gram + l2·I)⁻¹ in the place of `gram`; symmetric, so order is free."""
    np.fill_diagonal(gram, gram.diagonal() + np.float32(l2))
    try:
        return inverse(np.ascontiguousarray(gram))
    except linalg.LinAlgError as error:
        msg = f"l2 = {l2} is too little to solve for these data in single precision; raise it"
        raise ValueError(msg) from error


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
    return Factored(x, a, _own(x, a))


def _own(x: Matrix, a: Square) -> Floats:
    """Return K_jj, (M,)."""
    xt = sparse.csr_array(x.T)
    return np.concatenate(
        [
            np.asarray(block.multiply(block @ a).sum(axis=1), np.float32).ravel()
            for block in (xt[start : start + _BLOCK] for start in range(0, x.shape[1], _BLOCK))
        ]
        or [np.empty(0, np.float32)]
    )
