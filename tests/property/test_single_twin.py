"""One title's entry from plain numbers is, bit for bit, the one computed in columns."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_history_twin import CATALOGUE, TITLES

from acts import Act, signals
from matinee.features import TELLING, Rewards
from matinee.features.graded import Acts
from matinee.features.history import entries
from matinee.features.single import entry
from matinee.types import DAY_MS, DEVICES, History

OWN = b"""
version = 7
[weights]
completed = 0.7
watched_share = -0.3
watched_minutes = 0.9
thumb_up = 0.1
two_thumbs_up = 0.2
thumb_down = -0.7
not_interested = -0.1
taste_pick = 0.3
mylist_add = 0.0
rewatch = 1.1
fast_season = 2.3
new_genre = 0.5
quick_abandon = -1.7
click_no_play = 0.01
quality_play = 0.6
binge = 0.13
[scale]
minutes = 33.0
assumed_share = 0.21
disliked_at_most = -0.25
[completed]
watched = 0.5
position = 0.6
[quality_play]
share = 0.3
film_s = 400.0
episode_s = 90.0
[glance]
seconds = 31.0
share = 0.01
[rating]
up = 0.7
down = 0.7
[quick_abandon]
minutes = 2.5
[fast_season]
days = 0.5
episodes = 0
[new_genre]
after = 0
[binge]
episodes = 2
hours = 0.5
"""
FILES = {
    "v1": Rewards.chosen("v1"),
    "v2": Rewards.chosen("v2"),
    "own": Rewards.parse(OWN, name="own.toml"),
}
SECONDS = (
    st.none()
    | st.sampled_from([0.0, 59.0, 60.0, 499.0, 700.0, 995.0])
    | st.floats(0, 7200, width=32)
)
PLAY_KINDS = [
    *("play_start", "heartbeat", "pause", "resume", "seek_fwd", "seek_back", "stop", "play_end"),
    *("episode_advance", "credits_skip"),
]
OTHER_KINDS = sorted(set(TELLING) - set(PLAY_KINDS))


@st.composite
def acts(draw: st.DrawFn) -> list[Act]:
    """Draw telling acts on one title at rising times, some at the same; mostly plays."""
    title = draw(st.sampled_from(TITLES))
    episodes = [None, "s1e1", *(episode.episode_id for episode in title.episodes)]
    steps = st.sampled_from([0, 1, 60_000, 3_600_000, 2 * DAY_MS])
    some, now = [], 5 * DAY_MS
    for kind in draw(
        st.lists(st.sampled_from([*PLAY_KINDS * 2, *OTHER_KINDS]), min_size=1, max_size=40)
    ):
        now += draw(steps)
        value = None
        if kind == "thumb":
            value = float(draw(st.sampled_from([-1, 0, 1, 2])))
        if kind == "rate":
            value = draw(st.integers(0, 10)) / 10
        said = {}
        if kind in PLAY_KINDS:
            said = {name: draw(SECONDS) for name in ("position", "duration", "watched")}
        episode = draw(st.sampled_from(episodes))
        device, offset = draw(st.sampled_from([None, *DEVICES])), draw(st.sampled_from([0, -480]))
        one = Act(kind, title.title_id, at=now, episode=episode, value=value, **said)
        some.append(replace(one, device=device, tz_offset=offset))
    return some


def in_columns(some: list[Act], rewards: Rewards) -> History:
    columns = signals(some, CATALOGUE)
    grouped = Acts.of(columns, np.arange(len(columns)), np.zeros(1, np.int64))
    return entries(columns, grouped, columns.titles[:1], CATALOGUE, rewards)


def one_by_one(some: list[Act], rewards: Rewards) -> dict[str, float]:
    columns = signals(some, CATALOGUE)
    names = (
        *("at", "titles", "episodes", "values", "positions", "durations", "watched"),
        *("kinds", "devices", "tz_offsets"),
    )
    rows = zip(*(getattr(columns, name).tolist() for name in names), strict=True)
    found = entry(list(rows), catalogue=CATALOGUE, rewards=rewards)._asdict()
    plural = ("title", "weight", "thumb", "position", "duration", "episode", "device", "tz_offset")
    return {f"{name}s" if name in plural else name: value for name, value in found.items()}


@pytest.mark.parametrize("name", FILES)
def test_an_entry_by_plain_numbers_is_that_in_columns_to_the_last_bit(name: str) -> None:
    @settings(max_examples=120)
    @given(acts())
    def same(some: list[Act]) -> None:
        expected, found = in_columns(some, FILES[name]), one_by_one(some, FILES[name])
        assert set(found) == {field.name for field in fields(History)}
        for column, value in found.items():
            one = getattr(expected, column)
            rounded = np.array([value]).astype(one.dtype)
            assert (
                rounded.tobytes() == one.tobytes() or (np.isnan(rounded) & np.isnan(one)).all()
            ), column

    same()


@pytest.mark.parametrize("count", [1, 2, 3, 9, 200])
def test_what_was_watched_in_many_plays_adds_up_as_in_columns(count: int) -> None:
    rng = np.random.default_rng(5)
    some = []
    for place in range(count):
        some.append(Act("play_start", "long", at=place * 10))
        watched = float(np.float32(rng.uniform(0, 9)))
        some.append(Act("stop", "long", at=place * 10 + 5, watched=watched, position=40.0))
    found = one_by_one(some, FILES["v1"])
    expected = in_columns(some, FILES["v1"])
    assert np.float32(found["watched"]) == expected.watched[0]
    assert np.float32(found["weights"]) == expected.weights[0]
