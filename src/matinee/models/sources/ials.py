"""iALS: factors of implicit likes, by exact alternating least squares.

Hu, Koren and Volinsky, Collaborative filtering for implicit feedback datasets, ICDM 2008, in the
form and with the frequency-scaled regularisation of Rendle, Krichene, Zhang and Koren, Revisiting
the performance of iALS on item recommendation benchmarks, RecSys 2022 (arXiv 2110.14037):

    L = Σ_ui x_ui (w_u·h_i − 1)² + α₀ Σ_u Σ_i (w_u·h_i)²
        + λ (Σ_u (n_u + α₀ M)^ν ‖w_u‖² + Σ_i (n_i + α₀ U)^ν ‖h_i‖²)

over U profiles and M titles, with n the sum of a profile's or a title's strengths x. Either side is
solved exactly for the other; folding a history in is the same solution for one profile:

    A_u = Σ_j x_uj h_j h_jᵀ + α₀ HᵀH + λ (n_u + α₀ M)^ν I        w_u = A_u⁻¹ Σ_j x_uj h_j

so that score_u(i) = Σ_j x_uj h_iᵀ A_u⁻¹ h_j: the influence of each like (section 5 of Hu et al.).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from matinee.data import Catalogue, Dataset
from matinee.models.interactions import Strength
from matinee.models.scope import Scope, learnt
from matinee.parts import part
from matinee.types import Floats, Index, Longs, Matrix, Request, Scores

__all__ = ["IALS", "FittedIALS", "Side"]

_BUDGET = 400_000  # numbers in the largest array of one batch of solutions
_START = 0.1  # spread of the first factors, ÷ √f (section 4.2 of Rendle et al.)

Square = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The factors of one side, turned so that α₀ times their Gram matrix is diagonal."""

    factors: Square  # (M, f)
    gram: Floats  # (f,) the diagonal
    l2: float
    power: float
    whole: float
    """α₀ M: added to how much a line of the other side likes."""

    @classmethod
    def of(cls, factors: Square, *, unobserved: float, l2: float, power: float) -> Side:
        """Turn factors; every product of the two sides stays what it was."""
        gram = unobserved * (factors.T @ factors).astype(np.float64)
        values, basis = np.linalg.eigh(gram)
        turned = np.ascontiguousarray(factors @ basis.astype(np.float32))
        diagonal = np.maximum(values, 0).astype(np.float32)
        return cls(turned, diagonal, l2, power, unobserved * len(factors))

    def solved(self, x: Matrix) -> Square:
        """Return the best factors for (P, M) strengths, given this side: (P, f)."""
        out = np.zeros((x.shape[0], self.factors.shape[1]), np.float32)
        ridge = self.ridge(np.asarray(x.sum(axis=1), np.float32).ravel())
        counts = np.diff(x.indptr)
        sizes = _rounded(counts)
        for size in np.unique(sizes[counts > 0]).tolist():
            lines = np.flatnonzero((sizes == size) & (counts > 0))
            width = self.factors.shape[1]
            step = max(1, _BUDGET // (width * max(size, width)))
            for start in range(0, len(lines), step):
                some = lines[start : start + step]
                roots, rows = _padded(x, some, size)
                b = self.factors[rows]  # (lines, size, f)
                b *= roots[:, :, None]
                diagonal = self.gram + ridge[some, None]  # (lines, f)
                few = size < width
                out[some] = (_by_likes if few else _by_factors)(b, roots, diagonal)
        return out

    def ridge(self, amounts: Floats) -> Floats:
        """Return λ (n + α₀ M)^ν for n = `amounts`, of the same shape."""
        scaled: Floats = np.float32(self.l2) * (amounts + np.float32(self.whole)) ** self.power
        return scaled

    def influence(self, liked: Index, x: Floats, titles: Index) -> Scores:
        """Return x_j h_iᵀ A⁻¹ h_j for every title i and like j: (titles, likes)."""
        h = self.factors[liked]
        a = (h * x[:, None]).T @ h
        np.fill_diagonal(a, a.diagonal() + self.gram + self.ridge(x.sum(keepdims=True)))
        solution = np.linalg.solve(a, h.T * x)  # (f, likes)
        scores: Scores = self.factors[titles] @ solution
        return scores


def _rounded(counts: Index | Longs) -> Longs:
    """Return the next of few sizes (1, 2, 3, 4, 6, 8, 12, 16, 24 and so on) for each count.

    So a history is solved for in the same shape, to the same bits, whatever its batch.
    """
    power = 2 ** np.ceil(np.log2(np.maximum(counts, 1))).astype(np.int64)
    less = power * 3 // 4
    sizes: Longs = np.where((counts <= less) & (power > 2), less, power)
    return sizes


def _padded(x: Matrix, lines: Longs, size: int) -> tuple[Square, Index]:
    """Return √x and the columns of some lines, padded with 0: (lines, size) each."""
    offsets = np.arange(size)
    counts = np.diff(x.indptr)[lines]
    inside = offsets < counts[:, None]
    places = np.where(inside, x.indptr[lines][:, None] + offsets, 0)
    return np.where(inside, np.sqrt(x.data[places]), 0), np.where(inside, x.indices[places], 0)


def _by_factors(b: Square, roots: Square, diagonal: Square) -> Square:
    """Return (BᵀB + D)⁻¹ Bᵀ r of each line: an f × f system. (lines, f)."""
    a = b.transpose(0, 2, 1) @ b
    each = np.arange(b.shape[2])
    a[:, each, each] += diagonal
    right = b.transpose(0, 2, 1) @ roots[:, :, None]
    w: Square = np.linalg.solve(a, right)[:, :, 0]
    return w


def _by_likes(b: Square, roots: Square, diagonal: Square) -> Square:
    """Return the same as D⁻¹Bᵀ (I + B D⁻¹ Bᵀ)⁻¹ r: a system of as many as there are likes."""
    scaled = b / diagonal[:, None, :]
    a = scaled @ b.transpose(0, 2, 1)
    each = np.arange(b.shape[1])
    a[:, each, each] += 1
    y = np.linalg.solve(a, roots[:, :, None])
    w: Square = (scaled.transpose(0, 2, 1) @ y)[:, :, 0]
    return w


@dataclass(frozen=True, slots=True, eq=False)
class FittedIALS:
    """The titles' factors; a viewer's are solved for from the history."""

    scope: Scope
    side: Side
    strength: Strength

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Solve for the viewers' factors and multiply. (P, N); 0 without likes."""
        w = self.side.solved(self.scope.folded(requests, self.strength))
        return self.scope.spread(w @ self.side.factors.T)

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return the influence of each like: they add up to the score, but hang together.

        A deleted like also changes how much the others count, so the score does not fall by
        just its cause.
        """
        return self.scope.causes(request, titles, self.strength, self.side.influence)

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Let newer titles score −inf; raises ValueError if the catalogue is older."""
        return replace(self, scope=self.scope.grown(catalogue))


@part("source", "ials")
@dataclass(frozen=True)
class IALS:
    """Factors by alternating least squares; a history is folded in by solving, with its causes."""

    factors: int = 64
    """f, numbers a title and a profile."""
    iterations: int = 16
    """How often each side is solved for the other."""
    unobserved: float = 0.3
    """α₀, the weight of every pair of profile and title as one that is not a like."""
    l2: float = 0.01
    """λ, the pull towards 0."""
    frequency: float = 1.0
    """ν, how much more those are pulled who have more likes; 0: all the same."""
    power: float = 0.5
    """Strength of a like = (reward ÷ full)^power; 0 counts all likes the same."""
    full: float = 1.5
    """Reward from which a like counts in full: that of watching most of it and a thumb up."""

    def __post_init__(self) -> None:
        """Raise ValueError where a setting is out of its range."""
        Strength(self.power, self.full)
        if self.factors < 1 or self.iterations < 1:
            msg = f"factors is {self.factors}, iterations {self.iterations}; both are at least 1"
            raise ValueError(msg)
        if not (self.unobserved > 0 and self.l2 > 0 and self.frequency >= 0):
            msg = (
                f"unobserved {self.unobserved} and l2 {self.l2} must be above 0, "
                f"frequency {self.frequency} must not be negative"
            )
            raise ValueError(msg)

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedIALS:
        """Alternate from small random factors of the titles."""
        strength = Strength(self.power, self.full)
        x, scope = learnt(data, strength)
        xt = x.T.tocsr()
        start = np.float32(_START / np.sqrt(self.factors))
        titles = self._side(start * rng.standard_normal((len(scope), self.factors), np.float32))
        for _ in range(self.iterations):
            profiles = self._side(titles.solved(x))
            titles = self._side(profiles.solved(xt))
        return FittedIALS(scope, titles, strength)

    def _side(self, factors: Square) -> Side:
        return Side.of(factors, unobserved=self.unobserved, l2=self.l2, power=self.frequency)
