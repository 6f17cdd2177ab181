"""Popularity lift: how much more popular the first k are than what the viewer liked.

    mean popularity of the list ÷ mean popularity of the liked history

Abdollahpouri et al., The connection between popularity bias, calibration and fairness, 2020,
as a ratio. Popularity is how many profiles like a title.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from matinee.data import Backdrop
from matinee.parts import part
from matinee.types import Ranked, Request

__all__ = ["PopularityLift"]


@part("aspect", "popularity_lift")
@dataclass(frozen=True)
class PopularityLift:
    """Ratio of mean popularities: 1 is the viewer's own measure, above it more mainstream."""

    k: int = 20
    """How many places count."""

    def __call__(
        self,
        shown: Ranked,
        wanted: frozenset[int],  # noqa: ARG002  (popularity is compared with the past)
        *,
        request: Request,
        backdrop: Backdrop,
    ) -> float:
        """Judge the first k; NaN without titles, or without a history that others like too."""
        own = backdrop.popularity[request.history.titles[request.history.weights > 0]]
        listed = backdrop.popularity[shown.titles[: self.k]]
        if not len(listed) or not own.any():
            return nan
        return float(listed.mean() / own.mean())
