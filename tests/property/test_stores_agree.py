"""Memory and SQLite are one log: whatever is sent to both, both say and hold the same."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.stores import memory_stores, open_stores
from matinee.testing.stores_samples import ANN, BOB, NOW, at, event, furnish
from matinee.types import DAY_MS, ORIGINS, Event, Moment, Signals

_said = st.fixed_dictionaries(
    {
        "event_id": st.sampled_from([f"e{i}" for i in range(12)]),
        "kind": st.sampled_from(["play_end", "thumb", "hover"]),
        "profile_id": st.sampled_from(["ann", "bob", "nobody"]),
        "title_id": st.sampled_from(["film1", "series", "nothing", None]),
        "at": st.sampled_from([0, NOW - 31 * DAY_MS, NOW - 1, NOW, NOW + DAY_MS]),
    },
    optional={"episode_id": st.sampled_from(["series-e1", "other-e1", "e99"])},
)
_sends = st.lists(
    st.tuples(
        st.lists(_said, max_size=4),
        st.sampled_from(ORIGINS),
        st.sampled_from([-5, 0, 7, DAY_MS, 40 * DAY_MS]),
    ),
    max_size=8,
)


def _event(said: dict[str, Any]) -> Event:
    own = {"value": 1} if said["kind"] == "thumb" else {}
    return event(said["event_id"], **{k: v for k, v in said.items() if k != "event_id"}, **own)


def _agree(one: Signals, other: Signals) -> None:
    for field in fields(Signals):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


@settings(max_examples=40)
@given(_sends)
def test_memory_and_sqlite_say_and_hold_the_same(
    tmp_path_factory: pytest.TempPathFactory, sends: list[tuple[list[Any], Any, int]]
) -> None:
    memory, files = memory_stores(), open_stores(tmp_path_factory.mktemp("home"))
    try:
        for stores in (memory, files):
            furnish(stores)
        for batch, origin, ms in sends:
            events = [_event(said) for said in batch]
            receipts = [s.log.append(events, now=at(ms), origin=origin) for s in (memory, files)]
            assert receipts[0] == receipts[1]
        assert memory.log.head() == files.log.head()
        assert memory.log.rejected() == files.log.rejected()
        _agree(memory.log.tail(0).signals, files.log.tail(0).signals)
        for who in (ANN, BOB):
            assert memory.log.events(who) == files.log.events(who)
            _agree(memory.log.history(who), files.log.history(who))
        for ms in (-1, 0, 40 * DAY_MS):
            scans = [
                s.log.scan(at=Moment(NOW + ms), upto=memory.log.head()) for s in (memory, files)
            ]
            _agree(*scans)
    finally:
        files.close()
