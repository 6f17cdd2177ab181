"""Opinions in any order, any number at a time: what is held is what a mapping would hold."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import matinee.features.opinions as room
from matinee.features.opinions import Opinions

opinions = st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 5), st.booleans())
batches = st.lists(st.lists(opinions, min_size=1, max_size=4), min_size=2, max_size=8)


@given(batches, st.sampled_from([0, 2, 4096]))
def test_the_last_opinion_holds_however_they_come(
    given_in: list[list[tuple[int, int, int, bool]]], apart: int
) -> None:
    before, room._SHORT = room._SHORT, apart
    try:
        held, known = Opinions(), dict[tuple[int, int], int]()
        for batch in given_in:
            said = np.array(batch, np.int64).reshape(-1, 4)
            profiles, titles, at, up = said.T
            held, turn = held.turned(
                profiles.astype(np.int32),
                titles.astype(np.int32),
                at.astype(np.int64),
                up.astype(np.bool_),
            )
            fresh: dict[tuple[int, int], int] = {}
            for profile, title, when, liked in batch:
                word = when * 2 + liked
                fresh[profile, title] = max(fresh.get((profile, title), -1), word)
            changed = {key: word for key, word in fresh.items() if word > known.get(key, -1)}
            gained = sorted((key[1], word // 2) for key, word in changed.items() if word % 2)
            lost = sorted((key[1], known[key] // 2) for key in changed if known.get(key, 0) % 2)
            assert sorted(zip(turn.titles.tolist(), turn.at.tolist(), strict=True)) == gained
            assert sorted(zip(turn.lost.tolist(), turn.lost_at.tolist(), strict=True)) == lost
            known |= changed
    finally:
        room._SHORT = before
