"""Blocks of events laid out as rows of a log: what `draft` says of each, a column at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
import polars as pl

from matinee.data.readers import EventBlock, KindRows
from matinee.stores.columns import DEVICE_CODES, Shape, digest, draft, shape_of
from matinee.stores.judging import nonsense_of
from matinee.types import KINDS, Event, mark
from matinee.types.event import TYPES

__all__ = ["Laid", "laid"]

_SCHEMA: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "line": pl.Int64,
    "group": pl.Int32,
    "place": pl.Int64,
    "profile_id": pl.String,
    "title_id": pl.String,
    "episode_id": pl.String,
    "kind": pl.UInt8,
    "at": pl.Int64,
    "value": pl.Float64,
    "position": pl.Float64,
    "duration": pl.Float64,
    "watched": pl.Float64,
    "device": pl.Int8,
    "tz_offset": pl.Int16,
    "session": pl.Int64,
    "tile": pl.Int64,
    "unasked": pl.Boolean,
    "event_id": pl.String,
    "rest": pl.Binary,
    "digest": pl.Binary,
    "odd": pl.Boolean,
}
_EMPTY = b"\x80"  # a map of nothing in msgpack
_PACK = msgspec.msgpack.Encoder().encode

Column = Sequence[Any]


class Laid(NamedTuple):
    """A block as a frame in the order of its lines, and the way back to its events."""

    frame: pl.DataFrame
    """The columns of a log's row with ids in place of rows, and beside them: `digest`, null where
    ids are made; `odd`, whether the event by itself can be no row."""
    event: Callable[[int, int], Event]
    """The event of a `group` and a `place`."""


def laid(block: EventBlock) -> Laid:
    """Lay out a block."""
    groups = [_rows(rows, digests=block.own_ids) for rows in block.rows]
    frames = [
        pl.DataFrame(
            {"line": rows.lines, "group": number, "place": np.arange(len(rows))} | columns,
            schema=_SCHEMA,
        )
        for number, (rows, columns) in enumerate(zip(block.rows, groups, strict=True))
    ]
    frames.append(_singles(block))
    last = len(block.rows)

    def event(group: int, place: int) -> Event:
        return block.singles[place][1] if group == last else block.rows[group].event(place)

    return Laid(pl.concat(frames).sort("line"), event)


def _rows(rows: KindRows, *, digests: bool) -> dict[str, Any]:
    """Return the columns of events of one kind."""
    shape, fields, count = shape_of(rows.kind), rows.fields, len(rows)
    nothing = [None] * count

    def said(name: str, *, carried: bool = True) -> Column:
        return fields.get(name, nothing) if carried else nothing

    columns: dict[str, Any] = {
        name: said(name) for name in ("profile_id", "title_id", "episode_id", "at", "event_id")
    }
    columns["kind"] = np.full(count, shape.kind, np.uint8)
    columns["value"] = _values(shape, rows)
    columns["position"] = said("position_s", carried=shape.position)
    columns["duration"] = said("duration_s", carried=shape.duration)
    columns["watched"] = said("watched_s", carried=shape.watched)
    columns["device"] = _each(said("device"), DEVICE_CODES.__getitem__)
    columns["tz_offset"] = _each(said("tz_offset_min"), lambda minutes: minutes or 0)
    columns["session"] = _each(said("session_id"), mark)
    columns["tile"] = _each(said("token"), mark)
    columns["unasked"] = _each(said(shape.unasked or ""), bool)
    columns["rest"] = _rest(shape, rows)
    columns["digest"] = nothing
    if digests:
        ids = (columns[name] for name in ("event_id", "profile_id", "title_id", "episode_id"))
        seconds = (columns[name] for name in ("position", "duration", "watched"))
        body = zip(*ids, columns["at"], said("device"), *seconds, columns["rest"], strict=True)
        columns["digest"] = [digest(shape.kind, *one) for one in body]
    columns["odd"] = _odd(rows)
    return columns


def _each(column: Column, made: Callable[[Any], Any]) -> Column:
    """Return something of each value; of those that come again it is made once."""
    known = {value: made(value) for value in set(column)}
    return [known[value] for value in column]


class _Numbers(NamedTuple):
    """What an event's own number is made of."""

    value: float | None
    max: float | None
    watched_s: float | None
    dwell_ms: int | None


def _values(shape: Shape, rows: KindRows) -> Column:
    """Return each event's own number, as `Signals.values` says."""
    nothing = [None] * len(rows)
    if shape.value is None:
        return nothing
    columns = [_filled(rows, name) for name in _Numbers._fields]
    return [shape.value(_Numbers(*said)) for said in zip(*columns, strict=True)]


def _filled(rows: KindRows, name: str) -> Column:
    """Return a field of every event, its default where none was said; of no field None."""
    default = next(
        (one.default for one in msgspec.structs.fields(TYPES[rows.kind]) if one.name == name), None
    )
    said = rows.fields.get(name)
    if said is None:
        return [default] * len(rows)
    return said if default is None else [default if one is None else one for one in said]


def _rest(shape: Shape, rows: KindRows) -> Column:
    """Return the fields that no column carries whole, packed; None where there are none."""
    columns = {}
    for name, default in zip(shape.rest, shape.defaults, strict=True):
        said = rows.fields.get(name, ())
        some = [None if one == default else one for one in said]
        if any(one is not None for one in some):
            columns[name] = some
    if not columns:
        return [None] * len(rows)
    fields = [(name, Any, None) for name in columns]
    rest = msgspec.defstruct("Rest", fields, omit_defaults=True)
    packed = [_PACK(rest(*said)) for said in zip(*columns.values(), strict=True)]
    return [None if one == _EMPTY else one for one in packed]


def _odd(rows: KindRows) -> Column:
    """Return which events mean nothing; of those that are alike in what matters one is asked."""
    titles = rows.fields.get("title_id", [None] * len(rows))
    keys: list[Any] = [one is None for one in titles]
    apart = [_filled(rows, name) for name in ("schema_version", "entity") if name in rows.fields]
    if rows.kind == "rate":
        best = _filled(rows, "max")
        apart.append([v > most for v, most in zip(rows.fields["value"], best, strict=True)])
    if apart:
        keys = list(zip(keys, *apart, strict=True))
    found = {key: keys.index(key) for key in set(keys)}
    asked = {key: bool(nonsense_of(rows.event(k), rows.kind)) for key, k in found.items()}
    return [asked[key] for key in keys]


def _singles(block: EventBlock) -> pl.DataFrame:
    rows = []
    for place, (line, event) in enumerate(block.singles):
        one = draft(event)
        kind, *numbers = one.numbers
        ids = (event.profile_id, event.title_id, event.episode_id)
        odd = bool(one.flaw or nonsense_of(event, KINDS[kind]))
        rows.append(
            (
                *(line, len(block.rows), place, *ids, kind, int(event.at)),
                *(*numbers, *one.marks, event.event_id, one.rest),
                *(one.digest if block.own_ids else None, odd),
            )
        )
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")
