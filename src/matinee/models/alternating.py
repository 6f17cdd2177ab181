"""One side of a factorisation solved for the other: what iALS is made of.

With h the factors of one side, turned so that α₀ HᵀH is the diagonal G, a line of strengths x of
the other side has its best factors where

    A w = Σ_j x_j h_j        A = Σ_j x_j h_j h_jᵀ + G + λ (Σ_j x_j + α₀ M)^ν I

`solved` finds them exactly; `improved` puts a block π of them after the other where the loss is
least for the rest as it is (Rendle, Krichene, Zhang and Koren, iALS++: speeding up matrix
factorization with subspace optimization, 2021, arXiv 2110.14044, equation 9):

    w_π ← w_π − A_ππ⁻¹ (Σ_j x_j (w·h_j − 1) h_jπ + (G + λ (…)^ν I)_ππ w_π)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from matinee.models.kernels import Kernel, compiled
from matinee.types import Floats, Index, Longs, Matrix, Scores

__all__ = ["Side"]

_BUDGET = 400_000  # numbers in the largest array of one batch of solutions

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
    def of(
        cls, factors: Square, other: Square, *, unobserved: float, l2: float, power: float
    ) -> tuple[Side, Square]:
        """Turn one side's factors, and the other's with them: their products stay the same."""
        gram = unobserved * (factors.T @ factors).astype(np.float64)
        values, basis = np.linalg.eigh(gram)
        turn = basis.astype(np.float32)
        diagonal = np.maximum(values, 0).astype(np.float32)
        whole = unobserved * len(factors)
        return cls(factors @ turn, diagonal, l2, power, whole), other @ turn

    def improved(self, x: Matrix, w: Square, *, block: int, kernel: Kernel) -> Square:
        """Return better factors than `w` for (P, M) strengths, a block after the other: (P, f).

        Exact where a block holds all factors.
        """
        if compiled(kernel):
            from matinee.models.kernels.als import improved

            return improved(x, self.factors, self.gram, self._ridges(x), w, block)
        if block >= w.shape[1]:
            return self.solved(x)
        return self._stepped(x, w, block)

    def solved(self, x: Matrix) -> Square:
        """Return the best factors for (P, M) strengths, given this side: (P, f)."""
        out = np.zeros((x.shape[0], self.factors.shape[1]), np.float32)
        ridge = self._ridges(x)
        for some, roots, b in self._batches(x):
            few = b.shape[1] < b.shape[2]
            diagonal = self.gram + ridge[some, None]  # (lines, f)
            out[some] = (_by_likes if few else _by_factors)(b, roots, diagonal)
        return out

    def _stepped(self, x: Matrix, w: Square, block: int) -> Square:
        out = np.zeros_like(w)
        ridge = self._ridges(x)
        for some, roots, b in self._batches(x):
            mine = w[some]
            off = (b @ mine[:, :, None])[:, :, 0] - roots  # (lines, size) √x (w·h − 1)
            pull = self.gram + ridge[some, None]
            for first in range(0, w.shape[1], block):
                at = slice(first, first + block)
                part = b[:, :, at]
                slope = (off[:, None, :] @ part)[:, 0] + pull[:, at] * mine[:, at]
                step = _by_slope(part, slope, pull[:, at])
                mine[:, at] -= step
                off -= (part @ step[:, :, None])[:, :, 0]
            out[some] = mine
        return out

    def _batches(self, x: Matrix) -> Iterator[tuple[Longs, Square, Square]]:
        """Yield lines that have likes, their √x and √x h, padded with 0: (lines, size[, f])."""
        counts = np.diff(x.indptr)
        sizes = _rounded(counts)
        width = self.factors.shape[1]
        for size in np.unique(sizes[counts > 0]).tolist():
            lines = np.flatnonzero((sizes == size) & (counts > 0))
            step = max(1, _BUDGET // (width * max(size, width)))
            for start in range(0, len(lines), step):
                some = lines[start : start + step]
                roots, rows = _padded(x, some, size)
                b = self.factors[rows]  # (lines, size, f)
                b *= roots[:, :, None]
                yield some, roots, b

    def _ridges(self, x: Matrix) -> Floats:
        return self.ridge(np.asarray(x.sum(axis=1), np.float32).ravel())

    def folded(self, liked: Index, x: Floats) -> Floats:
        """Return the best factors for one line, given this side: (f,); 0 without likes."""
        if not len(liked):
            return np.zeros_like(self.gram)
        h = self.factors[liked]
        diagonal = self.gram + self.ridge(x.sum(keepdims=True))
        if len(liked) < len(diagonal):  # as many equations as there are likes
            b = np.sqrt(x)[:, None] * h
            a = (b / diagonal) @ b.T
            a.flat[:: len(a) + 1] += 1
            return (_solution(a, np.sqrt(x)) @ b / diagonal).astype(np.float32)
        whole = np.asarray((h.T * x) @ h, np.float32)
        whole.flat[:: len(whole) + 1] += diagonal
        return _solution(whole, x @ h)

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


def _solution(a: Square, right: Floats) -> Floats:
    """Return a⁻¹ b by Cholesky; by least squares where rounding has left `a` without one."""
    _, solution, failed = linalg.lapack.sposv(a, right)
    return np.asarray(linalg.lstsq(a, right)[0] if failed else solution, np.float32)


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
    return _by_slope(b, (b.transpose(0, 2, 1) @ roots[:, :, None])[:, :, 0], diagonal)


def _by_slope(b: Square, slope: Square, diagonal: Square) -> Square:
    """Return (BᵀB + D)⁻¹ s of each line: (lines, f)."""
    a = b.transpose(0, 2, 1) @ b
    each = np.arange(b.shape[2])
    a[:, each, each] += diagonal
    w: Square = np.linalg.solve(a, slope[:, :, None])[:, :, 0]
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
