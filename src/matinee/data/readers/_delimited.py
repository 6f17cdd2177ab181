"""Delimited text as rows: quotes as in RFC 4180, and a broken row costs itself only."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence

from matinee.data.readers._batch import Refusal
from matinee.data.readers._files import DataFile, all_lines

__all__ = ["Lines", "Row", "delimited_row", "delimited_rows", "split_row"]

_SPAN = 200  # lines that one quoted cell may run over
_UNCLOSED = "unexpected end of data"  # how csv says that a quote is still open

Line = tuple[int, bytes] | Refusal
Row = tuple[int, list[str]] | Refusal
"""Line number and fields."""


class Lines:
    """Lines of which some may be given back, to be read again."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._again: deque[Line] = deque()
        self.asked_too_far = False
        """Whether a line was wanted where there was none any more."""

    def next(self) -> Line | None:
        """Return the next line, None after the last."""
        line = self._again.popleft() if self._again else next(self._lines, None)
        self.asked_too_far |= line is None
        return line

    def back(self, lines: Sequence[Line]) -> None:
        """Have these lines come again, in their order."""
        self._again.extendleft(reversed(lines))


def delimited_rows(file: DataFile, delimiter: str, *, width: int) -> Iterator[Row]:
    """Yield (line number, fields) of each row of `width` fields; others are refused.

    A field in quotes may hold line ends. A quote that nothing closes costs its own line only:
    what follows is read again by itself.
    """
    lines, name = Lines(all_lines(file)), file.name
    while (row := delimited_row(lines, delimiter, width=width, file=name)) is not None:
        yield row


def delimited_row(lines: Lines, delimiter: str, *, width: int, file: str) -> Row | None:
    """Return the next row in some lines of a file, None if there is no more."""
    while (line := lines.next()) is not None:
        if isinstance(line, Refusal):
            return line
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
        return Refusal(file, number, row) if isinstance(row, str) else (number, row)
    return None


def split_row(text: str, delimiter: str) -> list[str] | str:
    """Return the fields of a row, or what is wrong with it."""
    if '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return str(error)


def _closed(raw: bytes, lines: Lines, delimiter: str, width: int) -> list[str] | str:
    """Return the row that begins with an open quote, or why it is none and give its lines back."""
    text, taken = raw, list[Line]()
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
