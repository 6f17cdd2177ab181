"""Rows of tables some hundred thousand at a time: the same cells as line by line, as columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from matinee.data.readers._batch import Refusal
from matinee.data.readers._blocks import LineBlock, LineBlocks
from matinee.data.readers._cells import (
    DELIMITED,
    PARQUET,
    PIECE,
    delimiter_of,
    first_line,
    header,
    inside,
    json_object,
    parquet_frame,
    readable,
)
from matinee.data.readers._delimited import Lines, Row, delimited_row
from matinee.data.readers._files import DataFile
from matinee.data.readers._lines import LINES
from matinee.types import Flags, Longs

__all__ = ["BLOCK_BYTES", "CellBlock", "cell_blocks", "row_count"]

BLOCK_BYTES = 12 << 20
"""Bytes of text in a block, about: some 250,000 rows."""

_ROWS = 5 * PIECE  # of Parquet in a block
_QUOTE, _RETURN, _ASCII = 34, 13, 0x80


@dataclass(frozen=True, slots=True, eq=False)
class CellBlock:
    """R rows that follow each other in a table: the cells of the wanted columns, None: nothing."""

    lines: Longs  # (R,) ascending
    columns: tuple[pl.Series | Sequence[Any], ...]  # each (R,)
    refused: tuple[Refusal, ...] = ()

    def __len__(self) -> int:
        return len(self.lines)


def cell_blocks(
    file: DataFile, wanted: Sequence[str], *, size: int = BLOCK_BYTES
) -> Iterator[CellBlock]:
    """Yield the same as `cells`, some `size` bytes of text at a time."""
    return _BLOCKS.get(file.ending, _delimited)(file, wanted, size)


def row_count(file: DataFile) -> int:
    """Return how many rows there are, about: the lines of a text, or what Parquet says."""
    if file.ending in PARQUET:
        found = parquet_frame(file).select(pl.len()).collect().item()
        return int(found)
    blocks = LineBlocks(file)
    return sum(len(block) for block in blocks) + (blocks.damage is not None)


def _delimited(file: DataFile, wanted: Sequence[str], size: int) -> Iterator[CellBlock]:
    first, names = first_line(file), header(file)
    bare = all(name.startswith("#") for name in wanted)
    places = [int(n[1:]) - 1 if bare else names.index(n) for n in wanted]
    text = _Text(file.name, delimiter_of(file, first), len(names), tuple(places))
    blocks, at_start = LineBlocks(file, size), True
    for block in blocks:
        plain = text.plain(block)
        if at_start:
            plain[: _first_row(block) + 1] = False  # a mark of Unicode may stand before it
        fields = text.fields(block, plain)
        found = plain.copy()
        others, kept = text.others(block, plain)
        if kept < len(block):
            blocks.give_back(kept)
        if at_start and others:
            at_start = False
            others = others if bare or isinstance(others[0], Refusal) else others[1:]
        yield text.joined(fields.filter(plain[found]), others, plain=plain, first=block.first)
    if blocks.damage is not None:
        yield _only(blocks.damage, len(wanted))


def _first_row(block: LineBlock) -> int:
    return next((k for k in range(len(block)) if block.line(k).strip()), len(block))


def _only(damage: Refusal, columns: int) -> CellBlock:
    return CellBlock(np.empty(0, np.int64), ((),) * columns, (damage,))


@dataclass(frozen=True, slots=True)
class _Text:
    """Delimited text of one file."""

    name: str
    delimiter: str
    width: int
    places: tuple[int, ...]

    def plain(self, block: LineBlock) -> Flags:
        """Return which lines are rows of the right width, without quotes or odd line ends."""
        seen, starts, stops = block.seen, block.starts, block.stops
        marks = np.flatnonzero(seen == ord(self.delimiter))
        plain: Flags = np.diff(np.searchsorted(marks, stops), prepend=0) == self.width - 1
        plain &= stops > starts
        plain[_lines_with(block, np.flatnonzero(seen == _QUOTE))] = False
        returns = np.flatnonzero(seen == _RETURN)
        if len(returns):
            owners = _lines_with(block, returns)
            plain[owners[returns + 1 != stops[owners]]] = False
            plain &= (stops - starts > 1) | (seen[starts] != _RETURN)
        try:
            block.content.decode()
        except UnicodeDecodeError:
            plain[_lines_with(block, np.flatnonzero(seen >= _ASCII))] = False
        return plain

    def fields(self, block: LineBlock, plain: Flags) -> pl.DataFrame:
        """Return all fields of the plain lines; lines that may be blank are no longer plain."""
        kept = int(plain.sum())
        empty = pl.DataFrame(schema=dict.fromkeys(map(str, range(self.width)), pl.String))
        if not kept:
            return empty
        content = block.content
        if kept < len(block):
            lengths = np.diff(np.append(block.starts, len(content)))
            content = block.seen[np.repeat(plain, lengths)].tobytes()
        found = pl.read_csv(
            content,
            has_header=False,
            separator=self.delimiter,
            quote_char=None,
            infer_schema=False,
            schema=empty.schema,
        )
        if found.height != kept:  # then each line is asked by itself
            plain[:] = False
            return empty
        if self.delimiter == "\t" or self.width == 1:
            says = pl.any_horizontal(pl.all().str.strip_chars() != "").fill_null(value=False)
            full = found.select(says.alias("says"))["says"]
            plain[np.flatnonzero(plain)[~full.to_numpy()]] = False
            found = found.filter(full)
        return found

    def others(self, block: LineBlock, plain: Flags) -> tuple[list[Row], int]:
        """Read the lines that are not plain, and say how many lines could be judged.

        Lines that belong to the row of an earlier one (a quote was open) are no longer plain.
        """
        found: list[Row] = []
        done = 0
        for place in np.flatnonzero(~plain).tolist():
            if place < done or not block.line(place).strip():
                continue
            lines = Lines(block.lines(place))
            row = delimited_row(lines, self.delimiter, width=self.width, file=self.name)
            if lines.asked_too_far and not block.last:  # what the row needs is in the next block
                plain[place:] = False
                return found, place
            following = lines.next()
            done = len(block) if not isinstance(following, tuple) else following[0] - block.first
            plain[place + 1 : done] = False
            if row is not None:
                found.append(row)
        return found, len(block)

    def joined(
        self,
        fields: pl.DataFrame,
        others: Sequence[Row],
        *,
        plain: Flags,
        first: int,
    ) -> CellBlock:
        """Return plain lines and the other rows together, by line."""
        lines = np.flatnonzero(plain) + first
        columns = [fields.to_series(place) for place in self.places]
        rows = [one for one in others if isinstance(one, tuple)]
        if rows:
            lines = np.append(lines, [row[0] for row in rows])
            order = np.argsort(lines)
            lines = lines[order]
            late = [[row[1][place] or None for row in rows] for place in self.places]
            columns = [
                pl.concat([one, pl.Series(more, dtype=pl.String)]).gather(order)
                for one, more in zip(columns, late, strict=True)
            ]
        refused = tuple(one for one in others if isinstance(one, Refusal))
        return CellBlock(lines, tuple(columns), refused)


def _lines_with(block: LineBlock, places: Longs) -> Longs:
    """Return the lines in which these bytes are."""
    return np.searchsorted(block.starts, places, side="right") - 1


def _objects(file: DataFile, wanted: Sequence[str], size: int) -> Iterator[CellBlock]:
    steps = [(name, name.split(".")) for name in wanted]
    blocks = LineBlocks(file, size)
    for block in blocks:
        numbers: list[int] = []
        columns: list[list[Any]] = [[] for _ in wanted]  # no list a row: there are many
        refused: list[Refusal] = []
        for number in range(block.first, block.first + len(block)):
            line = block.line(number - block.first)
            if not line.strip():
                continue
            value = json_object(line)
            if isinstance(value, str):
                refused.append(Refusal(file.name, number, value))
                continue
            numbers.append(number)
            for column, (name, path) in zip(columns, steps, strict=True):
                column.append(value[name] if name in value else inside(value, name, path))
        yield CellBlock(np.array(numbers, np.int64), tuple(columns), tuple(refused))
    if blocks.damage is not None:
        yield _only(blocks.damage, len(wanted))


def _columns(file: DataFile, wanted: Sequence[str], size: int) -> Iterator[CellBlock]:
    del size
    frame, number, step = parquet_frame(file).select(list(dict.fromkeys(wanted))), 0, _ROWS
    while True:
        try:
            piece = readable(frame.slice(number, step).collect())
        except (pl.exceptions.PolarsError, OSError) as error:
            if step > PIECE:  # all that can be read, as line by line
                step = PIECE
                continue
            damage = Refusal(file.name, number + 1, f"the file breaks off here: {error}")
            yield _only(damage, len(wanted))
            return
        lines = np.arange(number + 1, number + piece.height + 1)
        yield CellBlock(lines, tuple(_plain_values(piece[name]) for name in wanted))
        number += piece.height
        if piece.height < step:
            return


def _plain_values(column: pl.Series) -> pl.Series | list[Any]:
    """Return a column whose cells, asked for one by one, are what a row of the frame holds."""
    return column.to_list() if column.dtype.is_nested() else column


_BLOCKS: Mapping[str, Callable[[DataFile, Sequence[str], int], Iterator[CellBlock]]] = {
    **dict.fromkeys(DELIMITED, _delimited),
    **dict.fromkeys(LINES, _objects),
    **dict.fromkeys(PARQUET, _columns),
}
