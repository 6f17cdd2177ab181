"""What single stories come to: each test is one viewer's acts and the entry they leave."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from acts import T0, Act, signals
from matinee.data import Catalogue
from matinee.features import Rewards, fold, fold_one
from matinee.types import DAY_MS, Episode, History, Title

END = 7200.0
CATALOGUE = Catalogue.of(
    [
        Title(title_id="film", name="Film", genres=("Crime",), runtime_s=END),
        Title(title_id="war", name="War", genres=("War",), runtime_s=END),
        Title(
            title_id="show",
            name="Show",
            kind="series",
            genres=("Drama",),
            episodes=(
                Episode(episode_id="s1e1", season=1, number=1, runtime_s=1500),
                Episode(episode_id="s1e2", season=1, number=2, runtime_s=1800),
                Episode(episode_id="s1e3", season=1, number=3, runtime_s=1800),
                Episode(episode_id="s2e1", season=2, number=1, available_from=29 * DAY_MS),
            ),
        ),
    ]
)


def act(kind: str, title: str = "film", **said: object) -> Act:
    """Return an act; of the film, unless told."""
    return Act(kind, title, **said)


def history(*acts: Act, rewards: Rewards | None = None) -> History:
    """Fold acts, in the order in which they are given."""
    columns = signals(acts, CATALOGUE)
    return fold_one(columns, catalogue=CATALOGUE, rewards=rewards or Rewards.default())


def entry(*acts: Act, rewards: Rewards | None = None) -> dict[str, object]:
    """Return the one entry that these acts leave, by field."""
    folded = history(*acts, rewards=rewards)
    assert len(folded) == 1
    return {name: getattr(folded, name)[0] for name in folded.__slots__}


def test_a_play_that_ended_counts_as_watched_though_nothing_says_how_much() -> None:
    found = entry(act("play_start"), act("play_end"))
    assert found["seen"]
    assert found["weights"] > 0
    assert np.isnan(found["positions"])
    assert not found["completed"]


def test_a_film_left_at_its_end_is_completed_though_watched_s_is_missing() -> None:
    found = entry(act("play_start", position=0), act("play_end", position=0.95 * END))
    assert found["completed"]
    assert found["finished_at"] == T0 + 1


def test_a_film_whose_end_was_only_jumped_to_is_not_completed() -> None:
    found = entry(act("play_start"), act("stop", position=0.95 * END, watched=120))
    assert not found["completed"]
    assert np.isnan(found["positions"])


def test_a_film_watched_in_two_sittings_is_completed() -> None:
    found = entry(
        act("play_start"),
        act("stop", position=0.5 * END, watched=0.5 * END),
        act("play_start", position=0.5 * END),
        act("play_end", position=END, watched=0.45 * END),
    )
    assert found["completed"]
    assert found["watched"] == pytest.approx(0.95 * END)


def test_an_end_without_a_position_after_little_was_watched_is_not_an_end() -> None:
    found = entry(act("play_start"), act("play_end", watched=0.2 * END))
    assert found["positions"] == pytest.approx(0.2 * END)


def test_heartbeats_are_not_counted_twice() -> None:
    found = entry(
        act("play_start"),
        act("heartbeat", watched=60),
        act("heartbeat", watched=120),
        act("stop", position=130, watched=130),
    )
    assert found["watched"] == 130


def test_a_glance_is_neither_seen_nor_gone_on_with() -> None:
    found = entry(act("play_start"), act("stop", position=30, watched=30))
    assert not found["seen"]
    assert np.isnan(found["positions"])


def test_half_an_hour_of_a_film_is_a_choice_and_twenty_minutes_are_not() -> None:
    assert entry(act("stop", position=1800, watched=1800))["chosen"]
    assert not entry(act("stop", position=1200, watched=1200))["chosen"]
    assert entry(act("stop", "show", episode="s1e1", position=900, watched=900))["chosen"]


def test_giving_up_early_weighs_against_a_title() -> None:
    assert entry(act("play_start"), act("stop", position=90, watched=90))["weights"] < 0


def test_a_thumb_down_outweighs_having_watched_it_all() -> None:
    found = entry(act("play_end", position=END, watched=END), act("thumb", value=-1))
    assert found["weights"] < 0
    assert found["blocked"]


def test_a_thumb_taken_back_unblocks() -> None:
    found = entry(act("thumb", value=-1), act("thumb", value=0))
    assert found["thumbs"] == 0
    assert not found["blocked"]


def test_not_interested_blocks_until_something_kinder_is_said() -> None:
    assert entry(act("not_interested"))["blocked"]
    assert not entry(act("not_interested"), act("mylist_add"))["blocked"]


@pytest.mark.parametrize(("share", "thumb"), [(0.4, -1), (0.5, 0), (0.7, 0), (0.8, 1), (1.0, 1)])
def test_ratings_are_thumbs_from_four_fifths_up_and_two_fifths_down(share, thumb) -> None:
    found = entry(act("rate", value=share))
    assert found["thumbs"] == thumb
    assert found["seen"]
    assert found["rated"] == np.float32(share)


def test_a_middling_rating_still_counts_as_having_watched() -> None:
    assert entry(act("rate", value=0.6))["weights"] == pytest.approx(0.5)


def test_finishing_an_episode_opens_the_next_at_its_start() -> None:
    found = entry(act("play_end", "show", episode="s1e1", position=1500, watched=1500))
    assert found["positions"] == 0
    assert found["durations"] == 1800
    assert CATALOGUE.episode_rows.name(int(found["episodes"])) == "s1e2"
    assert not found["completed"]


def test_going_on_to_the_next_episode_opens_it_before_anything_of_it_is_watched() -> None:
    found = entry(
        act("heartbeat", "show", episode="s1e1", position=700, watched=700),
        act("episode_advance", "show", episode="s1e2"),
    )
    assert found["positions"] == 0
    assert CATALOGUE.episode_rows.name(int(found["episodes"])) == "s1e2"


def test_a_series_is_completed_with_the_last_episode_that_is_out() -> None:
    found = entry(act("play_end", "show", episode="s1e3", position=1800, watched=1800))
    assert found["completed"]
    assert np.isnan(found["positions"])


def test_an_episode_that_came_out_since_is_opened_and_the_series_is_not_complete() -> None:
    later = 30 * DAY_MS
    found = entry(act("play_end", "show", episode="s1e3", position=1800, watched=1800, at=later))
    assert not found["completed"]
    assert CATALOGUE.episode_rows.name(int(found["episodes"])) == "s2e1"


def test_a_title_put_away_comes_back_with_the_next_play() -> None:
    play = act("stop", position=2000, watched=2000)
    assert np.isnan(entry(play, act("remove_from_continue"))["positions"])
    again = act("stop", position=2500, watched=500)
    assert entry(play, act("remove_from_continue"), again)["positions"] == 2500


def test_seeing_a_film_again_weighs_more_than_seeing_it_once() -> None:
    once = act("play_end", position=END, watched=END)
    twice = entry(once, once)["weights"] - entry(once)["weights"]
    assert twice > Rewards.default().weights.rewatch


def test_a_season_within_a_week_is_a_feat_and_within_a_month_is_not() -> None:
    def season(step: int) -> float:
        ends = [
            act(
                "play_end", "show", episode=f"s1e{n}", position=1800, watched=1800, at=T0 + n * step
            )
            for n in (1, 2, 3)
        ]
        return float(entry(*ends)["weights"])

    gained = season(2 * DAY_MS) - season(6 * DAY_MS)
    assert gained == pytest.approx(Rewards.default().weights.fast_season)


def test_the_first_liked_title_of_a_genre_counts_more_once_there_is_a_history() -> None:
    shipped = Rewards.default()
    soon = replace(shipped, new_genre=replace(shipped.new_genre, after=1))
    log = act("rate", "film", value=0.7), act("rate", "war", value=0.7)
    plain, gained = history(*log), history(*log, rewards=soon)
    gains = (gained.weights - plain.weights).tolist()
    assert gains == pytest.approx([0, shipped.weights.new_genre])


def test_the_list_keeps_the_time_of_the_first_add_since_the_last_removal() -> None:
    acts = [act(kind) for kind in ("mylist_add", "mylist_remove", "mylist_add", "mylist_add")]
    assert entry(*acts)["listed_at"] == T0 + 2
    assert entry(*acts, act("mylist_remove"))["listed_at"] == 0


def test_opening_details_and_doing_nothing_weighs_a_little_against() -> None:
    assert entry(act("details_open"))["weights"] == pytest.approx(-0.05)
    assert entry(act("details_open"), act("mylist_add"))["weights"] == pytest.approx(0.4)


def test_what_was_only_shown_leaves_no_entry() -> None:
    assert len(history(act("impression"), act("hover"))) == 0


def test_titles_outside_the_snapshot_are_left_out() -> None:
    columns = signals([act("thumb", value=1)], CATALOGUE)
    columns.titles[:] = len(CATALOGUE) + 5
    folded = fold(columns, catalogue=CATALOGUE, rewards=Rewards.default(), profiles=2)
    assert len(folded) == 2
    assert len(folded.entries) == 0
