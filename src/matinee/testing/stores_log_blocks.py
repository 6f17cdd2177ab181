"""What an event log makes of imports by the block, and of being compacted."""

# ruff: noqa: D102  (a test's name is its sentence)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import msgspec
import numpy as np
import pytest

from matinee.data.readers import event_id
from matinee.stores import Absorbed, Block, Stores
from matinee.testing.stores_samples import ANN, BOB, NOW, StoresContract, at, codes, event
from matinee.types import DAY_MS, KINDS, ORIGINS, Event, Moment, Origin, ProfileId, Signals

__all__ = ["EventLogBlocks", "answers", "block", "same"]

_OLD = 1_000_000_000_000
_NAMES = {"ann": 0, "bob": 1, "film1": 0, "film2": 1, "film3": 2, "series": 3}
_RATED = ("rate", 0.7)


def block(*said: tuple[Any, ...]) -> Block:
    """Return (profile id, title id, ms after some old time, kind, value) as columns."""
    whole = [(*one, *_RATED)[:5] for one in said]
    return Block(
        np.array([_NAMES.get(one[0], 99) for one in whole], np.int32),
        np.array([_NAMES.get(one[1], 99) for one in whole], np.int32),
        np.array([KINDS.index(one[3]) for one in whole], np.uint8),
        np.array([np.nan if one[4] is None else one[4] for one in whole], np.float32),
        np.array([_OLD + one[2] for one in whole], np.int64),
    )


def _absorb(stores: Stores, *said: tuple[Any, ...], **how: Any) -> Absorbed:  # noqa: ANN401
    settings: dict[str, Any] = {"source": "old", "shift_ms": 0, "now": NOW} | how
    return stores.log.absorb(block(*said), **settings)


def _rating(profile: str, title: str, ms: int, **said: Any) -> Event:  # noqa: ANN401
    """Return a rating as an importer that goes event by event makes it."""
    name = event_id("old", profile, title, _OLD + ms)
    words: dict[str, Any] = {"kind": "rate", "value": 3.5} | said
    when = Moment(_OLD + ms + words.pop("shift", 0))
    return event(name, profile_id=profile, title_id=title, at=when, **words)


