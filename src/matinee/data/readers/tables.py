"""Titles, profiles or events from a table of any make: CSV, JSON Lines or Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

from matinee.data.readers._batch import Batch, Refusal, Where, in_batches
from matinee.data.readers._cell_blocks import BLOCK_BYTES, cell_blocks, row_count
from matinee.data.readers._cells import DELIMITED, PARQUET, TABLES, cells, column_names
from matinee.data.readers._event_blocks import EventBlock, event_block
from matinee.data.readers._files import DataFile, files_at, only_file
from matinee.data.readers._lines import first_object
from matinee.data.readers._mapping import ColumnMap, RecordKind, fields_of, guessed_kind
from matinee.data.readers._records import Form, Record
from matinee.data.readers.movielens import MovieLens
from matinee.data.register import part
from matinee.types import DAY_MS, KINDS, Account, Profile, Title
from matinee.types.event import EventEnvelope

__all__ = ["Tables"]

_NEEDED: Mapping[RecordKind, tuple[str, ...]] = {
    "titles": ("title_id", "name"),
    "profiles": ("profile_id",),
    "events": ("kind", "profile_id", "at"),
}


@part("reader", "tables")
@dataclass(frozen=True, slots=True)
class Tables:
    """One row a record; times stay as they are, and one without a zone is UTC.

    Columns that are named like fields need no map; with a map only what it names is read. Lists
    (genres, people, …) are written `Crime|Drama` or as JSON. An event without an id gets one made
    of all that it says, so that the same row again is a duplicate.
    """

    file: DataFile
    form: Form
    block_bytes: int = BLOCK_BYTES

    name: ClassVar[str] = "tables"
    newest: ClassVar[None] = None
    step_ms: ClassVar[int] = DAY_MS
    notes: ClassVar[Mapping[str, int]] = {}

    @classmethod
    def open(cls, where: Where) -> Self:
        """Settle what the table holds, from its columns and what was said of them.

        Raises:
            LookupError: no path was given.
            ValueError: it is no table, it is damaged, or its columns do not make records.
        """
        path = where.given_path(cls.name)
        file = only_file(path, TABLES)
        if file is None:
            raise ValueError(_no_table(path))
        return cls(file, _form(file, where.columns or ColumnMap()))

    @classmethod
    def fits(cls, path: Path) -> bool:
        """Return whether it is a table whose lines are not told apart by another reader."""
        if only_file(path, (*DELIMITED[:2], *PARQUET)) is not None:
            return not MovieLens.fits(path)
        found = first_object(path)
        return "profile_id" in found and not found.keys() & {"event_id", "title_id"}

    @property
    def expected(self) -> int:
        """How many rows there are, about: the lines of a text."""
        return row_count(self.file)

    @property
    def event_lines(self) -> int:
        """The same if they are events."""
        return self.expected if self.form.kind == "events" else 0

    def batches(self, *, shift_ms: int) -> Iterator[Batch]:
        """Yield the records as they are."""
        del shift_ms
        for some in in_batches(self._records()):
            good = [(number, value) for number, value in some if not isinstance(value, Refusal)]
            events = [(n, value) for n, value in good if isinstance(value, EventEnvelope)]
            profiles = tuple(value for _, value in good if isinstance(value, Profile))
            accounts = dict.fromkeys(profile.account_id for profile in profiles)
            yield Batch(
                titles=tuple(value for _, value in good if isinstance(value, Title)),
                accounts=tuple(Account(account_id=name) for name in accounts),
                profiles=profiles,
                events=tuple(value for _, value in events),
                lines=tuple(number for number, _ in events),
                file=self.file.name,
                refused=tuple(value for _, value in some if isinstance(value, Refusal)),
            )

    def event_blocks(self) -> Iterator[EventBlock]:
        """Yield the events by the block, as they are."""
        for some in cell_blocks(self.file, self.form.columns, size=self.block_bytes):
            yield event_block(self.form, some, file=self.file.name)

    def _records(self) -> Iterator[tuple[int, Record | Refusal]]:
        for row in cells(self.file, self.form.columns):
            if isinstance(row, Refusal):
                yield row.line, row
                continue
            number, said = row
            record = self.form.record(said)
            if isinstance(record, str):
                yield number, Refusal(self.file.name, number, record)
            else:
                yield number, record


def _no_table(path: Path) -> str:
    """Say why a path is not one table."""
    found = [] if path.is_dir() else list(files_at(path).values())
    tables = [file.name for file in found if file.ending in TABLES]
    if len(tables) > 1:
        return f"{path} is not one table but {', '.join(tables)}; unpack it and name one of them"
    return f"{path} is not one table: a file ({', '.join(TABLES)}), gzipped or zipped"


def _form(file: DataFile, said: ColumnMap) -> Form:
    names = column_names(file)
    told = frozenset((*said.columns, *said.constants) if said.columns else names)
    kind = said.kind or guessed_kind(told)
    if kind is None:
        msg = (
            f"{file.name} has the columns {', '.join(names)}, which could be anything;"
            " say whether they are titles, profiles or events, and which field each one is"
        )
        raise ValueError(msg)
    said = ColumnMap(kind=kind, columns=said.columns, constants=said.constants)  # checks the fields
    known = fields_of(kind)
    columns = said.columns or {name: name for name in names if name in known}
    columns = {field: name for field, name in columns.items() if field not in said.constants}
    constant = said.constants.get("kind") if kind == "events" else None
    if constant is not None and constant not in KINDS:
        msg = f"no event kind {constant!r}; there are {', '.join(KINDS)}"
        raise ValueError(msg)
    missing = [field for field in _NEEDED[kind] if field not in {*columns, *said.constants}]
    if missing:
        msg = (
            f"nothing says {' and '.join(missing)} of the {kind} in {file.name}, whose columns are"
            f" {', '.join(names)}; map them: {missing[0]}=column"
        )
        raise ValueError(msg)
    return Form.of(Tables.name, kind, columns=columns, constants=said.constants, known=names)
