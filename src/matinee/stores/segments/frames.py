"""Segments as frames: which columns a file has, and how they become columns or rows of a log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matinee.stores.absorbing import Block, row, told
from matinee.stores.columns import Row, blank
from matinee.stores.segments.segment import Segment
from matinee.types import ORIGINS, Longs, Moment, Signals

__all__ = [
    "DAY_COLUMNS",
    "WHOLE",
    "block_of",
    "day_columns",
    "day_frame",
    "import_frame",
    "import_rows",
    "import_signals",
    "offsets",
    "whole_frame",
    "whole_rows",
    "whole_signals",
    "with_offsets",
]

_DAY: dict[str, pl.DataType | type[pl.DataType]] = {
    "offset": pl.Int64,
    "profile": pl.Int32,
    "kind": pl.UInt8,
    "title": pl.Int32,
    "episode": pl.Int32,
    "at": pl.Int64,
    "received": pl.Int64,
    "value": pl.Float64,
    "position": pl.Float64,
    "duration": pl.Float64,
    "watched": pl.Float64,
    "device": pl.Int8,
    "tz_offset": pl.Int16,
    "origin": pl.UInt8,
    "session": pl.Int64,
    "tile": pl.Int64,
    "unasked": pl.Boolean,
    "event_id": pl.String,
    "rest": pl.Binary,
}
"""A row of a log with its offset before it; seconds as sent, which float32 would round."""

DAY_COLUMNS: Mapping[str, str] = dict(
    zip((field.name for field in fields(Signals)), _DAY, strict=False)
)
"""What a file calls each column of `Signals`."""

_IMPORT = ORIGINS.index("import")

WHOLE: Mapping[str, pl.DataType | type[pl.DataType]] = {
    name: kind for name, kind in _DAY.items() if name not in ("offset", "received", "origin")
}
"""The columns of whole events of an import; the others are the segment's own."""

_ALWAYS = ("profile", "kind", "title", "at", "event_id")
_BLANK: Mapping[str, Any] = {
    **dict.fromkeys(("title", "episode", "device"), -1),
    **dict.fromkeys(("tz_offset", "session", "tile"), 0),
    "unasked": False,
}
"""What columns hold that say nothing; the others hold null."""


def day_frame(rows: Sequence[Sequence[Any]]) -> pl.DataFrame:
    """Return rows, each with its offset before it, as a frame."""
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(_DAY)
    return pl.DataFrame(
        [
            pl.Series(name, column, dtype=kind if name != "unasked" else pl.UInt8).cast(kind)
            for (name, kind), column in zip(_DAY.items(), columns, strict=True)
        ]
    )


