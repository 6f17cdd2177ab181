"""A history that grows: newer or late events change the entries of their own titles only.

An entry is a pure function of its title's events, so that a few new events need only those
titles folded again. What discoveries earn depends on all entries, and is found anew each time.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matinee.data import Catalogue
from matinee.features.graded import Acts
from matinee.features.history import discoveries, entries, telling
from matinee.features.plays import segments
from matinee.features.rewards import Rewards
from matinee.types import Flags, History, Longs, Signals

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
        ("tz_offsets", np.int16),
        ("devices", np.int8),
        ("kinds", np.uint8),
    ]
)
_READ: tuple[str, ...] = _ACT.names or ()
_NOBODY = History.empty()
_ENTRY = np.dtype([(each.name, getattr(_NOBODY, each.name).dtype) for each in fields(History)])
_NAMES: tuple[str, ...] = _ENTRY.names or ()

Table = NDArray[Any]
"""A structured array: all columns of a few thousand rows move at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Growing:
    """One profile's history, and the acts that it is made of."""

    history: History
    _acts: Table  # (A,) of one title in the order of (at, event_id)
    _plain: Table  # (H,) entries without what discoveries earn, in the history's order

    @property
    def size(self) -> int:
        """Bytes that its arrays take."""
        columns: int = sum(getattr(self.history, field.name).nbytes for field in fields(History))
        return columns + self._acts.nbytes + self._plain.nbytes

    @classmethod
    def of(cls, signals: Signals, *, catalogue: Catalogue, rewards: Rewards) -> Growing:
        """Fold all telling events of a profile, which come in the order of (at, event_id)."""
        acts = _acts(signals, catalogue)
        return _grown(acts, _folded(_by_title(acts), catalogue, rewards), catalogue, rewards)

    def with_events(
        self, signals: Signals, *, catalogue: Catalogue, rewards: Rewards
    ) -> Growing | None:
        """Return the history with more events of the same profile, whenever they happened.

        None: an event has the very time of another one of its title, and the order of their ids
        is not known here; all must be folded again. The catalogue must be the one as before.
        """
        newer = _acts(signals, catalogue)
        if not len(newer):
            return self
        titles = np.unique(newer["titles"])
        mine = _taken(self._acts, _among(self._acts["titles"], titles))
        touched = _by_title(_joined(mine, newer))
        if _tied(touched) > _tied(_by_title(mine)):
            return None
        others = _taken(self._plain, ~_among(self._plain["titles"], titles))
        plain = _joined(others, _folded(touched, catalogue, rewards))
        return _grown(_joined(self._acts, newer), plain, catalogue, rewards)


def _joined(one: Table, other: Table) -> Table:
    return np.concatenate([_rows(one), _rows(other)]).view(one.dtype)


def _taken(table: Table, which: Longs | Flags) -> Table:
    return _rows(table)[which].view(table.dtype)


def _rows(table: Table) -> Table:
    """Return the rows as so many bytes: numpy moves those at once, and others field by field."""
    return table.view(np.dtype((np.void, table.dtype.itemsize)))


def _by_title(acts: Table) -> Table:
    return _taken(acts, np.lexsort((acts["at"], acts["titles"])))


def _among(column: Table, titles: Table) -> Flags:
    found: Flags = column == titles[0] if len(titles) == 1 else np.isin(column, titles)
    return found


def _tied(acts: Table) -> int:
    """Return how many acts, sorted by title and time, have both in common with the one before."""
    titles, at = acts["titles"], acts["at"]
    return int(np.count_nonzero((titles[1:] == titles[:-1]) & (at[1:] == at[:-1])))


def _acts(signals: Signals, catalogue: Catalogue) -> Table:
    kept = telling(signals, catalogue)
    acts = np.empty(np.count_nonzero(kept), _ACT)
    for name in _READ:
        acts[name] = getattr(signals, name)[kept]
    return acts


def _folded(found: Table, catalogue: Catalogue, rewards: Rewards) -> Table:
    """Return one entry a title of acts by title and time, by title."""
    if not len(found):
        return np.empty(0, _ENTRY)
    blank = np.zeros(len(found), np.int64)
    said = {field.name: blank for field in fields(Signals)}
    signals = Signals(**(said | {name: found[name] for name in _READ}))
    starts = segments(found["titles"])
    which = np.arange(len(found))
    history = entries(
        signals, Acts.of(signals, which, starts), found["titles"][starts], catalogue, rewards
    )
    table = np.empty(len(starts), _ENTRY)
    for name in _NAMES:
        table[name] = getattr(history, name)
    return table


def _grown(acts: Table, plain: Table, catalogue: Catalogue, rewards: Rewards) -> Growing:
    plain = _taken(plain, np.lexsort((plain["titles"], plain["at"])))
    history = History(*(np.ascontiguousarray(plain[name]) for name in _NAMES))
    found = discoveries(np.zeros(len(plain), np.int64), history, catalogue, rewards)
    history.weights[found] += np.float32(rewards.weights.new_genre)
    return Growing(history, acts, plain)
