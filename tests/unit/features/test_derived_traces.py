"""What single stories come to as derived signals: each test is one viewer's acts, and a number."""

from __future__ import annotations

import numpy as np
import pytest

from acts import T0, Act, signals
from matinee.data import Catalogue
from matinee.features import Derived, Rewards, derive
from matinee.types import DAY_MS, Episode, Title
from matinee.types.moment import HOUR_MS

END = 7200.0
CATALOGUE = Catalogue.of(
    [
        Title(title_id="film", name="Film", runtime_s=END),
        Title(title_id="other", name="Other", runtime_s=END),
        Title(
            title_id="show",
            name="Show",
            kind="series",
            episodes=tuple(
                Episode(episode_id=f"e{n}", number=n, runtime_s=1800.0) for n in (1, 2, 3, 4)
            ),
        ),
    ]
)


def act(kind: str, title: str | None = "film", **said: object) -> Act:
    """Return an act in the one session of the story; of the film, unless told."""
    return Act(kind, title, **{"session": "s", **said})


def derived(*acts: Act) -> Derived:
    return derive(signals(acts, CATALOGUE), catalogue=CATALOGUE, rewards=Rewards.default())


def film(*acts: Act) -> dict[str, object]:
    """Return the derived signals of the first title that the acts name."""
    found = derived(*acts)
    row = CATALOGUE.vocabulary.row(next(one.title for one in acts if one.title))
    [place] = np.flatnonzero(found.titles == row)
    return {name: getattr(found, name)[place].item() for name in found.__slots__}


def ended(episode: str, at: int) -> Act:
    return act("play_end", "show", episode=episode, position=1800, watched=1800, at=at)


def test_pauses_and_seeks_are_counted_by_kind() -> None:
    kinds = (
        "play_start",
        "pause",
        "resume",
        "seek_fwd",
        "pause",
        "resume",
        "seek_back",
        "seek_fwd",
    )
    found = film(*(act(kind) for kind in kinds))
    assert (found["pauses"], found["seeks_ahead"], found["seeks_back"]) == (2, 2, 1)


def test_dwell_is_the_sum_of_hovers_and_focuses_and_nothing_else() -> None:
    found = film(
        act("hover", value=1.5), act("focus", value=2.0), act("hover"), act("details_open", value=9)
    )
    assert found["dwell_s"] == 3.5


def test_details_opened_and_never_played_in_the_session_are_a_click_without_a_play() -> None:
    assert film(act("details_open"), act("details_open"))["clicks_no_play"] == 1
    assert film(act("details_open"), act("play_start"))["clicks_no_play"] == 0
    assert film(act("details_open"), act("play_start", "other"))["clicks_no_play"] == 1


def test_a_play_in_another_session_does_not_undo_a_click_without_a_play() -> None:
    assert film(act("details_open"), act("play_start", session="later"))["clicks_no_play"] == 1


def test_a_tile_that_was_seen_and_passed_over_is_a_quick_skip() -> None:
    found = film(act("impression"), act("hover"), act("play_start", "other"))
    assert (found["shown"], found["quick_skips"]) == (1, 1)


@pytest.mark.parametrize(
    "chosen",
    [
        "details_open",
        "play_start",
        "mylist_add",
        "search_click",
        "trailer_play",
        "thumb",
        "not_interested",
        "mylist_remove",
        "remove_from_continue",
    ],
)
def test_a_tile_that_was_answered_is_not_skipped(chosen: str) -> None:
    acts = act("impression"), act(chosen, value=1), act("play_start", "other")
    assert film(*acts)["quick_skips"] == 0


def test_a_trailer_that_began_by_itself_chooses_nothing() -> None:
    acts = act("impression"), act("trailer_play", unasked=True), act("play_start", "other")
    assert film(*acts)["quick_skips"] == 1


def test_a_session_that_only_looked_skipped_nothing() -> None:
    assert film(act("impression"), act("impression", "other"))["quick_skips"] == 0


def test_what_was_seen_after_the_last_act_is_not_skipped() -> None:
    assert film(act("impression"), act("play_start", "other", at=T0 - 1))["quick_skips"] == 0


def test_the_completion_ratio_is_the_share_that_was_watched() -> None:
    found = film(act("play_start"), act("stop", position=1800, watched=1800))
    assert found["completion"] == 0.25
    assert not found["completed"]


