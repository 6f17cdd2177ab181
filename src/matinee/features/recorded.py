"""Histories that can be had as they were known earlier, folded anew from the acts until then."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from matinee.data import Catalogue
from matinee.data.cutting import owners
from matinee.features.examples import known_at
from matinee.features.history import TOLD, fold, telling
from matinee.features.plays import segments
from matinee.features.rewards import Rewards
from matinee.types import Histories, Longs, Signals

__all__ = ["recorded"]


def recorded(
    signals: Signals, *, catalogue: Catalogue, rewards: Rewards, profiles: int
) -> Histories:
    """Return the histories that `fold` does, with the record of their acts where it is needed.

    It is not where each title of a profile has one act, known when it happened: then entries cut
    by their time are what folding the acts before it gives, and nothing is kept in memory.
    """
    tell = telling(signals, catalogue)
    tell &= (signals.profiles >= 0) & (signals.profiles < profiles)
    single = signals.take(tell) if not tell.all() else signals
    folded = fold(single, catalogue=catalogue, rewards=rewards, profiles=profiles)
    known = known_at(single)
    if len(single) == len(folded.entries) and (known <= single.at).all():
        return folded
    return _with_record(_Acts(_lean(single), known, catalogue, rewards, profiles), folded)


@dataclass(frozen=True, slots=True, eq=False)
class _Acts:
    signals: Signals  # A acts that tell, with blank columns where histories read none
    known: Longs  # (A,) epoch ms
    catalogue: Catalogue
    rewards: Rewards
    profiles: int

    def until(self, at: Longs) -> Histories:
        """Fold what each profile was known to have done by its moment: (P,) epoch ms."""
        early = self.known <= at[self.signals.profiles]
        acts = _Acts(
            self.signals.take(early),
            self.known[early],
            self.catalogue,
            self.rewards,
            self.profiles,
        )
        folded = fold(
            acts.signals, catalogue=self.catalogue, rewards=self.rewards, profiles=self.profiles
        )
        return _with_record(acts, folded)


@dataclass(frozen=True, slots=True, eq=False)
class _Record:
    """The acts, and when each of the entries folded from them was begun."""

    acts: _Acts
    begun: Longs  # (E,)

    def until(self, at: Longs) -> Histories:
        """Return the histories as they were known at a moment for each profile."""
        return self.acts.until(at)


def _with_record(acts: _Acts, folded: Histories) -> Histories:
    signals = acts.signals
    pairs = signals.profiles.astype(np.int64) << 32 | signals.titles
    order = np.lexsort((signals.at, pairs))
    starts = order[segments(pairs[order])]
    entries = owners(folded) << 32 | folded.entries.titles
    begun = signals.at[starts[np.searchsorted(pairs[starts], entries)]]
    return Histories(folded.indptr, folded.entries, _Record(acts, begun))


def _lean(signals: Signals) -> Signals:
    """Blank the columns that histories do not read, so that they take no memory."""
    columns = {field.name: getattr(signals, field.name) for field in fields(Signals)}
    for name in columns.keys() - set(TOLD):
        columns[name] = np.broadcast_to(np.zeros(1, columns[name].dtype), (len(signals),))
    return Signals(**columns)
