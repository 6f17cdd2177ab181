"""One log however it is split: what lies in rows, in segments and in memory says the same."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.data.readers import event_id
from matinee.stores import Block, Stores, memory_stores, open_stores
from matinee.stores.sqlite.compacting import Compactor, Sizes
from matinee.stores.sqlite.reading import LogReader
from matinee.testing.stores_log_blocks import answers, block, same
from matinee.testing.stores_log_whole import whole
from matinee.testing.stores_samples import NOW, event, furnish
from matinee.training import as_of
from matinee.types import DAY_MS, ORIGINS, Event, History, Moment, ProfileId, TitleId

_OLD = 1_000_000_000_000
_who = st.sampled_from(["ann", "bob"])
_what = st.sampled_from(["film1", "film2", "series"])
_when = st.integers(0, 3)
_days = st.integers(-1, 31)

_live = st.tuples(st.just("live"), _who, _what, st.integers(0, 99), _days, st.sampled_from(ORIGINS))
_import = st.tuples(
    st.just("import"), _who, _what, _when, st.sampled_from(["a", "b"]), st.sampled_from([3.5, 1.0])
)
_block = st.tuples(
    st.just("block"),
    st.lists(st.tuples(_who, _what, _when, st.just("rate"), st.sampled_from([0.7, 0.2]))),
    st.sampled_from(["a", "b"]),
    st.sampled_from([0, 7 * DAY_MS]),
)
_whole = st.tuples(
    st.just("whole"),
    st.lists(st.tuples(_who, _what, st.integers(0, 99), _days), max_size=6),
    st.booleans(),
)
_wait = st.tuples(st.just("wait"), st.sampled_from([1, 2, 9, 35]))
_compact = st.tuples(st.just("compact"), st.sampled_from([32, 40]))
_forget = st.tuples(st.just("forget"), _who, _what)
_expire = st.tuples(
    st.just("expire"), st.sampled_from([_OLD + 1, _OLD + 3, _OLD + 7 * DAY_MS + 2, NOW - DAY_MS])
)
_acts = st.lists(
    st.one_of(_live, _live, _import, _block, _whole, _wait, _compact, _forget, _expire), max_size=60
)

_SMALL = Sizes(read=3, delete=2, most=5, few=3, days=3, fan=2, merged=9)


def tried(stores: Stores, act: tuple[Any, ...], now: Moment, number: int) -> Any:
    """Do something to a log; return what it says to it."""
    match act:
        case ("live", who, what, name, days, origin):
            said = _watched(f"e{name}", who, what, Moment(now - days * DAY_MS))
            return stores.log.append([said], now=now, origin=origin)
        case ("import", who, what, when, source, value):
            return stores.log.append(
                [_rated(who, what, when, source, value)], now=now, origin="import"
            )
        case ("block" | "whole", *_):
            return _taken_in(stores, act, now)
        case ("forget", who, what):
            return stores.log.forget(ProfileId(who), TitleId(what))
        case ("expire", before):
            return stores.log.expire(Moment(before))
        case ("compact", hot):
            _compacted(stores, now=now, hot=hot, small=number % 3 > 0)
    return None


def _taken_in(stores: Stores, act: tuple[Any, ...], now: Moment) -> Any:
    if act[0] == "block":
        _, said, source, shift = act
        columns: Block = block(*said)
        return stores.log.absorb(columns, source=source, shift_ms=shift, now=now)
    _, said, own = act
    events = [
        _watched(f"e{name}", who, what, Moment(now - days * DAY_MS))
        if own
        else _rated(who, what, name % 4, "c", 3.5)
        for who, what, name, days in said
    ]
    return stores.log.append_block(whole(events, own_ids=own), now=now)


def _watched(name: str, who: str, what: str, when: Moment) -> Event:
    return event(name, profile_id=who, title_id=what, at=when, watched_s=len(name) + 0.1)


def _rated(who: str, what: str, when: int, source: str, value: float) -> Event:
    name, moment = event_id(source, who, what, _OLD + when), Moment(_OLD + when)
    return event(name, kind="rate", profile_id=who, title_id=what, at=moment, value=value)


def _compacted(stores: Stores, *, now: Moment, hot: int, small: bool) -> None:
    """Compact in the usual sizes, or in such that every way is taken by a few events."""
    log: Any = stores.log
    if not small or not hasattr(log, "_folder"):
        log.compact(now=now, hot_days=hot)
        return
    Compactor(log._database, log._folder, log._reader, _SMALL)(now=now, hot_days=hot, progress=None)


@settings(max_examples=40, deadline=None)
@given(_acts)
def test_a_log_says_the_same_wherever_its_events_lie(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[Any, ...]]
) -> None:
    memory, files = memory_stores(), open_stores(tmp_path_factory.mktemp("home"))
    log: Any = files.log
    log._reader = LogReader(log._database, log._folder, tail_rows=4)
    now = NOW
    try:
        for stores in (memory, files):
            furnish(stores)
        for number, act in enumerate(acts):
            if act[0] == "wait":
                now = Moment(now + act[1] * DAY_MS)
            said = [tried(stores, act, now, number) for stores in (memory, files)]
            assert said[0] == said[1], act
            assert memory.log.head() == files.log.head()
        assert (memory.log.generation() > 0) == (files.log.generation() > 0)
        same(answers(files), answers(memory))
        for after, upto in ((0, files.log.head()), (2, 7)):
            one, other = (
                log.about(after, upto, kinds=("play_end", "rate"), each_ms=DAY_MS)
                for log in (files.log, memory.log)
            )
            assert {when: sorted(rows.tolist()) for when, rows in one.items()} == {
                when: sorted(rows.tolist()) for when, rows in other.items()
            }
        for moment in (NOW, Moment(_OLD + 1), now):
            one, other = (as_of(stores, at=moment).histories for stores in (memory, files))
            np.testing.assert_array_equal(one.indptr, other.indptr)
            for field in fields(History):
                name = field.name
                np.testing.assert_array_equal(
                    getattr(one.entries, name), getattr(other.entries, name), name
                )
    finally:
        files.close()
