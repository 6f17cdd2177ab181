"""Links from liked titles to others: what sparse maps of titles score and explain by."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from matinee.data import Catalogue
from matinee.models.interactions import Strength, check_grown, known, line
from matinee.models.sums import ready, sum_of_lines
from matinee.types import Flags, Index, Matrix, Request, Scores

__all__ = ["FittedLinks", "Links", "strongest"]


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """A score is the sum of the links from what was liked; uncounted titles score −inf."""

    matrix: Matrix  # (N₀, N₀) CSR: row j, column i: what liking j adds to i
    counted: Flags  # (N₀,) titles that something can be said of
    strength: Strength
    titles: int
    """N, at least N₀: later titles score −inf."""

    def __post_init__(self) -> None:
        """Make ready for the first request."""
        ready(self.matrix)

    def scores(self, requests: Sequence[Request], *, memory: float = math.inf) -> Scores:
        """Add up the links from what was liked; 0 where none leads. (P, N).

        Older likes count less where `memory` is finite: a half-life in likes.
        """
        size = len(self.counted)
        out = np.full((len(requests), self.titles), -np.inf, np.float32)
        for found, request in zip(out, requests, strict=True):
            mine = line(request, self.strength, titles=size, memory=memory)
            np.copyto(found[:size], sum_of_lines(self.matrix, *mine), where=self.counted)
        return out

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return each liked title's link to each of `titles`, times its strength. (titles, H)."""
        asked, places = np.unique(titles, return_inverse=True)
        lines = np.full(self.titles, -1, np.int32)
        lines[asked] = np.arange(len(asked))
        liked = known(request.history, titles=len(self.counted))
        links = self.matrix[request.history.titles[liked]]
        to = lines[links.indices]
        hits = np.flatnonzero(to >= 0)
        source = np.searchsorted(links.indptr, hits, side="right") - 1
        worth = links.data[hits] * self.strength(request.history.weights[liked])[source]
        block = np.zeros((len(asked), len(request.history)), np.float32)
        block[to[hits], liked[source]] = worth
        return block[places]

    def grown(self, catalogue: Catalogue) -> Self:
        """Let newer titles score −inf; raises ValueError if the catalogue is older."""
        return replace(self, titles=check_grown(catalogue, titles=self.titles))


@dataclass(frozen=True, slots=True, eq=False)
class FittedLinks:
    """What every model of links alone is once it is fitted, however they were found."""

    links: Links

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Add up the links from what was liked; 0 where none leads. (P, N)."""
        return self.links.scores(requests)

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return each liked title's link to each of `titles`, times its strength. (titles, H)."""
        return self.links.causes(request, titles)

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Let newer titles score −inf; raises ValueError if the catalogue is older."""
        return replace(self, links=self.links.grown(catalogue))


def strongest(lines: Matrix, k: int) -> Matrix:
    """Keep the k largest of each line, in its place; numbers are 0 or more, columns sorted.

    Of equals at the edge those of the lower columns are kept. Zeros are dropped.
    """
    counts = np.diff(lines.indptr)
    line = np.repeat(np.arange(len(counts)), counts)
    place = np.arange(lines.nnz) - np.repeat(lines.indptr[:-1], counts)
    if counts.max(initial=0) > k:
        padded = np.zeros((len(counts), counts.max()), np.float32)
        padded[line, place] = lines.data
        lines.data[~_largest(padded, k)[line, place]] = 0
    lines.eliminate_zeros()
    return lines


def _largest(s: Scores, k: int) -> Flags:
    """Mark the k largest of each row; of equals at the edge the leftmost."""
    edge = np.partition(s, -k, axis=1)[:, -k, None]
    kept: Flags = s > edge
    room = k - kept.sum(axis=1)
    for row in np.flatnonzero(room):
        kept[row, np.flatnonzero(s[row] == edge[row])[: room[row]]] = True
    return kept
