"""Which showing a play came of: each test is one evening, and where its play is credited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from acts import T0, Act, signals
from matinee.data import Catalogue
from matinee.features import Credits, Rewards, Tiles, credit
from matinee.features.attribution import SOURCES, consequences
from matinee.types import DAY_MS, ORIGINS, Episode, Title, mark
from matinee.types.moment import MINUTE_MS

CATALOGUE = Catalogue.of(
    [
        Title(title_id="film", name="Film"),
        Title(title_id="other", name="Other"),
        Title(
            title_id="show",
            name="Show",
            kind="series",
            episodes=tuple(Episode(episode_id=f"e{n}", number=n) for n in (1, 2)),
        ),
    ]
)
REWARDS = Rewards.default()
TILES = Tiles.of(
    {
        mark("cw.1"): "continue_watching",
        mark("list.1"): "my_list",
        mark("row.1"): "top_picks",
        mark("row.2"): "trending",
    }
)


def act(kind: str, title: str | None = "film", **said: object) -> Act:
    """Return an act in the one session of the story; of the film, unless told."""
    return Act(kind, title, **{"session": "s", **said})


def credited(*acts: Act) -> Credits:
    return credit(signals(acts, CATALOGUE), rewards=REWARDS, tiles=TILES)


def last(*acts: Act) -> tuple[str, int]:
    """Return source and touch of the last play."""
    found = credited(*acts)
    return SOURCES[found.sources[-1]], int(found.touches[-1])


def test_a_play_is_credited_to_the_last_impression_of_its_tile() -> None:
    tile = {"token": "row.1"}
    acts = [act("impression", **tile), act("impression", token="row.2"), act("impression", **tile)]
    assert last(*acts, act("play_start", **tile)) == ("row", 2)
    assert last(*acts, act("play_start", token="row.2")) == ("row", 1)


def test_without_a_token_it_is_the_last_impression_of_the_title() -> None:
    acts = act("impression"), act("impression", "other"), act("billboard_impression")
    assert last(*acts, act("impression", "other"), act("play_start")) == ("row", 2)


def test_an_impression_of_another_session_title_or_viewer_counts_for_nothing() -> None:
    assert last(act("impression", session="t"), act("play_start")) == ("unattributed", -1)
    assert last(act("impression", "other"), act("play_start")) == ("unattributed", -1)
    assert last(act("impression"), act("play_start", profile=1)) == ("unattributed", -1)


def test_an_impression_after_the_play_counts_for_nothing() -> None:
    assert last(act("play_start", at=T0), act("impression", at=T0 + 1)) == ("unattributed", -1)


def test_a_touch_beyond_the_window_is_no_touch() -> None:
    window = int(REWARDS.credit.minutes * MINUTE_MS)
    shown = act("impression", at=T0)
    assert last(shown, act("play_start", at=T0 + window)) == ("row", 0)
    assert last(shown, act("play_start", at=T0 + window + 1)) == ("unattributed", -1)


@pytest.mark.parametrize(
    ("token", "source"),
    [("cw.1", "continue_watching"), ("list.1", "my_list"), ("row.1", "row"), ("gone.1", "row")],
)
def test_the_tile_says_which_row_it_stood_in(token: str, source: str) -> None:
    shown = act("impression", token=token)
    assert last(shown, act("play_start", token=token)) == (source, 0)
    assert last(shown, act("play_start")) == (source, 0)
    assert last(act("play_start", token=token)) == (source, -1)


def test_details_opened_from_a_tile_are_a_touch_and_from_nowhere_are_not() -> None:
    assert last(act("details_open", token="cw.1"), act("play_start")) == ("continue_watching", 0)
    assert last(act("details_open"), act("play_start")) == ("unattributed", -1)


def test_a_choice_among_results_is_search_even_after_an_impression() -> None:
    shown = act("impression", token="row.1")
    assert last(shown, act("search_click"), act("play_start")) == ("search", 1)
    assert last(act("search_click"), shown, act("play_start")) == ("row", 1)


def test_a_play_that_nobody_asked_for_is_autoplay_whatever_was_shown() -> None:
    shown = act("impression", token="row.1")
    assert last(shown, act("play_start", unasked=True, token="row.1")) == ("autoplay", -1)


def test_the_next_episode_is_one_play_and_its_players() -> None:
    def evening(*, auto: bool, advance: bool = True) -> tuple[int, str]:
        begin = act("play_start", "show", episode="e1", token="row.1")
        end = act("play_end", "show", episode="e1")
        on = [act("episode_advance", "show", episode="e2", unasked=auto)] if advance else []
        found = credited(begin, end, *on, act("play_start", "show", episode="e2"))
        return len(found), SOURCES[found.sources[-1]]

    assert evening(auto=True) == (2, "autoplay")
    assert evening(auto=False) == (2, "next_episode")
    assert evening(auto=False, advance=False) == (2, "continue_watching")


def test_an_advance_that_no_start_follows_is_a_play() -> None:
    found = credited(act("episode_advance", "show", episode="e2", unasked=True))
    assert found.counts() == {**dict.fromkeys(SOURCES, 0), "autoplay": 1}


def test_what_stood_open_was_gone_on_with_and_that_is_inferred() -> None:
    left = act("stop", session="before")
    found = credited(left, act("play_start"))
    assert (SOURCES[found.sources[0]], found.inferred[0]) == ("continue_watching", True)
    ended, away = act("play_end", session="before"), act("remove_from_continue", session="before")
    assert last(ended, act("play_start")) == ("unattributed", -1)
    assert last(left, away, act("play_start")) == ("unattributed", -1)


def test_what_was_on_the_list_was_taken_from_it_and_that_is_inferred() -> None:
    added, removed = act("mylist_add", session="before"), act("mylist_remove", session="before")
    found = credited(added, act("play_start"))
    assert (SOURCES[found.sources[0]], found.inferred[0]) == ("my_list", True)
    assert last(added, removed, act("play_start")) == ("unattributed", -1)


def test_a_touch_outweighs_what_could_be_inferred() -> None:
    found = credited(act("stop", session="before"), act("impression"), act("play_start"))
    assert (SOURCES[found.sources[0]], found.inferred[0]) == ("row", False)


def test_the_first_touch_of_the_session_is_kept_beside_the_last() -> None:
    found = credited(
        act("impression", token="row.1"),
        act("search_click"),
        act("impression", token="cw.1"),
        act("play_start"),
    )
    assert (found.first_touches[0], SOURCES[found.first_sources[0]]) == (0, "row")
    assert (found.touches[0], SOURCES[found.sources[0]]) == (2, "continue_watching")


def test_the_unattributed_share_is_that_of_all_plays() -> None:
    found = credited(
        act("play_start"),
        act("impression", "other"),
        act("play_start", "other"),
        act("play_start", session="t", profile=1),
        act("play_start", "show", unasked=True),
    )
    assert found.unattributed_share == 0.5
    assert credited(act("impression")).unattributed_share == 0.0
    assert credited().unattributed_share == 0.0


def test_imported_records_are_no_plays() -> None:
    columns = signals([act("play_start")], CATALOGUE)
    columns.origins[:] = ORIGINS.index("import")
    assert len(credit(columns, rewards=REWARDS)) == 0


def came(acts: Sequence[Act]) -> list[tuple[int, int]]:
    columns = signals(acts, CATALOGUE)
    outcomes, plays = consequences(columns, credit(columns, rewards=REWARDS), rewards=REWARDS)
    return list(zip(outcomes.tolist(), plays.tolist(), strict=True))


def test_an_outcome_belongs_to_the_titles_last_play_within_its_window() -> None:
    late = T0 + int(REWARDS.credit.days * DAY_MS)
    acts = [
        act("thumb", at=T0 - 1, value=1),
        act("play_start", at=T0),
        act("play_end", at=T0 + 1),
        act("thumb", "other", at=T0 + 2, value=1),
        act("play_start", at=T0 + 3, session="t"),
        act("thumb", at=T0 + 4, value=1, session="t"),
        act("mylist_add", at=late + 3, session="u"),
        act("not_interested", at=late + 4, session="u"),
    ]
    assert came(acts) == [(2, 0), (5, 1), (6, 1)]


def test_nothing_comes_of_nothing() -> None:
    assert came([]) == []
    assert np.array_equal(Tiles.of({}).source(np.array([5, 0])), [1, 1])


EVENING = (
    (act("page_view", None), None),
    (act("impression", token="cw.1"), None),
    (act("play_start", token="cw.1", position=60.0), "continue_watching"),
    (act("stop", token="cw.1", watched=900.0), None),
    (act("impression", "other", token="row.1"), None),
    (act("details_open", "other", token="row.1"), None),
    (act("play_start", "other", token="row.1"), "row"),
    (act("stop", "other", watched=30.0), None),
    (act("search_query", None), None),
    (act("search_result_impression", "other"), None),
    (act("search_click", "other"), None),
    (act("play_start", "other"), "search"),
    (act("stop", "other", watched=30.0), None),
    (act("impression", "show", token="list.1"), None),
    (act("play_start", "show", token="list.1", episode="e1"), "my_list"),
    (act("play_end", "show", episode="e1"), None),
    (act("episode_advance", "show", episode="e2"), None),
    (act("play_start", "show", token="list.1", episode="e2"), "next_episode"),
    (act("play_end", "show", episode="e2"), None),
    (act("play_start", "film", unasked=True), "autoplay"),
    (act("play_start", "other", session="next day"), "continue_watching"),
    (act("mylist_add", "bare", session="next day"), None),
    (act("play_start", "bare", session="a week later"), "my_list"),
    (act("play_start", "lone", session="a week later"), None),
)
"""One viewer's acts by hand, in the order in which they happened, and where each play came from."""


