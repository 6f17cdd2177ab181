"""What an evaluation asks: data to learn from, requests, and what their viewers went on to like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matinee.data.catalogue import Catalogue
from matinee.data.dataset import Dataset
from matinee.types import Flags, Floats, Index, Longs, Moment, Request

__all__ = ["Backdrop", "Exam"]

Reals: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Exam:
    """R requests to answer with what can be learned from `fit`.

    A profile may ask several times, each time in another stage: a viewer after 1, 3 and 5 events.
    """

    fit: Dataset
    requests: tuple[Request, ...]  # (R,)
    wanted: tuple[Index, ...]  # (R,) title rows, rising; at least one each, none of them seen
    profiles: Longs  # (R,) profile rows in the data that were cut
    stages: tuple[str, ...]  # (R,) by which the results are also told apart; "" for all: one stage
    counted: Flags  # (R,) whether a request enters the overall mean, or its stage only
    at: Moment | None = None
    """The moment that parts what is learned from what is asked; None: there is none."""

    def __len__(self) -> int:
        return len(self.requests)

    def seeded(self) -> Self:
        """Return the exam with a seed for each request, so that who draws draws anew for each."""
        requests = (replace(one, seed=number) for number, one in enumerate(self.requests))
        return replace(self, requests=tuple(requests))


@dataclass(frozen=True, slots=True, eq=False)
class Backdrop:
    """What a list is seen against when it is judged by more than its hits."""

    catalogue: Catalogue  # N titles
    popularity: Floats  # (N,) how many profiles of the data that were learned from like each title
    profiles: int
    """How many profiles like anything at all."""
    sizes: Longs  # (N,) how many genres each title has
    by_title: Flags  # (N, G) its genres
    order: Index  # (N,) title rows, most popular first; ties: lower row first

    @classmethod
    def of(cls, data: Dataset) -> Self:
        """Look at the data that a model learned from."""
        entries = data.histories.entries
        liked = entries.weights > 0
        popularity = np.bincount(entries.titles[liked], minlength=len(data.catalogue))
        owners = np.repeat(np.arange(len(data.histories)), np.diff(data.histories.indptr))
        by_title = np.ascontiguousarray(data.catalogue.has_genre.T)
        return cls(
            catalogue=data.catalogue,
            popularity=popularity.astype(np.float32),
            profiles=len(np.unique(owners[liked])),
            sizes=by_title.sum(axis=1),
            by_title=by_title,
            order=np.argsort(-popularity, kind="stable").astype(np.int32),
        )

    def genres(self, titles: Index, weights: Floats | None = None) -> Reals:
        """Return the share of each genre in some titles, each spread evenly over its own: (G,).

        Titles without genres are left out; all zeros where none has any.
        """
        kept = self.sizes[titles] > 0
        spread = self.by_title[titles[kept]] / self.sizes[titles[kept], None]
        weigh = np.ones(len(spread)) if weights is None else weights[kept].astype(np.float64)
        total = weigh.sum()
        shares: Reals = weigh @ spread / total if total else np.zeros(self.by_title.shape[1])
        return shares

    def expected(self, request: Request, k: int) -> Sequence[int]:
        """Return the k most popular titles that the request may be shown: what anyone expects."""
        allowed = (request.eligible & request.unseen)[self.order]
        found: list[int] = self.order[allowed][:k].tolist()
        return found
