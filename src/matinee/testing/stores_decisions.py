"""What every decision store keeps: one record a page, never changed, pruned by age."""

# ruff: noqa: D102  (a test's name is its sentence)

from __future__ import annotations

import pytest

from matinee.stores import Stores
from matinee.testing.stores_samples import ANN, BOB, NOW, StoresContract, at
from matinee.types import PageId

__all__ = ["DecisionContract"]


class DecisionContract(StoresContract):
    """Override the fixture `stores` with empty stores whose decisions are to be tested."""

    def test_a_record_is_read_back_byte_for_byte(self, stores: Stores) -> None:
        record = bytes(range(256)) * 64
        stores.decisions.write(PageId("p1"), ANN, NOW, record)
        stores.decisions.write(PageId("p2"), ANN, NOW, b"")
        assert stores.decisions.read(PageId("p1")) == record
        assert stores.decisions.read(PageId("p2")) == b""
        assert stores.decisions.read(PageId("p3")) is None

    def test_a_record_never_changes(self, stores: Stores) -> None:
        stores.decisions.write(PageId("p1"), ANN, NOW, b"first")
        with pytest.raises(ValueError, match="'p1'"):
            stores.decisions.write(PageId("p1"), BOB, NOW, b"second")
        assert stores.decisions.read(PageId("p1")) == b"first"
        assert stores.decisions.recent(BOB) == []

    def test_recent_pages_are_of_one_profile_newest_first(self, stores: Stores) -> None:
        for page, who, ms in (
            ("p1", ANN, 5),
            ("p2", ANN, 9),
            ("p3", BOB, 7),
            ("p4", ANN, 1),
            ("p5", ANN, 9),
        ):
            stores.decisions.write(PageId(page), who, at(ms), b"x")
        assert stores.decisions.recent(ANN) == ["p5", "p2", "p1", "p4"]
        assert stores.decisions.recent(ANN, limit=2) == ["p5", "p2"]
        assert stores.decisions.recent(BOB) == ["p3"]

    def test_pruning_drops_what_is_older_and_nothing_else(self, stores: Stores) -> None:
        for ms in range(4):
            stores.decisions.write(PageId(f"p{ms}"), ANN, at(ms), b"x")
        assert stores.decisions.prune(at(2)) == 2
        assert stores.decisions.prune(at(2)) == 0
        assert stores.decisions.read(PageId("p1")) is None
        assert stores.decisions.recent(ANN) == ["p3", "p2"]
