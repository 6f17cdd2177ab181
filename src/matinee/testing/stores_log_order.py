"""In which order an event log gives back what it holds, to one reader and to many."""

# ruff: noqa: D102  (a test's name is its sentence)

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from threading import Event as Signal
from threading import Thread

import msgspec
import numpy as np
import pytest

from matinee.stores import Stores
from matinee.testing.stores_samples import ANN, BOB, NOW, StoresContract, at, event, every_kind
from matinee.types import DAY_MS, KINDS, Moment, ProfileId

__all__ = ["EventLogOrder"]


class EventLogOrder(StoresContract):
    """Half of the contract of event logs: many events."""

    # Order

    def test_tails_from_any_offset_lead_to_the_head(self, house: Stores) -> None:
        for i in range(23):
            house.log.append([event(f"e{i}")], now=at(i))
        whole = house.log.tail(0).signals.offsets.tolist()
        assert whole == sorted(set(whole))
        assert whole[-1] == house.log.head()
        for start in (0, *whole):
            after, found = start, []
            while True:
                tail = house.log.tail(after, limit=7)
                found += tail.signals.offsets.tolist()
                assert len(tail.signals) <= 7
                after = tail.next
                if not tail.more:
                    break
            assert found == [offset for offset in whole if offset > start]
            assert after == house.log.head()

    def test_tails_of_some_kinds_lead_to_the_head_too(self, house: Stores) -> None:
        for i in range(60):
            judged = i in (3, 4, 5, 50)
            said = event(f"e{i}", kind="thumb", value=1) if judged else event(f"e{i}")
            house.log.append([said], now=NOW)
        whole = house.log.tail(0).signals
        thumbs = whole.offsets[whole.kinds == KINDS.index("thumb")].tolist()
        for start, kinds in ((0, ("thumb",)), (thumbs[1], ("thumb", "rate")), (0, ("rate",))):
            after, more, found = start, True, []
            while more:
                tail = house.log.tail(after, limit=2, kinds=kinds, columns=("offsets",))
                assert len(tail.signals) <= 2
                assert tail.next > after
                found += tail.signals.offsets.tolist()
                after, more = tail.next, tail.more
            assert found == [o for o in thumbs if o > start and "thumb" in kinds]
            assert after == house.log.head()
        assert len(house.log.tail(0, kinds=()).signals) == 0
        with pytest.raises(ValueError, match="'clap'"):
            house.log.tail(0, kinds=("clap",))

    def test_what_events_were_about_is_what_their_tail_says(self, house: Stores) -> None:
        for i in range(40):
            kind = ("thumb", "impression", "billboard_impression", "page_view")[i % 4]
            said: dict[str, object] = {"value": 1} if kind == "thumb" else {}
            about = None if kind == "page_view" else f"film{1 + i % 3}"
            one = event(f"e{i}", kind=kind, title_id=about, at=at(i * 7), **said)
            house.log.append([one], now=NOW)
        assert house.log.head() == 40
        kinds, each = ("impression", "page_view"), 10
        for after, upto in ((0, 40), (3, 29), (17, 18), (40, 99)):
            told = house.log.tail(0).signals
            told = told.take((told.offsets > after) & (told.offsets <= upto))
            told = told.take(np.isin(told.kinds, [KINDS.index(kind) for kind in kinds]))
            found = house.log.about(after, upto, kinds=kinds, each_ms=each)
            assert {when: sorted(rows.tolist()) for when, rows in found.items()} == {
                when: sorted(told.titles[told.at // each == when].tolist())
                for when in set((told.at // each).tolist())
            }
        with pytest.raises(ValueError, match="'clap'"):
            house.log.about(0, 9, kinds=("clap",), each_ms=each)

    def test_what_events_were_about_before_1970_is_parted_by_time_rounded_down(
        self, house: Stores
    ) -> None:
        said = [event(f"e{ms}", at=Moment(ms)) for ms in (-11, -10, -1, 0, 9)]
        house.log.append(said, now=NOW, origin="import")
        found = house.log.about(0, 9, kinds=("play_end",), each_ms=10)
        assert {when: len(rows) for when, rows in found.items()} == {-2: 1, -1: 2, 0: 2}

    def test_a_tail_at_the_head_is_empty_and_stays_there(self, house: Stores) -> None:
        assert house.log.tail(0).next == 0
        house.log.append([event("a")], now=NOW)
        tail = house.log.tail(house.log.head())
        assert (len(tail.signals), tail.next, tail.more) == (0, house.log.head(), False)

    def test_the_time_of_receipt_never_goes_back(self, house: Stores) -> None:
        stamps = [
            house.log.append([event(f"e{i}")], now=at(shift)).received
            for i, shift in enumerate((5, 3, 9, -1000, 9, 10))
        ]
        assert stamps == [NOW + ms for ms in (5, 5, 9, 9, 9, 10)]
        assert house.log.tail(0).signals.received.tolist() == stamps

    def test_history_is_the_same_however_its_events_arrive(self, house: Stores) -> None:
        said = [event(f"e{i % 7}-{i}", at=at(-(i // 3) * 1000)) for i in range(40)]
        rng = np.random.default_rng(7)
        for who in (ANN, BOB):
            mine = [
                msgspec.structs.replace(one, event_id=f"{who}:{one.event_id}", profile_id=who)
                for one in said
            ]
            for i in rng.permutation(len(mine)):
                house.log.append([mine[i]], now=NOW)
        ann, bob = house.log.history(ANN), house.log.history(BOB)
        assert ann.at.tolist() == bob.at.tolist() == sorted(one.at for one in said)
        order = sorted(said, key=lambda one: (one.at, one.event_id))
        by_offset = {offset: one.event_id for offset, one in house.log.events(ANN)}
        assert [by_offset[k] for k in ann.offsets] == [f"ann:{one.event_id}" for one in order]

    def test_history_is_one_profile_and_can_go_on_from_an_offset(self, house: Stores) -> None:
        house.log.append([event("a"), event("b", profile_id="bob")], now=NOW)
        middle = house.log.head()
        house.log.append([event("c", kind="thumb", value=1), event("d")], now=NOW)
        assert len(house.log.history(ANN)) == 3
        assert len(house.log.history(ANN, after=middle)) == 2
        assert len(house.log.history(ANN, after=house.log.head())) == 0
        assert len(house.log.history(BOB)) == 1
        assert len(house.log.history(ProfileId("nobody"))) == 0

    def test_history_ends_where_it_is_asked_to(self, house: Stores) -> None:
        offsets = [0]
        for i, who in enumerate(("ann", "bob", "ann", "ann")):
            house.log.append([event(f"e{i}", profile_id=who, at=at(-i))], now=NOW)
            offsets.append(house.log.head())
        mine = [offsets[i] for i in (1, 3, 4)]
        for upto in offsets:
            held = [offset for offset in mine if offset <= upto]
            assert sorted(house.log.history(ANN, upto=upto).offsets.tolist()) == held
            later = house.log.history(ANN, after=offsets[1], upto=upto).offsets.tolist()
            assert sorted(later) == [offset for offset in held if offset > offsets[1]]
        assert sorted(house.log.history(ANN, upto=None).offsets.tolist()) == mine

    def test_history_can_be_of_some_kinds(self, house: Stores) -> None:
        house.log.append([event("a"), event("b", kind="thumb", value=1)], now=NOW)
        assert house.log.history(ANN, kinds=("thumb", "rate")).values.tolist() == [1]
        assert len(house.log.history(ANN, kinds=())) == 0
        with pytest.raises(ValueError, match="'clap'"):
            house.log.history(ANN, kinds=("clap",))

    @pytest.mark.parametrize(
        "columns",
        [("at",), ("profiles", "kinds", "titles", "at", "values"), ("watched", "offsets")],
    )
    def test_columns_that_are_asked_for_are_those_of_the_whole(
        self, house: Stores, columns: tuple[str, ...]
    ) -> None:
        log = house.log
        log.append([*every_kind(), event("tied-b"), event("tied-a")], now=NOW)
        middle = log.head() - 3
        pairs = [
            (log.tail(0, columns=columns), log.tail(0)),
            (log.tail(middle, limit=2, columns=columns), log.tail(middle, limit=2)),
        ]
        assert [(few.next, few.more) for few, _ in pairs] == [(w.next, w.more) for _, w in pairs]
        parts = [
            *((few.signals, whole.signals) for few, whole in pairs),
            (log.history(ANN, columns=columns), log.history(ANN)),
            (log.history(ANN, after=middle, columns=columns), log.history(ANN, after=middle)),
        ]
        for few, whole in parts:
            assert len(few) == len(whole) > 0
            for name in columns:
                np.testing.assert_array_equal(getattr(few, name), getattr(whole, name))
        assert len(log.tail(log.head(), columns=columns).signals) == 0

    def test_a_column_that_is_none_is_named(self, house: Stores) -> None:
        with pytest.raises(ValueError, match="'colour'"):
            house.log.tail(0, columns=("colour",))
        with pytest.raises(ValueError, match="'colour'"):
            house.log.history(ANN, columns=("colour",))

    def test_events_page_backwards_by_offset(self, house: Stores) -> None:
        house.log.append([event(f"e{i}") for i in range(7)], now=NOW)
        first = house.log.events(ANN, limit=3)
        rest = house.log.events(ANN, before=first[-1][0])
        assert [one.event_id for _, one in first + rest] == [f"e{i}" for i in range(7)[::-1]]
        assert house.log.events(ProfileId("nobody")) == []

    def test_counts_are_by_profile_in_the_order_asked(self, house: Stores) -> None:
        house.log.append([event("a"), event("b", profile_id="bob"), event("c")], now=NOW)
        assert house.log.counts([BOB, ProfileId("nobody"), ANN, BOB]) == [1, 0, 2, 1]

    # As of a moment

    def test_a_scan_is_what_was_known_then_and_can_be_repeated(self, house: Stores) -> None:
        house.log.append([event("late", at=at(-DAY_MS))], now=at(10))
        house.log.append([event("i1", at=at(5)), event("i2", at=at(15))], now=at(20), origin="demo")
        upto = house.log.head()
        assert self._ids(house, at=at(9), upto=upto) == {"i1"}
        assert self._ids(house, at=at(10), upto=upto) == {"i1", "late"}
        assert self._ids(house, at=at(15), upto=upto) == {"i1", "i2", "late"}
        house.log.append([event("more", at=at(1))], now=at(9), origin="import")
        assert self._ids(house, at=at(15), upto=upto) == {"i1", "i2", "late"}
        assert self._ids(house, at=at(15), upto=house.log.head()) == {"i1", "i2", "late", "more"}
        assert self._ids(house, at=at(15), upto=0) == set()

    def test_a_scan_is_sorted_by_profile_time_and_id(self, house: Stores) -> None:
        said = [
            event(f"e{i * 7 % 10}", profile_id=("bob", "ann")[i % 2], at=at(-(i % 3) * 1000))
            for i in range(10)
        ]
        house.log.append(said, now=NOW)
        found = house.log.scan(at=NOW, upto=house.log.head())
        ids = dict(house.log.events(ANN)) | dict(house.log.events(BOB))
        read = [ids[offset] for offset in found.offsets]
        rows = {"ann": 0, "bob": 1}
        assert read == sorted(read, key=lambda one: (rows[one.profile_id], one.at, one.event_id))
        assert len(read) == 10

    def _ids(self, house: Stores, *, at: Moment, upto: int) -> set[str]:
        ids = {offset: one.event_id for offset, one in house.log.events(ANN)}
        return {ids[offset] for offset in house.log.scan(at=at, upto=upto).offsets}

    # Many at once

    def test_of_concurrent_writers_none_is_lost_and_none_counted_twice(self, house: Stores) -> None:
        stored: list[str] = []

        def write(writer: int) -> None:
            for i in range(12):  # every id is sent by two writers
                ids = [f"{(writer + one) % 6}-{i}" for one in (0, 1)]
                receipt = house.log.append([event(name) for name in ids], now=at(i))
                stored.extend(o.event_id or "" for o in receipt.outcomes if o.code == "stored")
                assert not any(outcome.rejected for outcome in receipt.outcomes)

        _all_at_once([partial(write, n) for n in range(6)])
        assert sorted(stored) == sorted(f"{writer}-{i}" for writer in range(6) for i in range(12))
        assert sorted(one.event_id for _, one in house.log.events(ANN)) == sorted(stored)

    def test_nothing_becomes_visible_below_an_offset_already_read(self, house: Stores) -> None:
        done, read = Signal(), list[int]()

        def write(writer: int) -> None:
            for i in range(20):
                house.log.append([event(f"{writer}-{i}-{k}") for k in range(3)], now=at(i))

        def follow() -> None:
            after, last = 0, False
            while True:
                tail = house.log.tail(after, limit=50)
                read.extend(tail.signals.offsets.tolist())
                after = tail.next
                if last and not tail.more:
                    return
                last = done.is_set()

        reader = Thread(target=follow)
        reader.start()
        try:
            _all_at_once([partial(write, n) for n in range(4)])
        finally:
            done.set()
            reader.join()
        assert read == house.log.tail(0).signals.offsets.tolist()
        assert len(read) == 240


def _all_at_once(jobs: Sequence[Callable[[], None]]) -> None:
    """Run jobs in threads; raise what the first failing one raised."""
    errors: list[BaseException] = []

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:  # noqa: BLE001  (raised again by the caller's thread)
            errors.append(error)

    threads = [Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
