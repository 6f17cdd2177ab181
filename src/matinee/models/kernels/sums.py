"""Sums of some rows of a table, each times a number, without a copy of those rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matinee.models.kernels.compiling import exact
from matinee.types import Floats, Index, Longs, Matrix

__all__ = ["added_lines", "added_rows"]

Square = NDArray[np.float32]


def added_rows(table: Square, rows: Index, x: Floats) -> Floats:
    """Return Σ_k x_k table_rows[k]: (columns,); `rows` (n,) are within the table."""
    out = np.zeros(table.shape[1], np.float32)
    _add_rows(table, rows, x, out)
    return out


def added_lines(matrix: Matrix, rows: Index, x: Floats) -> Floats:
    """Return the same of a CSR matrix."""
    out = np.zeros(matrix.shape[1], np.float32)
    _add_lines(matrix.indptr, matrix.indices, matrix.data, rows, x, out)
    return out


@exact
def _add_rows(table: Square, rows: Index, x: Floats, out: Floats) -> None:
    """Add four rows at a time: what it waits for is memory."""
    fours = len(rows) - len(rows) % 4
    for k in range(0, fours, 4):
        one, two, three, four = (
            table[rows[k]],
            table[rows[k + 1]],
            table[rows[k + 2]],
            table[rows[k + 3]],
        )
        p, q, r, s = x[k], x[k + 1], x[k + 2], x[k + 3]
        for j in range(len(out)):
            out[j] = (((out[j] + p * one[j]) + q * two[j]) + r * three[j]) + s * four[j]
    for k in range(fours, len(rows)):
        one, p = table[rows[k]], x[k]
        for j in range(len(out)):
            out[j] += p * one[j]


@exact
def _add_lines(
    indptr: Index | Longs, indices: Index | Longs, data: Floats, rows: Index, x: Floats, out: Floats
) -> None:
    for k in range(len(rows)):
        own = x[k]
        for at in range(indptr[rows[k]], indptr[rows[k] + 1]):
            out[np.uint64(indices[at])] += own * data[at]  # unsigned: none counts from the end
