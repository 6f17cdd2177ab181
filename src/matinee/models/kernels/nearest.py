"""The k titles most like each: similarities of one title at a time, and the largest kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matinee.models.kernels.compiling import exact
from matinee.models.kernels.threads import shared_out
from matinee.types import Floats, Index, Matrix

__all__ = ["nearest"]

Square = NDArray[np.float32]
Rows = NDArray[np.uint32]  # unsigned: no check for places counted from the end


def nearest(
    xt: Matrix, y: Matrix, own: Floats, other: Floats, *, k: int, shrinkage: float
) -> tuple[Index, Index, Floats]:
    """Return the k largest s_ij = c_ij ÷ (own_i other_j + shrinkage) of every i, j ≠ i.

    `xt` (N, P) and `y` (P, N) are CSR with c = xt y. What comes back are (pairs,) rows i, columns
    j and similarities above 0; of equals at the edge the lower columns are kept.
    """
    size = xt.shape[0]
    k = min(k, size)
    columns = np.empty((size, k), np.int32)
    values = np.zeros((size, k), np.float32)
    counts = np.zeros(size, np.int32)
    least = np.float32(shrinkage)

    left = xt.indptr, xt.indices.astype(np.uint32), xt.data
    right = y.indptr, y.indices.astype(np.uint32), y.data

    def some(start: int, stop: int) -> None:
        _nearest(*left, *right, own, other, least, columns, values, counts, start, stop)

    shared_out(some, np.concatenate([[0], np.cumsum(xt @ np.diff(y.indptr))]).astype(np.int64))
    kept = np.arange(k) < counts[:, None]
    rows = np.repeat(np.arange(size, dtype=np.int32), counts)
    return rows, columns[kept], values[kept]


@exact
def _nearest(
    indptr: Index,
    indices: Rows,
    data: Floats,
    to: Index,
    ends: Rows,
    worth: Floats,
    own: Floats,
    other: Floats,
    shrinkage: np.float32,
    columns: Index,
    values: Square,
    counts: Index,
    start: int,
    stop: int,
) -> None:
    common, s = np.zeros(len(own), np.float32), np.empty(len(own), np.float32)
    for i in range(start, stop):
        for at in range(indptr[i], indptr[i + 1]):
            x = data[at]
            u = indices[at]
            for end in range(to[u], to[u + 1]):
                common[ends[end]] += x * worth[end]
        common[i] = 0
        for j in range(len(common)):
            s[j] = common[j] / (own[i] * other[j] + shrinkage)
            common[j] = 0
        count = 0
        least = np.float32(0)
        for j in range(len(common)):
            if s[j] > least:
                count = _kept(values[i], columns[i], count, s[j], j)
                if count == len(values[i]):
                    least = values[i, 0]
        counts[i] = count


@exact
def _kept(values: Floats, columns: Index, count: int, s: np.float32, j: int) -> int:
    """Put s of column j into a heap of which the worst is on top, in its place if it is full.

    Of equals the higher column is the worse. Columns come in rising, so j is the highest. Returns
    how many it holds.
    """
    if count < len(values):
        place = count
        count += 1
        while place > 0:
            above = (place - 1) // 2
            if values[above] < s:
                break
            values[place], columns[place] = values[above], columns[above]
            place = above
    else:
        place = 0
        while 2 * place + 1 < count:
            below = 2 * place + 1
            if below + 1 < count and _worse(values, columns, below + 1, below):
                below += 1
            if values[below] >= s:
                break
            values[place], columns[place] = values[below], columns[below]
            place = below
    values[place], columns[place] = s, j
    return count


@exact
def _worse(values: Floats, columns: Index, one: int, two: int) -> np.bool_:
    if values[one] == values[two]:
        return np.bool_(columns[one] > columns[two])
    return np.bool_(values[one] < values[two])
