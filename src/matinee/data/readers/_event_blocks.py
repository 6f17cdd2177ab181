"""Rows of a table as events by the block: the fields of each kind as columns.

What a row says is what `Form.record` makes of it. Every cell goes through the same conversions,
only many of one column at a time; a row of which any cell does not pass is given to `Form.record`
itself, which knows why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
import numpy as np
import polars as pl

from matinee.data.readers._batch import Refusal
from matinee.data.readers._cell_blocks import CellBlock
from matinee.data.readers._ids import id_texts, uuid5_words
from matinee.data.readers._records import Form, value_of
from matinee.data.readers._times import times
from matinee.types import Event, Flags, Longs, Moment
from matinee.types.event import TYPES, EventEnvelope
from matinee.types.moment import decode_moment

__all__ = ["EventBlock", "KindRows", "event_block"]

_WRONG = (msgspec.MsgspecError, ValueError, OverflowError)
_AT_ONCE = 1_000  # values that are asked one by one where one of them is wrong
_KEY = ("profile_id", "title_id", "at")
_ENCODE = msgspec.json.Encoder().encode

Column = Sequence[Any]


@dataclass(frozen=True, slots=True, eq=False)
class KindRows:
    """R events of one kind: each of their fields as a column; None: the field's default."""

    kind: str
    lines: Longs  # (R,) ascending
    fields: Mapping[str, Column]
    """Those that any event says: (R,) each, as the kind's struct has them, `at` in epoch ms."""

    def __len__(self) -> int:
        return len(self.lines)

    def event(self, place: int) -> Event:
        """Return one of them whole."""
        said = {name: column[place] for name, column in self.fields.items()}
        said["at"] = Moment(said["at"])
        kept = {name: value for name, value in said.items() if value is not None}
        return TYPES[self.kind](**kept)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class EventBlock:
    """E events that follow each other in a file, and the lines refused."""

    rows: tuple[KindRows, ...] = ()
    singles: tuple[tuple[int, Event], ...] = ()
    """Those that were read one by one, each with its line."""
    own_ids: bool
    """Whether ids are the source's own; else each is made of all that its event says."""
    file: str = ""
    refused: tuple[Refusal, ...] = ()

    def __len__(self) -> int:
        return sum(map(len, self.rows)) + len(self.singles)

    def events(self) -> Iterator[tuple[int, Event]]:
        """Yield every event with its line; those of a kind one after the other."""
        for rows in self.rows:
            for place, line in enumerate(rows.lines.tolist()):
                yield line, rows.event(place)
        yield from self.singles

    def named(self, field: str) -> list[str]:
        """Return what the events say of an optional text, each once."""
        found: dict[Any, None] = {}
        for rows in self.rows:
            found |= dict.fromkeys(rows.fields.get(field, ()))
        found |= dict.fromkeys(getattr(event, field) for _, event in self.singles)
        return [name for name in found if name is not None]


def event_block(form: Form, cells: CellBlock, *, file: str) -> EventBlock:
    """Return what the rows say."""
    said, plain = _said(form, cells)
    groups = []
    for kind, places in _by_kind(said, plain):
        fields, fine = _typed(kind, {name: _some(one, places) for name, one in said.items()})
        plain[places[~fine]] = False
        if fine.any():
            kept = np.flatnonzero(fine)
            fields = {name: _some(column, kept) for name, column in fields.items()}
            fields["event_id"] = _ids(form, said, fields, places[kept])
            groups.append(KindRows(kind, cells.lines[places[kept]], fields))
    refused, singles = list(cells.refused), []
    for place in np.flatnonzero(~plain).tolist():
        found, line = form.record([one[place] for one in cells.columns]), int(cells.lines[place])
        if isinstance(found, EventEnvelope):
            singles.append((line, found))
        else:
            refused.append(Refusal(file, line, str(found)))
    return EventBlock(
        rows=tuple(groups),
        singles=tuple(singles),
        own_ids="event_id" in form.fields or "event_id" in form.constants,
        file=file,
        refused=tuple(sorted(refused, key=lambda one: one.line)),
    )


