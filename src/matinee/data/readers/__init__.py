"""Readers: data sets and files as batches of titles, profiles and events."""

from matinee.data.readers._batch import Batch, Picture, Refusal, Where, event_id
from matinee.data.readers._columns import EventColumns
from matinee.data.readers._event_blocks import EventBlock, KindRows
from matinee.data.readers._ids import event_words, id_texts
from matinee.data.readers._mapping import ColumnMap
from matinee.data.readers._opening import open_reader
from matinee.data.readers._reader import BlockReader, BulkReader, OpenReader, Reader

__all__ = [
    "Batch",
    "BlockReader",
    "BulkReader",
    "ColumnMap",
    "EventBlock",
    "EventColumns",
    "KindRows",
    "OpenReader",
    "Picture",
    "Reader",
    "Refusal",
    "Where",
    "event_id",
    "event_words",
    "id_texts",
    "open_reader",
]
