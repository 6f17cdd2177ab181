"""Titles from a file: TOML with `[[title]]` tables, or one JSON object a line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Self

import msgspec

from matinee.data.readers._batch import Batch, Refusal, Where, in_batches
from matinee.data.readers._files import DataFile, only_file
from matinee.data.readers._lines import LINES, count_lines, decoded, first_object
from matinee.data.register import part
from matinee.types import DAY_MS, Title
from matinee.types.moment import decode_moment

__all__ = ["Titles", "titles_of_toml"]

_TOML = ".toml"
_HEADER = re.compile(r"^\s*\[\[\s*title\s*\]\]")


@part("reader", "titles")
@dataclass(frozen=True, slots=True)
class Titles:
    """The fields are those of a title as the API knows it; only `title_id` and `name` must be."""

    file: DataFile

    name: ClassVar[str] = "titles"
    newest: ClassVar[None] = None
    step_ms: ClassVar[int] = DAY_MS
    notes: ClassVar[Mapping[str, int]] = {}

    @classmethod
    def open(cls, where: Where) -> Self:
        """Take the path; it is read when the batches are.

        Raises:
            LookupError: no path was given.
            ValueError: it is no file of titles.
        """
        path = where.given_path(cls.name)
        file = only_file(path, (*LINES, _TOML))
        if file is None:
            msg = f"{path} is no TOML file, and no JSON Lines ({', '.join(LINES)}), gzipped or not"
            raise ValueError(msg)
        return cls(file)

    @classmethod
    def fits(cls, path: Path) -> bool:
        """Return whether it is a TOML file, or JSON Lines whose first object is a title."""
        if only_file(path, (_TOML,)) is not None:
            return True
        found = first_object(path)
        return "name" in found and "title_id" in found and "event_id" not in found

    @property
    def expected(self) -> int:
        """How many titles there are: headers of tables, or lines."""
        if self.file.ending in LINES:
            return count_lines(self.file)
        with self.file.open() as file:
            return sum(1 for line in file if _HEADER.match(line.decode(errors="replace")))

    def batches(self, *, shift_ms: int) -> Iterator[Batch]:
        """Yield the titles as they are; nothing in them is moved."""
        del shift_ms
        if self.file.ending in LINES:
            found: Iterator[Title | Refusal] = (value for _, value in decoded(self.file, Title))
        else:
            text = self.file.read().decode(errors="replace")
            found = iter(titles_of_toml(text, file=self.file.name))
        for some in in_batches(found):
            yield Batch(
                titles=tuple(value for value in some if isinstance(value, Title)),
                refused=tuple(value for value in some if isinstance(value, Refusal)),
            )


def titles_of_toml(text: str, *, file: str) -> list[Title | Refusal]:
    """Return each `[[title]]` of a TOML text, or why it is none; `file` is named in refusals."""
    try:
        tables = tomllib.loads(text).get("title", [])
    except tomllib.TOMLDecodeError as error:
        return [Refusal(file, _line_of(str(error)), str(error))]
    lines = [number for number, line in enumerate(text.splitlines(), 1) if _HEADER.match(line)]
    if not isinstance(tables, list) or not tables or len(lines) != len(tables):
        return [Refusal(file, 0, "no titles: each one is a table that opens with [[title]]")]
    return [_title(table, file, line) for table, line in zip(tables, lines, strict=True)]


def _title(table: object, file: str, line: int) -> Title | Refusal:
    try:
        return msgspec.convert(_plain(table), Title, dec_hook=decode_moment)
    except (msgspec.MsgspecError, ValueError) as error:
        return Refusal(file, line, str(error))


def _plain(value: Any) -> Any:  # noqa: ANN401  (any TOML value)
    """Write TOML's own date-times as text, which is how every other way in sends them."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _line_of(complaint: str) -> int:
    found = re.search(r"at line (\d+)", complaint)
    return int(found[1]) if found else 0
