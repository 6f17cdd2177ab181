"""Continue Watching: what was begun and not finished, the likeliest to be gone on with first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matinee.page.likes import going_on
from matinee.parts import Shelf, part
from matinee.types import DAY_MS, Line, Reason, Request

__all__ = ["ContinueWatching"]


@part("row", "continue_watching")
@dataclass(frozen=True)
class ContinueWatching:
    """Open plays and next episodes by recency and point of abandonment.

    value = 2^(−age ÷ half life) · (½ + 2·p·(1 − p)) with p the share already watched: what was
    left in the middle is gone on with more often than what was barely begun or all but over.
    The next episode counts like the middle.
    """

    half_life_days: float = 7.0
    """Age of the last play at which it counts half, in days."""

    def lines(self, request: Request, shelf: Shelf) -> Iterable[Line]:  # noqa: ARG002  (protocol)
        """Offer one line, whole and first; none if there is nothing to go on with."""
        history = request.history
        going = going_on(request)
        if not len(going):
            return
        share = history.positions[going] / history.durations[going]
        following = (history.positions[going] == 0) & (history.episodes[going] >= 0)
        share = np.where(following | np.isnan(share), 0.5, np.clip(share, 0, 1))
        age = (request.at - history.played_at[going]) / (self.half_life_days * DAY_MS)
        value = np.exp2(-np.maximum(age, 0)) * (0.5 + 2 * share * (1 - share))
        titles = history.titles[going]
        order = np.lexsort((titles, -history.played_at[going], -value))
        yield Line(
            kind="continue_watching",
            key="continue_watching",
            label="Continue watching",
            reason=Reason("resume", "You began these and have not finished them"),
            titles=titles[order][: 3 * request.columns],
            value=1.0,
            family="continue_watching",
            whole=True,
            pin=0,
            minimum=1,
        )
