"""A row of films for an evening that is not long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matinee.parts import Shelf, part
from matinee.types import Cause, Line, Reason, Request

__all__ = ["ShortFilms"]


@part("row", "short_films")
@dataclass(frozen=True, slots=True)
class ShortFilms:
    """The viewer's best unseen films that end within so many minutes."""

    minutes: float = 90.0  # the longest running time

    def lines(self, request: Request, shelf: Shelf) -> Iterable[Line]:
        """Return one line, or none where no film is short enough."""
        catalogue = shelf.catalogue
        short = (catalogue.runtimes <= self.minutes * 60) & ~catalogue.is_series
        titles = shelf.fresh[short[shelf.fresh]][: 3 * request.columns]
        if not len(titles):
            return []
        words = f"Films of at most {self.minutes:g} minutes"
        cause = Cause(kind="facet", id=f"runtime:{self.minutes:g}", name=words, share=1.0)
        return [
            Line(
                kind="short_films",
                key="short_films",
                label=words,
                reason=Reason(kind="facet", text=words, causes=(cause,)),
                titles=titles,
                value=float(np.mean(shelf.scores[titles[: request.columns]])),
                family="short_films",
            )
        ]
