"""Delimited text as rows: quotes as in RFC 4180, and a broken row costs itself only."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence

from matinee.data.readers._batch import Refusal
from matinee.data.readers._files import DataFile, all_lines

__all__ = ["delimited_rows", "split_row"]

_SPAN = 200  # lines that one quoted cell may run over
_UNCLOSED = "unexpected end of data"  # how csv says that a quote is still open

_Line = tuple[int, bytes] | Refusal


class _Lines:
    """Lines of which some may be given back, to be read again."""

    def __init__(self, lines: Iterator[_Line]) -> None:
        self._lines = lines
        self._again: deque[_Line] = deque()

    def next(self) -> _Line | None:
        return self._again.popleft() if self._again else next(self._lines, None)

    def back(self, lines: Sequence[_Line]) -> None:
        self._again.extendleft(reversed(lines))


def delimited_rows(
    file: DataFile, delimiter: str, *, width: int
) -> Iterator[tuple[int, list[str]] | Refusal]:
    """Yield (line number, fields) of each row of `width` fields; others are refused.

    A field in quotes may hold line ends. A quote that nothing closes costs its own line only:
    what follows is read again by itself.
    """
    lines = _Lines(all_lines(file))
    while (line := lines.next()) is not None:
        if isinstance(line, Refusal):
            yield line
            continue
        number, raw = line
        if not raw.strip():
            continue
        try:
            row = split_row(raw.decode("utf-8-sig" if number == 1 else "utf-8"), delimiter)
            if row == _UNCLOSED:
                row = _closed(raw, lines, delimiter, width)
        except UnicodeDecodeError as error:
            row = f"not UTF-8: {error}"
        if isinstance(row, list) and len(row) != width:
            row = f"{len(row)} fields instead of {width}"
        yield Refusal(file.name, number, row) if isinstance(row, str) else (number, row)


def split_row(text: str, delimiter: str) -> list[str] | str:
    """Return the fields of a row, or what is wrong with it."""
    if '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return str(error)


def _closed(raw: bytes, lines: _Lines, delimiter: str, width: int) -> list[str] | str:
    """Return the row that begins with an open quote, or why it is none and give its lines back."""
    text, taken = raw, list[_Line]()
    while len(taken) < _SPAN and (line := lines.next()) is not None:
        taken.append(line)
        if isinstance(line, Refusal):
            break
        text += b"\n" + line[1]
        if b'"' in line[1]:
            row = split_row(text.decode(errors="replace"), delimiter)
            if isinstance(row, list) and len(row) == width:
                return row
            if row != _UNCLOSED:
                break
    lines.back(taken)
    return "a quote is opened and not closed"
