"""What every artwork policy keeps: a picture that the title has, and an honest probability.

class TestMine(ArtworkPolicyContract):
    name = "mine"
    policy = Mine(explore=0.1)
"""

# ruff: noqa: D102  (a test's name is its sentence)

from __future__ import annotations

from typing import ClassVar

import numpy as np

from matinee.artwork import artwork_ids, generated_id
from matinee.data import Catalogue
from matinee.parts import ArtworkPolicy, load, names
from matinee.testing.checkerboard import request_of
from matinee.types import Artwork, History, Request, Title

__all__ = ["ArtworkPolicyContract"]

_CATALOGUE = Catalogue.of(
    [
        Title(title_id="none", name="No Picture"),
        Title(
            title_id="one", name="One Picture", artworks=(Artwork(artwork_id="a", file="a.jpg"),)
        ),
        Title(
            title_id="two",
            name="Two Pictures",
            artworks=(
                Artwork(artwork_id="b", file="b.jpg"),
                Artwork(artwork_id="c", file="c.jpg"),
            ),
        ),
    ]
)
_EVERY = np.arange(len(_CATALOGUE), dtype=np.int32)


class ArtworkPolicyContract:
    """What every policy promises. The `policy` and the `name` it is registered under are yours."""

    name: ClassVar[str]
    policy: ClassVar[ArtworkPolicy]

    @property
    def request(self) -> Request:
        """Somebody who has not done anything yet."""
        return request_of(History.empty(), titles=len(_CATALOGUE))

    def test_it_is_registered_under_its_name(self) -> None:
        assert self.name in names("artwork")
        assert isinstance(self.policy, load("artwork", self.name))

    def test_every_title_gets_a_picture_of_its_own(self) -> None:
        chosen = self.policy.choose(self.request, _EVERY, _CATALOGUE)
        for choice, title in zip(chosen, _CATALOGUE.titles, strict=True):
            assert choice.what in {*artwork_ids(title), generated_id(title.title_id)}

    def test_choices_stand_in_the_order_of_the_titles(self) -> None:
        turned = self.policy.choose(self.request, _EVERY[::-1].copy(), _CATALOGUE)
        assert turned[::-1] == self.policy.choose(self.request, _EVERY, _CATALOGUE)

    def test_a_probability_is_above_zero_and_at_most_one(self) -> None:
        chosen = self.policy.choose(self.request, _EVERY, _CATALOGUE)
        assert all(0 < choice.probability <= 1 for choice in chosen)

    def test_no_titles_need_no_pictures(self) -> None:
        assert self.policy.choose(self.request, _EVERY[:0], _CATALOGUE) == []

    def test_the_same_request_gets_the_same_pictures(self) -> None:
        first = self.policy.choose(self.request, _EVERY, _CATALOGUE)
        assert self.policy.choose(self.request, _EVERY, _CATALOGUE) == first
