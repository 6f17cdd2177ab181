"""The parts of this package keep the same contracts as Matinee's own."""

from __future__ import annotations

from matinee_plugin_example.liked_together import LikedTogether
from matinee_plugin_example.short_films import ShortFilms

from matinee.testing import RowContract, SourceContract


class TestLikedTogether(SourceContract):
    name = "liked_together"
    recipe = LikedTogether()


class TestShortFilms(RowContract):
    name = "short_films"
    maker = ShortFilms()
