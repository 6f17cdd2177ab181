"""EDLAE: EASE that is trained to do without titles dropped out at random, in closed form.

Steck, Autoencoders that don't overfit towards the identity, NeurIPS 2020, of full rank and with the
diagonal held at 0:

    Λ = λI + p ÷ (1 − p) · diag(XᵀX)        P = (XᵀX + Λ)⁻¹        B_ij = −P_ij ÷ P_jj (i ≠ j)

which is EASE with λ = 1 on X Λ^−½: with its map B', B = Λ^−½ B' Λ^½.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy import sparse

from matinee.data import Catalogue, Dataset
from matinee.models.interactions import Strength
from matinee.models.scope import Scope
from matinee.models.sources.ease import Dense, Factored, kept_of, solved, within
from matinee.parts import part
from matinee.types import Floats, Index, Request, Scores

__all__ = ["EDLAE", "FittedEDLAE"]


@dataclass(frozen=True, slots=True, eq=False)
class FittedEDLAE:
    """B over the M titles that somebody liked; all others score −inf."""

    scope: Scope
    map: Dense | Factored
    """B', from scaled titles to scaled titles."""
    scale: Floats  # (M,) Λ^½
    strength: Strength
    owners: Index  # profile rows: whose likes B' holds; none where it is kept as it is

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Fold the histories in and score. (P, N)."""
        x = self.scope.folded(requests, self.strength)
        x.data /= self.scale[x.indices]
        return self.scope.spread(self.map.scores(x) * self.scale)

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return B's entries times the strengths: negative where a like speaks against it."""

        def explain(liked: Index, x: Floats, asked: Index) -> Scores:
            block = self.map.block(liked, asked)
            added: Scores = block * (x / self.scale[liked]) * self.scale[asked, None]
            return added

        return self.scope.causes(request, titles, self.strength, explain)

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Let newer titles score −inf; raises ValueError if the catalogue is older."""
        return replace(self, scope=self.scope.grown(catalogue))

    def without_profiles(self, rows: Index) -> Self:
        """Let go of what these profiles like; Λ is a sum over all and stays."""
        gone = np.isin(self.owners, rows)
        if isinstance(self.map, Dense) or not gone.any():
            return self
        return replace(self, map=self.map.without(gone), owners=self.owners[~gone])


@part("source", "edlae")
@dataclass(frozen=True)
class EDLAE:
    """Linear autoencoder that pulls titles by how popular they are; a reason for every score."""

    l2: float = 100.0
    """λ, the pull towards 0 on every title."""
    dropout: float = 0.5
    """p, the share of likes left out in training: the pull that grows with a title's likes."""
    limit: int = 12_000
    """The largest matrix side: with more titles and more profiles than that, only so many of the
    most liked titles are scored."""
    power: float = 0.5
    """Strength of a like = (reward ÷ full)^power; 0 counts all likes the same."""
    full: float = 1.5
    """Reward from which a like counts in full: that of watching most of it and a thumb up."""

    def __post_init__(self) -> None:
        """Raise ValueError where a setting is out of its range."""
        Strength(self.power, self.full)
        if not self.l2 > 0 or not 0 <= self.dropout < 1 or self.limit < 1:
            msg = (
                f"l2 is {self.l2}, dropout {self.dropout} and limit {self.limit}; "
                "above 0, from 0 to below 1, and at least 1"
            )
            raise ValueError(msg)

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedEDLAE:  # noqa: ARG002
        """Solve for B; nothing is drawn."""
        strength = Strength(self.power, self.full)
        x, scope = within(data, strength, limit=self.limit)
        squares = np.asarray(x.multiply(x).sum(axis=0), np.float32).ravel()
        scale = np.sqrt(np.float32(self.l2) + self.dropout / (1 - self.dropout) * squares)
        scale = scale.astype(np.float32)
        scaled = sparse.csr_array((x.data / scale[x.indices], x.indices, x.indptr), shape=x.shape)
        b = solved(scaled, 1.0)
        return FittedEDLAE(scope, b, scale, strength, kept_of(b, data, scope))
