"""Which titles a model learnt of: the way from the catalogue's rows to its matrices and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from scipy import sparse

from matinee.data import Catalogue, Dataset
from matinee.models.interactions import (
    Line,
    Strength,
    check_grown,
    interactions,
    known,
    laid_out,
    line,
)
from matinee.types import Floats, Index, Matrix, Request, Scores

__all__ = ["Explain", "Scope", "learnt", "owners"]

Explain = Callable[[Index, Floats, Index], Scores]
"""What (H,) liked places of (H,) strengths add to (titles,) places: (titles, H)."""


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """M titles that somebody liked, at places 0 … M − 1, among N; the others score −inf."""

    rows: Index  # (M,) title rows, rising
    titles: int
    """N: how many titles are scored."""
    places: Index = field(init=False)  # (N,) place among `rows`, −1: unknown

    def __post_init__(self) -> None:
        """Build the way back from title rows to places."""
        places = np.full(self.titles, -1, np.int32)
        places[self.rows] = np.arange(len(self.rows))
        object.__setattr__(self, "places", places)

    def __len__(self) -> int:
        return len(self.rows)

    def folded(self, requests: Sequence[Request], strength: Strength) -> Matrix:
        """Return the histories of P requests as strengths: (P, M) CSR, columns sorted."""
        return laid_out([self.line(one, strength) for one in requests], width=len(self))

    def line(self, request: Request, strength: Strength) -> Line:
        """Return the places of what a request's viewer liked, and the strengths."""
        return line(request, strength, titles=self.titles, places=self.places)

    def spread(self, found: Scores) -> Scores:
        """Return (P, M) scores over the whole catalogue: (P, N), −inf elsewhere."""
        padded = np.empty((len(found), len(self) + 1), np.float32)
        padded[:, :-1] = found
        padded[:, -1] = -np.inf  # where place −1 is found
        return padded.take(self.places, axis=1)

    def causes(
        self, request: Request, titles: Index, strength: Strength, explain: Explain
    ) -> Scores:
        """Return what `explain` says of known likes and titles, 0 elsewhere: (titles, H)."""
        out = np.zeros((len(titles), len(request.history)), np.float32)
        liked = known(request.history, titles=self.titles)
        liked = liked[self.places[request.history.titles[liked]] >= 0]
        asked = np.flatnonzero(self.places[titles] >= 0)
        if not len(liked) or not len(asked):
            return out
        x = strength(request.history.weights[liked])
        if strength.half_life_days:
            x *= strength.left(request.history.at[liked], request.at)
        out[asked[:, None], liked] = explain(
            self.places[request.history.titles[liked]],
            x,
            self.places[titles[asked]],
        )
        return out

    def grown(self, catalogue: Catalogue) -> Self:
        """Return the same titles in a newer catalogue; raises ValueError if it is older."""
        return replace(self, titles=check_grown(catalogue, titles=self.titles))


def learnt(data: Dataset, strength: Strength, *, limit: int | None = None) -> tuple[Matrix, Scope]:
    """Return the likes as (U, M) CSR of profiles that like something, and what the M titles are.

    With a limit only so many of the most liked titles are kept; ties go to the lower row.
    """
    x = interactions(data, strength)
    likes = np.bincount(x.indices, minlength=x.shape[1])
    most = np.lexsort((np.arange(len(likes)), -likes))[:limit]
    rows = np.sort(most[likes[most] > 0]).astype(np.int32)
    x = x[:, rows]
    x = sparse.csr_array(x[np.diff(x.indptr) > 0])
    x.sort_indices()
    return x, Scope(rows, len(data.catalogue))


def owners(data: Dataset, scope: Scope) -> Index:
    """Return whose the U lines of `learnt` are: (U,) profile rows, rising.

    A model that keeps those lines keeps these beside them, so that it can let go of some.
    """
    liked = data.liked()[:, scope.rows]
    return np.flatnonzero(np.diff(liked.indptr)).astype(np.int32)
