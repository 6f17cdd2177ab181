"""Neighbours in order: a title is proposed by those that it used to follow soon after.

The directed co-occurrence of sequential neighbours (Ludewig and Jannach, Evaluation of
session-based recommendation algorithms, UMUAI 2018), shrunk as in `item_knn`. With the likes of a
profile in the order of their times (ties: lower row first), p_ui the place of i among them:

    f_ji = Σ over u with j before i:  x_uj x_ui 2^(−(p_ui − p_uj − 1) ÷ reach)
    s_ji = (f_ji + back · f_ij) ÷ (n_j^(1−α) n_i^α + shrinkage)        n_i = Σ_u x_ui
    score_u(i) = Σ over j of which i's link is among its k strongest:  s_ji x_uj 2^(−q_uj ÷ memory)

q_uj is how many titles the viewer liked after j. Pairs more than five times `reach` apart, whose
weight is below 1/32, are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from scipy import sparse

from matinee.data import Catalogue, Dataset
from matinee.models.interactions import Strength, fading
from matinee.models.links import Links, strongest
from matinee.parts import part
from matinee.types import Floats, Index, Longs, Matrix, Request, Scores

__all__ = ["FittedNextKNN", "NextKNN"]

_BLOCK = 512  # titles whose links are dense at a time
_HALVINGS = 5  # after so many a pair is not counted
_PAIRS = 4_000_000  # that are laid out at a time


@dataclass(frozen=True, slots=True, eq=False)
class FittedNextKNN:
    """Links from titles to those that follow them; titles without any likes score −inf."""

    links: Links
    memory: float

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Add up the links from what was liked, the newest most; 0 where none leads. (P, N)."""
        return self.links.scores(requests, memory=self.memory)

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return each liked title's link to each of `titles`, times what it counts. (titles, H)."""
        return self.links.causes(request, titles) * fading(request.history, self.memory)

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Let newer titles score −inf; raises ValueError if the catalogue is older."""
        return replace(self, links=self.links.grown(catalogue))


@part("source", "next_knn")
@dataclass(frozen=True)
class NextKNN:
    """What comes next, by what others liked soon after the viewer's newest likes."""

    neighbours: int = field(default=200, metadata={"search": ("log", 50, 1000)})
    """k, how many titles may speak for a title; ties go to the lower row."""
    reach: float = field(default=3.5, metadata={"search": ("log", 1.5, 15.0)})
    """By how many likes further apart two titles count half as much for each other."""
    memory: float = field(default=3.0, metadata={"search": ("log", 0.7, 20.0)})
    """After how many newer likes a like of the viewer counts half."""
    back: float = field(default=0.25, metadata={"search": ("linear", 0.0, 0.5)})
    """How much it counts that a title came before, not after: 0 not at all, 1 as much."""
    alpha: float = field(default=0.3, metadata={"search": ("linear", 0.2, 0.8)})
    """How much a title's own popularity counts against it, from 0 to 1."""
    shrinkage: float = field(default=20.0, metadata={"search": ("log", 3.0, 300.0)})
    """Added to the denominator, so that few common viewers do not make a strong link."""
    power: float = 0.5
    """Strength of a like = (reward ÷ full)^power; 0 counts all likes the same."""
    full: float = 1.5
    """Reward from which a like counts in full: that of watching most of it and a thumb up."""

    def __post_init__(self) -> None:
        """Raise ValueError where a setting is out of its range."""
        Strength(self.power, self.full)
        if self.neighbours < 1 or not self.reach > 0 or not self.memory > 0:
            msg = (
                f"neighbours is {self.neighbours}, reach {self.reach} and memory {self.memory}; "
                "at least 1, above 0 and above 0"
            )
            raise ValueError(msg)
        if not (0 <= self.back <= 1 and 0 <= self.alpha <= 1 and self.shrinkage >= 0):
            msg = (
                f"back {self.back} and alpha {self.alpha} must lie in [0, 1], "
                f"shrinkage {self.shrinkage} must not be negative"
            )
            raise ValueError(msg)

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedNextKNN:  # noqa: ARG002
        """Count who follows whom, and keep each title's strongest links; nothing is drawn."""
        strength = Strength(self.power, self.full)
        owner, titles, x = _in_order(data, strength)
        size = len(data.catalogue)
        popularity = np.bincount(titles, x, minlength=size).astype(np.float32)
        followed = _followed(owner, titles, x, reach=self.reach, size=size)
        into = sparse.csr_array(followed.T)  # row i, column j
        both = sparse.csr_array(into + np.float32(self.back) * followed) if self.back else into
        kept = [
            self._strongest(both[start : start + _BLOCK], start, popularity)
            for start in range(0, size, _BLOCK)
        ]
        links = sparse.csr_array(sparse.vstack(kept, format="csr").T) if kept else both  # j, i
        links.sort_indices()
        return FittedNextKNN(Links(links, popularity > 0, strength, size), self.memory)

    def _strongest(self, into: Matrix, start: int, popularity: Floats) -> Matrix:
        """Return the k strongest links to each title of a block, (block, N) CSR."""
        into.sort_indices()
        line = start + np.repeat(np.arange(into.shape[0]), np.diff(into.indptr))
        own, other = popularity**self.alpha, popularity ** (1 - self.alpha)
        into.data = into.data / (own[line] * other[into.indices] + np.float32(self.shrinkage))
        return strongest(into, self.neighbours)


def _in_order(data: Dataset, strength: Strength) -> tuple[Longs, Index, Floats]:
    """Return the profile, title and strength of all likes, each profile's oldest first: (E,)."""
    entries, indptr = data.histories.entries, data.histories.indptr
    owner = np.repeat(np.arange(len(data.histories)), np.diff(indptr))
    order = np.lexsort((entries.titles, entries.at, owner))
    order = order[entries.weights[order] > 0]
    return owner[order], entries.titles[order], strength(entries.weights[order])


def _followed(owner: Longs, titles: Index, x: Floats, *, reach: float, size: int) -> Matrix:
    """Return f: (N, N) CSR, row j, column i."""
    total = sparse.csr_array((size, size), dtype=np.float32)
    pairs: list[tuple[Floats, Index, Index]] = []
    waiting = 0
    most = min(int(_HALVINGS * reach) + 1, int(np.bincount(owner).max(initial=1)) - 1)
    for gap in range(1, most + 1):
        at = np.flatnonzero(owner[gap:] == owner[:-gap])
        worth = x[at] * x[at + gap] * np.float32(2 ** (-(gap - 1) / reach))
        pairs.append((worth, titles[at], titles[at + gap]))
        waiting += len(at)
        if waiting > _PAIRS or gap == most:
            total, pairs, waiting = total + _summed(pairs, size), [], 0
    return sparse.csr_array(total)


def _summed(pairs: list[tuple[Floats, Index, Index]], size: int) -> Matrix:
    worth, before, after = (np.concatenate(column) for column in zip(*pairs, strict=True))
    return sparse.coo_array((worth, (before, after)), shape=(size, size)).tocsr()
