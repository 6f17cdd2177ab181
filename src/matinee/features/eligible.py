"""The hard rules: which titles may be shown to this profile, here and now."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from matinee.data import Catalogue
from matinee.types import Flags, History, Index, Moment, Profile

__all__ = ["KIDS_AGE", "eligible", "unseen"]

KIDS_AGE = 12
"""The highest minimum age, in years, of what a kids profile sees, whatever else it allows."""


def eligible(
    catalogue: Catalogue,
    *,
    profile: Profile,
    history: History,
    at: Moment,
    country: str | None,
    exclude: Iterable[int] = (),
    genres: Iterable[str] = (),
) -> Flags:
    """Return (N,) which titles may leave any endpoint for this profile.

    A title is eligible when it is available then and there, not hidden, of a minimum age up to
    the profile's maturity (kids profiles: up to `KIDS_AGE` besides), not blocked by the profile,
    not among `exclude` (title rows; rows outside the snapshot are ignored), and, where `genres`
    are given, of at least one of them. Unknown genre names match nothing.
    """
    allowed = catalogue.available(at=at, country=country)
    ceiling = min(profile.maturity, KIDS_AGE) if profile.kids else profile.maturity
    allowed &= catalogue.minimum_ages <= ceiling
    wanted = list(genres)
    if wanted:
        rows = catalogue.genres.rows(wanted)
        allowed &= catalogue.has_genre[rows[rows >= 0]].any(axis=0)
    _strike(allowed, history.titles[history.blocked])
    _strike(allowed, np.fromiter(exclude, np.int32))
    return allowed


def unseen(catalogue: Catalogue, history: History) -> Flags:
    """Return (N,) which titles the history has not seen."""
    fresh = np.ones(len(catalogue), np.bool_)
    _strike(fresh, history.titles[history.seen])
    return fresh


def _strike(flags: Flags, rows: Index) -> None:
    flags[rows[(rows >= 0) & (rows < len(flags))]] = False
