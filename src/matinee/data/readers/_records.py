"""From a row's cells to a title, a profile or an event: what each cell says in our terms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import msgspec

from matinee.data.readers._batch import event_id
from matinee.data.readers._lines import TOO_DEEP
from matinee.data.readers._mapping import RecordKind
from matinee.types import KINDS, Event, Moment, Profile, Title
from matinee.types.event import TYPES, Rate
from matinee.types.moment import decode_moment

__all__ = ["SECONDS_BELOW", "Form", "Record", "moment", "value_of"]

Record = Title | Profile | Event

_OTHERS: Mapping[RecordKind, Any] = {"titles": Title, "profiles": Profile}
_AT_FIELD = re.compile(r"(?P<detail>.+) - at `\$\.(?P<field>\w+).*`", re.DOTALL)
_LACKS = re.compile(r"Object missing required field `(?P<field>\w+)`")
_TIMES = frozenset({"at", "released", "added", "created"})
_LISTS = frozenset({"genres", "tags", "keywords", "companies", "people", "names"})
_JSON = frozenset({"windows", "episodes", "artworks", "links"})
_SCALED = re.compile(r"(?P<column>.+?)(?P<sign>[*/])(?P<number>\d+(?:\.\d+)?)")
_NUMERIC = re.compile(r"[-+]?\d+(?:\.\d+)?")
_SHOWN = 80  # of a wrong value
SECONDS_BELOW = 1e11
"""Smaller times are in seconds (until the year 5138), larger ones in ms (from 1973 on)."""


@dataclass(frozen=True, slots=True)
class Form:
    """How records of one kind are filled in from the cells of some columns."""

    source: str
    kind: RecordKind
    fields: tuple[str, ...]
    columns: tuple[str, ...]  # the column of each field
    factors: tuple[float, ...]  # by which its numbers are multiplied; 1: taken as they stand
    constants: Mapping[str, str]

    @classmethod
    def of(
        cls,
        source: str,
        kind: RecordKind,
        *,
        columns: Mapping[str, str],
        constants: Mapping[str, str],
        known: Sequence[str],
    ) -> Form:
        """Settle which columns are read; `known` are those of the table, () where any may be.

        Raises:
            ValueError: the table has no such column.
        """
        names, factors = [], []
        for field, said in columns.items():
            scaled = None if said in known else _SCALED.fullmatch(said)
            name = scaled["column"].strip() if scaled else said
            number = float(scaled["number"]) if scaled else 1.0
            numbered = re.fullmatch(r"#[1-9]\d{0,3}", name)
            if name not in known and not (numbered and int(name[1:]) <= len(known)):
                msg = f"no column {name!r} for {field}; there are {', '.join(known)}"
                if "." not in name:  # a dot may lead into an object that the first line lacks
                    raise ValueError(msg)
            names.append(name)
            factors.append(1 / number if scaled and scaled["sign"] == "/" else number)
        return cls(source, kind, tuple(columns), tuple(names), tuple(factors), constants)

    def record(self, cells: Sequence[Any]) -> Record | str:
        """Return the record that a row describes, or what is wrong with it."""
        said: dict[str, Any] = dict(self.constants)
        name = "at"
        try:
            if name in said:
                said[name] = moment(said[name])
            for name, cell, factor in zip(self.fields, cells, self.factors, strict=True):
                value = value_of(name, cell, factor)
                if value is not None:
                    said[name] = value
        except (msgspec.MsgspecError, ValueError, TypeError, OverflowError) as error:
            return f"{name}: {error}"
        kind = _OTHERS.get(self.kind) or TYPES.get(said.setdefault("kind", ""))
        if kind is None:
            return f"no event kind {_shortened(said['kind'])}; there are {', '.join(KINDS)}"
        if self.kind == "profiles":
            said.setdefault("account_id", f"{said.get('profile_id')}-account")
        if self.kind == "events" and "event_id" not in said:
            said["event_id"] = self._id(said)
        try:
            record = msgspec.convert(said, kind, strict=False, dec_hook=decode_moment)
        except (msgspec.MsgspecError, ValueError, OverflowError) as error:
            return self._flaw(str(error), said)
        if isinstance(record, Rate) and record.value > record.max:
            return f"the rating {record.value:g} is above its maximum {record.max:g}"
        return record

    def _flaw(self, error: str, said: Mapping[str, Any]) -> str:
        """Return what is wrong in terms of the table: which field, from where, and its value."""
        lacks = _LACKS.fullmatch(error)
        if lacks:
            where = dict(zip(self.fields, self.columns, strict=True)).get(lacks["field"])
            return f"{lacks['field']} is missing" + (f": {where!r} is empty" if where else "")
        at = _AT_FIELD.fullmatch(error)
        if at is None:
            return error
        return f"{at['field']} {_shortened(said.get(at['field']))}: {at['detail']}"

    def _id(self, said: Mapping[str, Any]) -> str:
        """Return an id made of all that the event says, so that the same row has it again."""
        rest = {k: v for k, v in sorted(said.items()) if k not in ("profile_id", "title_id", "at")}
        told = msgspec.json.encode(rest).decode()
        who, what = str(said.get("profile_id")), str(said.get("title_id"))
        return event_id(f"{self.source}\0{told}", who, what, int(said.get("at", 0)))


def value_of(name: str, cell: Any, factor: float) -> Any:  # noqa: ANN401  (any cell to any field)
    """Return what a cell says of a field, None where it says nothing.

    Raises:
        ValueError: it is no time, no number to be multiplied, or no list.
    """
    if cell is None or cell == "" or cell != cell:  # noqa: PLR0124  (NaN only)
        return None
    if name in _TIMES:
        return moment(cell)
    if name in _LISTS | _JSON:
        return _several(name, cell)
    if factor != 1.0:
        return float(cell) * factor
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # an id or a count that the table keeps as a float
    return cell.strip() if isinstance(cell, str) else str(cell)


def moment(cell: Any) -> Moment:  # noqa: ANN401  (text, number, date or time)
    """Read RFC 3339, a date, or seconds or ms since 1970; a time without a zone is UTC.

    Raises:
        ValueError: it is none of these, or outside the years 1 to 9999.
    """
    if isinstance(cell, str):
        text = cell.strip()
        if _NUMERIC.fullmatch(text) and not (text.isdigit() and len(text) == 8):
            return moment(float(text))
        try:
            cell = datetime.fromisoformat(text)
        except ValueError:
            msg = f"{_shortened(text)} is no time: RFC 3339, a date, or seconds or ms since 1970"
            raise ValueError(msg) from None
    if isinstance(cell, datetime):
        return Moment.of(cell if cell.tzinfo else cell.replace(tzinfo=UTC))
    if isinstance(cell, date):
        return Moment.of(datetime.combine(cell, time(), UTC))
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        msg = f"{cell!r} is no time"
        raise ValueError(msg)
    return Moment.parse(round(cell * 1000 if abs(cell) < SECONDS_BELOW else cell))


def _shortened(value: Any) -> str:  # noqa: ANN401  (any cell)
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _several(name: str, cell: Any) -> list[Any]:  # noqa: ANN401  (text, or a list of a table)
    """Read "Crime|Drama", JSON, or a list; people named without a role are actors as billed."""
    if isinstance(cell, str) and cell.lstrip().startswith("["):
        try:
            cell = msgspec.json.decode(cell)
        except RecursionError:
            raise ValueError(TOO_DEEP) from None
    values = cell.split("|") if isinstance(cell, str) else list(cell)
    if name in _JSON and not all(isinstance(value, dict) for value in values):
        msg = f"{name} must be JSON: a list of objects"
        raise ValueError(msg)
    values = [v.strip() if isinstance(v, str) else v for v in values]
    values = [value for value in values if value not in ("", None)]
    if name == "names":
        return [value if isinstance(value, dict) else {"name": str(value)} for value in values]
    if name != "people":
        return values
    return [
        value if isinstance(value, dict) else {"name": str(value), "billing": place}
        for place, value in enumerate(values)
    ]
