"""Rows of tables as they stand in CSV, JSON Lines and Parquet: the cells of the wanted columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import polars as pl

from matinee.data.readers._batch import Refusal
from matinee.data.readers._delimited import delimited_rows, split_row
from matinee.data.readers._files import DataFile, text_lines
from matinee.data.readers._lines import LINES, TOO_DEEP

__all__ = [
    "DELIMITED",
    "PARQUET",
    "PIECE",
    "TABLES",
    "Cells",
    "cells",
    "column_names",
    "delimiter_of",
    "first_line",
    "header",
    "inside",
    "json_object",
    "parquet_frame",
    "readable",
]

DELIMITED = (".csv", ".tsv", ".txt")
PARQUET = (".parquet", ".pq")
TABLES = (*DELIMITED, *LINES, *PARQUET)
"""Endings of files that hold tables; they may be gzipped or in a zip archive."""

Cells = tuple[int, Sequence[Any]]
"""A row's number (the line of a text, from 1; of Parquet, the row) and its cells, None: nothing."""

PIECE = 50_000
"""Rows of Parquet that are read at a time."""


def column_names(file: DataFile) -> tuple[str, ...]:
    """Return the names in a table's first line, in its schema, or in its first JSON object.

    Raises:
        ValueError: it has none, two are alike, or it is damaged.
    """
    found = _NAMES.get(file.ending, header)(file)
    if not found:
        msg = f"{file.name} is empty, or its first line is not that of a table"
        raise ValueError(msg)
    if len(set(found)) < len(found):
        twice = next(name for name in found if found.count(name) > 1)
        msg = f"{file.name} has two columns called {twice!r}; rename one"
        raise ValueError(msg)
    return found


def cells(file: DataFile, wanted: Sequence[str]) -> Iterator[Cells | Refusal]:
    """Yield the cells of these columns, row by row; a row that cannot be read is refused.

    Where all columns are numbers (`#1`), the first line of a text is data.
    """
    return _CELLS.get(file.ending, _delimited)(file, wanted)


def first_line(file: DataFile) -> str:
    """Return the first line of a text that is not blank, empty if there is none."""
    for line in text_lines(file):
        return "" if isinstance(line, Refusal) else line[1].decode("utf-8-sig", errors="replace")
    return ""


def delimiter_of(file: DataFile, first: str) -> str:
    """Return what stands between fields, told from the first line."""
    return "\t" if file.ending == ".tsv" else max(",\t;|", key=first.count)


def header(file: DataFile) -> tuple[str, ...]:
    """Return the fields of the first line, () if it is no row."""
    first = first_line(file)
    names = split_row(first, delimiter_of(file, first)) if first else ""
    return () if isinstance(names, str) else tuple(name.strip() for name in names)


def _delimited(file: DataFile, wanted: Sequence[str]) -> Iterator[Cells | Refusal]:
    first = first_line(file)
    delimiter = delimiter_of(file, first)
    bare = all(name.startswith("#") for name in wanted)
    names = header(file)
    places = [int(n[1:]) - 1 if bare else names.index(n) for n in wanted]
    rows = delimited_rows(file, delimiter, width=len(names))
    for number, row in enumerate(rows):
        if isinstance(row, Refusal):
            yield row
        elif number or bare:
            yield row[0], [row[1][place] or None for place in places]


def _keys(file: DataFile) -> tuple[str, ...]:
    for line in text_lines(file):
        if isinstance(line, Refusal):
            break
        value = json_object(line[1])
        if isinstance(value, dict):
            return tuple(value)
    return ()


def json_object(line: bytes) -> dict[str, Any] | str:
    """Return the object of a line, or why there is none."""
    try:
        value = msgspec.json.decode(line)
    except (msgspec.MsgspecError, ValueError) as error:
        return str(error)
    except RecursionError:
        return TOO_DEEP
    return value if isinstance(value, dict) else "not a JSON object"


def _objects(file: DataFile, wanted: Sequence[str]) -> Iterator[Cells | Refusal]:
    paths = [name.split(".") for name in wanted]
    for line in text_lines(file):
        if isinstance(line, Refusal):
            yield line
            continue
        value = json_object(line[1])
        if isinstance(value, str):
            yield Refusal(file.name, line[0], value)
        else:
            yield (
                line[0],
                [inside(value, name, path) for name, path in zip(wanted, paths, strict=True)],
            )


def inside(value: Any, name: str, path: Sequence[str]) -> Any:  # noqa: ANN401  (any JSON value)
    """Return the value that a name, or the steps that it is made of, lead to; None: nothing."""
    if name in value:
        return value[name]
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def parquet_frame(file: DataFile) -> pl.LazyFrame:
    """Return a Parquet file to be read.

    Raises:
        ValueError: it is none.
    """
    plain = not file.member and file.path.name == file.name
    try:
        return pl.scan_parquet(file.path if plain else file.read())
    except (pl.exceptions.PolarsError, OSError) as error:
        msg = f"{file.path} is no Parquet file: {error}"
        raise ValueError(msg) from error


def readable(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame without times that are in no calendar: nothing stands in their place."""
    names = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Datetime)]
    return frame.with_columns(
        pl.when(pl.col(name).dt.year().is_between(2, 9998)).then(name) for name in names
    )


def _schema(file: DataFile) -> tuple[str, ...]:
    try:
        return tuple(parquet_frame(file).collect_schema().names())
    except (pl.exceptions.PolarsError, OSError) as error:
        msg = f"{file.path} is no Parquet file: {error}"
        raise ValueError(msg) from error


def _columns(file: DataFile, wanted: Sequence[str]) -> Iterator[Cells | Refusal]:
    frame, number = parquet_frame(file).select(list(dict.fromkeys(wanted))), 0
    places = [list(dict.fromkeys(wanted)).index(name) for name in wanted]
    while True:
        try:
            piece = frame.slice(number, PIECE).collect()
        except (pl.exceptions.PolarsError, OSError) as error:
            yield Refusal(file.name, number + 1, f"the file breaks off here: {error}")
            return
        for row in readable(piece).iter_rows():
            number += 1
            yield number, [row[place] for place in places]
        if len(piece) < PIECE:
            return


_NAMES: Mapping[str, Callable[[DataFile], tuple[str, ...]]] = {
    **dict.fromkeys(DELIMITED, header),
    **dict.fromkeys(LINES, _keys),
    **dict.fromkeys(PARQUET, _schema),
}
_CELLS: Mapping[str, Callable[[DataFile, Sequence[str]], Iterator[Cells | Refusal]]] = {
    **dict.fromkeys(DELIMITED, _delimited),
    **dict.fromkeys(LINES, _objects),
    **dict.fromkeys(PARQUET, _columns),
}
