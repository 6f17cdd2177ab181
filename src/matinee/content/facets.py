"""Titles as weighted facets: genres, people, keywords, tags, decade and kind.

Each facet f weighs w(family of f) · idf(f), idf(f) = ln(1 + N ÷ n_f) over the n_f titles that
have it; a title's facets are scaled to length 1, so that x · y is the cosine of two titles.
Salton and Buckley, Term-weighting approaches in automatic text retrieval, 1988.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from matinee.data import Catalogue, Vocabulary
from matinee.types import Floats, History, Index, Longs, Matrix, Scores, Title

__all__ = ["Facets", "facet_ids"]

_FAMILIES = {
    "genre": 1.0,
    "person": 1.0,
    "keyword": 0.8,
    "tag": 0.8,
    "company": 0.3,
    "decade": 0.4,
    "kind": 0.3,
}
"""How much a family of facets says of what a title is like."""


@dataclass(frozen=True, slots=True, eq=False)
class Facets:
    """N titles of one catalogue over F facets."""

    ids: Vocabulary  # F facet ids, as `genre:Crime`
    matrix: Matrix  # (N, F) float32 CSR, rows of length 1 (0 where a title has no facet)

    @classmethod
    def of(cls, catalogue: Catalogue) -> Facets:
        """Read the facets of every title; one pass over the catalogue."""
        rows: dict[str, int] = {}
        columns: list[int] = []
        indptr = [0]
        for title in catalogue.titles:
            columns += [rows.setdefault(name, len(rows)) for name in dict.fromkeys(_ids(title))]
            indptr.append(len(columns))
        shape = (len(catalogue), len(rows))
        index = np.array(columns, np.int32)
        counts = np.bincount(index, minlength=shape[1])
        family = np.array([_FAMILIES[name.partition(":")[0]] for name in rows])
        worth = family * np.log1p(len(catalogue) / np.maximum(counts, 1))
        matrix = sparse.csr_array((worth[index], index, np.array(indptr)), shape=shape)
        lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
        matrix.data /= np.repeat(np.where(lengths > 0, lengths, 1.0), np.diff(matrix.indptr))
        return cls(Vocabulary(rows), matrix.astype(np.float32))

    def similar(self, title: int) -> Scores:
        """Return (N,) the cosine of every title with this one, in [0, 1]."""
        scores: Scores = self.matrix @ self._sum(np.array([title]), np.ones(1, np.float32))
        return scores

    def taste(self, history: History) -> Floats:
        """Return (F,) what the history's titles are made of, each by its weight.

        Dislikes count against a facet half as much as likes for it. Length 1, or all zeros.
        """
        weights = np.where(history.weights > 0, history.weights, 0.5 * history.weights)
        known = history.titles < self.matrix.shape[0]
        taste = self._sum(history.titles[known], weights[known])
        length = np.linalg.norm(taste)
        return taste / length if length else taste

    def affinity(self, history: History) -> Scores:
        """Return (N,) the cosine of every title with the history's taste, cut to [0, 1]."""
        scores: Scores = self.matrix @ self.taste(history)
        return np.clip(scores, 0.0, 1.0)

    def _sum(self, titles: Index | Longs, weights: Floats) -> Floats:
        """Return (F,) the weighted sum of some titles' rows; quicker than through a slice."""
        indptr, matrix = self.matrix.indptr, self.matrix
        sizes = indptr[titles + 1] - indptr[titles]
        first = np.repeat(indptr[titles] - np.cumsum(sizes) + sizes, sizes)
        which = first + np.arange(len(first))
        terms = matrix.data[which] * np.repeat(weights, sizes)
        total = np.bincount(matrix.indices[which], terms, minlength=matrix.shape[1])
        return total.astype(np.float32)


def facet_ids(title: Title) -> tuple[str, ...]:
    """Return a title's facets, each once, in the order genre, people, keywords, tags, the rest."""
    return tuple(dict.fromkeys(_ids(title)))


def _ids(title: Title) -> Iterator[str]:
    for family, names in (
        ("genre", title.genres),
        ("person", (person.name for person in title.people)),
        ("keyword", title.keywords),
        ("tag", title.tags),
        ("company", title.companies),
    ):
        for name in names:
            yield f"{family}:{name}"
    if title.year is not None:
        yield f"decade:{title.year // 10 * 10}"
    yield f"kind:{title.kind}"
