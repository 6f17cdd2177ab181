"""BPR with a profile as the sum of its other likes: the slopes of a batch, and a step of Adam."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matinee.models.kernels.compiling import quick
from matinee.types import Floats, Index, Matrix

__all__ = ["climbed", "slopes"]

Square = NDArray[np.float32]


def slopes(
    x: Matrix, others: Index, p: Square, q: Square, b: Floats, *, damping: float
) -> tuple[Square, Square, Floats]:
    """Return how the mean of ln σ grows with each of p, q (M, f) and b (M,).

    `x` (B, M) CSR are the likes of a batch, `others` (E,) the title that each is put before.
    """
    dp, dq, db = np.zeros_like(p), np.zeros_like(q), np.zeros_like(b)
    _slopes(x.indptr, x.indices, x.data, others, p, q, b, np.float32(damping), dp, dq, db)
    return dp, dq, db


def climbed(
    array: NDArray[np.float32],
    slope: NDArray[np.float32],
    mean: NDArray[np.float32],
    square: NDArray[np.float32],
    *,
    rate: float,
    pull: float,
    keep: tuple[float, float],
    guard: float,
) -> None:
    """Change an array and the moments of its slopes in place: one step of Adam."""
    flat = [one.reshape(-1) for one in (array, slope, mean, square)]
    numbers = [np.float32(one) for one in (rate, pull, 1 - keep[0], 1 - keep[1], guard)]
    _climb(flat[0], flat[1], flat[2], flat[3], *numbers)


@quick
def _slopes(
    indptr: Index,
    indices: Index,
    data: Floats,
    others: Index,
    p: Square,
    q: Square,
    b: Floats,
    damping: np.float32,
    dp: Square,
    dq: Square,
    db: Floats,
) -> None:
    f = p.shape[1]
    each = np.float32(1 / max(len(indices), 1))
    whole, mine, back = np.empty(f, np.float32), np.empty(f, np.float32), np.empty(f, np.float32)
    for u in range(len(indptr) - 1):
        low, high = indptr[u], indptr[u + 1]
        whole[:] = 0
        back[:] = 0
        amount = np.float32(0)
        for k in range(low, high):
            amount += data[k]
            _add(whole, data[k], p[indices[k]])
        for k in range(low, high):
            own, i, n = data[k], indices[k], others[k]
            size = np.float32(0)
            if high - low > 1 and amount > own:
                size = max(amount - own, np.float32(1e-6)) ** -damping
            margin = b[i] - b[n]
            for j in range(f):
                mine[j] = size * (whole[j] - own * p[i, j])
                margin += mine[j] * (q[i, j] - q[n, j])
            g = each / (1 + np.exp(min(margin, np.float32(80))))
            db[i] += g
            db[n] -= g
            for j in range(f):
                away = g * size * (q[i, j] - q[n, j])
                back[j] += away
                dp[i, j] -= own * away
                dq[i, j] += g * mine[j]
                dq[n, j] -= g * mine[j]
        for k in range(low, high):
            _add(dp[indices[k]], data[k], back)


@quick
def _add(to: Floats, amount: np.float32, what: Floats) -> None:
    for j in range(len(to)):
        to[j] += amount * what[j]


@quick
def _climb(
    array: Floats,
    slope: Floats,
    mean: Floats,
    square: Floats,
    rate: np.float32,
    pull: np.float32,
    new: np.float32,
    new_square: np.float32,
    guard: np.float32,
) -> None:
    for j in range(len(array)):
        grown = slope[j] - pull * array[j]
        mean[j] += new * (grown - mean[j])
        square[j] += new_square * (grown * grown - square[j])
        array[j] += rate * mean[j] / (np.sqrt(square[j]) + guard)
