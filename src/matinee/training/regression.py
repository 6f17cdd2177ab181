"""Ridge and logistic regression on few columns, by Newton's method: what imputation is made of.

    linear:    θ = argmin ‖y − Xθ‖² + λ‖θ‖²
    logistic:  θ = argmin −Σ [y log p + (1 − y) log(1 − p)] + λ/2 ‖θ‖²,   p = 1 ÷ (1 + e^−Xθ)

The intercept, the last column, is not penalised. The logistic one takes shares in [0, 1] as well
as flags (a quasi-likelihood; Papke & Wooldridge 1996), and is calibrated on what it was fitted on.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

__all__ = ["linear", "logistic"]

Array = NDArray[np.float64]
_STEPS, _ENOUGH = 25, 1e-5


def linear(X: Array, y: Array, *, l2: float) -> Array:
    """Return θ, (F,), of a ridge regression; `X` is (n, F), its last column ones."""
    theta: Array = np.linalg.solve(X.T @ X + _penalty(X, l2), X.T @ y).astype(np.float64)
    return theta


def logistic(X: Array, y: Array, *, l2: float) -> Array:
    """Return θ, (F,), of a penalised logistic regression of `y` in [0, 1] on `X`, (n, F).

    Newton's steps, halved while they make it worse; stops where a step changes little.
    """
    ridge = _penalty(X, l2)
    theta: Array = np.zeros(X.shape[1])
    loss = _loss(X, y, theta, ridge)
    for _ in range(_STEPS):
        p = expit(X @ theta)
        gradient = X.T @ (p - y) + ridge @ theta
        hessian = (X * (p * (1 - p) + 1e-9)[:, None]).T @ X + ridge
        step, size = np.linalg.solve(hessian, gradient), 1.0
        while size > 1e-4 and (now := _loss(X, y, theta - size * step, ridge)) > loss:
            size /= 2
        theta = theta - size * step
        if loss - now < _ENOUGH * abs(loss):
            break
        loss = now
    return theta


def _penalty(X: Array, l2: float) -> Array:
    ridge: Array = l2 * np.eye(X.shape[1])
    ridge[-1, -1] = 1e-6
    return ridge


def _loss(X: Array, y: Array, theta: Array, ridge: Array) -> float:
    z = X @ theta
    return float(np.sum(np.logaddexp(0, z) - y * z) + theta @ ridge @ theta / 2)
