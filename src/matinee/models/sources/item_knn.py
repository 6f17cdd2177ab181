"""Item-based neighbours: a title is proposed by those of its neighbours that the viewer liked.

Deshpande and Karypis, Item-based top-N recommendation algorithms, TOIS 2004, with the
asymmetric cosine of Aiolli, RecSys 2013, shrinkage, and profiles damped by how much they like:

    c_ij = Σ_u x_ui x_uj ÷ n_u^damping          s_ij = c_ij ÷ (c_ii^α c_jj^(1−α) + shrinkage)
    score_u(i) = Σ over j among the k nearest of i: s_ij x_uj
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy import sparse

from matinee.data import Catalogue, Dataset
from matinee.models.interactions import Strength, check_grown, folded, interactions, known
from matinee.parts import part
from matinee.types import Flags, Floats, Index, Longs, Matrix, Request, Scores

__all__ = ["FittedItemKNN", "ItemKNN"]

_BLOCK = 512  # titles whose similarities are dense at a time


@dataclass(frozen=True, slots=True, eq=False)
class FittedItemKNN:
    """Each title's links to those whose neighbour it is; titles without any likes score −inf."""

    links: Matrix  # (N₀, N₀) CSR: row j, column i: s_ij where j is near i
    counted: Flags  # (N₀,) titles that somebody liked
    strength: Strength
    titles: int
    """N, at least N₀: later titles score −inf."""

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Add up the links from what was liked; 0 where none leads. (P, N)."""
        size = len(self.counted)
        out = np.full((len(requests), self.titles), -np.inf, np.float32)
        found = (folded(requests, self.strength, titles=size) @ self.links).toarray()
        out[:, :size] = np.where(self.counted, found, np.float32(-np.inf))
        return out

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return each liked title's link to each of `titles`, times its strength. (titles, H)."""
        asked, places = np.unique(titles, return_inverse=True)
        line = np.full(self.titles, -1, np.int32)
        line[asked] = np.arange(len(asked))
        liked = known(request.history, titles=len(self.counted))
        links = self.links[request.history.titles[liked]]
        to = line[links.indices]
        hits = np.flatnonzero(to >= 0)
        source = np.searchsorted(links.indptr, hits, side="right") - 1
        worth = links.data[hits] * self.strength(request.history.weights[liked])[source]
        block = np.zeros((len(asked), len(request.history)), np.float32)
        block[to[hits], liked[source]] = worth
        return block[places]

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Let newer titles score −inf; raises ValueError if the catalogue is older."""
        return replace(self, titles=check_grown(catalogue, titles=self.titles))


@part("source", "item_knn")
@dataclass(frozen=True)
class ItemKNN:
    """Item-based nearest neighbours with an exact reason for every score."""

    neighbours: int = 100
    """k, how many neighbours may speak for a title; ties go to the lower row."""
    alpha: float = 0.3
    """How much a title's own popularity counts against it, from 0 to 1."""
    shrinkage: float = 1.0
    """Added to the denominator, so that few common viewers do not make a strong link."""
    damping: float = 0.5
    """How much less those say who like much, from 0 (not at all) to 1 (one voice each)."""
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
        if not 0 <= self.alpha <= 1 or not self.shrinkage >= 0 or not 0 <= self.damping <= 1:
            msg = (
                f"alpha {self.alpha} and damping {self.damping} must lie in [0, 1], "
                f"shrinkage {self.shrinkage} must not be negative"
            )
            raise ValueError(msg)

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedItemKNN:  # noqa: ARG002
        """Find every title's nearest neighbours; nothing is drawn."""
        strength = Strength(self.power, self.full)
        x = interactions(data, strength)  # (P, N)
        voices = np.maximum(np.diff(x.indptr), 1).astype(np.float32) ** -np.float32(self.damping)
        damped = sparse.diags_array(voices, dtype=np.float32) @ x
        size = np.asarray(x.multiply(damped).sum(axis=0), np.float32).ravel()  # (N,) c_ii
        xt = sparse.csr_array(x.T)
        busy = np.argsort(-(xt @ np.diff(x.indptr)), kind="stable")  # like goes to like: little pad
        near = sparse.vstack(
            [
                self._nearest(xt[rows] @ damped, rows, size)
                for rows in np.split(busy, range(_BLOCK, len(busy), _BLOCK))
            ],
            format="csr",
        )  # (N, N) row by row of `busy`: a title's neighbours j
        links = sparse.csr_array(near[np.argsort(busy)].T)
        links.sort_indices()
        return FittedItemKNN(links, size > 0, strength, len(size))

    def _nearest(self, common: Matrix, rows: Longs, size: Floats) -> Matrix:
        """Return the k most similar of each title of a block, (block, N) CSR."""
        common.sort_indices()
        counts = np.diff(common.indptr)
        line = np.repeat(np.arange(len(rows)), counts)
        place = np.arange(common.nnz) - np.repeat(common.indptr[:-1], counts)
        own, other = size**self.alpha, size ** (1 - self.alpha)
        s = common.data / (own[rows][line] * other[common.indices] + np.float32(self.shrinkage))
        s[common.indices == rows[line]] = 0  # nobody is his own neighbour
        if counts.max(initial=0) > self.neighbours:
            padded = np.zeros((len(rows), counts.max()), np.float32)
            padded[line, place] = s
            s[~_largest(padded, self.neighbours)[line, place]] = 0
        common.data = s
        common.eliminate_zeros()
        return common


def _largest(s: Scores, k: int) -> Flags:
    """Mark the k largest of each row; of equals at the edge the leftmost."""
    edge = np.partition(s, -k, axis=1)[:, -k, None]
    kept: Flags = s > edge
    room = k - kept.sum(axis=1)
    for row in np.flatnonzero(room):
        kept[row, np.flatnonzero(s[row] == edge[row])[: room[row]]] = True
    return kept
