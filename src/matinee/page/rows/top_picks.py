"""Top Picks: the best of the whole catalogue for this viewer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from matinee.page.likes import going_on
from matinee.page.worth import worth
from matinee.parts import Shelf, part
from matinee.types import Line, Reason, Request

__all__ = ["TopPicks"]


@part("row", "top_picks")
@dataclass(frozen=True)
class TopPicks:
    """The head of the ranked pool. Without a taste to go by it says so."""

    def lines(self, request: Request, shelf: Shelf) -> Iterable[Line]:
        """Offer one line at the top, below Continue Watching; none if nothing unseen is left."""
        titles = shelf.pool.titles[: 3 * request.columns]
        history = request.history
        known = bool((history.weights > 0).any())
        if known:
            reason = Reason("watched", "Chosen from what you watched and liked")
        elif history.seen.any() or (history.thumbs > 0).any():
            reason = Reason("editorial", "From this catalogue")
        else:
            reason = Reason("onboarding", "You have not watched or liked anything yet")
        if not len(titles):
            return
        yield Line(
            kind="top_picks",
            key="top_picks",
            label="Top picks for you" if known else "Good places to start",
            reason=reason,
            titles=titles,
            value=worth(shelf, titles),
            family="top_picks",
            pin=1 if len(going_on(request)) else 0,
        )
