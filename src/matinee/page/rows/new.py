"""New: what came into the catalogue lately, by what it is made of, since nobody met it yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matinee.page.sentences import Clock
from matinee.page.worth import worth
from matinee.parts import Shelf, part
from matinee.types import DAY_MS, Line, Reason, Request

__all__ = ["New"]


@part("row", "new")
@dataclass(frozen=True)
class New:
    """The newest titles, those nearest to the viewer's taste first."""

    days: int = 30
    """Age in the catalogue up to which a title is new, in days."""
    most: int = 240
    """If more are new than this, only the newest so many count (a first import adds all)."""

    def lines(self, request: Request, shelf: Shelf) -> Iterable[Line]:
        """Offer one line; none if nothing unseen was added lately."""
        catalogue, fresh = shelf.catalogue, shelf.fresh
        came = catalogue.added[fresh]
        which = np.flatnonzero((came > request.at - self.days * DAY_MS) & (came <= request.at))
        if not len(which):
            return
        if len(which) > self.most:
            order = np.lexsort((-catalogue.years[fresh[which]], -came[which]))
            which = np.sort(which[order[: self.most]])
        titles = fresh[which]
        order = np.argsort(-shelf.affinity[titles], kind="stable")
        titles = titles[order][: 3 * request.columns]
        since = Clock.of(request).date(int(catalogue.added[titles].min()))
        yield Line(
            kind="new",
            key="new",
            label="New here",
            reason=Reason("new", f"Added since {since}"),
            titles=titles,
            value=0.3
            + 0.5 * worth(shelf, titles)
            + 0.3 * float(shelf.affinity[titles[:10]].mean()),
            family="new",
        )
