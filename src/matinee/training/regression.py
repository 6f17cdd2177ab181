"""Ridge and logistic regression on few columns, by Newton's method: what imputation is made of.

    linear:    θ = argmin ‖y − Xθ‖² + λ‖θ‖²
    logistic:  θ = argmin −Σ [y log p + (1 − y) log(1 − p)] + λ/2 ‖θ‖²,   p = 1 ÷ (1 + e^−Xθ)

The intercept, the last column, is not penalised. The logistic one takes shares in [0, 1] as well
as flags (a quasi-likelihood; Papke & Wooldridge 1996), and is calibrated on what it was fitted on.

Products are taken in blocks of rows so small that BLAS does not spread them over threads: with
few columns threads gain nothing, and where processors are busy they wait for one another.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

__all__ = ["linear", "logistic", "times"]

Array = NDArray[np.float64]
_STEPS, _ENOUGH, _SMALLEST = 25, 1e-5, 1e-4
_ROWS = 128


def linear(X: Array, y: Array, *, l2: float) -> Array:
    """Return θ, (F,), of a ridge regression; `X` is (n, F), its last column ones."""
    rows, target = _blocks(X), _blocks(y[:, None])
    gram, moment = _gram(rows, rows), _gram(rows, target)[:, 0]
    theta: Array = np.linalg.solve(gram + _penalty(X, l2), moment).astype(np.float64)
    return theta


def logistic(X: Array, y: Array, *, l2: float) -> Array:
    """Return θ, (F,), of a penalised logistic regression of `y` in [0, 1] on `X`, (n, F).

    Newton's steps, halved while they make it worse; stops where a step changes little.
    """
    rows, target, ridge = _blocks(X), _blocks(y[:, None])[..., 0], _penalty(X, l2)

    def loss(theta: Array) -> float:
        z = rows @ theta
        return float(np.sum(np.logaddexp(0, z) - target * z) + theta @ ridge @ theta / 2)

    theta: Array = np.zeros(X.shape[1])
    best = loss(theta)
    for _ in range(_STEPS):
        p = expit(rows @ theta)
        gradient = _gram(rows, (p - target)[..., None])[:, 0] + ridge @ theta
        hessian = _gram(rows, rows * (p * (1 - p) + 1e-9)[..., None]) + ridge
        step, size = np.linalg.solve(hessian, gradient), 1.0
        while (now := loss(theta - size * step)) > best and size > _SMALLEST:
            size /= 2
        if now > best:
            break
        theta = theta - size * step
        if best - now < _ENOUGH * abs(now):
            break
        best = now
    return theta


def times(X: Array, theta: Array) -> Array:
    """Return Xθ, (n,)."""
    found: Array = (_blocks(X) @ theta).reshape(-1)[: len(X)]
    return found


def _penalty(X: Array, l2: float) -> Array:
    ridge: Array = l2 * np.eye(X.shape[1])
    ridge[-1, -1] = 1e-6
    return ridge


def _blocks(X: Array) -> Array:
    """Return the rows as (blocks, rows, F), filled up with zeros, which add nothing."""
    short = -len(X) % _ROWS
    whole = np.concatenate([X, np.zeros((short, X.shape[1]))]) if short else X
    return np.ascontiguousarray(whole).reshape(-1, _ROWS, X.shape[1])


def _gram(left: Array, right: Array) -> Array:
    """Return the sum over all rows of left ⊗ right."""
    found: Array = np.matmul(left.transpose(0, 2, 1), right).sum(axis=0)
    return found
