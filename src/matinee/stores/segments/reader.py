"""Reading segments: whole, by offset, or one profile's events as a single slice."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np
import polars as pl
import polars.selectors as cs

from matinee.data.readers import event_words, id_texts
from matinee.stores.absorbing import Told, told
from matinee.stores.columns import Row
from matinee.stores.merging import Ids, Piece
from matinee.stores.segments.folder import Folder
from matinee.stores.segments.frames import (
    DAY_COLUMNS,
    block_of,
    import_rows,
    import_signals,
    whole_rows,
    whole_signals,
)
from matinee.stores.segments.segment import Segment
from matinee.types import Index, Longs, Offset, Signals

__all__ = ["Namer", "SegmentReader"]

Namer = Callable[[Index, Index], tuple[list[str], list[str]]]
"""Profile and title rows of some events to their ids."""

_KEPT_BYTES = 64 * 2**20  # of where profiles begin, over all segments


class _Bounds(NamedTuple):
    profiles: Index  # (P,) ascending
    starts: Longs  # (P + 1,) the rows where each begins, and the end

    def of(self, profile: int) -> slice:
        """Return the rows of a profile, none if it has none."""
        place = int(np.searchsorted(self.profiles, profile))
        if place == len(self.profiles) or self.profiles[place] != profile:
            return slice(0, 0)
        return slice(int(self.starts[place]), int(self.starts[place + 1]))


class SegmentReader:
    """Segments of one folder. Where profiles begin in each is kept, since files never change."""

    def __init__(self, folder: Folder, named: Namer) -> None:
        """`named` is asked for ids where events of a profile are of the same millisecond."""
        self._folder = folder
        self._named = named
        self._lock = Lock()
        self._bounds: OrderedDict[str, _Bounds] = OrderedDict()
        self._bytes = 0

    def whole(self, segment: Segment) -> Piece:
        """Return all of a segment."""
        return self._piece(segment, 0, segment.rows)

    def of_profile(self, segment: Segment, profile: int) -> Piece | None:
        """Return a profile's events in a segment, None if there are none."""
        rows = self.places(segment, profile)
        return self._piece(segment, rows.start, rows.stop) if rows.stop > rows.start else None

    def count(self, segment: Segment, profile: int) -> int:
        """Return how many events of a profile a segment has."""
        rows = self.places(segment, profile)
        return int(rows.stop - rows.start)

    def rows(self, segment: Segment, profile: int) -> list[tuple[Offset, Row]]:
        """Return a profile's events in a segment as whole rows of a log, by offset."""
        where = self.places(segment, profile)
        if where.stop == where.start:
            return []
        frame = self._folder.read(segment, start=where.start, count=where.stop - where.start)
        if segment.whole:
            return whole_rows(frame, segment, start=where.start)
        ids = self.ids(segment, frame)
        return import_rows(frame, segment, ids, start=where.start)

    def told(self, segment: Segment, profile: int, titles: Collection[int]) -> dict[str, Told]:
        """Return what a profile's events about some titles say, by id; of an import segment."""
        where = self.places(segment, profile)
        if where.stop == where.start:
            return {}
        frame = self._folder.read(segment, start=where.start, count=where.stop - where.start)
        frame = frame.filter(pl.col("title").is_in(list(titles)))
        block, ids = block_of(frame), self.ids(segment, frame)
        return {
            name: told(block, place, shift_ms=segment.shift_ms) for place, name in enumerate(ids)
        }

    def named(self, segment: Segment, wanted: pl.DataFrame) -> pl.DataFrame:
        """Return what a whole segment says under some ids: `event_id`, `told_kind`, `told_value`.

        `wanted` has profile rows, times and ids; an id that stands elsewhere is not found.
        """
        found = pl.DataFrame(
            schema={"event_id": pl.String, "told_kind": pl.UInt8, "told_value": pl.Float32}
        )
        mine = pl.col("profile").is_between(segment.lowest_profile, segment.highest_profile)
        wanted = wanted.filter(mine)
        if not wanted.height:
            return found
        keys = self._folder.read(segment, ["profile", "at"], where=_within(wanted))
        wanted = wanted.join(keys, on=["profile", "at"], how="semi")
        if not wanted.height:
            return found
        words = _there(["event_id", "kind", "value"])
        told = self._folder.read(segment, words, where=_within(wanted))
        told = told.join(wanted, on="event_id", how="semi")
        value = pl.col("value").cast(pl.Float32) if "value" in told.columns else pl.lit(None)
        return told.select("event_id", told_kind="kind", told_value=value.cast(pl.Float32))

    def between(
        self, segment: Segment, after: Offset, upto: Offset, *, columns: Sequence[str]
    ) -> Signals:
        """Return the events with after < offset ≤ upto, in order of offset; as `EventLog.tail`."""
        within = (pl.col("offset") > after) & (pl.col("offset") <= upto)
        asked = _there(["offset", "received", "profile", *(DAY_COLUMNS[name] for name in columns)])
        words = asked if segment.whole else None
        if segment.day is not None:
            frame = self._folder.read(segment, words, where=within).sort("offset")
            return whole_signals(frame, segment, start=0)
        as_signals = whole_signals if segment.whole else import_signals
        if segment.rows < segment.last - segment.first + 1:
            frame = self._folder.read(segment, words, where=within)
            return as_signals(frame, segment, start=0)
        start = max(after - segment.first + 1, 0)
        count = min(upto, segment.last) - segment.first + 1 - start
        frame = self._folder.read(segment, words, start=start, count=count)
        return as_signals(frame, segment, start=start)

    def _piece(self, segment: Segment, start: int, stop: int) -> Piece:
        count = stop - start
        if segment.whole:

            def kept(places: Longs) -> Ids:
                names = self._folder.read(segment, ["event_id"], start=start, count=count)
                return np.array(names["event_id"].gather(places).to_list(), np.bytes_)

            frame = self._folder.read(
                segment, _there(DAY_COLUMNS.values()), start=start, count=count
            )
            return Piece(whole_signals(frame, segment, start=start), kept, ordered=True)
        frame = self._folder.read(segment, start=start, count=count)

        def made(places: Longs) -> Ids:
            return np.array(self.ids(segment, frame[places]), np.bytes_)

        return Piece(import_signals(frame, segment, start=start), made, ordered=True)

    def ids(self, segment: Segment, frame: pl.DataFrame) -> list[str]:
        """Return the event ids of rows of an import segment."""
        block = block_of(frame)
        profiles, titles = self._named(block.profiles, block.titles)
        return id_texts(event_words(segment.source or "", profiles, titles, block.at.tolist()))

    def places(self, segment: Segment, profile: int) -> slice:
        """Return which rows of a segment are a profile's."""
        return self._found(segment).of(profile) if segment.may_have(profile) else slice(0, 0)

    def _found(self, segment: Segment) -> _Bounds:
        with self._lock:
            held = self._bounds.get(segment.name)
            if held is not None:
                self._bounds.move_to_end(segment.name)
                return held
        owners = self._folder.read(segment, ["profile"])["profile"].to_numpy()
        begins = np.flatnonzero(np.diff(owners, prepend=np.int32(-1)))
        bounds = _Bounds(owners[begins], np.append(begins, len(owners)))
        with self._lock:
            if segment.name not in self._bounds:
                self._bounds[segment.name] = bounds
                self._bytes += _size(bounds)
            while self._bytes > _KEPT_BYTES and len(self._bounds) > 1:
                self._bytes -= _size(self._bounds.popitem(last=False)[1])
        return bounds


def _within(wanted: pl.DataFrame) -> pl.Expr:
    return pl.col("at").is_between(wanted["at"].min(), wanted["at"].max())


def _there(columns: Iterable[str]) -> pl.Expr:
    """Return those of these columns that a file has; one that says nothing is left out."""
    return cs.by_name(*dict.fromkeys(columns), require_all=False).as_expr()


def _size(bounds: _Bounds) -> int:
    return bounds.profiles.nbytes + bounds.starts.nbytes
