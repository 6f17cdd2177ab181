"""Which column of a foreign table is which field of ours: from `field=column,…` or a TOML file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast, get_args

import msgspec

from matinee.types import Event, Profile, Title

__all__ = ["ColumnMap", "RecordKind", "fields_of", "guessed_kind"]

RecordKind = Literal["titles", "profiles", "events"]

_NEVER = frozenset({"received", "origin"})
"""Stamped by the log and by the way in; never read from a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """What a person said of a table; what is unsaid is told from the table itself.

    `columns` maps fields to columns: a name, `#3` for the third column of a table without a line
    of names, `a.b` for a value inside a value of JSON, and `column/1000` or `column*60` for a
    number in another unit. `constants` maps fields to what every record says there.
    """

    kind: RecordKind | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind is not None and self.kind not in get_args(RecordKind):
            msg = f"no kind of records called {self.kind!r}; there are titles, profiles, events"
            raise ValueError(msg)
        if self.kind is None:
            return
        known = fields_of(self.kind)
        for name in (*self.columns, *self.constants):
            if name not in known:
                said = ", ".join(sorted(known))
                msg = f"{self.kind} have no field {name!r}; they have {said}"
                raise ValueError(msg)

    @classmethod
    def of(cls, kind: str | None) -> ColumnMap:
        """Return the map that only says what kind of records there are.

        Raises:
            ValueError: there is no such kind.
        """
        return cls(kind=cast("RecordKind | None", kind))

    @classmethod
    def parse(cls, text: str, *, kind: str | None = None) -> ColumnMap:
        """Read `field=column,field=column,field:=constant`; a bare `field` is its own column.

        A comma, an equals sign or a backslash in a name is written after a backslash.

        Raises:
            ValueError: a piece is none of these, a field comes twice, or there is no such field.
        """
        columns: dict[str, str] = {}
        constants: dict[str, str] = {}
        for piece in re.split(r"(?<!\\),", text):
            name, *rest = (part.strip() for part in re.split(r"(?<!\\)=", piece, maxsplit=1))
            constant, name = name.endswith(":"), name.removesuffix(":").strip()
            column = rest[0] if rest else name
            if not name or not column or (constant and not rest):
                msg = f"{piece!r} is not field=column or field:=constant"
                raise ValueError(msg)
            if name in columns or name in constants:
                msg = f"the field {name!r} is mapped twice"
                raise ValueError(msg)
            (constants if constant else columns)[name] = re.sub(r"\\(.)", r"\1", column)
        return cls(kind=cast("RecordKind | None", kind), columns=columns, constants=constants)

    @classmethod
    def load(cls, path: Path, *, kind: str | None = None) -> ColumnMap:
        """Read a TOML file with `kind`, `[columns]` and `[constants]`; each may be left out.

        `kind` overrides that of the file.

        Raises:
            ValueError: it cannot be read, or holds something else.
        """
        try:
            said = msgspec.toml.decode(path.read_bytes(), type=_File)
        except (OSError, msgspec.MsgspecError) as error:
            msg = f"the column map {path} does not hold: {error}"
            raise ValueError(msg) from error
        constants = {name: _text(value) for name, value in said.constants.items()}
        chosen = cast("RecordKind | None", kind or said.kind)
        return cls(kind=chosen, columns=said.columns, constants=constants)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column map as TOML."""

    kind: str | None = None
    columns: dict[str, str] = msgspec.field(default_factory=dict)
    constants: dict[str, str | int | float | bool] = msgspec.field(default_factory=dict)


def _text(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@cache
def fields_of(kind: RecordKind) -> frozenset[str]:
    """Return the fields that a table of this kind may have columns for."""
    types: tuple[Any, ...] = {
        "titles": (Title,),
        "profiles": (Profile,),
        "events": Event.__args__,
    }[kind]
    names = {name for each in types for name in each.__struct_fields__}
    return frozenset(names - _NEVER | ({"kind"} if kind == "events" else set()))


def guessed_kind(fields: frozenset[str]) -> RecordKind | None:
    """Return what records with these fields are, None if they could be anything."""
    if "profile_id" in fields:
        return "events" if fields & {"at", "event_id"} else "profiles"
    return "titles" if "title_id" in fields else None