def whole_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Return whole events of an import as they are kept: columns that say nothing are left out.

    They stand by (profile, at, event_id), with the columns of `WHOLE`; where they were received
    at several moments, with `offset` and `received` too.
    """
    numbers = pl.col(pl.Float64)
    frame = frame.with_columns(
        pl.when(numbers == 0).then(0.0).otherwise(numbers).name.keep()
    )  # no −0, as in the database
    says = frame.select(
        pl.col(name).ne_missing(pl.lit(_BLANK.get(name), kind)).any()
        for name, kind in WHOLE.items()
    ).row(0, named=True)
    more = [name for name in ("offset", "received") if name in frame.columns]
    return frame.select(*more, *(name for name in WHOLE if name in _ALWAYS or says[name]))


def whole_signals(frame: pl.DataFrame, segment: Segment, *, start: int) -> Signals:
    """Return events of a segment that says all of them, from its row `start` on, as columns.

    They are blank where the frame has none of it.
    """
    said: dict[str, NDArray[Any]] = {}
    if segment.day is None:
        said["offsets"] = offsets(frame, segment, start=start)
        said["received"] = np.broadcast_to(np.int64(segment.received), frame.height)
    if segment.kind == "import":
        said["origins"] = np.broadcast_to(np.uint8(_IMPORT), frame.height)
    return Signals(
        *(
            said[name]
            if name in said
            else _column(frame[word])
            if word in frame.columns
            else blank(name, frame.height)
            for name, word in DAY_COLUMNS.items()
        )
    )


def _column(column: pl.Series) -> NDArray[Any]:
    if column.dtype == pl.Float64:
        column = column.cast(pl.Float32).fill_null(np.nan)
    return column.to_numpy()


def whole_rows(frame: pl.DataFrame, segment: Segment, *, start: int) -> list[tuple[int, Row]]:
    """Return events of a segment that says all of them as rows of a log, by offset."""
    frame = day_columns(frame, segment, start=start)
    return [(one[0], one[1:]) for one in frame.rows()]


def day_columns(frame: pl.DataFrame, segment: Segment, *, start: int) -> pl.DataFrame:
    """Return events of a segment that says all of them with every column of a day segment."""
    if segment.day is None:
        frame = frame.with_columns(
            offset=offsets(frame, segment, start=start),
            received=pl.lit(int(segment.received), pl.Int64),
        )
    nothing: dict[str, Any] = {**_BLANK, "origin": _IMPORT}
    return frame.with_columns(
        pl.lit(nothing.get(name), kind).alias(name)
        for name, kind in _DAY.items()
        if name not in frame.columns
    ).select(list(_DAY))


def import_frame(block: Block) -> pl.DataFrame:
    """Return a block as a frame, times unshifted."""
    return pl.DataFrame(
        {
            "profile": block.profiles,
            "title": block.titles,
            "kind": block.kinds,
            "value": block.values,
            "at": block.at,
        }
    )


def block_of(frame: pl.DataFrame) -> Block:
    """Return what was absorbed, times unshifted."""
    names = ("profile", "title", "kind", "value", "at")
    return Block(*(frame[name].to_numpy() for name in names))


def import_signals(frame: pl.DataFrame, segment: Segment, *, start: int) -> Signals:
    """Return the events of an import segment, from its row `start` on, as columns."""
    block, count = block_of(frame), frame.height
    said: dict[str, NDArray[Any]] = {
        "offsets": offsets(frame, segment, start=start),
        "profiles": block.profiles,
        "kinds": block.kinds,
        "titles": block.titles,
        "at": block.at + segment.shift_ms if segment.shift_ms else block.at,
        "values": block.values,
    }
    said["received"] = np.broadcast_to(np.int64(segment.received), count)
    said["origins"] = np.broadcast_to(np.uint8(_IMPORT), count)
    return Signals(
        **{
            field.name: said[field.name] if field.name in said else blank(field.name, count)
            for field in fields(Signals)
        }
    )


def offsets(frame: pl.DataFrame, segment: Segment, *, start: int) -> Longs:
    """Return the offsets of an import segment's events, from its row `start` on.

    They count up from its first, and are only written down where some of them are gone.
    """
    if "offset" in frame.columns:
        return frame["offset"].to_numpy()
    first = segment.first + start
    return np.arange(first, first + frame.height, dtype=np.int64)


def with_offsets(frame: pl.DataFrame, segment: Segment) -> pl.DataFrame:
    """Return all of an import segment with the offsets written down, so that it can lose any."""
    return frame.with_columns(offset=offsets(frame, segment, start=0))


def import_rows(
    frame: pl.DataFrame, segment: Segment, event_ids: Sequence[str], *, start: int
) -> list[tuple[int, Row]]:
    """Return the events of an import segment as rows of a log, by offset."""
    block = block_of(frame)
    return [
        (
            offset,
            row(
                int(block.profiles[place]),
                int(block.titles[place]),
                told(block, place, shift_ms=segment.shift_ms),
                received=Moment(segment.received),
                event_id=event_ids[place],
            ),
        )
        for place, offset in enumerate(offsets(frame, segment, start=start).tolist())
    ]
