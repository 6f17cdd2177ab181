"""Titles as TOML: `[[title]]` tables, refused one by one with the line that each begins on."""

from __future__ import annotations

import re
import tomllib
from datetime import datetime
from typing import Any

import msgspec

from matinee.data.readers._batch import Refusal
from matinee.data.readers._files import DataFile
from matinee.types import Title
from matinee.types.moment import decode_moment

__all__ = ["table_count", "titles_of_toml"]

_HEADER = re.compile(r"^\s*\[\[\s*title\s*\]\]")


def table_count(file: DataFile) -> int:
    """Return how many titles a TOML file opens, without parsing it."""
    with file.open() as lines:
        return sum(1 for line in lines if _HEADER.match(line.decode(errors="replace")))


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
