"""EASE of many titles: each is regressed on those nearest to it alone, so that B is sparse.

Steck, Markov random fields for collaborative filtering, NeurIPS 2019 (its sparse form, without the
approximation of several titles by one inverse): with N_j the k titles i of largest g_ij > 0,

    g_ij = G_ij ÷ √((G_ii + λ)(G_jj + λ))        G = XᵀX
    B_Nj,j = (G_NjNj + λI)⁻¹ G_Nj,j        B_ij = 0 elsewhere

which is EASE's own column where N_j is every other title. Without λ in g titles of one like each
would crowd out all others. Of G the diagonal and the 5 k largest g of each line are kept, so that
nothing of size N × N is ever made.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from matinee.models.kernels import Kernel, compiled
from matinee.models.links import strongest
from matinee.types import Floats, Index, Matrix

__all__ = ["sparsely"]

_SEEN = 5  # times k: of so many titles beside each the common likes are kept
_FLAT = np.float32(1e-6)  # a pivot of less than this share of its diagonal is rounding
_BLOCK = 256  # titles whose g are dense at a time, in numpy

Square = NDArray[np.float32]


def sparsely(x: Matrix, l2: float, *, neighbours: int, kernel: Kernel) -> Matrix:
    """Return B (M, M) as CSR, of (U, M) strengths: row i is what a liked title i adds.

    Where G_NjNj + λI is not positive, as what is left out of G can make it, λ is doubled for that
    title until it is.
    """
    size = x.shape[1]
    own = np.bincount(x.indices, x.data**2, minlength=size).astype(np.float32)
    xt, length = sparse.csr_array(x.T), np.sqrt(own + np.float32(l2))
    common = _common(xt, x, length, _SEEN * neighbours, kernel)
    near = _nearest(common, length, neighbours)
    if compiled(kernel):
        from matinee.models.kernels.ridge import regressed

        w = regressed(common, own, near, l2)
    else:
        w = _regressed(common, own, near, l2)
    kept = near >= 0
    to = np.repeat(np.arange(size, dtype=np.int32), kept.sum(axis=1))
    b = sparse.csr_array((w[kept], (near[kept], to)), shape=(size, size))
    b.sort_indices()
    return b


def _common(xt: Matrix, x: Matrix, length: Floats, seen: int, kernel: Kernel) -> Matrix:
    """Return the entries of XᵀX beside the diagonal of the largest g in each line, CSR."""
    size = len(length)
    if compiled(kernel):
        from matinee.models.kernels.nearest import nearest

        rows, columns, g = nearest(xt, x, length, length, k=seen, shrinkage=0.0)
        indptr = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=size))])
        g *= length[rows]
        g *= length[columns]
        return sparse.csr_array((g, columns, indptr.astype(np.int64)), shape=(size, size))
    found = []
    for start in range(0, size, _BLOCK):
        some = xt[start : start + _BLOCK] @ x
        some.sort_indices()
        rows = start + np.repeat(np.arange(some.shape[0]), np.diff(some.indptr))
        some.data /= length[rows] * length[some.indices]
        some.data[some.indices == rows] = 0
        kept = strongest(some, seen)
        rows = start + np.repeat(np.arange(kept.shape[0]), np.diff(kept.indptr))
        kept.data *= length[rows] * length[kept.indices]
        found.append(kept)
    return sparse.csr_array(sparse.vstack(found, format="csr")) if found else xt[:, :0]


def _nearest(common: Matrix, length: Floats, k: int) -> Index:
    """Return the k titles of largest g in each line, rising, −1 after the last: (M, k)."""
    size = len(length)
    rows = np.repeat(np.arange(size), np.diff(common.indptr))
    lines = sparse.csr_array(
        (common.data / (length[rows] * length[common.indices]), common.indices, common.indptr),
        shape=common.shape, copy=True,
    )  # fmt: skip
    lines.sort_indices()
    step, found = 4096, []
    k = min(k, max(size - 1, 1))
    for start in range(0, size, step):
        some = strongest(lines[start : start + step], k)
        near = np.full((some.shape[0], k), -1, np.int32)
        counts = np.diff(some.indptr)
        near[np.arange(k) < counts[:, None]] = some.indices
        found.append(near)
    return np.concatenate(found) if found else np.empty((0, k), np.int32)


def _regressed(common: Matrix, own: Floats, near: Index, l2: float) -> Square:
    """Return what the kernel of the same name does, a title after the other."""
    w = np.zeros(near.shape, np.float32)
    for j, line in enumerate(near):
        mine = line[line >= 0]
        block = common[np.append(mine, j)][:, mine].toarray()  # (k + 1, k)
        a = np.maximum(block[:-1], block[:-1].T)
        np.fill_diagonal(a, own[mine])
        w[j, : len(mine)] = _solution(a, block[-1], l2)
    return w


def _solution(a: Square, right: Floats, l2: float) -> Floats:
    """Return (a + l2·I)⁻¹ right; l2 is doubled until that is positive enough to solve."""
    if not len(a):
        return right
    pull = np.float32(l2)
    while True:
        whole = a + pull * np.eye(len(a), dtype=np.float32)
        factor, failed = linalg.lapack.spotrf(whole, lower=True)
        if not failed and (factor.diagonal() ** 2 > _FLAT * whole.diagonal()).all():
            return np.asarray(linalg.lapack.spotrs(factor, right, lower=True)[0], np.float32)
        pull *= 2
