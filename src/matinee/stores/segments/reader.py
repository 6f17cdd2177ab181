"""Reading segments: whole, by offset, or one profile's events as a single slice."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np
import polars as pl

from matinee.data.readers import event_words, id_texts
from matinee.stores.absorbing import Told, told
from matinee.stores.columns import Row
from matinee.stores.merging import Ids, Piece
from matinee.stores.segments.folder import Folder
from matinee.stores.segments.frames import (
    DAY_COLUMNS,
    block_of,
    day_rows,
    day_signals,
    import_rows,
    import_signals,
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
        if segment.kind == "day":
            return day_rows(frame)
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

    def between(
        self, segment: Segment, after: Offset, upto: Offset, *, columns: Sequence[str]
    ) -> Signals:
        """Return the events with after < offset ≤ upto, in order of offset; as `EventLog.tail`."""
        within = (pl.col("offset") > after) & (pl.col("offset") <= upto)
        if segment.kind == "day":
            words = dict.fromkeys(["offset", *(DAY_COLUMNS[name] for name in columns)])
            frame = self._folder.read(segment, list(words), where=within)
            return day_signals(frame.sort("offset"))
        if segment.rows < segment.last - segment.first + 1:
            return import_signals(self._folder.read(segment, where=within), segment, start=0)
        start = max(after - segment.first + 1, 0)
        count = min(upto, segment.last) - segment.first + 1 - start
        frame = self._folder.read(segment, start=start, count=count)
        return import_signals(frame, segment, start=start)

    def _piece(self, segment: Segment, start: int, stop: int) -> Piece:
        columns = tuple(DAY_COLUMNS.values()) if segment.kind == "day" else None
        frame = self._folder.read(segment, columns, start=start, count=stop - start)
        if segment.kind == "day":

            def ids(places: Longs) -> Ids:
                names = self._folder.read(segment, ["event_id"], start=start, count=stop - start)[
                    "event_id"
                ]
                return np.array(names.gather(places).to_list(), np.bytes_)

            return Piece(day_signals(frame), ids, ordered=True)

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


def _size(bounds: _Bounds) -> int:
    return bounds.profiles.nbytes + bounds.starts.nbytes
