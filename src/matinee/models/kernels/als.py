"""A block of each line's factors at a time, put where the loss is least: iALS++."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matinee.models.kernels.compiling import quick
from matinee.models.kernels.threads import shared_out
from matinee.types import Floats, Index, Matrix

__all__ = ["improved"]

Square = NDArray[np.float32]


def improved(
    x: Matrix, h: Square, diagonal: Floats, ridge: Floats, w: Square, block: int
) -> Square:
    """Return better factors than `w` (P, f) for (P, M) strengths; 0 for lines without any.

    `h` (M, f) is the other side, `diagonal` (f,) α₀ times its Gram matrix, `ridge` (P,) the pull.
    `block` is even.
    """
    f = h.shape[1]
    spare = (0, -f % block)  # factors that are 0 and stay so
    h, better = (np.pad(side, ((0, 0), spare)) for side in (h, w))
    diagonal = np.pad(diagonal, spare)

    def some(start: int, stop: int) -> None:
        _improve(x.indptr, x.indices, x.data, h, diagonal, ridge, better, block, start, stop)

    shared_out(some, x.indptr)
    return np.ascontiguousarray(better[:, :f])


@quick
def _improve(
    indptr: Index,
    indices: Index,
    data: Floats,
    h: Square,
    diagonal: Floats,
    ridge: Floats,
    w: Square,
    width: int,
    start: int,
    stop: int,
) -> None:
    """Improve the lines from `start` to `stop`, each its `width` factors after the other."""
    f = h.shape[1]
    most = np.max(indptr[start + 1 : stop + 1] - indptr[start:stop])
    room = np.empty(f * most, np.float32)
    off = np.empty(most, np.float32)
    a = np.empty((width, width), np.float32)
    g = np.empty(width, np.float32)
    for u in range(start, stop):
        low, n = indptr[u], indptr[u + 1] - indptr[u]
        if n == 0:
            w[u] = 0
            continue
        b = room[: f * n].reshape((f, n))
        _gather(indices[low : low + n], data[low : low + n], h, w[u], b, off)
        for first in range(0, f, width):
            pull = diagonal[first : first + width] + ridge[u]
            own = w[u, first : first + width]
            part = b[first : first + width]
            _system(part, a)
            for i in range(width):
                a[i, i] += pull[i]
                g[i] = _product(part[i], off) + pull[i] * own[i]
            _solve(a, g)
            for i in range(0, width, 2):
                own[i] -= g[i]
                own[i + 1] -= g[i + 1]
                _add_two(off, part[i], part[i + 1], -g[i], -g[i + 1])


@quick
def _gather(indices: Index, data: Floats, h: Square, own: Floats, b: Square, off: Floats) -> None:
    """Put √x h of each like into a column of `b`, and √x (w·h − 1) into `off`."""
    for k in range(len(indices)):
        root = np.sqrt(data[k])
        row = h[indices[k]]
        off[k] = -root
        for i in range(len(row)):
            b[i, k] = root * row[i]
    for i in range(0, len(b), 2):
        _add_two(off, b[i], b[i + 1], own[i], own[i + 1])


@quick
def _add_two(off: Floats, one: Floats, two: Floats, s: float, t: float) -> None:
    for k in range(len(one)):
        off[k] += s * one[k] + t * two[k]


@quick
def _product(row: Floats, off: Floats) -> np.float32:
    total = np.float32(0)
    for k in range(len(row)):
        total += row[k] * off[k]
    return total


@quick
def _system(b: Square, a: Square) -> None:
    """Put B Bᵀ into the lower half of `a`, two lines and two columns at a time."""
    for i in range(0, len(b), 2):
        for j in range(0, i + 2, 2):
            one, two, left, right = b[i], b[i + 1], b[j], b[j + 1]
            r = s = t = v = np.float32(0)
            for k in range(b.shape[1]):
                r += one[k] * left[k]
                s += one[k] * right[k]
                t += two[k] * left[k]
                v += two[k] * right[k]
            a[i, j], a[i, j + 1], a[i + 1, j], a[i + 1, j + 1] = r, s, t, v


@quick
def _solve(a: Square, g: Floats) -> None:
    """Put the solution of a z = g into `g`, by Cholesky in the lower half of `a`."""
    size = len(g)
    for j in range(size):
        pivot = a[j, j]
        for i in range(j):
            pivot -= a[j, i] * a[j, i]
        a[j, j] = 1 / np.sqrt(pivot)
        for k in range(j + 1, size):
            value = a[k, j]
            for i in range(j):
                value -= a[k, i] * a[j, i]
            a[k, j] = value * a[j, j]
    for i in range(size):
        value = g[i]
        for j in range(i):
            value -= a[i, j] * g[j]
        g[i] = value * a[i, i]
    for i in range(size - 1, -1, -1):
        value = g[i]
        for j in range(i + 1, size):
            value -= a[j, i] * g[j]
        g[i] = value * a[i, i]
