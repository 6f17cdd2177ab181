"""The inverse of large symmetric positive definite matrices, in place, in single precision."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

__all__ = ["inverse"]

Square: TypeAlias = NDArray[np.float32]

_BLOCK = 1024  # rows that are mirrored at a time
_WHOLE = 20_000  # the largest side that LAPACK is given: with 32-bit indices it crashes at 40,000


def inverse(a: Square, *, whole: int = _WHOLE) -> Square:
    """Return a⁻¹ of a symmetric positive definite (N, N) C-contiguous matrix, which is overwritten.

    By Cholesky; above `whole` rows by blocks, with S = A₂₂ − A₂₁ A₁₁⁻¹ A₁₂ (the Schur complement)
    and W = A₁₁⁻¹ A₁₂ as [[A₁₁⁻¹ + W S⁻¹ Wᵀ, −W S⁻¹], [−S⁻¹ Wᵀ, S⁻¹]]. That takes about as much
    memory again as the matrix has.

    Raises:
        scipy.linalg.LinAlgError: the matrix is not positive definite in single precision.
    """
    if len(a) <= whole:
        return _by_cholesky(a) if len(a) else a
    first, last = slice(None, whole), slice(whole, None)
    corner = inverse(a[first, first].copy(), whole=whole)
    w = corner @ a[first, last]
    a[last, last] -= a[last, first] @ w
    rest = inverse(a[last, last].copy(), whole=whole)
    beside = w @ rest
    corner += beside @ w.T
    a[first, first], a[last, last] = corner, rest
    np.negative(beside, out=a[first, last])
    a[last, first] = a[first, last].T
    return a


def _by_cholesky(a: Square) -> Square:
    factor, _ = linalg.cho_factor(a.T, lower=True, overwrite_a=True, check_finite=False)
    found, _ = linalg.lapack.spotri(factor, lower=True, overwrite_c=True)
    for start in range(0, len(found), _BLOCK):  # spotri leaves the other triangle as it was
        stop = start + _BLOCK
        found[start:stop, stop:] = found[stop:, start:stop].T
        corner = found[start:stop, start:stop]
        corner[:] = np.tril(corner) + np.tril(corner, -1).T
    result: Square = found.T
    return result