def _said(form: Form, cells: CellBlock) -> tuple[dict[str, Column], Flags]:
    """Return what rows say before it is known of which kind they are, and where all cells pass."""
    plain = np.ones(len(cells), np.bool_)
    said: dict[str, Column] = {name: [value] * len(cells) for name, value in form.constants.items()}
    if "at" in said:
        when, fine = times(said["at"][:1])
        said["at"] = when.tolist() * len(cells)
        plain &= bool(fine.all())
    for name, factor, column in zip(form.fields, form.factors, cells.columns, strict=True):
        if name == "at":
            when, fine = times(column)
            said[name] = when.tolist()
        else:
            values = column.to_list() if isinstance(column, pl.Series) else column
            said[name], fine = _texts(values) if factor == 1.0 else _scaled(values, factor)
        plain &= fine
    return said, plain


def _texts(cells: Column) -> tuple[Column, Flags]:
    """Return what `value_of` makes of cells that are taken as they stand."""
    fine, kinds = np.ones(len(cells), np.bool_), set(map(type, cells))
    if kinds <= {str, type(None)}:
        return [cell.strip() if cell else None for cell in cells], fine
    if kinds <= {int, type(None)}:
        return [None if cell is None else str(cell) for cell in cells], fine
    return [value_of("", cell, 1.0) for cell in cells], fine


def _scaled(cells: Column, factor: float) -> tuple[Column, Flags]:
    """Return what `value_of` makes of numbers in another unit, and which of them are some."""
    fine = np.ones(len(cells), np.bool_)
    kinds = set(map(type, cells))
    with suppress(ValueError, OverflowError):
        if kinds <= {str, type(None)}:
            return [float(cell) * factor if cell else None for cell in cells], fine
        if kinds <= {int, type(None)}:
            return [None if cell is None else float(cell) * factor for cell in cells], fine
    found: list[Any] = [None] * len(cells)
    for place, cell in enumerate(cells):
        try:
            found[place] = value_of("", cell, factor)
        except (TypeError, *_WRONG):
            fine[place] = False
    return found, fine


def _by_kind(said: Mapping[str, Column], plain: Flags) -> list[tuple[str, Longs]]:
    """Return the plain rows of every kind that there is; of no kind is no row plain."""
    kinds = said.get("kind", ())
    distinct = set(kinds)
    if len(distinct) == 1 and distinct <= TYPES.keys():
        return [(str(*distinct), np.flatnonzero(plain))] if plain.any() else []
    found = []
    for kind in dict.fromkeys(kinds):
        if kind in TYPES:
            mine = np.fromiter((one == kind for one in kinds), np.bool_, len(plain))
            found.append((str(kind), np.flatnonzero(mine & plain)))
    known = np.fromiter((one in TYPES for one in kinds), np.bool_) if kinds else False
    plain &= known
    return [(kind, places) for kind, places in found if len(places)]


def _some(column: Column, places: Longs) -> Column:
    """Return the values at some places."""
    return column if len(places) == len(column) else [column[k] for k in places.tolist()]


@cache
def _fields(kind: str) -> Mapping[str, msgspec.structs.FieldInfo]:
    return {field.name: field for field in msgspec.structs.fields(TYPES[kind])}


def _typed(kind: str, said: Mapping[str, Column]) -> tuple[dict[str, Column], Flags]:
    """Return the fields of a kind as its struct has them, and which rows have all that it needs."""
    known = _fields(kind)
    fine = np.ones(len(said["kind"]), np.bool_)
    typed: dict[str, Column] = {}
    for name, values in said.items():
        if name == "kind":
            continue
        if name not in known:
            fine &= _unsaid(values)
        elif name == "at":
            typed[name] = values
        else:
            typed[name], passed = _converted(values, known[name].type)
            fine &= passed
    for name, field in known.items():
        if field.required and name != "event_id":
            fine &= ~_unsaid(typed[name]) if name in typed else False
    if kind == "rate" and fine.any():
        best = typed.get("max", [None] * len(fine))
        most = known["max"].default
        for place in np.flatnonzero(fine).tolist():
            limit = most if best[place] is None else best[place]
            fine[place] = typed["value"][place] <= limit
    return typed, fine


