"""Every row maker and layout keeps its contract, and every registered one is held to it."""

from __future__ import annotations

from matinee.data.register import FAMILIES
from matinee.page.layouts.stagewise import Stagewise
from matinee.page.rows.because_you_watched import BecauseYouWatched
from matinee.page.rows.continue_watching import ContinueWatching
from matinee.page.rows.genres import Genres
from matinee.page.rows.my_list import MyList
from matinee.page.rows.new import New
from matinee.page.rows.popular import Popular
from matinee.page.rows.top_picks import TopPicks
from matinee.page.rows.trending import Trending
from matinee.parts import load, names
from matinee.testing import LayoutContract, RowContract


class TestContinueWatching(RowContract):
    name = "continue_watching"
    maker = ContinueWatching()
    discovers = False


class TestMyList(RowContract):
    name = "my_list"
    maker = MyList()
    discovers = False


class TestTopPicks(RowContract):
    name = "top_picks"
    maker = TopPicks()


class TestBecauseYouWatched(RowContract):
    name = "because_you_watched"
    maker = BecauseYouWatched()


class TestTrending(RowContract):
    name = "trending"
    maker = Trending()


class TestGenres(RowContract):
    name = "genres"
    maker = Genres(minimum=3)


class TestNew(RowContract):
    name = "new"
    maker = New()


class TestPopular(RowContract):
    name = "popular"
    maker = Popular()


class TestStagewise(LayoutContract):
    name = "stagewise"
    layout = Stagewise()


def _ours(family: str) -> set[str]:
    """Return the built-in parts of a family; what other packages add brings its own tests."""
    found = {name: load(family, name) for name in names(family)}
    return {name for name, cls in found.items() if cls.__module__.startswith(FAMILIES[family])}


def test_every_row_maker_and_layout_of_ours_has_a_contract_test() -> None:
    def held(contract: type) -> set[str]:
        return {cls.name for cls in contract.__subclasses__() if cls.__module__ == __name__}

    assert held(RowContract) == _ours("row")
    assert held(LayoutContract) == _ours("layout")
