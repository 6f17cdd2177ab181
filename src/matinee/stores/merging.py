"""Pieces of a log as one: the order by (profile, at, event_id) over what lies in many places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matinee.stores.columns import EVENT_ID, signals
from matinee.types import ORIGINS, Flags, Index, Longs, Moment, Signals

__all__ = [
    "Ids",
    "Piece",
    "by_profile_and_time",
    "by_time",
    "gathered",
    "joined",
    "known_at",
    "merged",
    "of_rows",
]

Ids: TypeAlias = NDArray[np.bytes_]

_BY_OWN_TIME = np.array([origin in ("import", "demo") for origin in ORIGINS])
_MOST = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Some events, and how to learn their ids: text is dear, and only ties ask for it."""

    signals: Signals
    ids: Callable[[Longs], Ids]
    """The event ids at some positions."""
    ordered: bool = False
    """Whether they stand by (profile, at, event_id)."""

    def take(self, which: Flags) -> Piece:
        """Return the events where a mask holds."""
        if which.all():
            return self
        places = np.flatnonzero(which)
        return Piece(self.signals.take(places), lambda k: self.ids(places[k]), self.ordered)


def of_rows(rows: Sequence[Sequence[Any]], *, ordered: bool = False) -> Piece:
    """Return rows of a log, each with its offset before it, as a piece."""
    columns = signals(rows)
    ids = np.array([row[EVENT_ID] for row in rows], np.bytes_)
    return Piece(columns, lambda places: ids[places], ordered)


def known_at(piece: Piece, *, at: Moment) -> Piece:
    """Return what of a piece was known at `at`: received by then, or happened if imported."""
    own = _BY_OWN_TIME[piece.signals.origins]
    return piece.take(np.where(own, piece.signals.at, piece.signals.received) <= at)


def merged(pieces: Sequence[Piece]) -> Signals:
    """Return the events of all pieces, by (profile row, at, event_id)."""
    pieces = [piece for piece in pieces if len(piece.signals)] or [of_rows([])]
    whole = joined([piece.signals for piece in pieces])
    places = by_profile_and_time(whole.profiles, whole.at)
    tied = _unsettled(whole, places, pieces)
    if tied.any():
        where = np.flatnonzero(tied)
        some = np.arange(len(whole))[where] if places is None else places[where]
        keys = (_ids(pieces, some), whole.at[some], whole.profiles[some])
        places = np.arange(len(whole)) if places is None else places
        places[where] = some[np.lexsort(keys)]
    return whole if places is None else whole.take(places)


def joined(pieces: Sequence[Signals]) -> Signals:
    """Return pieces one after the other; a column that is one value all over stays a view of it."""
    if len(pieces) == 1:
        return pieces[0]
    return Signals(
        *(_joined([getattr(piece, field.name) for piece in pieces]) for field in fields(Signals))
    )


def _joined(columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
    firsts = {column[:1].tobytes() for column in columns}
    if len(firsts) == 1 and all(column.strides == (0,) for column in columns):
        return np.broadcast_to(columns[0][:1], sum(map(len, columns)))
    return np.concatenate(columns)


def by_profile_and_time(profiles: NDArray[np.int32], at: Longs) -> Longs | None:
    """Return the positions that sort by profile and time, ties as they stand; None: all stand so.

    Sorted pieces laid end to end are what numpy's stable sort of one number merges fastest.
    """
    if not len(at):
        return None
    step = np.diff(profiles)
    if np.all((step > 0) | ((step == 0) & (np.diff(at) >= 0))):
        return None
    low, high = int(at.min()), int(at.max())
    lowest, span = int(profiles.min()), high - low + 1
    if (int(profiles.max()) - lowest + 1) * span > _MOST:
        return np.lexsort((at, profiles))
    keys = (profiles.astype(np.int64) - lowest) * span + (at - low)
    return np.argsort(keys, kind="stable")


def _unsettled(whole: Signals, places: Longs | None, pieces: Sequence[Piece]) -> Flags:
    """Return where, in order, events share profile and time and their ids must be compared.

    Not where all of a run is from one piece that has them in order.
    """
    profiles = whole.profiles if places is None else whole.profiles[places]
    at = whole.at if places is None else whole.at[places]
    level = (np.diff(profiles) == 0) & (np.diff(at) == 0)
    tied = np.zeros(len(whole), np.bool_)
    if not level.any():
        return tied
    owner = np.repeat(np.arange(len(pieces)), [len(piece.signals) for piece in pieces])
    ordered = np.array([piece.ordered for piece in pieces])
    owner = owner if places is None else owner[places]
    open_ = level & ((owner[1:] != owner[:-1]) | ~ordered[owner[1:]])
    if not open_.any():
        return tied
    run = np.concatenate(([0], np.cumsum(~level)))
    unsettled = np.zeros(run[-1] + 1, np.bool_)
    unsettled[run[1:][open_]] = True
    return unsettled[run]


def _ids(pieces: Sequence[Piece], places: Longs) -> Ids:
    """Return the ids of events of the joined pieces."""
    ends = np.cumsum([len(piece.signals) for piece in pieces])
    owner = np.searchsorted(ends, places, side="right")
    found: list[tuple[Longs, Ids]] = []
    for number in np.unique(owner).tolist():
        mine = np.flatnonzero(owner == number)
        begin = int(ends[number]) - len(pieces[number].signals)
        found.append((mine, pieces[number].ids(places[mine] - begin)))
    width = max((ids.dtype.itemsize for _, ids in found), default=1)
    whole = np.empty(len(places), f"S{max(width, 1)}")
    for mine, ids in found:
        whole[mine] = ids
    return whole


def by_time(at: Longs, titles: Index, each_ms: int) -> list[tuple[int, Index]]:
    """Part title rows by `at ÷ each_ms`, rounded down."""
    when = at // each_ms
    order = when.argsort(kind="stable")
    times, starts = np.unique(when[order], return_index=True)
    return list(zip(times.tolist(), np.split(titles[order], starts[1:]), strict=False))


def gathered(pieces: Iterable[tuple[int, Index]]) -> dict[int, Index]:
    """Put together the pieces of each time."""
    found: dict[int, list[Index]] = {}
    for when, titles in pieces:
        found.setdefault(when, []).append(titles)
    return {when: np.concatenate(some) for when, some in found.items()}