def _unsaid(values: Column) -> Flags:
    if None not in values:
        return np.zeros(len(values), np.bool_)
    return np.fromiter((value is None for value in values), np.bool_, len(values))


def _converted(values: Column, kind: Any) -> tuple[Column, Flags]:  # noqa: ANN401  (any type)
    """Return values as a field of this type has them, and which of them it takes.

    Of texts that come again each is asked once.
    """
    some = [value for value in values if value is not None] if None in values else values
    if set(map(type, some)) == {str} and 2 * len(distinct := list(dict.fromkeys(some))) < len(some):
        found, fine = _taken(distinct, kind)
        passed = np.ones(len(values), np.bool_)
        if not fine.all():
            bad = {distinct[place] for place in np.flatnonzero(~fine).tolist()}
            passed = np.fromiter((value not in bad for value in values), np.bool_, len(values))
        if found == distinct:  # a text that is taken as it stands
            return values, passed
        meant: dict[Any, Any] = dict(zip(distinct, found, strict=True)) | {None: None}
        return [meant[value] for value in values], passed
    found, fine = _taken(some, kind)
    if len(some) == len(values):
        return found, fine
    there = np.flatnonzero(~_unsaid(values))
    passed = np.ones(len(values), np.bool_)
    passed[there] = fine
    whole: list[Any] = [None] * len(values)
    for place, value in zip(there.tolist(), found, strict=True):
        whole[place] = value
    return whole, passed


def _taken(values: Column, kind: Any) -> tuple[Column, Flags]:  # noqa: ANN401  (any type)
    """Convert values as loosely as `Form.record` does; where one is wrong, it is None."""
    fine = np.ones(len(values), np.bool_)
    found: list[Any] = []
    for start in range(0, len(values), _AT_ONCE):
        some = values[start : start + _AT_ONCE]
        try:
            found += msgspec.convert(some, list[kind], strict=False, dec_hook=decode_moment)
        except _WRONG:
            for place, value in enumerate(some, start=start):
                try:
                    found.append(msgspec.convert(value, kind, strict=False, dec_hook=decode_moment))
                except _WRONG:
                    found.append(None)
                    fine[place] = False
    return found, fine


def _ids(
    form: Form, said: Mapping[str, Column], fields: Mapping[str, Column], places: Longs
) -> Column:
    """Return each event's id: its own, or one that is made as `Form.record` makes it."""
    own = fields.get("event_id")
    if own is None:
        return _made(form, {name: _some(column, places) for name, column in said.items()})
    lack = np.flatnonzero(_unsaid(own))
    if len(lack):
        own = list(own)
        made = _made(form, {name: _some(column, places[lack]) for name, column in said.items()})
        for place, name in zip(lack.tolist(), made, strict=True):
            own[place] = name
    return own


def _made(form: Form, said: Mapping[str, Column]) -> list[str]:
    """Return ids made of all that events say."""
    rest = sorted(said.keys() - set(_KEY) - {"event_id"})
    count = len(said["kind"])
    one = msgspec.defstruct("Told", [(name, Any, None) for name in rest], omit_defaults=True)
    told = [_ENCODE(one(*row)) for row in zip(*(said[name] for name in rest), strict=True)]
    titles = said.get("title_id", [None] * count)
    rows = zip(told, said["profile_id"], titles, said["at"], strict=True)
    begin = f"{form.source}\0".encode()
    return id_texts(
        uuid5_words(
            begin + text + f"\0{who}\0{what}\0{at}".encode() for text, who, what, at in rows
        )
    )
