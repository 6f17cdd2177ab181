"""iALS: factors of implicit likes, by exact alternating least squares.

Hu, Koren and Volinsky, Collaborative filtering for implicit feedback datasets, ICDM 2008, in the
form and with the frequency-scaled regularisation of Rendle, Krichene, Zhang and Koren, Revisiting
the performance of iALS on item recommendation benchmarks, RecSys 2022 (arXiv 2110.14037):

    L = Σ_ui x_ui (w_u·h_i − 1)² + α₀ Σ_u Σ_i (w_u·h_i)²
        + λ (Σ_u (n_u + α₀ M)^ν ‖w_u‖² + Σ_i (n_i + α₀ U)^ν ‖h_i‖²)

over U profiles and M titles, with n the sum of a profile's or a title's strengths x. Either side is
improved for the other, some factors at a time (iALS++, `matinee.models.alternating`); folding a
history in is the exact solution for one profile:

    A_u = Σ_j x_uj h_j h_jᵀ + α₀ HᵀH + λ (n_u + α₀ M)^ν I        w_u = A_u⁻¹ Σ_j x_uj h_j

so that score_u(i) = Σ_j x_uj h_iᵀ A_u⁻¹ h_j: the influence of each like (section 5 of Hu et al.).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from matinee.data import Catalogue, Dataset
from matinee.models.alternating import Side
from matinee.models.interactions import Strength
from matinee.models.kernels import Kernel
from matinee.models.scope import Scope, learnt
from matinee.parts import part
from matinee.types import Index, Matrix, Request, Scores

__all__ = ["IALS", "FittedIALS"]

_START = 0.1  # spread of the first factors, ÷ √f (section 4.2 of Rendle et al.)

Square = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class FittedIALS:
    """The titles' factors; a viewer's are solved for from the history."""

    scope: Scope
    side: Side
    strength: Strength

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Solve for the viewers' factors and multiply. (P, N); 0 without likes."""
        w = np.zeros((len(requests), self.side.factors.shape[1]), np.float32)
        for mine, request in zip(w, requests, strict=True):
            mine[:] = self.side.folded(*self.scope.line(request, self.strength))
        return self.scope.spread(w @ self.side.factors.T)

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return the influence of each like: they add up to the score, but hang together.

        A deleted like also changes how much the others count, so the score does not fall by
        just its cause.
        """
        return self.scope.causes(request, titles, self.strength, self.side.influence)

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Let newer titles score −inf; raises ValueError if the catalogue is older."""
        return replace(self, scope=self.scope.grown(catalogue))


@part("source", "ials")
@dataclass(frozen=True)
class IALS:
    """Factors by alternating least squares; a history is folded in by solving, with its causes."""

    factors: int = 64
    """f, numbers a title and a profile."""
    iterations: int = 16
    """How often each side is improved for the other."""
    unobserved: float = 0.3
    """α₀, the weight of every pair of profile and title as one that is not a like."""
    l2: float = 0.01
    """λ, the pull towards 0."""
    frequency: float = 1.0
    """ν, how much more those are pulled who have more likes; 0: all the same."""
    power: float = 0.5
    """Strength of a like = (reward ÷ full)^power; 0 counts all likes the same."""
    full: float = 1.5
    """Reward from which a like counts in full: that of watching most of it and a thumb up."""
    block: int = 8
    """How many factors are solved for at a time, even; with all of them steps are exact."""
    kernel: Kernel = "auto"
    """By what it is fitted: `numba`, `numpy`, or `auto`, numba where it is installed."""
    half_life_days: float = field(
        default=0.0, metadata={"search": ("choice", 0.0, 30.0, 90.0, 365.0)}
    )
    """After how many days a like counts half, learnt from or folded in; 0: likes do not fade."""

    def __post_init__(self) -> None:
        """Raise ValueError where a setting is out of its range."""
        Strength(self.power, self.full, self.half_life_days)
        if self.factors < 1 or self.iterations < 1:
            msg = f"factors is {self.factors}, iterations {self.iterations}; both are at least 1"
            raise ValueError(msg)
        if self.block < 2 or self.block % 2:
            msg = f"block is {self.block}; it must be even, and at least 2"
            raise ValueError(msg)
        if not (self.unobserved > 0 and self.l2 > 0 and self.frequency >= 0):
            msg = (
                f"unobserved {self.unobserved} and l2 {self.l2} must be above 0, "
                f"frequency {self.frequency} must not be negative"
            )
            raise ValueError(msg)

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedIALS:
        """Alternate from small random factors of the titles.

        Raises:
            ValueError: the pulls towards 0 are too little to solve in single precision.
        """
        strength = Strength(self.power, self.full, self.half_life_days)
        x, scope = learnt(data, strength)
        xt = x.T.tocsr()
        start = np.float32(_START / np.sqrt(self.factors))
        titles = start * rng.standard_normal((len(scope), self.factors), np.float32)
        profiles = np.zeros((x.shape[0], self.factors), np.float32)
        for _ in range(self.iterations):
            profiles, titles = self._improved(x, titles, profiles)
            titles, profiles = self._improved(xt, profiles, titles)
        if not (np.isfinite(titles).all() and np.isfinite(profiles).all()):
            msg = (
                f"l2 is {self.l2} and unobserved {self.unobserved}: too little to solve for these "
                "data in single precision; raise one of them"
            )
            raise ValueError(msg)
        side, _ = self._side(titles, profiles)
        return FittedIALS(scope, side, strength)

    def _improved(self, x: Matrix, given: Square, w: Square) -> tuple[Square, Square]:
        """Return better factors than `w` for (P, M) strengths, and those of the M as turned."""
        side, w = self._side(given, w)
        return side.improved(x, w, block=self.block, kernel=self.kernel), side.factors

    def _side(self, factors: Square, other: Square) -> tuple[Side, Square]:
        return Side.of(factors, other, unobserved=self.unobserved, l2=self.l2, power=self.frequency)
