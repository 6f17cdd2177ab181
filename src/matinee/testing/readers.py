"""What every reader keeps: whole sources, in order, whose events have one id for ever.

class TestMine(ReaderContract):
    name = "mine"

    @pytest.fixture
    def reader(self, tmp_path): ...  # opened over data of your own, with at least one record
"""

# ruff: noqa: D102  (a test's name is its sentence)

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar, get_type_hints

import msgspec
import pytest

from matinee.data.readers import Batch, BulkReader, EventColumns
from matinee.parts import Reader, load, names
from matinee.service.importing import import_data
from matinee.stores import Stores, memory_stores
from matinee.types import Account, Event, Moment, Profile, Title
from matinee.types.moment import decode_moment, encode_moment

__all__ = ["ReaderContract"]

_NOW = Moment.parse("2026-11-22T18:00:00Z")
_LATER_MS = 40 * 24 * 3_600_000
_ENCODER = msgspec.json.Encoder(enc_hook=encode_moment)


def _events(reader: Reader, *, shift_ms: int = 0) -> list[Event]:
    return [event for batch in reader.batches(shift_ms=shift_ms) for event in batch.events]


class ReaderContract:
    """What every reader promises; its `name` and an opened `reader` over small data are yours."""

    name: ClassVar[str]

    @pytest.fixture
    def reader(self) -> Reader:
        msg = "override `reader` with one that is opened over data of your own"
        raise NotImplementedError(msg)

    @pytest.fixture
    def stores(self, reader: Reader) -> Stores:
        """Stores to import into; override it where the source's events need titles of others."""
        del reader
        return memory_stores()

    def test_it_is_registered_under_its_name(self, reader: Reader) -> None:
        assert self.name in names("reader")
        part = load("reader", self.name)
        assert part.fits(Path("no such file")) is False
        assert isinstance(reader, part) or type(reader) is get_type_hints(part.open)["return"]

    def test_there_is_something_to_read(self, reader: Reader) -> None:
        assert sum(len(batch) for batch in reader.batches(shift_ms=0)) > 0

    def test_reading_again_gives_the_same(self, reader: Reader) -> None:
        assert list(reader.batches(shift_ms=0)) == list(reader.batches(shift_ms=0))

    def test_the_progress_estimate_is_about_right(self, reader: Reader) -> None:
        records = sum(len(batch) for batch in reader.batches(shift_ms=0))
        assert 0.5 * records <= reader.expected <= 2 * records

    def test_every_record_survives_the_wire(self, reader: Reader) -> None:
        for batch in reader.batches(shift_ms=0):
            _assert_wire(batch.titles, Title)
            _assert_wire(batch.accounts, Account)
            _assert_wire(batch.profiles, Profile)
            _assert_wire(batch.events, Event)

    def test_event_ids_are_distinct(self, reader: Reader) -> None:
        ids = [event.event_id for event in _events(reader)]
        assert len(set(ids)) == len(ids)

    def test_moving_changes_times_by_that_much_and_no_id(self, reader: Reader) -> None:
        if reader.newest is None:
            return
        shift_ms = 3 * reader.step_ms
        for event, moved in zip(_events(reader), _events(reader, shift_ms=shift_ms), strict=True):
            assert moved == msgspec.structs.replace(event, at=Moment(event.at + shift_ms))

    def test_times_of_a_source_without_a_newest_stay(self, reader: Reader) -> None:
        if reader.newest is None:
            assert _events(reader, shift_ms=reader.step_ms) == _events(reader)

    def test_the_newest_moment_is_that_of_the_last_event(self, reader: Reader) -> None:
        if reader.newest is not None:
            assert reader.newest == max(event.at for event in _events(reader))

    def test_lines_stand_beside_events_or_nowhere(self, reader: Reader) -> None:
        for batch in reader.batches(shift_ms=0):
            assert len(batch.lines) in (0, len(batch.events))

    def test_blocks_hold_what_is_said_in_batches(self, reader: Reader) -> None:
        if not isinstance(reader, BulkReader):
            return
        blocks = list(reader.blocks())
        apart = list(reader.without_events(shift_ms=_LATER_MS))
        moved = [
            block.event(place, source=reader.name, shift_ms=_LATER_MS)
            for block in blocks
            for place in range(len(block))
        ]
        whole = list(reader.batches(shift_ms=_LATER_MS))
        assert moved == [event for batch in whole for event in batch.events]
        assert not any(batch.events for batch in apart)
        for part in ("titles", "accounts", "profiles", "pictures"):
            assert _all(apart, part) == _all(whole, part)
        assert _all(apart, "refused") + _all(blocks, "refused") == _all(whole, "refused")
        counted = sum(len(block) + len(block.refused) for block in blocks)
        assert 0.5 * counted <= reader.event_lines <= 2 * counted

    def test_all_that_is_read_can_be_stored(self, reader: Reader, stores: Stores) -> None:
        report = import_data(stores, reader, now=_NOW)
        refused = sum(len(batch.refused) for batch in reader.batches(shift_ms=0))
        assert report.stored == report.events
        assert report.rejected == refused

    def test_importing_again_weeks_later_stores_nothing(
        self, reader: Reader, stores: Stores
    ) -> None:
        first = import_data(stores, reader, now=_NOW)
        version = stores.catalogue.version()
        again = import_data(stores, reader, now=Moment(_NOW + _LATER_MS))
        assert again.duplicates == first.stored
        assert (again.titles_new, again.profiles_new, again.stored) == (0, 0, 0)
        assert again.reasons == first.reasons
        assert stores.catalogue.version() == version


def _all(pieces: Iterable[Batch] | Iterable[EventColumns], part: str) -> list[object]:
    return [record for piece in pieces for record in getattr(piece, part)]


def _assert_wire(records: Sequence[Title | Account | Profile | Event], kind: object) -> None:
    decoder = msgspec.json.Decoder(kind, dec_hook=decode_moment)
    for record in records:
        assert decoder.decode(_ENCODER.encode(record)) == record
