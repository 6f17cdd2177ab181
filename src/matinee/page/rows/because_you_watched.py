"""Because You Watched: titles like one that this viewer watched and liked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matinee.data import Catalogue
from matinee.page.likes import citable
from matinee.page.sentences import Clock, did
from matinee.page.worth import worth
from matinee.parts import Shelf, part
from matinee.types import (
    DAY_MS,
    Cause,
    Index,
    Line,
    Longs,
    Reason,
    Request,
)

__all__ = ["BecauseYouWatched"]

_FAITH = 0.5  # what a line gains from having a subject that the viewer knows


@part("row", "because_you_watched")
@dataclass(frozen=True)
class BecauseYouWatched:
    """One line a seed; seeds by recency × liking, the newest that was chosen first.

    value = weight · 2^(−age ÷ half life). Chosen: finished, rated or played at length, as the
    reward file defines it.
    """

    seeds: int = 3
    """Lines offered at most."""
    half_life_days: float = 30.0
    """Age at which a like counts half for choosing seeds, in days."""

    def seed_titles(self, request: Request, catalogue: Catalogue) -> Index:
        """Return the titles that the lines are about, first line first."""
        history = request.history
        places = self._places(request, catalogue)
        return history.titles[places]

    def lines(self, request: Request, shelf: Shelf) -> Iterable[Line]:
        """Offer a line for each seed."""
        history, catalogue = request.history, shelf.catalogue
        for rank, place in enumerate(self._places(request, catalogue).tolist()):
            seed = int(history.titles[place])
            title = catalogue.titles[seed]
            titles = shelf.similar(seed, 3 * request.columns)
            kind, text = did(history, place, title.name, Clock.of(request))
            yield Line(
                kind="because_you_watched",
                key=f"because_you_watched:{title.title_id}",
                label=f"Because you watched {title.name}",
                reason=Reason(kind, text, (Cause("title", title.title_id, title.name, 1.0),)),
                titles=titles,
                value=worth(shelf, titles) + _FAITH / (1 + rank),
                family="because_you_watched",
                about=seed,
                pin=2 if rank == 0 else None,
            )

    def _places(self, request: Request, catalogue: Catalogue) -> Longs:
        """Return the history entries of the seeds, first line first."""
        history = request.history
        able = np.flatnonzero(citable(request, catalogue) & history.seen)
        if not len(able):
            return able
        when = np.where(history.played_at[able] > 0, history.played_at[able], history.at[able])
        age = np.maximum(request.at - when, 0) / (self.half_life_days * DAY_MS)
        value = history.weights[able] * np.exp2(-age)
        order = able[np.lexsort((history.titles[able], -value))]
        proper = np.flatnonzero(history.chosen[able])
        if len(proper):
            newest = able[proper[np.lexsort((-value[proper], when[proper]))[-1]]]
            order = np.append(newest, order[order != newest])
        return order[: self.seeds]
