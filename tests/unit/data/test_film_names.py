"""Names of films, from how data sets file them to how people say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.data.readers._naming import alternatives, display_name, join_key, split_year


@pytest.mark.parametrize(
    ("filed", "said"),
    [
        ("Red Balloon, The", "The Red Balloon"),
        ("Red Balloon, The (Ballon rouge, Le)", "The Red Balloon"),
        ("Seven (a.k.a. Se7en)", "Seven"),
        ("Avventura, L' (Adventure, The)", "L'Avventura"),
        ("Femme Nikita, La (Nikita)", "La Femme Nikita"),
        ("Babies (Bébé(s))", "Babies"),
        ("(500) Days of Summer", "(500) Days of Summer"),
        ("Blind Side, The ", "The Blind Side"),
        ("Crouching Tiger, Hidden Dragon", "Crouching Tiger, Hidden Dragon"),
        ("Eye, The (Gin gwai) (Jian gui)", "The Eye"),
        ("(untitled)", "(untitled)"),
    ],
)
def test_a_filed_name_is_said_as_people_say_it(filed: str, said: str) -> None:
    assert display_name(filed) == said


def test_names_in_brackets_are_other_names() -> None:
    assert alternatives("Seven (a.k.a. Se7en)") == ("Se7en",)
    assert alternatives("Eye, The (Gin gwai) (Jian gui)") == ("Gin gwai", "Jian gui")
    assert alternatives("Red Balloon, The (Ballon rouge, Le)") == ("Le Ballon rouge",)
    assert alternatives("Plain") == ()


@pytest.mark.parametrize(
    ("raw", "name", "year"),
    [
        ("Heat (1995)", "Heat", 1995),
        ("Twin Town (1989-1991) ", "Twin Town", 1989),
        ("No Year", "No Year", None),
        ("1984 (1984)", "1984", 1984),
        ("Title (Other) (2001)", "Title (Other)", 2001),
    ],
)
def test_the_year_at_the_end_is_split_off(raw: str, name: str, year: int | None) -> None:
    assert split_year(raw) == (name, year)


def test_two_sources_spellings_of_a_name_have_one_key() -> None:
    assert join_key("Misérables, Les") == join_key("Les Miserables")
    assert join_key("Gleaners & I, The") == join_key("The Gleaners and I")
    assert join_key("Alien") != join_key("Aliens")


def test_a_name_that_is_only_an_article_keeps_a_key() -> None:
    assert join_key("The") == "the"


@given(st.text(st.characters(exclude_characters=",()"), max_size=60))
def test_a_name_without_commas_and_brackets_only_loses_spare_spaces(name: str) -> None:
    assert display_name(name) == " ".join(name.split())
