"""Each title as a sum of those nearest to it: a small ridge regression for every title."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matinee.models.kernels.compiling import quick
from matinee.models.kernels.threads import shared_out
from matinee.types import Floats, Index, Matrix

__all__ = ["regressed"]

Square = NDArray[np.float32]


def regressed(common: Matrix, own: Floats, near: Index, l2: float) -> Square:
    """Return w (N, k) with (A + l2·I) w = a for every title, over its k `near` ones.

    A is made of `common` (N, N) CSR, where a pair in either order counts for both, with `own` (N,)
    on the diagonal; a is the title's own line. `near` (N, k) are distinct titles of that line, −1
    after the last; their w are 0. Where A + l2·I is not positive l2 is doubled until it is.
    """
    w = np.zeros(near.shape, np.float32)

    def some(start: int, stop: int) -> None:
        _regress(common.indptr, common.indices, common.data, own, near, np.float32(l2), w,
                 start, stop)  # fmt: skip

    counts = (near >= 0).sum(axis=1).astype(np.int64)
    shared_out(some, np.concatenate([[0], np.cumsum(counts**2)]))
    return w


@quick
def _regress(
    indptr: Index,
    indices: Index,
    data: Floats,
    own: Floats,
    near: Index,
    l2: np.float32,
    w: Square,
    start: int,
    stop: int,
) -> None:
    place = np.full(len(own), -1, np.int32)
    a = np.empty((near.shape[1], near.shape[1]), np.float32)
    factor = np.empty_like(a)
    for j in range(start, stop):
        size = 0
        while size < near.shape[1] and near[j, size] >= 0:
            place[near[j, size]] = size
            size += 1
        right = w[j, :size]
        for at in range(indptr[j], indptr[j + 1]):
            if place[indices[at]] >= 0:
                right[place[indices[at]]] = data[at]
        a[:size, :size] = 0
        for k in range(size):
            i = near[j, k]
            for at in range(indptr[i], indptr[i + 1]):
                other = place[indices[at]]
                if other >= 0:
                    a[k, other] = a[other, k] = data[at]
            a[k, k] = own[i]
        pull = l2
        while not _factored(a, pull, factor, size):
            pull *= 2
        _substitute(factor, right)
        for k in range(size):
            place[near[j, k]] = -1


@quick
def _factored(a: Square, pull: np.float32, factor: Square, size: int) -> bool:
    """Put the Cholesky factor of a + pull·I into the lower half, 1 ÷ its diagonal on the diagonal.

    Returns whether there is one.
    """
    for k in range(size):
        line = factor[k]
        for j in range(k):
            other = factor[j]
            value = a[k, j]
            for i in range(j):
                value -= line[i] * other[i]
            line[j] = value * other[j]
        pivot = a[k, k] + pull
        for i in range(k):
            pivot -= line[i] * line[i]
        if not pivot > np.float32(1e-6) * (a[k, k] + pull):
            return False
        line[k] = 1 / np.sqrt(pivot)
    return True


@quick
def _substitute(factor: Square, right: Floats) -> None:
    """Put the solution into `right`."""
    for i in range(len(right)):
        value = right[i]
        for j in range(i):
            value -= factor[i, j] * right[j]
        right[i] = value * factor[i, i]
    for i in range(len(right) - 1, -1, -1):
        right[i] *= factor[i, i]
        for j in range(i):
            right[j] -= factor[i, j] * right[i]
