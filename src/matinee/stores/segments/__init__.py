"""Events in Parquet files: what was imported by the block, and copies of what came day by day."""

from matinee.stores.segments.folder import SEGMENTS, DamagedError, Folder, GoneError, Written
from matinee.stores.segments.frames import (
    WHOLE,
    day_columns,
    day_frame,
    import_frame,
    whole_frame,
    with_offsets,
)
from matinee.stores.segments.reader import SegmentReader
from matinee.stores.segments.segment import Manifest, Segment

__all__ = [
    "SEGMENTS",
    "WHOLE",
    "DamagedError",
    "Folder",
    "GoneError",
    "Manifest",
    "Segment",
    "SegmentReader",
    "Written",
    "day_columns",
    "day_frame",
    "import_frame",
    "whole_frame",
    "with_offsets",
]
