"""Item-based neighbours: a title is proposed by those of its neighbours that the viewer liked.

Deshpande and Karypis, Item-based top-N recommendation algorithms, TOIS 2004, with the
asymmetric cosine of Aiolli, RecSys 2013, shrinkage, and profiles damped by how much they like:

    c_ij = Σ_u y_ui y_uj ÷ n_u^damping          s_ij = c_ij ÷ (c_ii^α c_jj^(1−α) + shrinkage)
    score_u(i) = Σ over j among the k nearest of i: s_ij x_uj

α = ½ is the cosine. y are the strengths x, or weighed as words in documents are, the titles being
the documents (Ferrari Dacrema et al., A troubling analysis …, TOIS 2021), over N titles, with l_i
the sum of a title's strengths and l their mean over titles with likes:

    tf_idf: y_ui = √x_ui · idf_u        bm25: y_ui = 2.2 x_ui ÷ (x_ui + 1.2 (¼ + ¾ l_i ÷ l)) · idf_u
    idf_u = ln(1 + N ÷ n_u)             (Robertson and Zaragoza, 2009: k₁ = 1.2, b = ¾)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from scipy import sparse

from matinee.data import Dataset
from matinee.models.interactions import Strength, interactions
from matinee.models.kernels import Kernel, compiled
from matinee.models.links import FittedLinks, Links, strongest
from matinee.parts import part
from matinee.types import Floats, Longs, Matrix

__all__ = ["ItemKNN", "Weighting"]

_BLOCK = 512  # titles whose similarities are dense at a time
_K1, _B = np.float32(1.2), np.float32(0.75)

Weighting: TypeAlias = Literal["none", "tf_idf", "bm25"]


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
    weighting: Weighting = "none"
    """What likeness is taken of: strengths as they are, or by `tf_idf` or `bm25`."""
    power: float = 0.5
    """Strength of a like = (reward ÷ full)^power; 0 counts all likes the same."""
    full: float = 1.5
    """Reward from which a like counts in full: that of watching most of it and a thumb up."""
    kernel: Kernel = "auto"
    """By what it is fitted: `numba`, `numpy`, or `auto`, numba where it is installed."""

    def __post_init__(self) -> None:
        """Raise ValueError where a setting is out of its range."""
        Strength(self.power, self.full)
        if self.neighbours < 1 or self.weighting not in get_args(Weighting):
            msg = (
                f"neighbours is {self.neighbours} and weighting {self.weighting!r}; "
                f"at least 1, and one of {', '.join(get_args(Weighting))}"
            )
            raise ValueError(msg)
        if not 0 <= self.alpha <= 1 or not self.shrinkage >= 0 or not 0 <= self.damping <= 1:
            msg = (
                f"alpha {self.alpha} and damping {self.damping} must lie in [0, 1], "
                f"shrinkage {self.shrinkage} must not be negative"
            )
            raise ValueError(msg)

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedLinks:  # noqa: ARG002
        """Find every title's nearest neighbours; nothing is drawn."""
        strength = Strength(self.power, self.full)
        x = _weighted(interactions(data, strength), self.weighting)  # (P, N)
        voices = np.maximum(np.diff(x.indptr), 1).astype(np.float32) ** -np.float32(self.damping)
        damped = sparse.diags_array(voices, dtype=np.float32) @ x
        size = np.asarray(x.multiply(damped).sum(axis=0), np.float32).ravel()  # (N,) c_ii
        xt = sparse.csr_array(x.T)
        near = (self._compiled if compiled(self.kernel) else self._in_blocks)(xt, damped, size)
        links = sparse.csr_array(near.T)  # (N, N) row j, column i
        links.sort_indices()
        return FittedLinks(Links(links, size > 0, strength, len(size)))

    def _compiled(self, xt: Matrix, damped: Matrix, size: Floats) -> Matrix:
        """Return each title's neighbours: (N, N) CSR."""
        from matinee.models.kernels.nearest import nearest

        own, other = size**self.alpha, size ** (1 - self.alpha)
        k, shrinkage = self.neighbours, self.shrinkage
        rows, columns, s = nearest(xt, damped, own, other, k=k, shrinkage=shrinkage)
        return sparse.csr_array((s, (rows, columns)), shape=(len(size), len(size)))

    def _in_blocks(self, xt: Matrix, damped: Matrix, size: Floats) -> Matrix:
        """Return the same, from blocks of dense lines."""
        busy = np.argsort(-(xt @ np.diff(damped.indptr)), kind="stable")  # like to like: little pad
        near = sparse.vstack(
            [
                self._nearest(xt[rows] @ damped, rows, size)
                for rows in np.split(busy, range(_BLOCK, len(busy), _BLOCK))
            ],
            format="csr",
        )  # row by row of `busy`
        return sparse.csr_array(near[np.argsort(busy)])

    def _nearest(self, common: Matrix, rows: Longs, size: Floats) -> Matrix:
        """Return the k most similar of each title of a block, (block, N) CSR."""
        common.sort_indices()
        line = np.repeat(np.arange(len(rows)), np.diff(common.indptr))
        own, other = size**self.alpha, size ** (1 - self.alpha)
        s = common.data / (own[rows][line] * other[common.indices] + np.float32(self.shrinkage))
        s[common.indices == rows[line]] = 0  # nobody is his own neighbour
        common.data = s
        return strongest(common, self.neighbours)


def _weighted(x: Matrix, weighting: Weighting) -> Matrix:
    """Return y of (P, N) strengths x, of the same pattern."""
    if weighting == "none":
        return x
    counts = np.diff(x.indptr)
    idf = np.log1p(x.shape[1] / np.maximum(counts, 1)).astype(np.float32)
    if weighting == "tf_idf":
        words = np.sqrt(x.data)
    else:
        lengths = np.asarray(x.sum(axis=0), np.float32).ravel()
        usual = lengths[lengths > 0].mean() if lengths.any() else np.float32(1)
        norm = _K1 * (1 - _B + _B * lengths[x.indices] / usual)
        words = x.data * (_K1 + 1) / (x.data + norm)
    return sparse.csr_array((words * np.repeat(idf, counts), x.indices, x.indptr), shape=x.shape)
