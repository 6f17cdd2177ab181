"""Pieces of a log stand in the order that they promise, however they were cut."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matinee.stores.columns import signals
from matinee.stores.merging import Ids, Piece, merged
from matinee.types import Longs, Signals

Said = tuple[int, int, str]

_said = st.tuples(
    st.integers(0, 2),
    st.sampled_from([-(2**62), 0, 1, 2, 2**62]),
    st.text(alphabet="aB1-~", min_size=1, max_size=3),
)
_pieces = st.lists(st.tuples(st.lists(_said, max_size=6), st.booleans()), max_size=4)


def piece(said: Sequence[Said], *, ordered: bool) -> Piece:
    ids = np.array([one[2] for one in said], np.bytes_)

    def asked(places: Longs) -> Ids:
        return ids[places]

    return Piece(events(said), asked, ordered=ordered)


def events(said: Sequence[Said]) -> Signals:
    rest = (None, None, None, None, -1, 0, 1, 0, 0, False)
    return signals([(0, one[0], 0, 0, -1, one[1], 0, *rest) for one in said])


@given(_pieces)
def test_merged_pieces_are_sorted_tuples(cut: list[tuple[list[Said], bool]]) -> None:
    parts = [(sorted(said) if ordered else said, ordered) for said, ordered in cut]
    whole = merged([piece(said, ordered=ordered) for said, ordered in parts])
    wanted = sorted(one for said, _ in parts for one in said)
    assert whole.profiles.tolist() == [one[0] for one in wanted]
    assert whole.at.tolist() == [one[1] for one in wanted]


def test_ids_settle_ties_between_pieces_and_are_not_asked_for_within_one() -> None:
    asked: list[int] = []

    def part(titles: Sequence[int], names: Sequence[str]) -> Piece:
        ids = np.array(names, np.bytes_)

        def named(places: Longs) -> Ids:
            asked.extend(places.tolist())
            return ids[places]

        rows = [
            (k, 0, 0, title, -1, 5, 0, *[None] * 4, -1, 0, 1, 0, 0, False)
            for k, title in enumerate(titles)
        ]
        return Piece(signals(rows), named, ordered=True)

    one = part([1, 4], ["a", "d"])
    assert merged([one]).titles.tolist() == [1, 4]
    assert asked == []
    assert merged([one, part([2, 3], ["b", "c"])]).titles.tolist() == [1, 2, 3, 4]
    assert merged([part([2], ["b"]), one]).titles.tolist() == [1, 2, 4]


def test_a_column_of_one_value_takes_no_memory_in_pieces_or_joined() -> None:
    def constant(value: float) -> Piece:
        columns = events([(0, 1, "a"), (1, 1, "b")])
        same = np.broadcast_to(np.float32(value), 2)
        whole = Signals(
            *(same if name == "values" else getattr(columns, name) for name in Signals.__slots__)
        )
        return Piece(whole, lambda places: np.array([b"a", b"b"])[places], ordered=True)

    alike = merged([constant(np.nan), constant(np.nan)]).values
    assert alike.strides == (0,)
    assert np.isnan(alike).tolist() == [True] * 4
    assert sorted(merged([constant(1), constant(2)]).values.tolist()) == [1, 1, 2, 2]
