"""RP³β: a walk of three random steps from title to viewer to title, popular ends made less so.

Paudel, Christoffel, Newell and Bernstein, Updatable, accurate, diverse, and scalable
recommendations for interactive applications, ACM TiiS 2016, with the powers α of P³α (Cooper, Lee,
Radinsky and Siamantouras, WWW 2014); d are sums of strengths x of a profile or a title:

    w_ji = d_i^−β Σ_v (x_vj ÷ d_j)^α (x_vi ÷ d_v)^α
    score_u(i) = Σ over j among the k strongest to i: x_uj w_ji
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from matinee.data import Dataset
from matinee.models.interactions import Strength, interactions
from matinee.models.links import FittedLinks, Links, strongest
from matinee.parts import part
from matinee.types import Floats, Matrix

__all__ = ["RP3Beta"]

_BLOCK = 512  # titles to which the ways are dense at a time


@part("source", "rp3beta")
@dataclass(frozen=True)
class RP3Beta:
    """Random walks over likes, with popularity divided out in part; a reason for every score."""

    neighbours: int = 200
    """k, how many titles may lead to a title; ties go to the lower row."""
    alpha: float = 0.45
    """α, the power of each step's probability: above 1 the likeliest ways decide."""
    beta: float = 0.3
    """β, how much the popularity of where a walk ends is divided out, from 0 to 1."""
    power: float = 0.5
    """Strength of a like = (reward ÷ full)^power; 0 counts all likes the same."""
    full: float = 1.5
    """Reward from which a like counts in full: that of watching most of it and a thumb up."""

    def __post_init__(self) -> None:
        """Raise ValueError where a setting is out of its range."""
        Strength(self.power, self.full)
        if self.neighbours < 1:
            msg = f"neighbours is {self.neighbours}; it must be at least 1"
            raise ValueError(msg)
        if not (self.alpha > 0 and 0 <= self.beta <= 1):
            msg = f"alpha is {self.alpha} and beta {self.beta}; above 0, and from 0 to 1"
            raise ValueError(msg)

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedLinks:  # noqa: ARG002
        """Walk from every title; nothing is drawn."""
        strength = Strength(self.power, self.full)
        x = interactions(data, strength)  # (P, N)
        size = np.asarray(x.sum(axis=0), np.float32).ravel()  # (N,) d_i
        voices = np.asarray(x.sum(axis=1), np.float32).ravel()  # (P,) d_v
        up = self._powered(x, size[x.indices])  # (P, N) from a title to a viewer
        down = self._powered(x, np.repeat(voices, np.diff(x.indptr)))
        down = sparse.csr_array(down.T)
        down.data *= np.repeat(np.maximum(size, 1e-9) ** -self.beta, np.diff(down.indptr))
        near = [
            self._strongest(down[start : start + _BLOCK] @ up, start)
            for start in range(0, len(size), _BLOCK)
        ]
        links = sparse.csr_array(sparse.vstack(near, format="csr").T) if near else x[:0]
        links.sort_indices()
        return FittedLinks(Links(links, size > 0, strength, len(size)))

    def _powered(self, x: Matrix, sums: Floats) -> Matrix:
        data = ((x.data / sums) ** self.alpha).astype(np.float32)
        return sparse.csr_array((data, x.indices, x.indptr), shape=x.shape)

    def _strongest(self, ways: Matrix, start: int) -> Matrix:
        """Return the k strongest ways to each title of a block, (block, N) CSR."""
        ways.sort_indices()
        rows = start + np.repeat(np.arange(ways.shape[0]), np.diff(ways.indptr))
        ways.data[ways.indices == rows] = 0  # the way back is none
        return strongest(ways, self.neighbours)
