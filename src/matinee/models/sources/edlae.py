"""EDLAE: EASE that is trained to do without titles dropped out at random, in closed form.

Steck, Autoencoders that don't overfit towards the identity, NeurIPS 2020, of full rank and with the
diagonal held at 0; with W = diag((n̄ ÷ n_u)^δ) the weight of each profile's error, n_u the sum of
its strengths and n̄ their mean, and c_i the sum of a title's strengths, c̄ their mean:

    Λ = λI + p ÷ (1 − p) · diag(XᵀWX)       P = (XᵀWX + Λ)⁻¹       B_ij = −P_ij ÷ P_jj (i ≠ j)
    scores = x B diag((c̄ ÷ c_i)^γ)

The middle is EASE with λ = 1 on W^½ X Λ^−½: with its map B', B = Λ^−½ B' Λ^½. Without W those who
like much decide, who are not those who ask; γ takes back some of what popular titles owe to being
popular.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from scipy import sparse

from matinee.data import Catalogue, Dataset
from matinee.models.interactions import Strength
from matinee.models.kernels import Kernel
from matinee.models.scope import Scope
from matinee.models.sources.ease import Dense, Factored, Form, Size, Sparse, kept_of
from matinee.parts import part
from matinee.types import Floats, Index, Request, Scores

__all__ = ["EDLAE", "FittedEDLAE"]


@dataclass(frozen=True, slots=True, eq=False)
class FittedEDLAE:
    """B over the M titles that somebody liked; all others score −inf."""

    scope: Scope
    map: Dense | Factored | Sparse
    """B', from scaled titles to scaled titles."""
    scale: Floats  # (M,) Λ^½
    worth: Floats  # (M,) (c̄ ÷ c_i)^γ
    strength: Strength
    owners: Index  # profile rows: whose likes B' holds; none where it is kept as it is
    gain: Floats = field(init=False)  # (M,) what a score is of its sum: scale · worth

    def __post_init__(self) -> None:
        """Multiply once what every score is multiplied with."""
        object.__setattr__(self, "gain", self.scale * self.worth)

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Fold the histories in and score. (P, N)."""
        lines = (self.scope.line(request, self.strength) for request in requests)
        found = self.map.scores([(liked, x / self.scale[liked]) for liked, x in lines])
        found *= self.gain
        return self.scope.spread(found)

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return B's entries times the strengths: negative where a like speaks against it."""

        def explain(liked: Index, x: Floats, asked: Index) -> Scores:
            block = self.map.block(liked, asked)
            added: Scores = block * (x / self.scale[liked]) * self.gain[asked, None]
            return added

        return self.scope.causes(request, titles, self.strength, explain)

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Let newer titles score −inf; raises ValueError if the catalogue is older."""
        return replace(self, scope=self.scope.grown(catalogue))

    def without_profiles(self, rows: Index) -> Self:
        """Let go of what these profiles like; Λ is a sum over all and stays."""
        gone = np.isin(self.owners, rows)
        if not isinstance(self.map, Factored) or not gone.any():
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
    damping: float = 0.5
    """δ, how much less the errors of a profile count that likes much: 0 not at all, 1 in full."""
    discount: float = 0.0
    """γ, how much of a title's popularity is taken back, from 0 (nothing) to 1."""
    power: float = 0.5
    """Strength of a like = (reward ÷ full)^power; 0 counts all likes the same."""
    full: float = 1.5
    """Reward from which a like counts in full: that of watching most of it and a thumb up."""

    form: Form = "auto"
    """`dense`, B as it is; `sparse`, of each title's neighbours alone; `auto`, sparse beyond
    the limit."""
    limit: int = 20_000
    """The largest matrix side, of the fewer of titles and profiles: 20,000 take 1.6 GB, 40,000
    6.6. Beyond it the dense form scores only so many of the most liked titles."""
    neighbours: int = 200
    """k, how many of the titles most like it a title is made of in the sparse form."""
    kernel: Kernel = "auto"
    """By what the sparse form is fitted: `numba`, `numpy`, or `auto`, numba where it is there."""

    def __post_init__(self) -> None:
        """Raise ValueError where a setting is out of its range."""
        Strength(self.power, self.full)
        self._size()
        if not self.l2 > 0 or not 0 <= self.dropout < 1:
            msg = f"l2 is {self.l2}, dropout {self.dropout}; above 0, and from 0 to below 1"
            raise ValueError(msg)
        if not (0 <= self.damping <= 1 and 0 <= self.discount <= 1):
            msg = f"damping is {self.damping} and discount {self.discount}; both lie in [0, 1]"
            raise ValueError(msg)

    def _size(self) -> Size:
        return Size(self.form, self.limit, self.neighbours, self.kernel)

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedEDLAE:  # noqa: ARG002
        """Solve for B; nothing is drawn."""
        strength, size = Strength(self.power, self.full), self._size()
        x, scope = size.within(data, strength)
        counts = np.asarray(x.sum(axis=0), np.float32).ravel()
        amounts = np.asarray(x.sum(axis=1), np.float32).ravel()
        voices = _relative(amounts) ** np.float32(-self.damping / 2)
        heard = x.data * np.repeat(voices, np.diff(x.indptr))
        squares = np.bincount(x.indices, heard**2, minlength=len(counts))
        pull = self.l2 + self.dropout / (1 - self.dropout) * squares
        scale = np.sqrt(pull).astype(np.float32)
        scaled = sparse.csr_array((heard / scale[x.indices], x.indices, x.indptr), shape=x.shape)
        b, worth = size.solved(scaled, 1.0), _relative(counts) ** np.float32(-self.discount)
        return FittedEDLAE(scope, b, scale, worth, strength, kept_of(b, data, scope))


def _relative(sums: Floats) -> Floats:
    """Return sums above 0 as shares of their mean."""
    return np.asarray(sums / sums.mean() if len(sums) else sums, np.float32)
