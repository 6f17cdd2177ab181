"""Synopses as a few numbers each, so that two that share no word can be alike.

`words`: latent semantic analysis. Titles' weighted words W ≈ U S Vᵀ of D dimensions; a title is
its words times V. Deerwester et al., Indexing by latent semantic analysis, 1990.
`encoder`: a sentence encoder's vectors about their mean, on their D principal axes.
Either way a title's part is scaled to length 1, so that a product of two is their cosine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds

from matinee.content.text import encoder, remembered
from matinee.types import Floats, Matrix, Title

__all__ = ["Meaning"]

_LEAST = 1e-6  # a direction weaker than this share of the strongest is rounding


@dataclass(frozen=True, slots=True, eq=False)
class Meaning:
    """Axes on which titles are laid: of S words, or of an encoder's S numbers."""

    encoder: str
    """Its name; empty: the axes are of words."""
    centre: Floats  # (S,)
    axes: Floats  # (S, D)

    @property
    def size(self) -> int:
        """D, how many numbers a title has."""
        return int(self.axes.shape[1])

    @classmethod
    def of_words(cls, words: Matrix, *, dims: int, rng: np.random.Generator) -> Meaning:
        """Find the axes of (N, S) weighted words; fewer than `dims` where words give no more."""
        width = words.shape[1]
        most = min(dims, min(words.shape) - 1)
        centre = np.zeros(width, np.float32)
        if most < 1 or not words.nnz:
            return cls("", centre, np.zeros((width, 0), np.float32))
        start = rng.normal(size=min(words.shape))
        _, strength, turned = svds(sparse.csr_array(words, dtype=np.float64), k=most, v0=start)
        kept = strength > _LEAST * strength.max()
        return cls("", centre, _fixed(turned[kept].T))

    @classmethod
    def of_texts(
        cls, titles: Sequence[Title], *, name: str, dims: int, folder: Path | None
    ) -> Meaning:
        """Find the principal axes of the synopses' vectors.

        Raises:
            LookupError: there is no such encoder, or it is not installed.
        """
        vectors = _vectors(titles, name, folder)
        said = vectors[vectors.any(axis=1)].astype(np.float64)
        centre = said.mean(axis=0) if len(said) else np.zeros(vectors.shape[1])
        most = min(dims, len(said) - 1, vectors.shape[1])
        if most < 1:
            axes = np.zeros((vectors.shape[1], 0), np.float32)
        else:
            away = said - centre
            values, turned = np.linalg.eigh(away.T @ away)
            strong = np.asarray(values > _LEAST * values.max())
            kept = np.flatnonzero(strong)[::-1][:most]
            axes = _fixed(turned[:, kept])
        return cls(name, centre.astype(np.float32), axes)

    def laid(self, titles: Sequence[Title], words: Matrix, folder: Path | None) -> Floats:
        """Return each title's part, of length 1: (titles, D); zeros where nothing is said."""
        if not self.size:
            return np.zeros((len(titles), 0), np.float32)
        if self.encoder:
            vectors = _vectors(titles, self.encoder, folder)
            said = vectors.any(axis=1, keepdims=True)
            found = np.where(said, vectors - self.centre, 0) @ self.axes
        else:
            found = np.asarray(words @ self.axes)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        parts: Floats = (found / np.where(lengths > 0, lengths, 1)).astype(np.float32)
        return parts


def _vectors(titles: Sequence[Title], name: str, folder: Path | None) -> Floats:
    return remembered(encoder(name), [title.synopsis for title in titles], folder)


def _fixed(axes: NDArray[np.float64]) -> Floats:
    """Return axes with their largest number above 0: both directions are as good, one is kept."""
    largest = np.abs(axes).argmax(axis=0)
    signs = np.sign(axes[largest, np.arange(axes.shape[1])])
    turned: Floats = np.ascontiguousarray(axes * signs, np.float32)
    return turned
