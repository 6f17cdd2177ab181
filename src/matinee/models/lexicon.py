"""Titles as facets in families, each family of length 1: what the content model reads.

A facet is worth ln(N ÷ n_f), so that what every title has is worth nothing. Salton and Buckley,
Term-weighting approaches in automatic text retrieval, 1988. The last family, `text`, holds the
numbers of a synopsis' meaning, which may be below 0 and have no names worth telling.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matinee.content.facets import facet_ids
from matinee.models.meaning import Meaning
from matinee.types import Floats, Index, Matrix, Title

__all__ = ["FAMILIES", "Lexicon", "Square"]

FAMILIES = (
    "genre",
    "genres",
    "person",
    "keyword",
    "tag",
    "company",
    "decade",
    "kind",
    "language",
    "country",
    "word",
    "text",
)
"""The families of facets; `genres` are pairs of genres that a title is of both."""

_WORDS = FAMILIES.index("word")
_WORD = re.compile(r"[^\W\d_]{3,}")

Square = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """F facets: their names, what each is worth, and of which family it is."""

    names: tuple[str, ...]  # (F,) as `genre:Crime`
    worth: Floats  # (F,) ln(N ÷ n_f)
    meaning: Meaning | None
    """What the last facets are, those of the family `text`."""
    families: Index = field(init=False)  # (F,) place in FAMILIES

    def __post_init__(self) -> None:
        """Read the families from the names."""
        found = [FAMILIES.index(name.partition(":")[0]) for name in self.names]
        object.__setattr__(self, "families", np.array(found, np.int32))

    @classmethod
    def of(cls, titles: Sequence[Title]) -> Lexicon:
        """Count the facets of all titles; words of one title alone are left out.

        There is no meaning in it yet; see `meaning_of_words` and `with_meaning`.
        """
        counts = Counter(name for title in titles for name in _amounts(title))
        kept = [name for name, n in counts.items() if n > 1 or not name.startswith("word:")]
        shares = len(titles) / np.array([counts[name] for name in kept])
        return cls(tuple(kept), np.log(shares).astype(np.float32), None)

    def with_meaning(self, meaning: Meaning) -> Lexicon:
        """Return the lexicon with a facet more for each number of a synopsis' meaning."""
        names = tuple(f"text:{number}" for number in range(meaning.size))
        worth = np.concatenate([self.worth, np.ones(meaning.size, np.float32)])
        return Lexicon((*self.names, *names), worth, meaning)

    def words(self, matrix: Matrix) -> Matrix:
        """Return the columns of titles that are words: (titles, W)."""
        return matrix[:, np.flatnonzero(self.families == _WORDS)]

    def laid(self, titles: Sequence[Title], *, folder: Path | None = None) -> Matrix:
        """Return titles as facets that are not 0, each family's of length 1: (titles, F).

        `folder` is where an encoder's vectors are kept, if it has one.
        """
        plain = self._plain(titles)
        if self.meaning is None:
            return plain
        told = self.meaning.laid(titles, self.words(plain), folder)
        plain.resize(len(titles), len(self.names) - self.meaning.size)
        return sparse.hstack([plain, sparse.csr_array(told)], format="csr")

    def _plain(self, titles: Sequence[Title]) -> Matrix:
        place = {name: column for column, name in enumerate(self.names)}
        found = [
            {place[name]: amount for name, amount in _amounts(title).items() if name in place}
            for title in titles
        ]
        indptr = np.cumsum([0, *(len(one) for one in found)], dtype=np.int32)
        columns = np.array([column for one in found for column in one], np.int32)
        amounts = np.array([amount for one in found for amount in one.values()], np.float32)
        matrix = sparse.csr_array(
            (amounts * self.worth[columns], columns, indptr), shape=(len(titles), len(self.names))
        )
        matrix.eliminate_zeros()
        matrix.sort_indices()
        lengths = self.lengths(matrix)
        factors: Square = (1 / np.where(lengths > 0, lengths, 1)).astype(np.float32)
        return self.scaled(matrix, factors)

    def lengths(self, matrix: Matrix) -> Square:
        """Return the length of each line's part of each family: (lines, K)."""
        lengths: Square = np.sqrt(self.sums(matrix, matrix.data * matrix.data))
        return lengths

    def sums(self, matrix: Matrix, data: Floats) -> Square:
        """Return `data`, of a matrix's cells, summed by line and family: (lines, K)."""
        size = len(FAMILIES)
        lines = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        cells = lines * size + self.families[matrix.indices]
        total = np.bincount(cells, data, minlength=matrix.shape[0] * size)
        sums: Square = total.reshape(-1, size).astype(np.float32)
        return sums

    def scaled(self, matrix: Matrix, factors: Square) -> Matrix:
        """Return the matrix with each line's family multiplied by its factor, (lines, K)."""
        lines = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        data = matrix.data * factors[lines, self.families[matrix.indices]]
        parts = (data.astype(np.float32), matrix.indices, matrix.indptr)
        return sparse.csr_array(parts, shape=matrix.shape)


def _amounts(title: Title) -> dict[str, float]:
    """Return a title's facets and how much of each there is."""
    amounts = dict.fromkeys(facet_ids(title), 1.0)
    for person in title.people:
        name = f"person:{person.name}"  # a name may stand twice; its best billing counts
        shown = (1 + person.billing) ** -0.5
        amounts[name] = max(shown, amounts[name] if amounts[name] < 1 else 0)
    pairs = combinations(sorted(set(title.genres)), 2)
    amounts |= dict.fromkeys((f"genres:{one} + {other}" for one, other in pairs), 1.0)
    for family, value in (("language", title.language), ("country", title.country)):
        if value:
            amounts[f"{family}:{value}"] = 1.0
    words = Counter(_WORD.findall(title.synopsis.lower()))
    return amounts | {f"word:{word}": 1 + float(np.log(n)) for word, n in words.items()}
