"""Which pictures a title has and where they are served."""

from __future__ import annotations

import numpy as np

from matinee.artwork import (
    artwork_file,
    artwork_ids,
    artwork_url,
    generated_id,
    title_of_generated,
)
from matinee.artwork.policies.default import Default
from matinee.data import Catalogue
from matinee.testing.checkerboard import request_of
from matinee.types import Artwork, Choice, History, Title

BARE = Title(title_id="31", name="Bare")
DRESSED = Title(
    title_id="32",
    name="Dressed",
    artworks=(
        Artwork(artwork_id="32-logo", file="logo.png", kind="logo"),
        Artwork(artwork_id="32-plan"),
        Artwork(artwork_id="32-a", file="a.jpg"),
        Artwork(artwork_id="32-b", file="b.jpg"),
    ),
)


def test_only_posters_with_a_file_are_pictures_of_a_title() -> None:
    assert artwork_ids(DRESSED) == ("32-a", "32-b")
    assert artwork_ids(BARE) == ("31-g",)


def test_a_generated_poster_is_known_by_its_id() -> None:
    assert title_of_generated(generated_id("31")) == "31"
    assert title_of_generated("32-a") is None
    assert title_of_generated("-g") is None
    assert title_of_generated(generated_id("odd-g")) == "odd-g"


def test_files_are_served_by_name_and_generated_posters_by_id() -> None:
    assert artwork_url("32-a", artwork_file(DRESSED, "32-a")) == "/art/a.jpg"
    assert artwork_url("31-g", artwork_file(BARE, "31-g")) == "/art/31-g.svg"


def test_the_default_policy_takes_the_first_picture_for_certain() -> None:
    catalogue = Catalogue.of([BARE, DRESSED])
    request = request_of(History.empty(), titles=2)
    chosen = Default().choose(request, np.array([1, 0], np.int32), catalogue)
    assert chosen == [Choice("32-a", 1.0), Choice("31-g", 1.0)]
