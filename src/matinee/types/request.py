"""One viewer asking for one page: all that models, rows and layouts may know of the moment."""

from __future__ import annotations

from dataclasses import dataclass

from matinee.types.arrays import Flags
from matinee.types.event import Device
from matinee.types.history import History
from matinee.types.moment import Moment

__all__ = ["Request"]


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """A request as the engine and the models see it. N = titles of the catalogue snapshot.

    `eligible` holds the hard rules (availability, country, maturity, hidden, blocked, excluded);
    nothing outside it leaves any endpoint. `unseen` is False for what the history has seen.
    """

    history: History
    eligible: Flags  # (N,)
    unseen: Flags  # (N,)
    at: Moment
    seed: int
    """For whatever explores; part of the decision record, so that a page can be replayed."""
    device: Device | None = None
    """None: not known."""
    country: str | None = None
    """Where the viewer is, else where the account signed up; None: not known."""
    tz_offset_min: int | None = None
    """By how many minutes the viewer's clock is ahead of UTC; None: not known."""
    rows: int = 15
    columns: int = 40
