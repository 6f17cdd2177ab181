"""Words for moments, lengths and lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from matinee.page.sentences import Clock, joined, likes, plays
from matinee.types import Moment

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
