"""Trending: what viewers play these days and more than usual, leaning mildly to one's taste."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matinee.page.sentences import TREND_DAYS
from matinee.page.worth import worth
from matinee.parts import Shelf, part
from matinee.types import Cause, Line, Reason, Request

__all__ = ["Trending"]


@part("row", "trending")
@dataclass(frozen=True)
class Trending:
    """Titles by decayed plays × surge × ease × (½ + affinity), of those played in the last days.

    The surge is how many times more than usual for the hour a title is played just now, the ease
    how many times as readily as usual it is taken where it is seen.
    """

    half_life_days: float = 2.0
    """Age at which a play counts half, in days."""

    def lines(self, request: Request, shelf: Shelf) -> Iterable[Line]:
        """Offer one line; none while nothing unseen was played lately."""
        plays = shelf.counter("plays")
        lately = plays.within(request.at, days=TREND_DAYS)
        played = np.flatnonzero(lately).astype(np.int32)
        titles = played[request.eligible[played] & request.unseen[played]]
        if not len(titles):
            return
        decayed = plays.decayed(request.at, half_life_days=self.half_life_days)[titles]
        news = shelf.surge[titles] * shelf.ease[titles]
        heat = decayed * news * (np.float32(0.5) + shelf.affinity[titles])
        order = np.lexsort((titles, -shelf.scores[titles], -heat))
        titles = titles[order][: 3 * request.columns]
        count = int(lately.sum())
        yield Line(
            kind="trending",
            key="trending",
            label="Trending now",
            reason=Reason(
                "trend",
                f"Played by viewers in the last {TREND_DAYS} days",
                (Cause("trend", "plays", "plays", 1.0, count=count, days=TREND_DAYS),),
            ),
            titles=titles,
            value=0.35 + 0.5 * worth(shelf, titles),
            family="trending",
        )