def test_a_film_is_completed_when_enough_of_it_was_watched_up_to_its_end() -> None:
    assert film(act("play_end", position=0.9 * END, watched=0.7 * END))["completed"]
    assert not film(act("play_end", position=0.89 * END, watched=0.7 * END))["completed"]
    assert not film(act("play_end", position=END, watched=0.69 * END))["completed"]


def test_a_series_is_completed_with_its_last_episode_and_no_other() -> None:
    assert not film(ended("e1", T0))["completed"]
    assert film(ended("e1", T0))["completion"] == 1.0
    assert film(ended("e1", T0), ended("e4", T0 + 1))["completed"]


def test_an_episode_of_a_series_seen_again_is_a_rewatch() -> None:
    assert not film(ended("e1", T0), ended("e2", T0 + 1))["rewatched"]
    assert film(ended("e1", T0), ended("e1", T0 + 1))["rewatched"]


def test_a_film_seen_twice_is_rewatched() -> None:
    once = act("play_end", position=END, watched=END)
    assert not film(once)["rewatched"]
    assert film(once, once)["rewatched"]


def test_a_film_left_open_says_where() -> None:
    left = act("stop", position=1800, watched=1800)
    assert film(left)["left_at"] == 0.25
    assert np.isnan(film(left, act("play_end", position=END, watched=5400))["left_at"])


def test_an_episode_left_open_says_which() -> None:
    found = film(ended("e1", T0), act("stop", "show", episode="e2", position=900, watched=900))
    assert found["left_at"] == 0.5
    assert CATALOGUE.episode_rows.name(int(found["left_episode"])) == "e2"


def test_what_was_left_is_abandoned_once_its_viewer_was_about_for_a_fortnight_since() -> None:
    left = act("stop", position=1800, watched=1800, at=T0)
    about = [act("page_view", None, at=T0 + days * DAY_MS) for days in (13, 14)]
    assert not film(left)["abandoned"]
    assert not film(left, about[0])["abandoned"]
    assert film(left, *about)["abandoned"]


def test_what_was_seen_to_its_end_is_never_abandoned() -> None:
    seen = act("play_end", position=END, watched=END, at=T0)
    assert not film(seen, act("page_view", None, at=T0 + 90 * DAY_MS))["abandoned"]


def test_three_episodes_in_an_evening_are_a_binge_and_over_a_day_they_are_not() -> None:
    assert film(*(ended(f"e{n}", T0 + n * 2 * HOUR_MS) for n in (1, 2, 3)))["binged"]
    assert not film(*(ended(f"e{n}", T0 + n * 4 * HOUR_MS) for n in (1, 2, 3)))["binged"]


def test_the_same_episode_three_times_is_no_binge() -> None:
    assert not film(*(ended("e1", T0 + n * HOUR_MS) for n in (1, 2, 3)))["binged"]


def test_a_whole_season_within_a_week_is_a_fast_season() -> None:
    assert film(*(ended(f"e{n}", T0 + n * DAY_MS) for n in (1, 2, 3, 4)))["fast_season"]
    assert not film(*(ended(f"e{n}", T0 + n * DAY_MS) for n in (1, 2, 3)))["fast_season"]


def test_profiles_are_kept_apart() -> None:
    found = derived(
        act("impression"), act("play_start", "other", profile=1), act("pause", profile=1)
    )
    assert list(zip(found.profiles.tolist(), found.titles.tolist(), strict=True)) == [
        *((0, 0), (1, 0), (1, 1))
    ]
    assert found.quick_skips.tolist() == [0, 0, 0]
    assert found.pauses.tolist() == [0, 1, 0]


def test_titles_outside_the_snapshot_are_left_out_and_still_count_as_acts() -> None:
    columns = signals([act("impression"), act("play_start", "other")], CATALOGUE)
    columns.titles[1] = len(CATALOGUE) + 3
    found = derive(columns, catalogue=CATALOGUE, rewards=Rewards.default())
    assert (found.titles.tolist(), found.quick_skips.tolist()) == ([0], [1])


def test_nothing_derives_nothing() -> None:
    assert len(derived()) == 0
    empty = Catalogue.of([])
    assert len(derive(signals([], empty), catalogue=empty, rewards=Rewards.default())) == 0