class EventLogBlocks(StoresContract):
    """Part of the contract of event logs: many events at once."""

    def test_what_is_absorbed_is_read_back_as_events(self, house: Stores) -> None:
        said = [
            ("bob", "film1", 5, "rate", 0.7),
            ("ann", "series", 0, "play_end", None),
            ("ann", "film2", 9, "thumb", -1),
        ]
        assert _absorb(house, *said, shift_ms=DAY_MS) == Absorbed(stored=3, duplicates=0)
        first, second = [one for _, one in house.log.events(ANN)][::-1]
        assert (first.title_id, first.at, first.received) == ("series", _OLD + DAY_MS, NOW)
        assert (first.origin, first.event_id) == ("import", event_id("old", "ann", "series", _OLD))
        assert msgspec.structs.asdict(second)["value"] == -1
        ((_, rated),) = house.log.events(BOB)
        wanted = _rating("bob", "film1", 5, shift=DAY_MS)
        assert rated == msgspec.structs.replace(wanted, received=NOW, origin="import")

    def test_columns_of_a_block_hold_what_signals_promise(self, house: Stores) -> None:
        _absorb(house, ("bob", "film1", 5), ("ann", "series", 0, "play_start", None))
        read = house.log.tail(0).signals
        nan = np.nan
        said: dict[str, list[float]] = {
            "offsets": [1, 2],
            "profiles": [0, 1],
            "titles": [3, 0],
            "episodes": [-1, -1],
            "kinds": [KINDS.index("play_start"), KINDS.index("rate")],
            "at": [_OLD, _OLD + 5],
            "received": [NOW, NOW],
            "values": [nan, float(np.float32(0.7))],
            "positions": [nan, nan],
            "durations": [nan, nan],
            "watched": [nan, nan],
            "devices": [-1, -1],
            "tz_offsets": [0, 0],
            "origins": [ORIGINS.index("import")] * 2,
            "sessions": [0, 0],
            "tiles": [0, 0],
            "unasked": [False, False],
        }
        assert set(said) == {field.name for field in fields(Signals)}
        for name, wanted in said.items():
            np.testing.assert_array_equal(getattr(read, name), wanted, err_msg=name)

    def test_blocks_and_events_share_one_order(self, house: Stores) -> None:
        house.log.append([event("a")], now=at(5))
        _absorb(house, ("ann", "film1", 0), ("bob", "film1", 0), now=at(3))
        house.log.append([event("b")], now=at(1))
        read, _ = _read(house)
        assert read.offsets.tolist() == sorted(set(read.offsets.tolist()))
        assert read.received.tolist() == [NOW + 5] * 4
        assert house.log.head() == read.offsets[-1]
        assert house.log.counts([ANN, BOB]) == [3, 1]
        assert house.log.history(ANN).offsets.tolist() == read.offsets[[1, 0, 3]].tolist()

    def test_what_is_new_is_numbered_by_profile_time_and_id(self, house: Stores) -> None:
        said = [(who, f"film{i}", 0) for i in (1, 2, 3) for who in ("bob", "ann")]
        _absorb(house, *said)
        read = [one for who in (ANN, BOB) for _, one in house.log.events(who)[::-1]]
        assert read == sorted(read, key=lambda one: (one.profile_id, one.at, one.event_id))
        scan = house.log.scan(at=NOW, upto=house.log.head())
        assert scan.offsets.tolist() == [1, 2, 3, 4, 5, 6]

    # Once

    def test_a_block_again_stores_nothing(self, house: Stores) -> None:
        said = [("ann", "film1", 0), ("ann", "film2", 0), ("bob", "film1", 0)]
        assert _absorb(house, *said[:2]) == Absorbed(stored=2, duplicates=0)
        assert _absorb(house, *said) == Absorbed(stored=1, duplicates=2)
        head = house.log.head()
        assert _absorb(house, *said, now=at(9)) == Absorbed(stored=0, duplicates=3)
        assert house.log.head() == head
        assert house.log.counts([ANN, BOB]) == [2, 1]

    def test_of_two_in_a_block_the_first_counts(self, house: Stores) -> None:
        said = [("ann", "film1", 0, "rate", 0.5), ("ann", "film1", 0, "rate", 1)]
        assert _absorb(house, *said) == Absorbed(stored=1, duplicates=1)
        assert house.log.history(ANN).values.tolist() == [0.5]

    def test_the_same_of_another_source_is_another_event(self, house: Stores) -> None:
        _absorb(house, ("ann", "film1", 0))
        assert _absorb(house, ("ann", "film1", 0), source="other").stored == 1
        ids = {one.event_id for _, one in house.log.events(ANN)}
        assert ids == {event_id(name, "ann", "film1", _OLD) for name in ("old", "other")}

    def test_another_shift_does_not_make_a_record_new(self, house: Stores) -> None:
        _absorb(house, ("ann", "film1", 0))
        assert _absorb(house, ("ann", "film1", 0), shift_ms=DAY_MS).stored == 0

    def test_what_was_appended_is_not_absorbed_again(self, house: Stores) -> None:
        house.log.append([_rating("ann", "film1", 0)], now=NOW, origin="import")
        said = [("ann", "film1", 0, "rate", 0.1), ("ann", "film2", 0)]
        assert _absorb(house, *said) == Absorbed(stored=1, duplicates=1)
        assert sorted(house.log.history(ANN).values.tolist()) == [np.float32(0.7)] * 2

    def test_what_was_absorbed_is_not_appended_again(self, house: Stores) -> None:
        _absorb(house, ("ann", "film1", 0), ("ann", "film2", 0, "play_end", None))
        said = [
            _rating("ann", "film1", 0),
            _rating("ann", "film1", 0, value=7.0, max=10.0),
            _rating("ann", "film1", 0, value=3.0),
            _rating("ann", "film1", 0, shift=1000),
            _rating("ann", "film2", 0, kind="play_end", value=None),
            _rating("ann", "film2", 0),
        ]
        origins: tuple[Origin, ...] = ("import", "demo")
        for origin in origins:
            receipt = house.log.append(said, now=NOW, origin=origin)
            assert codes(receipt) == [
                *("duplicate", "duplicate", "conflict", "conflict", "duplicate", "conflict"),
            ]
        assert house.log.counts([ANN]) == [2]

    # What is turned away

    @pytest.mark.parametrize(
        ("said", "names"),
        [
            (("nobody", "film1", 0), "event 1 .* profile row 99"),
            (("ann", "nothing", 0), "event 1 .* title row 99"),
            (("ann", "film1", 0, "search_query", None), "event 1 .* kind"),
            (("ann", "film1", 0, "rate", 1.5), r"event 1 .* value 1\.5"),
            (("ann", "film1", 0, "rate", None), "event 1 .* value nan"),
            (("ann", "film1", 0, "thumb", 3), "event 1 .* value 3"),
            (("ann", "film1", 0, "play_end", 0.5), r"event 1 .* value 0\.5"),
            (("ann", "film1", 10**15), "event 1 .* time"),
        ],
    )
    def test_a_block_that_no_log_can_hold_is_refused_whole(
        self, house: Stores, said: tuple[Any, ...], names: str
    ) -> None:
        with pytest.raises(ValueError, match=names):
            _absorb(house, ("ann", "film1", 0), said)
        assert house.log.head() == 0

    def test_a_block_has_columns_of_one_length(self, house: Stores) -> None:
        uneven = replace(block(("ann", "film1", 0)), titles=np.zeros(2, np.int32))
        with pytest.raises(ValueError, match="different lengths"):
            house.log.absorb(uneven, source="old", shift_ms=0, now=NOW)

    def test_an_empty_block_changes_nothing(self, house: Stores) -> None:
        assert _absorb(house) == Absorbed(stored=0, duplicates=0)
        assert house.log.head() == 0

    # As of a moment, and compacted

    def test_absorbed_events_are_known_from_when_they_happened(self, house: Stores) -> None:
        _absorb(house, ("ann", "film1", 0), ("ann", "film2", 10), now=at(5))
        for ms, known in ((-1, 0), (0, 1), (9, 1), (10, 2)):
            scan = house.log.scan(at=Moment(_OLD + ms), upto=house.log.head())
            assert len(scan) == known

    def test_compaction_changes_no_answer(self, house: Stores) -> None:
        self._year(house)
        before = answers(house)
        for _ in range(2):
            house.log.compact(now=at(400 * DAY_MS), hot_days=32)
            same(answers(house), before)

    def test_a_compacted_log_goes_on_as_before(self, house: Stores) -> None:
        self._year(house)
        head, held = house.log.head(), house.log.counts([ANN])
        house.log.compact(now=at(400 * DAY_MS), hot_days=32)
        said = [event("new", at=at(399 * DAY_MS)), event("d0-ann", at=at(-5), watched_s=0.1)]
        receipt = house.log.append(said, now=NOW)
        assert codes(receipt) in (["stored", "duplicate"], ["stored", "too_old"])
        assert receipt.received == at(399 * DAY_MS)
        assert house.log.tail(head).signals.offsets.tolist() == [house.log.head()]
        assert house.log.counts([ANN]) == [held[0] + 1]

    def test_events_that_may_come_again_stay_hot(self, house: Stores) -> None:
        with pytest.raises(ValueError, match="31 days; keep them for 32"):
            house.log.compact(now=NOW, hot_days=31)

    def test_nothing_but_a_deletion_starts_a_generation(self, house: Stores) -> None:
        first = house.log.generation()
        self._year(house)
        house.log.compact(now=at(400 * DAY_MS), hot_days=32)
        assert house.log.generation() == first

    def _year(self, house: Stores) -> None:
        """Put events of many days into the log, two imports among them."""
        for day in range(0, 400, 7):
            said = [
                event(f"d{day}-{who}", profile_id=who, at=at(day * DAY_MS - 5), watched_s=day + 0.1)
                for who in ("bob", "ann")
            ]
            house.log.append(said, now=at(day * DAY_MS))
            if day in (70, 203):
                films = [("ann", f"film{1 + i % 3}", day + i // 2) for i in range(5)]
                _absorb(house, *films, ("bob", "film1", day), now=at(day * DAY_MS))
        house.log.append([event("last")], now=at(399 * DAY_MS))


def _read(stores: Stores, kinds: Sequence[str] | None = None) -> tuple[Signals, int]:
    """Return the whole log, or what is of some kinds, tail after tail, and where they end."""
    tails, after, more = [], 0, True
    while more:
        tail = stores.log.tail(after, limit=9, kinds=kinds)
        tails.append(tail.signals)
        after, more = tail.next, tail.more
    whole = [np.concatenate([getattr(t, f.name) for t in tails]) for f in fields(Signals)]
    return Signals(*whole), after


def answers(stores: Stores) -> list[Any]:
    """Return what a log says of itself in every way there is."""
    log = stores.log
    head = log.head()
    whole, after = _read(stores)
    who = [ANN, BOB, ProfileId("nobody")]
    middle = head // 2
    return [
        whole,
        after,
        head,
        *(log.history(one) for one in who),
        log.history(ANN, after=middle, kinds=("rate",)),
        log.history(ANN, upto=middle),
        *(log.events(one) for one in who),
        log.events(ANN, before=middle, limit=5),
        log.counts(who),
        *(log.scan(at=at(day * DAY_MS), upto=head) for day in (-1, 80, 300, 400)),
        log.scan(at=at(300 * DAY_MS), upto=middle),
        *_read(stores, kinds=("rate",)),
        *_read(stores, kinds=("play_end", "thumb")),
    ]


def same(one: list[Any], other: list[Any]) -> None:
    """Compare what two logs say of themselves, or one at two times."""
    for a, b in zip(one, other, strict=True):
        if isinstance(a, Signals):
            for field in fields(Signals):
                column = field.name
                np.testing.assert_array_equal(getattr(a, column), getattr(b, column), column)
        else:
            assert a == b
