"""Intra-list diversity: how different the genres of the first k are from each other.

    mean over pairs of (1 − |genres_i ∩ genres_j| ÷ |genres_i ∪ genres_j|)

Ziegler et al., WWW 2005, with the Jaccard distance of genres.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np

from matinee.data import Backdrop
from matinee.parts import part
from matinee.types import Ranked, Request

__all__ = ["Diversity"]


@part("aspect", "diversity")
@dataclass(frozen=True)
class Diversity:
    """Mean genre distance of pairs in [0, 1]; titles without genres are left out."""

    k: int = 20
    """How many places count."""

    def __call__(
        self,
        shown: Ranked,
        wanted: frozenset[int],  # noqa: ARG002  (a list is as diverse whatever was wanted)
        *,
        request: Request,  # noqa: ARG002  (and whoever asked)
        backdrop: Backdrop,
    ) -> float:
        """Judge the first k; NaN where fewer than two have genres."""
        titles = shown.titles[: self.k]
        titles = titles[backdrop.sizes[titles] > 0]
        count = len(titles)
        if count < 2:
            return nan
        genres = backdrop.by_title[titles].astype(np.float32)
        common = genres @ genres.T
        sizes = backdrop.sizes[titles]
        likeness = common / (sizes[:, None] + sizes - common)
        return float(1 - (likeness.sum() - count) / (count * (count - 1)))
