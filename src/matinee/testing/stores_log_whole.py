"""What an event log makes of blocks of whole events: what `append` would, in one piece."""

# ruff: noqa: D102  (a test's name is its sentence)

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from matinee.data.readers import EventBlock, KindRows, event_id
from matinee.stores import Stores
from matinee.testing.stores_samples import ANN, BOB, NOW, StoresContract, at, event, every_kind
from matinee.types import Event, Longs, Origin, TitleId
from matinee.types.event import PlayEnd

__all__ = ["EventLogWhole", "whole"]


def whole(events: Sequence[Event], *, own_ids: bool = True) -> EventBlock:
    """Return events as a block, the first at line 1: plays as columns, others one by one."""
    plays: list[tuple[int, Event]] = []
    singles: list[tuple[int, Event]] = []
    for line, one in enumerate(events, start=1):
        (plays if isinstance(one, PlayEnd) else singles).append((line, one))
    names = msgspec.structs.fields(type(plays[0][1])) if plays else ()
    fields = {
        field.name: [getattr(one, field.name) for _, one in plays]
        for field in names
        if field.name not in ("received", "origin")
    }
    rows = KindRows("play_end", _lines(plays), fields)
    return EventBlock(rows=(rows,) if plays else (), singles=tuple(singles), own_ids=own_ids)


def _lines(numbered: Sequence[tuple[int, Event]]) -> Longs:
    return np.array([line for line, _ in numbered], np.int64)


class EventLogWhole(StoresContract):
    """Part of the contract of event logs: blocks of whole events."""

    def test_every_kind_in_a_block_is_read_back_whole(self, house: Stores) -> None:
        said = list(every_kind())
        receipt = house.log.append_block(whole(said), now=NOW)
        assert (receipt.stored, receipt.duplicates, receipt.rejected) == (len(said), 0, ())
        wanted = {
            one.event_id: msgspec.structs.replace(one, received=NOW, origin="import")
            for one in said
        }
        assert {one.event_id: one for _, one in house.log.events(ANN)} == wanted

    def test_each_event_of_a_block_has_the_outcome_of_an_append(self, house: Stores) -> None:
        said = [
            event("a", profile_id="nobody"),
            event("a"),
            event("a", watched_s=5.0),
            event("a"),
            event("b", title_id="nothing"),
            event("c", episode_id="series-e1", title_id="series"),
            event("d", episode_id="series-e1", title_id="other"),
            event("e", kind="thumb", value=1, title_id=None),
            event("f", kind="rate", value=4.0),
        ]
        receipt = house.log.append_block(whole(said), now=NOW)
        assert (receipt.stored, receipt.duplicates) == (3, 1)
        assert [(line, one.code) for line, one in receipt.rejected] == [
            (1, "unknown_profile"),
            (3, "conflict"),
            (5, "unknown_title"),
            (7, "unknown_title"),
            (8, "invalid"),
        ]
        assert len(house.log.rejected()) == 5

    def test_what_is_new_of_a_block_is_numbered_by_profile_time_and_id(self, house: Stores) -> None:
        house.log.append([event("first")], now=at(5))
        said = [
            event(name, profile_id=who, at=at(-when))
            for name, who, when in (
                ("c", "bob", 0),
                ("b", "ann", 0),
                ("a", "ann", 0),
                ("d", "ann", 9),
            )
        ]
        house.log.append_block(whole(said), now=at(1))
        read = [
            (k, one.event_id, one.received)
            for who in (ANN, BOB)
            for k, one in house.log.events(who)[::-1]
        ]
        assert read == [
            (1, "first", at(5)),
            *((k, name, at(5)) for k, name in enumerate("dabc", start=2)),
        ]
        assert house.log.tail(1).signals.offsets.tolist() == [2, 3, 4, 5]

    def test_own_ids_of_a_block_are_known_to_everyone(self, house: Stores) -> None:
        house.log.append_block(whole([event("a"), event("b")]), now=NOW)
        origins: tuple[Origin, ...] = ("live", "import")
        for origin in origins:
            said = [event("a"), event("b", watched_s=9.0)]
            outcomes = house.log.append(said, now=NOW, origin=origin).outcomes
            assert [one.code for one in outcomes] == ["duplicate", "conflict"]
        house.log.append([event("c")], now=NOW)
        again = house.log.append_block(whole([event("c"), event("b", watched_s=9.0)]), now=NOW)
        assert (again.stored, again.duplicates) == (0, 1)
        assert [(line, one.code) for line, one in again.rejected] == [(2, "conflict")]

    def test_made_ids_are_known_to_later_imports(self, house: Stores) -> None:
        said = [event(event_id("t", "ann", "film1", k), at=at(k), watched_s=1.0) for k in (1, 2, 3)]
        house.log.append(said[:1], now=NOW, origin="import")
        first = house.log.append_block(whole(said[:2], own_ids=False), now=NOW)
        assert (first.stored, first.duplicates) == (1, 1)
        again = house.log.append(said, now=NOW, origin="import")
        assert (again.count("stored"), again.count("duplicate")) == (1, 2)
        last = house.log.append_block(whole(said, own_ids=False), now=NOW)
        assert (last.stored, last.duplicates) == (0, 3)

    def test_what_is_forgotten_of_a_block_does_not_come_back(self, house: Stores) -> None:
        made = event(event_id("t", "ann", "film1", 1), at=at(1))
        for block in (
            whole([event("a"), event("b", title_id="film2")]),
            whole([made], own_ids=False),
        ):
            house.log.append_block(block, now=NOW)
        assert house.log.forget(ANN, TitleId("film1")) == 2
        for block in (whole([event("a")]), whole([made], own_ids=False)):
            receipt = house.log.append_block(block, now=NOW)
            assert (receipt.stored, receipt.duplicates) == (0, 1)
        assert [one.event_id for _, one in house.log.events(ANN)] == ["b"]

    def test_of_an_erased_profile_a_block_stores_nothing(self, house: Stores) -> None:
        said = [event("a"), event("b", profile_id="bob")]
        house.log.append_block(whole(said), now=NOW)
        house.erasures.begin(BOB, erasure_id="e", now=NOW)
        assert house.log.counts([ANN, BOB]) == [1, 0]
        receipt = house.log.append_block(whole(said), now=NOW)
        assert (receipt.stored, receipt.duplicates) == (0, 1)
        assert [(line, one.code) for line, one in receipt.rejected] == [(2, "erased")]
        assert house.log.rejected() == []
