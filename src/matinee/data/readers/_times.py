"""Cells of a column as times, many at once: what `moment` says of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matinee.data.readers._records import SECONDS_BELOW, value_of
from matinee.types import DAY_MS, Flags, Longs

__all__ = ["times"]

_EARLIEST, _LATEST = -62_135_596_800_000, 253_402_300_799_999  # as `Moment.parse` takes
_EXACT = 2**53
"""Whole numbers below it are exact as floats, in which Python computes times too."""
_NUMBER = r"^[-+]?[0-9]{1,18}(\.[0-9]{1,18})?$"
_DATE_OF_DIGITS = r"^[0-9]{8}$"
_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{3})?(Z|\+00:00)?$"


def times(cells: pl.Series | Sequence[Any]) -> tuple[Longs, Flags]:
    """Return each cell as epoch ms, and which of them are times; the others are 0.

    What is not of a plain form is asked of `moment` by itself.
    """
    column = _series(cells)
    at, plain = _plain(column) if column is not None else _none(len(cells))
    plain &= (at >= _EARLIEST) & (at <= _LATEST)
    at = np.where(plain, at, 0)
    for place in np.flatnonzero(~plain).tolist():
        try:
            found = value_of("at", cells[place], 1.0)
        except (ValueError, OverflowError):
            continue
        if found is not None:
            at[place], plain[place] = int(found), True
    return at, plain


def _series(cells: pl.Series | Sequence[Any]) -> pl.Series | None:
    """Return the cells as a column of one type, None if they are of several."""
    if isinstance(cells, pl.Series):
        return cells
    kinds = set(map(type, cells)) - {type(None)}
    if len(kinds) != 1 or not kinds <= {str, int, float}:
        return None
    try:
        return pl.Series(
            cells, dtype={str: pl.String, int: pl.Int64, float: pl.Float64}[kinds.pop()]
        )
    except (OverflowError, TypeError):
        return None


def _none(count: int) -> tuple[Longs, Flags]:
    return np.zeros(count, np.int64), np.zeros(count, np.bool_)


def _plain(column: pl.Series) -> tuple[Longs, Flags]:
    """Return times, and which of them could be told."""
    if column.dtype == pl.String:
        return _of_texts(column)
    if column.dtype == pl.Date:
        days = column.cast(pl.Int64)
        return days.fill_null(0).to_numpy() * DAY_MS, column.is_not_null().to_numpy()
    if isinstance(column.dtype, pl.Datetime) and column.dtype.time_unit in ("ms", "us"):
        us = column.dt.cast_time_unit("us").cast(pl.Int64)
        return _of_us(us.fill_null(_EXACT).to_numpy())
    if column.dtype.is_integer() or column.dtype.is_float():
        numbers = column.cast(pl.Float64).fill_null(np.nan).to_numpy()
        return _of_numbers(numbers)
    return _none(len(column))


def _of_numbers(numbers: NDArray[np.float64]) -> tuple[Longs, Flags]:
    """Read seconds or ms since 1970."""
    plain = np.abs(numbers) < _EXACT / 1000
    numbers = np.where(plain, numbers, 0.0)
    ms = np.where(np.abs(numbers) < SECONDS_BELOW, numbers * 1000, numbers)
    return np.rint(ms).astype(np.int64), plain


def _of_us(us: Longs) -> tuple[Longs, Flags]:
    """Read µs since 1970 as `datetime.timestamp` does, rounding half to even."""
    plain = np.abs(us) < _EXACT
    return np.rint(np.where(plain, us, 0) / 1e6 * 1000).astype(np.int64), plain


def _of_texts(column: pl.Series) -> tuple[Longs, Flags]:
    text = column.str.strip_chars()
    number = text.str.contains(_NUMBER) & ~text.str.contains(_DATE_OF_DIGITS)
    iso = text.str.contains(_ISO)
    at, plain = _none(len(column))
    where = np.flatnonzero(number.fill_null(value=False).to_numpy())
    if len(where):
        numbers = text.gather(where).cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
        at[where], plain[where] = _of_numbers(numbers)
    where = np.flatnonzero(iso.fill_null(value=False).to_numpy())
    if len(where):
        at[where], plain[where] = _of_iso(text.gather(where))
    return at, plain


def _of_iso(text: pl.Series) -> tuple[Longs, Flags]:
    """Read a date and a time of day in UTC, to the second or to the ms."""
    days = text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    hours, minutes, seconds = (_digits(text, place, 2) for place in (11, 14, 17))
    fraction = text.str.contains(".", literal=True).to_numpy()
    ms = np.where(fraction, _digits(text, 20, 3), 0)
    plain = days.is_not_null().to_numpy() & (hours < 24) & (minutes < 60) & (seconds < 60)
    day = days.cast(pl.Int64).fill_null(0).to_numpy()
    us = ((day * 24 + hours) * 60 + minutes) * 60_000_000 + seconds * 1_000_000 + ms * 1000
    at, exact = _of_us(us)
    return at, plain & exact


def _digits(text: pl.Series, place: int, count: int) -> Longs:
    found = text.str.slice(place, count).cast(pl.Int64, strict=False).fill_null(0)
    return found.to_numpy()
