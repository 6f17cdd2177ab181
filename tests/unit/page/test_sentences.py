"""Words for moments, lengths and lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from matinee.page.sentences import Clock, did, joined, likes, plays
from matinee.types import History, Moment

SUNDAY = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


def ago(**time: float) -> int:
    """Return the moment so long before Sunday evening."""
    return Moment.of(SUNDAY - timedelta(**time))


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (ago(hours=1), "today"),
        (ago(hours=19), "on Saturday"),
        (ago(days=5), "on Tuesday"),
        (ago(days=6), "on Monday"),
        (ago(days=7), "in November 2026"),
        (ago(days=400), "in October 2025"),
    ],
)
def test_a_day_is_named_by_its_weekday_only_while_that_is_clear(at: int, words: str) -> None:
    assert Clock(Moment.of(SUNDAY), 0).when(at) == words


def test_the_day_is_that_of_the_viewers_own_clock() -> None:
    late = Moment.of(datetime(2026, 11, 21, 23, 30, tzinfo=UTC))
    assert Clock(Moment.of(SUNDAY), 0).when(late) == "on Saturday"
    assert Clock(Moment.of(SUNDAY), 60).when(late) == "today"
    assert Clock(Moment.of(SUNDAY), 60).date(late) == "22 November"


def test_a_date_of_another_year_says_which() -> None:
    assert Clock(Moment.of(SUNDAY), 0).date(ago(days=400)) == "18 October 2025"


def test_counts_agree_with_their_nouns() -> None:
    assert plays(1) == "1 play in the last 7 days"
    assert plays(12) == "12 plays in the last 7 days"
    assert likes(1) == "1 like from viewers of this catalogue"


def test_names_are_joined_as_in_speech() -> None:
    assert joined(["Crime"]) == "Crime"
    assert joined(["Crime", "Drama", "War"]) == "Crime, Drama and War"


@pytest.mark.parametrize(
    ("rated", "thumb", "said"),
    [
        (0.9, 1, ("liked", "You rated Heat highly")),
        (np.float32(0.8), 1, ("liked", "You rated Heat highly")),
        (0.6, 0, ("watched", "You watched Heat")),
        (0.9, 0, ("watched", "You watched Heat")),  # the thumb was taken back since
        (0.6, 1, ("liked", "You liked Heat")),
        (0.6, 2, ("liked", "You gave Heat two thumbs up")),
        (np.nan, 1, ("liked", "You gave Heat a thumb up")),
    ],
)
def test_what_is_said_of_a_rating_is_true_of_any_maximum(
    rated: float, thumb: int, said: tuple[str, str]
) -> None:
    history = History.of_titles(np.array([7], np.int32))
    history.rated[:], history.thumbs[:] = rated, thumb
    assert did(history, 0, "Heat", Clock(Moment.of(SUNDAY), 0)) == said
