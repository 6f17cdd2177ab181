"""The hard rules, one at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matinee.data import Catalogue
from matinee.features import eligible, unseen
from matinee.types import History, Moment, Profile, Title, Window

NOW = Moment(1_000_000)
CATALOGUE = Catalogue.of(
    [
        Title(
            title_id="all", name="For all", genres=("Comedy",), maturity=0, maturity_source="label"
        ),
        Title(title_id="ten", name="From ten", maturity=10, maturity_source="label"),
        Title(title_id="teen", name="From sixteen", maturity=16, maturity_source="estimated"),
        Title(title_id="unknown", name="Of unknown age", genres=("Drama",), maturity=0),
        Title(title_id="hidden", name="Hidden", maturity=0, maturity_source="label", hidden=True),
        Title(
            title_id="here",
            name="Only in the Netherlands",
            maturity=0,
            maturity_source="label",
            windows=(Window(country="NL", end=Moment(2_000_000)),),
        ),
    ]
)
ADULT = Profile(profile_id="p", account_id="a")


def names(profile: Profile = ADULT, **asked: object) -> set[str]:
    """Return the ids of what is eligible."""
    flags = eligible(
        CATALOGUE,
        **{"profile": profile, "history": History.empty(), "at": NOW, "country": None} | asked,
    )
    return set(CATALOGUE.vocabulary.names(np.flatnonzero(flags)))


def test_an_adult_sees_all_that_is_available() -> None:
    assert names() == {"all", "ten", "teen", "unknown"}


@pytest.mark.parametrize(
    ("maturity", "kids", "seen"),
    [
        (16, False, {"all", "ten", "teen"}),
        (9, False, {"all"}),
        (18, True, {"all", "ten"}),
        (6, True, {"all"}),
    ],
)
def test_nothing_above_the_profiles_age_is_eligible(maturity, kids, seen) -> None:
    profile = Profile(profile_id="p", account_id="a", maturity=maturity, kids=kids)
    assert names(profile) == seen


def test_a_title_of_unknown_age_counts_as_eighteen() -> None:
    assert "unknown" not in names(Profile(profile_id="p", account_id="a", maturity=17))


def test_a_window_opens_for_its_country_and_closes() -> None:
    assert "here" in names(country="NL")
    assert "here" not in names(country="DE")
    assert "here" not in names(country="NL", at=Moment(2_000_000))


def test_blocked_and_excluded_titles_are_not_eligible() -> None:
    history = replace(History.of_titles(np.array([0], np.int32)), blocked=np.array([True]))
    assert "all" not in names(history=history)
    assert "ten" not in names(exclude=[1, 99, -1])


def test_a_genre_filter_keeps_titles_of_any_of_the_genres() -> None:
    assert names(genres=["Comedy", "Drama"]) == {"all", "unknown"}
    assert names(genres=["Opera"]) == set()


def test_only_what_was_seen_is_not_unseen() -> None:
    history = History.of_titles(np.array([0, 1], np.int32))
    history.seen[1] = False
    assert unseen(CATALOGUE, history).tolist() == [False, True, True, True, True, True]


def test_who_watches_matters_only_by_age_and_kids() -> None:
    other = Profile(profile_id="q", account_id="a", gender="x", age_group="50+", language="fi")
    assert names(other) == names()
