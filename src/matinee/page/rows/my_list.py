"""My List: what the viewer put there, the newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matinee.parts import Shelf, part
from matinee.types import Line, Reason, Request

__all__ = ["MyList"]


@part("row", "my_list")
@dataclass(frozen=True)
class MyList:
    """The profile's own list, whole but for what Continue Watching shows above it."""

    def lines(self, request: Request, shelf: Shelf) -> Iterable[Line]:  # noqa: ARG002  (protocol)
        """Offer one line; none if nothing on the list may be shown."""
        history = request.history
        listed = np.flatnonzero((history.listed_at > 0) & ~history.blocked)
        listed = listed[request.eligible[history.titles[listed]]]
        if not len(listed):
            return
        titles = history.titles[listed]
        order = np.lexsort((titles, -history.listed_at[listed]))
        yield Line(
            kind="my_list",
            key="my_list",
            label="My list",
            reason=Reason("list", "You put these on your list"),
            titles=titles[order][: 3 * request.columns],
            value=0.8,
            family="my_list",
            whole=True,
            minimum=1,
        )
