"""A history that grows: newer or late events change the entries of their own titles only.

An entry is a pure function of its title's events, so that a few new events need only those
titles folded again, and one by one where they are few. What discoveries earn depends on all
entries; `Firsts` knows when one that moved changes nothing for the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matinee.data import Catalogue
from matinee.features.firsts import Firsts
from matinee.features.graded import Acts
from matinee.features.history import TELLING, entries, telling
from matinee.features.ledger import Ledger
from matinee.features.plays import segments
from matinee.features.rewards import Rewards
from matinee.features.single import Act, entry
from matinee.types import KINDS, Flags, History, Longs, Signals

__all__ = ["Growing"]

_ACT = np.dtype(
    [
        ("at", np.int64),
        ("titles", np.int32),
        ("episodes", np.int32),
        ("values", np.float32),
        ("positions", np.float32),
        ("durations", np.float32),
        ("watched", np.float32),
        ("kinds", np.uint8),
        ("devices", np.int8),
        ("tz_offsets", np.int16),
    ]
)
_READ: tuple[str, ...] = _ACT.names or ()
_BYTES = np.dtype((np.void, _ACT.itemsize))
_AT = itemgetter(0)
_TELLS = frozenset(map(KINDS.index, TELLING))
_FEW_EVENTS = 4  # at most are folded title by title: those of more cost as much in columns
_FEW_ACTS = 160  # of one title, as above
_APART = 32  # acts kept apart at most, before all others are copied to join them
_APART_BYTES = 320  # that each of them takes as objects of Python

Table = NDArray[Any]
"""A structured array: all columns of a few thousand rows move at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Growing:
    """One profile's history, and the acts that it is made of."""

    history: History
    _acts: Table  # (A,) of one title in the order of (at, event_id)
    _newest: Sequence[Act]  # and those that came after them
    _ledger: Ledger  # what the history is a view of
    _firsts: Firsts

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        arrays = self._ledger.size + self._firsts.size + self._acts.nbytes
        return arrays + len(self._newest) * _APART_BYTES

    @classmethod
    def of(cls, signals: Signals, *, catalogue: Catalogue, rewards: Rewards) -> Growing:
        """Fold all telling events of a profile, which come in the order of (at, event_id)."""
        acts = _acts(signals, catalogue)
        ledger = Ledger.of(_folded(_by_title(acts), catalogue, rewards))
        return cls(ledger.history(), acts, (), ledger, Firsts.found(ledger, catalogue, rewards))

    def with_events(
        self, signals: Signals, *, catalogue: Catalogue, rewards: Rewards
    ) -> Growing | None:
        """Return the history with more events of the same profile, whenever they happened.

        None: an event has the very time of another one of its title, and the order of their ids
        is not known here; all must be folded again. The catalogue must be the one as before.
        """
        if len(signals) > _FEW_EVENTS:
            return self._at_once(_acts(signals, catalogue), catalogue, rewards)
        newer = _listed(signals, catalogue)
        touched: dict[int, list[Act]] = {}
        for act in newer:
            touched.setdefault(act[1], []).append(act)
        for title, came in touched.items():
            mine = self._of_title(title)
            if _tied(mine + came) > _tied(mine):
                return None
            came[:0] = mine
            if len(came) > _FEW_ACTS:
                return self._at_once(np.array(newer, _ACT), catalogue, rewards)
        return self._one_by_one(newer, touched.values(), catalogue, rewards) if newer else self

    def _of_title(self, title: int) -> list[Act]:
        mine: list[Act] = _taken(self._acts, self._acts["titles"] == title).tolist()
        mine += [act for act in self._newest if act[1] == title]
        return mine

    def _one_by_one(
        self,
        newer: Sequence[Act],
        touched: Iterable[list[Act]],
        catalogue: Catalogue,
        rewards: Rewards,
    ) -> Growing:
        ledger = self._ledger
        firsts: Firsts | None = self._firsts
        for mine in touched:
            mine.sort(key=_AT)
            ledger, move = ledger.put(entry(mine, catalogue=catalogue, rewards=rewards))
            if firsts is not None:
                firsts = firsts.moved(ledger, move, catalogue, rewards)
        if firsts is None:
            firsts = Firsts.found(ledger, catalogue, rewards)
        newest = (*self._newest, *newer)
        if len(newest) <= _APART:
            return Growing(ledger.history(), self._acts, newest, ledger, firsts)
        acts = _joined(self._acts, np.array(list(newest), _ACT))
        return Growing(ledger.history(), acts, (), ledger, firsts)

    def _at_once(self, newer: Table, catalogue: Catalogue, rewards: Rewards) -> Growing | None:
        if not len(newer):
            return self
        known = _joined(self._acts, np.array(list(self._newest), _ACT))
        titles = np.unique(newer["titles"])
        mine = _by_title(_taken(known, np.isin(known["titles"], titles)))
        touched = _by_title(_joined(mine, newer))
        if _level(touched) > _level(mine):
            return None
        ledger = self._ledger.replaced(Ledger.of(_folded(touched, catalogue, rewards)))
        firsts = Firsts.found(ledger, catalogue, rewards)
        return Growing(ledger.history(), _joined(known, newer), (), ledger, firsts)


def _tied(acts: Sequence[Act]) -> int:
    """Return how many of one title's acts are of the very time of another before them."""
    return len(acts) - len(set(map(_AT, acts)))


def _level(acts: Table) -> int:
    """As `_tied`, of the acts of several titles, sorted by title and time."""
    titles, at = acts["titles"], acts["at"]
    return int(np.count_nonzero((titles[1:] == titles[:-1]) & (at[1:] == at[:-1])))


def _joined(one: Table, other: Table) -> Table:
    return np.concatenate([_rows(one), _rows(other)]).view(one.dtype)


def _taken(table: Table, which: Longs | Flags) -> Table:
    return _rows(table)[which].view(table.dtype)


def _rows(table: Table) -> Table:
    """Return the rows as so many bytes: numpy moves those at once, and others field by field."""
    return table.view(_BYTES)


def _by_title(acts: Table) -> Table:
    return _taken(acts, np.lexsort((acts["at"], acts["titles"])))


def _listed(signals: Signals, catalogue: Catalogue) -> list[Act]:
    columns = (getattr(signals, name).tolist() for name in _READ)
    rows: Iterable[Act] = zip(*columns, strict=True)
    count = len(catalogue)
    return [act for act in rows if act[7] in _TELLS and 0 <= act[1] < count]


def _acts(signals: Signals, catalogue: Catalogue) -> Table:
    kept = telling(signals, catalogue)
    acts = np.empty(np.count_nonzero(kept), _ACT)
    for name in _READ:
        acts[name] = getattr(signals, name)[kept]
    return acts


def _folded(found: Table, catalogue: Catalogue, rewards: Rewards) -> History:
    """Return one entry a title of acts by title and time, by title."""
    if not len(found):
        return History.empty()
    blank = np.zeros(len(found), np.int64)
    said = {field.name: blank for field in fields(Signals)}
    signals = Signals(**(said | {name: found[name] for name in _READ}))
    starts = segments(found["titles"])
    acts = Acts.of(signals, np.arange(len(found)), starts)
    return entries(signals, acts, found["titles"][starts], catalogue, rewards)
