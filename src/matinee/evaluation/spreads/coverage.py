"""Coverage: how much of the catalogue stands in anybody's first k."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matinee.parts import part
from matinee.types import Index, Ranked

__all__ = ["Coverage", "counts"]


@part("spread", "coverage")
@dataclass(frozen=True)
class Coverage:
    """Share of all titles that stand in the first k of at least one list, in [0, 1]."""

    k: int = 20
    """How many places count."""

    def __call__(self, lists: Sequence[Ranked], *, titles: int) -> float:
        """Judge all lists; 0 for an empty catalogue."""
        return float((counts(lists, self.k, titles=titles) > 0).sum() / max(titles, 1))


def counts(lists: Sequence[Ranked], k: int, *, titles: int) -> Index:
    """Return in how many lists' first k each title stands: (titles,)."""
    shown = np.concatenate([np.empty(0, np.int32), *(one.titles[:k] for one in lists)])
    return np.bincount(shown, minlength=titles).astype(np.int32)
