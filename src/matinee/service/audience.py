"""Who watches and what their imported past says: all that a simulation may know of viewers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matinee.data import Catalogue
from matinee.features.history import fold
from matinee.features.rewards import Rewards
from matinee.stores.protocols import CatalogueStore, EventLog, ProfileStore
from matinee.types import ORIGINS, History, Index, Moment, Profile

__all__ = ["Audience", "Viewer", "audience"]

_IMPORT = ORIGINS.index("import")


@dataclass(frozen=True, slots=True, eq=False)
class Viewer:
    """A profile and its history from imports alone, whatever happened since."""

    profile: Profile
    history: History


@dataclass(frozen=True, slots=True, eq=False)
class Audience:
    """Every viewer in order of row, over one catalogue snapshot of N titles."""

    catalogue: Catalogue
    viewers: tuple[Viewer, ...]
    popularity: Index  # (N,) how many viewers have each title in their history


def audience(
    *, log: EventLog, catalogue: CatalogueStore, profiles: ProfileStore, at: Moment
) -> Audience:
    """Read everybody's imported history up to a moment."""
    titles = catalogue.snapshot()
    people = list(_everybody(profiles))
    signals = log.scan(at=at, upto=log.head())
    histories = fold(
        signals.take(signals.origins == _IMPORT),
        catalogue=titles,
        rewards=Rewards.default(),
        profiles=len(people),
    )
    return Audience(
        catalogue=titles,
        viewers=tuple(Viewer(profile, histories[row]) for row, profile in enumerate(people)),
        popularity=np.bincount(histories.entries.titles, minlength=len(titles)).astype(np.int32),
    )


def _everybody(profiles: ProfileStore) -> Iterator[Profile]:
    cursor: str | None = None
    while True:
        page = profiles.profiles(limit=1000, cursor=cursor)
        yield from page.profiles
        if page.next is None:
            return
        cursor = page.next
