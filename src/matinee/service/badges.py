"""The words in a tile's corner: each is a fact of the catalogue at that moment."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from matinee.data import Catalogue
from matinee.types import DAY_MS, Flags, Moment

__all__ = ["badges"]

_NEW_MS = 30 * DAY_MS
_EPISODE_MS = 14 * DAY_MS
_LEAVING_MS = 14 * DAY_MS
_MOST_NEW = 0.1
"""Share of the catalogue; if more came lately, it was an import, and new means nothing."""


def badges(catalogue: Catalogue, at: Moment) -> Mapping[int, tuple[str, ...]]:
    """Return the badges of those title rows that have any: `leaving`, `new`, `new_episode`.

    Leaving: every window that is open now closes within 14 days. New: added within 30 days.
    New episode: of a series that is not new itself, within 14 days.
    """
    new = (catalogue.added > at - _NEW_MS) & (catalogue.added <= at)
    if new.sum() > _MOST_NEW * len(catalogue):
        new[:] = False
    found: dict[int, tuple[str, ...]] = {}
    flagged = (("leaving", _leaving(catalogue, at)), ("new", new))
    for word, flags in (*flagged, ("new_episode", _fresh_episode(catalogue, at) & ~new)):
        for row in np.flatnonzero(flags).tolist():
            found[row] = (*found.get(row, ()), word)
    return found


def _leaving(catalogue: Catalogue, at: Moment) -> Flags:
    flags = np.zeros(len(catalogue), np.bool_)
    open_ = (catalogue.window_starts <= at) & (at < catalogue.window_ends)
    soon = open_ & (catalogue.window_ends <= at + _LEAVING_MS)
    flags[catalogue.window_titles[soon]] = True
    flags[catalogue.window_titles[open_ & ~soon]] = False
    return flags


def _fresh_episode(catalogue: Catalogue, at: Moment) -> Flags:
    flags = np.zeros(len(catalogue), np.bool_)
    episodes = catalogue.episodes
    came = (episodes.available_from > at - _EPISODE_MS) & (episodes.available_from <= at)
    flags[episodes.titles[came & (episodes.titles >= 0)]] = True
    return flags
