"""SLIM: each title as a sparse sum of others, by elastic net.

Ning and Karypis, SLIM: sparse linear methods for top-N recommender systems, ICDM 2011:

    min ½‖X − XB‖² + β/2 ‖B‖² + λ‖B‖₁        B ≥ 0, B_ii = 0        scores = x B

by cyclic coordinate descent on XᵀX (Friedman, Hastie and Tibshirani, 2010), many titles at a time.
A title may be made of the k most like it by cosine only (their fsSLIM).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matinee.data import Dataset
from matinee.models.interactions import Strength
from matinee.models.links import FittedLinks, Links
from matinee.models.scope import Scope, learnt
from matinee.parts import part
from matinee.types import Longs, Matrix

__all__ = ["SLIM"]

_BLOCK = 256  # titles that are solved for at a time
_SETTLED = 1e-4  # largest change of a weight in a sweep after which a block is done

Square = NDArray[np.float32]


@part("source", "slim")
@dataclass(frozen=True)
class SLIM:
    """Sparse linear map with weights that are never negative: few reasons, all of them for."""

    l1: float = 1.0
    """λ, the pull towards 0 that leaves only few weights."""
    l2: float = 150.0
    """β, the pull towards 0 that shares a weight among titles that are alike."""
    neighbours: int = 100
    """k, how many of the titles most like it a title may be made of."""
    sweeps: int = 50
    """How often all weights are gone through, at most."""
    limit: int = 12_000
    """The largest matrix side: of more titles only so many of the most liked are scored."""
    power: float = 0.5
    """Strength of a like = (reward ÷ full)^power; 0 counts all likes the same."""
    full: float = 1.5
    """Reward from which a like counts in full: that of watching most of it and a thumb up."""

    def __post_init__(self) -> None:
        """Raise ValueError where a setting is out of its range."""
        Strength(self.power, self.full)
        if not (self.l1 >= 0 and self.l2 > 0):
            msg = f"l1 is {self.l1} and l2 {self.l2}; not negative, and above 0"
            raise ValueError(msg)
        if min(self.neighbours, self.sweeps, self.limit) < 1:
            msg = (
                f"neighbours is {self.neighbours}, sweeps {self.sweeps} and limit {self.limit}; "
                "all must be at least 1"
            )
            raise ValueError(msg)

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedLinks:  # noqa: ARG002
        """Solve for every title; nothing is drawn."""
        strength = Strength(self.power, self.full)
        x, scope = learnt(data, strength, limit=self.limit)
        gram = _gram(x)
        blocks = np.split(np.arange(len(scope)), range(_BLOCK, len(scope), _BLOCK))
        found = [self._solved(gram, titles) for titles in blocks]
        return FittedLinks(_linked(found, blocks, scope, strength))

    def _solved(self, gram: Square, titles: Longs) -> tuple[Longs, Square]:
        """Return whom each of some titles is made of, and with what weights: (titles, k) each."""
        near = _nearest(gram, titles, self.neighbours)
        g = gram[near[:, :, None], near[:, None, :]]  # (titles, k, k)
        own = np.ascontiguousarray(np.einsum("bkk->kb", g))  # (k, titles)
        left = gram[near, titles[:, None]]  # (titles, k) XᵀX's column less what B explains
        b = np.zeros_like(own)
        for _ in range(self.sweeps):
            largest = 0.0
            for k in range(len(b)):
                aim = left[:, k] + own[k] * b[k] - np.float32(self.l1)
                new = np.maximum(aim, 0) / (own[k] + np.float32(self.l2))
                change = new - b[k]
                if change.any():
                    left -= g[:, k] * change[:, None]
                    b[k] = new
                    largest = max(largest, float(np.abs(change).max()))
            if largest < _SETTLED:
                break
        return near, b.T


def _gram(x: Matrix) -> Square:
    """Return XᵀX, (M, M), some rows at a time."""
    xt = x.T.tocsr()
    gram = np.empty((x.shape[1], x.shape[1]), np.float32)
    for start in range(0, len(gram), _BLOCK):
        gram[start : start + _BLOCK] = (xt[start : start + _BLOCK] @ x).toarray()
    return gram


def _nearest(gram: Square, titles: Longs, k: int) -> Longs:
    """Return the k other titles of largest cosine to each, in any order: (titles, k)."""
    k = min(k, len(gram) - 1)
    if k < 1:
        return np.empty((len(titles), 0), np.int64)
    sizes = np.sqrt(gram.diagonal())
    cosine = gram[titles] / sizes
    cosine[np.arange(len(titles)), titles] = -1
    return np.argpartition(-cosine, k - 1, axis=1)[:, :k]


def _linked(
    found: list[tuple[Longs, Square]], blocks: list[Longs], scope: Scope, strength: Strength
) -> Links:
    """Lay the weights out over the whole catalogue."""
    source = np.concatenate([near.ravel() for near, _ in found])
    target = np.concatenate(
        [np.repeat(block, near.shape[1]) for block, (near, _) in zip(blocks, found, strict=True)]
    )
    weights = np.concatenate([b.ravel() for _, b in found])
    kept = weights > 0
    size = scope.titles
    matrix = sparse.csr_array(
        (weights[kept], (scope.rows[source[kept]], scope.rows[target[kept]])), shape=(size, size)
    )
    matrix.sort_indices()
    return Links(matrix, scope.places >= 0, strength, size)
