"""Popular: what viewers of this catalogue liked most, the same for everyone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matinee.page.order import highest
from matinee.page.worth import worth
from matinee.parts import Shelf, part
from matinee.types import Cause, Line, Reason, Request

__all__ = ["Popular"]


@part("row", "popular")
@dataclass(frozen=True)
class Popular:
    """Unseen titles by likes, each halved every half life of its age."""

    half_life_days: float = 180.0
    """Age at which a like counts half, in days."""

    def lines(self, request: Request, shelf: Shelf) -> Iterable[Line]:
        """Offer one line; none while nobody liked anything."""
        likes = shelf.counter("likes").decayed(request.at, half_life_days=self.half_life_days)
        liked = shelf.fresh[likes[shelf.fresh] > 0]
        if not len(liked):
            return
        titles = highest(likes, liked, 3 * request.columns)
        order = np.argsort(-likes[titles], kind="stable")
        titles = titles[order][: 3 * request.columns]
        yield Line(
            kind="popular",
            key="popular",
            label="Popular with everyone",
            reason=Reason(
                "popular",
                "Liked by viewers of this catalogue",
                (Cause("trend", "likes", "likes", 1.0),),
            ),
            titles=titles,
            value=0.3 + 0.5 * worth(shelf, titles),
            family="popular",
        )
