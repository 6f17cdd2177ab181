"""What readers of MovieLens share: genres, ages, viewers' names, ids of events."""

from __future__ import annotations

from uuid import UUID

import pytest

from matinee.data.readers import event_id
from matinee.data.readers._batch import in_batches
from matinee.data.readers._films import estimated_age, film, genres_and_tags
from matinee.data.readers._viewers import accounts_and_profiles, viewer_names


def test_imax_is_a_tag_and_no_genres_are_none() -> None:
    assert genres_and_tags("Action|IMAX|Children's") == (("Action", "Children"), ("IMAX",))
    assert genres_and_tags("(no genres listed)") == ((), ())
    assert genres_and_tags("") == ((), ())


@pytest.mark.parametrize(
    ("genres", "age"),
    [
        (("Children", "Comedy"), 7),
        (("Children", "Horror"), None),
        (("Children", "War"), None),
        (("Animation", "Comedy"), None),
        ((), None),
    ],
)
def test_only_films_made_for_children_are_guessed(genres: tuple[str, ...], age: int | None) -> None:
    assert estimated_age(genres) == age


@pytest.mark.parametrize(
    ("label", "genres", "said"),
    [
        ("R", "Children", (17, "label", 17)),
        ("PG", "Drama", (8, "label", 8)),
        ("Approved", "Children", (7, "estimated", 7)),
        (None, "Children|Thriller", (18, "unknown", 18)),
        ("G", "Drama", (0, "label", 0)),
    ],
)
def test_a_label_goes_before_a_guess_and_unknown_is_for_adults(
    label: str | None, genres: str, said: tuple[int, str, int]
) -> None:
    title = film("1", "Some", year=2000, listed_genres=genres, label=label)
    assert (title.maturity, title.maturity_source, title.minimum_age) == said


def test_a_film_without_a_name_is_called_by_its_id() -> None:
    assert film("77", "", year=None, listed_genres="").name == "Untitled 77"


def test_ten_thousand_viewers_have_distinct_names() -> None:
    names = viewer_names(10_000, seed=1)
    assert len(set(names)) == 10_000
    assert " " not in names[0]


def test_names_follow_the_seed() -> None:
    assert viewer_names(50, seed=1) == viewer_names(50, seed=1)
    assert viewer_names(50, seed=1) != viewer_names(50, seed=2)


def test_every_viewer_has_an_account_of_their_own() -> None:
    pairs = list(accounts_and_profiles(["3", "9"], prefix="p", seed=1))
    assert [profile.profile_id for _, profile in pairs] == ["p3", "p9"]
    assert [account.account_id for account, _ in pairs] == [
        profile.account_id for _, profile in pairs
    ]
    assert len({account.account_id for account, _ in pairs}) == 2


def test_nothing_is_said_of_a_viewers_age_or_gender() -> None:
    [(_, profile)] = accounts_and_profiles(["1"], prefix="p", seed=1)
    assert (profile.age_group, profile.gender) == (None, None)


def test_an_event_id_is_a_uuid_of_version_five_of_all_four_facts() -> None:
    facts = ("small", "p1", "31", 1000)
    assert UUID(event_id(*facts)).version == 5
    assert event_id(*facts) == event_id(*facts)
    others = {
        event_id("other", "p1", "31", 1000),
        event_id("small", "p2", "31", 1000),
        event_id("small", "p1", "32", 1000),
        event_id("small", "p1", "31", 1001),
        event_id("small", "p13", "1", 1000),
    }
    assert len(others | {event_id(*facts)}) == 6


def test_batches_hold_everything_in_order() -> None:
    assert list(in_batches(range(7), 3)) == [(0, 1, 2), (3, 4, 5), (6,)]
    assert list(in_batches([], 3)) == []
