"""Novelty: how little known the first k are, as the mean of their self-information.

    −(1 ÷ k) Σ log₂((likes_i + 1) ÷ (profiles + 1)), in bits

Zhou et al., PNAS 2010; the ones keep titles that nobody liked finite.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np

from matinee.data import Backdrop
from matinee.parts import part
from matinee.types import Ranked, Request

__all__ = ["Novelty"]


@part("aspect", "novelty")
@dataclass(frozen=True)
class Novelty:
    """Mean self-information in bits: 0 for what everybody likes; more is less known."""

    k: int = 20
    """How many places count."""

    def __call__(
        self,
        shown: Ranked,
        wanted: frozenset[int],  # noqa: ARG002  (what is novel need not be wanted)
        *,
        request: Request,  # noqa: ARG002  (nor depend on who asks)
        backdrop: Backdrop,
    ) -> float:
        """Judge the first k; NaN of an empty list."""
        likes = backdrop.popularity[shown.titles[: self.k]]
        if not len(likes):
            return nan
        return float(-np.log2((likes + 1.0) / (backdrop.profiles + 1)).mean())
