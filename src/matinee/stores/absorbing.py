"""Imports by the block: columns in place of events, and what they mean as rows of a log."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from matinee.data.readers import event_id
from matinee.stores.columns import Draft, Row
from matinee.types import KINDS, ORIGINS, Flags, Floats, Index, Longs, Moment
from matinee.types.event import ABOUT_A_TITLE

__all__ = ["Absorbed", "Block", "Told", "checked", "event_ids", "row", "told", "told_by"]

Told: TypeAlias = tuple[int, float | None, int]
"""kind, value as float32, at: what an absorbed event says besides its id."""

_RATE, _THUMB = KINDS.index("rate"), KINDS.index("thumb")
_BARE = np.array([kind in ABOUT_A_TITLE and kind not in ("rate", "thumb") for kind in KINDS])
_IMPORT = ORIGINS.index("import")
_EARLIEST, _LATEST = -62_135_596_800_000, 253_402_300_799_999  # as `Moment.parse` takes
_RATED_OF = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """E events of one source as columns of equal length, in any order.

    `profiles` and `titles` are durable rows; `kinds` index `KINDS`: kinds about a title that
    need nothing else said. `values` are as in `Signals`: of a `rate` its share of the best, 0 to
    1; of a `thumb` −1 to 2; NaN of all others. `at` is by the source's own clock, before any
    shift. Two events with one (profile, title, at) are one event.
    """

    profiles: Index  # (E,)
    titles: Index  # (E,)
    kinds: NDArray[np.uint8]  # (E,)
    values: Floats  # (E,)
    at: Longs  # (E,) epoch ms

    def __len__(self) -> int:
        return len(self.at)

    def take(self, which: Longs | Flags) -> Block:
        """Return the events at these positions, or where this mask holds."""
        return Block(*(getattr(self, field.name)[which] for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Absorbed:
    """What became of the events of a block; together they are all of them."""

    stored: int
    duplicates: int


def checked(block: Block, *, profiles: Collection[int], titles: int, shift_ms: int) -> Block:
    """Return the block if all of it can be stored.

    Raises:
        ValueError: columns of unequal length, a profile row that is not among `profiles`, a
            title row that is not below `titles`, a kind or value that a block cannot hold, or a
            time that is out of range once shifted. The first such event is named.
    """
    lengths = {field.name: len(getattr(block, field.name)) for field in fields(block)}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {length}" for name, length in lengths.items())
        msg = f"a block has columns of different lengths ({said}); give one of each an event"
        raise ValueError(msg)
    known = np.fromiter(profiles, np.int64, len(profiles))
    _refuse(block.profiles, ~np.isin(block.profiles, known), "profile row", "create it first")
    strange = (block.titles < 0) | (block.titles >= titles)
    _refuse(block.titles, strange, "title row", "add the title first")
    kinds = np.minimum(block.kinds, len(KINDS) - 1)
    rated, thumbed = block.kinds == _RATE, block.kinds == _THUMB
    strange = ~(_BARE[kinds] | rated | thumbed) | (kinds != block.kinds)
    _refuse(block.kinds, strange, "kind", "append such events one by one instead")
    values = block.values
    fits = np.where(rated, (values >= 0) & (values <= 1), np.isnan(values))
    fits = np.where(thumbed, np.isin(values, (-1, 0, 1, 2)), fits)
    _refuse(values, ~fits, "value", "see `Block` for what each kind takes")
    strange = (block.at < _EARLIEST - shift_ms) | (block.at > _LATEST - shift_ms)
    _refuse(block.at, strange, "time", "give epoch milliseconds between the years 1 and 9999")
    return block


def _refuse(column: NDArray[np.generic], where: Flags, what: str, remedy: str) -> None:
    if where.any():
        place = int(where.argmax())
        msg = f"event {place} of the block has the {what} {column[place]}; {remedy}"
        raise ValueError(msg)


def event_ids(
    source: str, profiles: Iterable[str], titles: Iterable[str], at: Iterable[int]
) -> list[str]:
    """Return the id of each event, as importers make it of profile, title and unshifted time."""
    return [
        event_id(source, profile, title, when)
        for profile, title, when in zip(profiles, titles, at, strict=True)
    ]


def told(block: Block, place: int, *, shift_ms: int) -> Told:
    """Return what the event at a place says."""
    value = float(block.values[place])
    shifted = int(block.at[place]) + shift_ms
    return (int(block.kinds[place]), None if np.isnan(value) else value, shifted)


def told_by(one: Draft) -> Told:
    """Return what an event says of that which a block could have said."""
    kind, value = one.numbers[:2]
    return (kind, None if value is None else float(np.float32(value)), int(one.event.at))


def row(profile: int, title: int, said: Told, *, received: Moment, event_id: str) -> Row:
    """Return the whole row of an absorbed event."""
    kind, value, at = said
    rest = None if value is None else msgspec.msgpack.encode({"value": _own(kind, value)})
    nothing = (None, None, None, -1, 0)
    marks = (0, 0, False)
    return (
        *(profile, kind, title, -1, at, int(received), value),
        *nothing,
        *(_IMPORT, *marks, event_id, rest),
    )


def _own(kind: int, value: float) -> float | int:
    """Return the value as the kind's own field has it; a rating is out of five."""
    # A float32 has seven digits: 3.5 out of 5 comes back as 3.5 and not as 3.4999999.
    return round(value * _RATED_OF, 6) if kind == _RATE else int(value)