def test_each_play_of_a_written_evening_resolves_to_where_it_came_from() -> None:
    catalogue = Catalogue.of(
        [
            *CATALOGUE.titles,
            Title(title_id="bare", name="Bare"),
            Title(title_id="lone", name="Lone"),
        ]
    )
    acts = [replace(one, at=T0 + place * MINUTE_MS) for place, (one, _) in enumerate(EVENING)]
    found = credit(signals(acts, catalogue), rewards=REWARDS, tiles=TILES)
    plays = found.plays.tolist()
    told = {play: SOURCES[source] for play, source in zip(plays, found.sources, strict=True)}
    starts = [place for place, one in enumerate(acts) if one.kind == "play_start"]
    advance = next(place for place, one in enumerate(acts) if one.kind == "episode_advance")
    assert sorted(told) == starts
    assert advance not in told
    assert [told[place] for place in starts] == [
        EVENING[place][1] or "unattributed" for place in starts
    ]
    shown = {place: int(found.touches[k]) for k, place in enumerate(plays)}
    assert (shown[starts[0]], shown[starts[1]], shown[starts[2]]) == (1, 4, 10)
    assert found.first_touches[found.plays == starts[2]].tolist() == [4]
    assert found.inferred[found.plays >= starts[6]].tolist() == [True, True, False]
