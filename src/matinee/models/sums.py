"""Sums of some rows of a table, each times a number: what a linear model scores a history by.

    s = Σ_k x_k B_j(k)        over the likes j(k) of strengths x_k

A request reads as many rows as its viewer has likes, so memory is what it waits for. Compiled, the
rows are read where they are, four at a time; numpy's way is a product with a matrix of one line.
Both add in the order of the likes and round alike, save where a processor multiplies and adds in
one step.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matinee.models.kernels import Kernel, compiled
from matinee.types import Floats, Index, Matrix

__all__ = ["ready", "sum_of_lines", "sum_of_rows"]

Square = NDArray[np.float32]

_NO_ROWS, _NO_NUMBERS = np.empty(0, np.int32), np.empty(0, np.float32)


def sum_of_rows(table: Square, rows: Index, x: Floats, *, kernel: Kernel = "auto") -> Floats:
    """Return Σ x_k table_rows[k]: (columns,), zeros of no rows; `rows` and `x` are (n,)."""
    if compiled(kernel):
        from matinee.models.kernels.sums import added_rows

        return added_rows(table, rows, x)
    one: Matrix = sparse.csr_array(
        (x, rows, np.array([0, len(rows)], np.int32)), shape=(1, len(table))
    )
    total: Floats = (one @ table)[0]
    return total


def sum_of_lines(matrix: Matrix, rows: Index, x: Floats, *, kernel: Kernel = "auto") -> Floats:
    """Return the same of the lines of a CSR matrix: (columns,)."""
    if compiled(kernel):
        from matinee.models.kernels.sums import added_lines

        return added_lines(matrix, rows, x)
    total: Floats = matrix[rows].T @ x  # a product of sparse ones would sort
    return total


def ready(table: Square | Matrix) -> None:
    """Load and compile what sums of this table take, so that the first request need not."""
    of = sum_of_rows if isinstance(table, np.ndarray) else sum_of_lines
    of(table, _NO_ROWS, _NO_NUMBERS)
