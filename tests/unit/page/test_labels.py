"""Headings of genre rows."""

from __future__ import annotations

import pytest

from matinee.page.labels import genre_label

MOVIELENS = [
    "Action",
    "Adventure",
    "Animation",
    "Children",
    "Children's",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Fantasy",
    "Film-Noir",
    "Horror",
    "IMAX",
    "Musical",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Thriller",
    "War",
    "Western",
]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Children", "For children"),
        ("Documentary", "Documentaries"),
        ("Film-Noir", "Film noir"),
        ("Sci-Fi", "Sci-Fi"),
        ("Slow TV", "Slow TV"),
    ],
)
def test_a_genre_is_called_what_reads_well_and_else_its_name(name: str, label: str) -> None:
    assert genre_label(name) == label


def test_no_two_genres_have_one_heading() -> None:
    assert len({genre_label(name) for name in MOVIELENS}) == len(MOVIELENS)
