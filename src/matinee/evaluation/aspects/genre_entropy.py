"""Genre entropy: how evenly the first k spread over genres.

−Σ over genres of q_g log₂ q_g, q_g the share of genre g, each title spread over its own
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np

from matinee.data import Backdrop
from matinee.parts import part
from matinee.types import Ranked, Request

__all__ = ["GenreEntropy"]


@part("aspect", "genre_entropy")
@dataclass(frozen=True)
class GenreEntropy:
    """Entropy in bits: 0 for a single genre, log₂ G for all alike."""

    k: int = 20
    """How many places count."""

    def __call__(
        self,
        shown: Ranked,
        wanted: frozenset[int],  # noqa: ARG002  (genres spread as they do whatever was wanted)
        *,
        request: Request,  # noqa: ARG002  (and whoever asked)
        backdrop: Backdrop,
    ) -> float:
        """Judge the first k; NaN where no title has a genre."""
        shares = backdrop.genres(shown.titles[: self.k])
        shares = shares[shares > 0]
        return float(-(shares * np.log2(shares)).sum()) + 0.0 if len(shares) else nan
