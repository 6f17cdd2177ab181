"""What follows what, on cases whose answers are known by thought."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matinee.models.interactions import fading
from matinee.models.sources.next_knn import NextKNN
from matinee.testing.checkerboard import NOW, dataset_of, history_of, request_of
from matinee.types import DAY_MS, History

RNG = np.random.default_rng(0)
PLAIN = NextKNN(reach=1.0, memory=1.0, back=0.0, alpha=0.5, shrinkage=0.0, power=0.0)


def in_turn(*titles: int) -> History:
    """Return likes of these titles, one a day, the last of them newest."""
    history = history_of(list(titles))
    ages = np.arange(len(titles))[::-1] * DAY_MS
    return replace(history, at=NOW - 1 - ages)


def test_a_title_is_proposed_after_the_one_it_follows_and_not_before_it() -> None:
    data = dataset_of([in_turn(0, 1), in_turn(2, 1)], titles=3)
    links = PLAIN.fit(data, RNG).links.matrix.toarray()
    assert links[0, 1] == pytest.approx(1 / np.sqrt(2))
    assert not links[1].any()


def test_what_came_before_counts_by_the_share_that_was_asked_for() -> None:
    data = dataset_of([in_turn(0, 1)], titles=2)
    links = replace(PLAIN, back=0.25).fit(data, RNG).links.matrix.toarray()
    assert links.tolist() == [[0, 1], [0.25, 0]]


def test_each_title_between_two_halves_what_they_count_up_to_five_halvings() -> None:
    data = dataset_of([in_turn(*range(9))], titles=9)
    links = PLAIN.fit(data, RNG).links.matrix.toarray()
    assert links[0, 1:].tolist() == [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 0, 0]


def test_a_dislike_between_two_likes_is_passed_over() -> None:
    disliked = replace(in_turn(0, 2, 1), weights=np.array([1, -1, 1], np.float32))
    links = PLAIN.fit(dataset_of([disliked], titles=3), RNG).links.matrix.toarray()
    assert links[0, 1] == 1


def test_one_profile_never_follows_another() -> None:
    data = dataset_of([in_turn(0), in_turn(1)], titles=2)
    assert not PLAIN.fit(data, RNG).links.matrix.nnz


def test_the_newest_like_decides_where_two_speak_for_different_titles() -> None:
    data = dataset_of([in_turn(0, 2)] * 3 + [in_turn(1, 3)] * 3, titles=4)
    fitted = PLAIN.fit(data, RNG)
    for first, last in ((0, 1), (1, 0)):
        scores = fitted.scores([request_of(in_turn(first, last), titles=4)])[0]
        assert scores[[first + 2, last + 2]].tolist() == [0.5, 1]


def test_likes_fade_by_how_many_are_newer_and_dislikes_count_for_nothing() -> None:
    history = replace(in_turn(4, 7, 2, 5), weights=np.array([1, 1, -1, 1], np.float32))
    assert fading(history, 1.0).tolist() == [0.25, 0.5, 0, 1]


def test_of_likes_at_one_moment_the_higher_row_is_the_newer() -> None:
    assert fading(history_of([5, 2, 9]), 1.0).tolist() == [0.5, 0.25, 1]


@pytest.mark.parametrize(
    "settings",
    [
        {"neighbours": 0},
        {"reach": 0.0},
        {"memory": 0.0},
        {"back": 1.5},
        {"alpha": -0.1},
        {"shrinkage": -1.0},
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        NextKNN(**settings)  # type: ignore[arg-type]  # the bad value is the test
