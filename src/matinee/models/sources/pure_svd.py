"""PureSVD: a history seen through the strongest directions of all histories.

Cremonesi, Koren and Turrin, Performance of recommender algorithms on top-N recommendation tasks,
RecSys 2010, on columns scaled by a power of their length (EigenRec: Nikolakopoulos et al., 2019):

    X D^(s−1) ≈ U Σ Vᵀ, with D the lengths of X's columns        scores = x V Vᵀ

so s = 1 is PureSVD, and the smaller s is the less popular titles decide the directions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import linalg

from matinee.data import Catalogue, Dataset
from matinee.models.interactions import Strength
from matinee.models.scope import Scope, learnt
from matinee.parts import part
from matinee.types import Floats, Index, Matrix, Request, Scores

__all__ = ["FittedPureSVD", "PureSVD"]

Square = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class FittedPureSVD:
    """The directions over M titles; all others score −inf."""

    scope: Scope
    directions: Square  # (M, f) V, columns orthonormal
    strength: Strength

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Project the histories and come back. (P, N)."""
        seen: Square = self.scope.folded(requests, self.strength) @ self.directions
        return self.scope.spread(seen @ self.directions.T)

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return V_i·V_j times the strength of like j: negative where it speaks against i."""

        def explain(liked: Index, x: Floats, asked: Index) -> Scores:
            added: Scores = (self.directions[asked] @ self.directions[liked].T) * x
            return added

        return self.scope.causes(request, titles, self.strength, explain)

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Let newer titles score −inf; raises ValueError if the catalogue is older."""
        return replace(self, scope=self.scope.grown(catalogue))


@part("source", "pure_svd")
@dataclass(frozen=True)
class PureSVD:
    """Truncated singular value decomposition of all likes, what is missing taken as 0."""

    factors: int = 40
    """f, how many directions are kept; all there are if there are fewer."""
    scaling: float = 0.9
    """s, how much popular titles decide: 1 as they are, 0 all alike."""
    power: float = 0.5
    """Strength of a like = (reward ÷ full)^power; 0 counts all likes the same."""
    full: float = 1.5
    """Reward from which a like counts in full: that of watching most of it and a thumb up."""

    def __post_init__(self) -> None:
        """Raise ValueError where a setting is out of its range."""
        Strength(self.power, self.full)
        if self.factors < 1 or not 0 <= self.scaling <= 2:
            msg = f"factors is {self.factors} and scaling {self.scaling}; at least 1, and 0 to 2"
            raise ValueError(msg)

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedPureSVD:
        """Decompose, from a start that is drawn."""
        strength = Strength(self.power, self.full)
        x, scope = learnt(data, strength)
        lengths = np.sqrt(np.asarray(x.multiply(x).sum(axis=0), np.float32).ravel())
        scaled = sparse.csr_array(x * (lengths ** np.float32(self.scaling - 1)))
        return FittedPureSVD(scope, _directions(scaled, self.factors, rng), strength)


def _directions(x: Matrix, factors: int, rng: np.random.Generator) -> Square:
    """Return the right singular vectors of the largest values above 0: (M, f)."""
    most = min(x.shape)
    if not most:
        return np.zeros((x.shape[1], 0), np.float32)
    if factors < most / 2:
        start = rng.standard_normal(most)
        _, values, vectors = linalg.svds(x.astype(np.float64), factors, v0=start)
        order = np.argsort(-values, kind="stable")
        values, vectors = values[order], vectors[order]
    else:
        _, values, vectors = np.linalg.svd(x.toarray().astype(np.float64), full_matrices=False)
    kept = values[:factors] > values[0] * 1e-6  # below that there is only rounding
    return np.ascontiguousarray(vectors[:factors][kept].T, dtype=np.float32)
