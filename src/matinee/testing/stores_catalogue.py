"""What every catalogue store keeps: durable rows, and versions that only grow."""

# ruff: noqa: D102  (a test's name is its sentence)

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from matinee.stores import Edit, Stores
from matinee.testing.stores_samples import NOW, StoresContract, at
from matinee.types import Artwork, Episode, Moment, Person, Title, TitleId, Window

__all__ = ["CatalogueContract"]

_RICH = Title(
    title_id="rich",
    name="Rich",
    kind="series",
    year=1995,
    genres=("Crime", "Drama"),
    tags=("slow",),
    people=(Person(name="Ann Actor", billing=2),),
    runtime_s=2700.5,
    maturity=12,
    maturity_source="label",
    windows=(Window(start=Moment(5), country="NL"),),
    released=Moment(7),
    added=Moment(9),
    episodes=(Episode(episode_id="r1", number=1, available_from=Moment(3)),),
    artworks=(Artwork(artwork_id="a1"),),
)


def _film(name: str, **said: object) -> Title:
    body = {"title_id": name, "name": name.title(), **said}
    return msgspec.convert(body, Title, dec_hook=lambda _, value: Moment.parse(value))


class CatalogueContract(StoresContract):
    """Override the fixture `stores` with empty stores whose catalogue is to be tested."""

    def test_an_empty_catalogue_has_version_0_and_no_titles(self, stores: Stores) -> None:
        assert stores.catalogue.version() == 0
        assert len(stores.catalogue.snapshot()) == 0
        assert stores.catalogue.snapshot().version == 0

    def test_a_title_is_read_back_whole(self, stores: Stores) -> None:
        stores.catalogue.upsert([_RICH], now=NOW)
        assert stores.catalogue.snapshot().titles == (_RICH,)

    def test_rows_are_dense_and_never_move(self, stores: Stores) -> None:
        stores.catalogue.upsert([_film("c"), _film("a")], now=NOW)
        stores.catalogue.upsert([_film("b"), _film("a", year=1990), _film("d")], now=NOW)
        snapshot = stores.catalogue.snapshot()
        assert snapshot.vocabulary.ids == ("c", "a", "b", "d")
        assert snapshot.years.tolist() == [-1, 1990, -1, -1]

    def test_versions_grow_by_edits_and_only_by_them(self, stores: Stores) -> None:
        first = stores.catalogue.upsert([_film("a"), _film("b")], now=NOW)
        assert first == stores.catalogue.version() == 1
        assert stores.catalogue.upsert([_film("b"), _film("a")], now=at(5)) == first
        assert stores.catalogue.upsert([], now=at(5)) == first
        assert stores.catalogue.upsert([_film("a", year=2001)], now=at(5)) == 2
        assert stores.catalogue.upsert([_film("c")], now=at(5)) == 3
        assert stores.catalogue.snapshot().version == 3

    def test_the_snapshot_is_the_same_object_while_the_version_stands(self, stores: Stores) -> None:
        stores.catalogue.upsert([_film("a")], now=NOW)
        before = stores.catalogue.snapshot()
        stores.catalogue.upsert([_film("a")], now=at(1))
        assert stores.catalogue.snapshot() is before
        stores.catalogue.upsert([_film("b")], now=at(1))
        assert stores.catalogue.snapshot() is not before
        assert len(before) == 1

    def test_a_grown_snapshot_is_that_of_a_catalogue_read_at_once(self, stores: Stores) -> None:
        for year in (1990, 1991):
            for name in ("a", "b", "c"):
                episodes = tuple(
                    Episode(episode_id=f"{name}{i}", number=i) for i in range(year - 1989)
                )
                edit = msgspec.structs.replace(
                    _film(name, year=year, kind="series", genres=[name, "x"]), episodes=episodes
                )
                stores.catalogue.upsert([edit], now=NOW)
                stores.catalogue.snapshot()
        grown = stores.catalogue.snapshot()
        assert grown.episode_rows.ids == ("a0", "b0", "c0", "a1", "b1", "c1")
        whole = type(grown).of(grown.titles, version=6, episodes=grown.episode_rows.ids)
        assert whole.genres.ids == grown.genres.ids
        for column in ("years", "has_genre", "is_series", "added", "hidden"):
            np.testing.assert_array_equal(getattr(whole, column), getattr(grown, column))

    def test_added_is_when_a_title_came_and_an_edit_keeps_it(self, stores: Stores) -> None:
        stores.catalogue.upsert([_film("a"), _film("b", added=5)], now=NOW)
        stores.catalogue.upsert([_film("a", year=1990)], now=at(9))
        assert stores.catalogue.snapshot().added.tolist() == [NOW, 5]

    def test_hiding_keeps_the_row_and_is_told_by_the_version(self, stores: Stores) -> None:
        stores.catalogue.upsert([_film("a"), _film("b")], now=NOW)
        assert stores.catalogue.hide(TitleId("a"), now=NOW)
        assert stores.catalogue.snapshot().hidden.tolist() == [True, False]
        assert stores.catalogue.version() == 2
        assert stores.catalogue.hide(TitleId("a"), now=NOW)
        assert stores.catalogue.version() == 2
        assert not stores.catalogue.hide(TitleId("z"), now=NOW)

    def test_every_version_of_a_title_is_kept(self, stores: Stores) -> None:
        stores.catalogue.upsert([_film("a"), _film("b")], now=NOW)
        stores.catalogue.upsert([_film("a", year=1990)], now=at(1))
        stores.catalogue.hide(TitleId("a"), now=at(2))
        first = _film("a", added=int(NOW))
        second = msgspec.structs.replace(first, year=1990)
        third = msgspec.structs.replace(second, hidden=True)
        assert stores.catalogue.edits(TitleId("a")) == [
            Edit(1, NOW, first),
            Edit(2, at(1), second),
            Edit(3, at(2), third),
        ]
        assert len(stores.catalogue.edits(TitleId("b"))) == 1
        assert stores.catalogue.edits(TitleId("z")) == []

    def test_of_a_title_given_twice_the_last_counts(self, stores: Stores) -> None:
        assert stores.catalogue.upsert([_film("a", year=1990), _film("a", year=1991)], now=NOW) == 1
        assert stores.catalogue.snapshot().years.tolist() == [1991]

    def test_episode_rows_are_durable_even_for_episodes_taken_out(self, stores: Stores) -> None:
        one, two = (Episode(episode_id=f"e{i}", number=i) for i in (1, 2))
        series = msgspec.structs.replace(_film("s", kind="series"), episodes=(one,))
        stores.catalogue.upsert([series], now=NOW)
        stores.catalogue.upsert([msgspec.structs.replace(series, episodes=(two,))], now=NOW)
        assert stores.catalogue.snapshot().episode_rows.ids == ("e1", "e2")

    def test_an_episode_has_one_title_and_a_refused_batch_leaves_nothing(
        self, stores: Stores
    ) -> None:
        episode = (Episode(episode_id="e1", number=1),)
        series = [msgspec.structs.replace(_film(name), episodes=episode) for name in ("s", "t")]
        with pytest.raises(ValueError, match="'e1' belongs to title 's'"):
            stores.catalogue.upsert(series, now=NOW)
        assert stores.catalogue.version() == 0
        stores.catalogue.upsert(series[:1], now=NOW)
        with pytest.raises(ValueError, match="'e1' belongs to title 's'"):
            stores.catalogue.upsert([_film("u"), series[1]], now=NOW)
        twice = msgspec.structs.replace(_film("v"), episodes=episode * 2)
        with pytest.raises(ValueError, match="twice"):
            stores.catalogue.upsert([twice], now=NOW)
        assert stores.catalogue.snapshot().vocabulary.ids == ("s",)

    def test_taking_a_title_again_changes_nothing_that_was_written_since(
        self, stores: Stores
    ) -> None:
        assert stores.catalogue.take([_film("a"), _film("b", year=1990)], now=NOW) == 1
        stores.catalogue.hide(TitleId("a"), now=at(1))
        window = (Window(end=at(9)),)
        edited = msgspec.structs.replace(_film("b", year=1990), name="B!", windows=window)
        stores.catalogue.upsert([edited], now=at(2))
        before = stores.catalogue.snapshot()
        assert stores.catalogue.take([_film("a"), _film("b", year=1990)], now=at(3)) == 3
        assert stores.catalogue.snapshot() is before

    def test_what_a_source_says_anew_is_taken_and_the_rest_stays(self, stores: Stores) -> None:
        stores.catalogue.take([_film("a", year=1990, genres=["x"])], now=NOW)
        stores.catalogue.hide(TitleId("a"), now=at(1))
        for year in (1991, 1990, 1990):  # and back
            stores.catalogue.take([_film("a", year=year, genres=["x"])], now=at(2))
            [title] = stores.catalogue.snapshot().titles
            assert title == _film("a", year=year, genres=["x"], hidden=True, added=int(NOW))
        assert stores.catalogue.version() == 4
        stores.catalogue.take([_film("a", year=1990, genres=["x"], added=5)], now=at(3))
        assert stores.catalogue.snapshot().added.tolist() == [5]

    def test_a_title_that_was_never_taken_counts_as_taken_when_it_came(
        self, stores: Stores
    ) -> None:
        window = (Window(end=at(9)),)
        made = msgspec.structs.replace(_film("a", year=1990), windows=window)
        stores.catalogue.upsert([made], now=NOW)
        stores.catalogue.upsert([msgspec.structs.replace(made, name="Mine")], now=at(1))
        stores.catalogue.hide(TitleId("a"), now=at(2))
        stores.catalogue.take([_film("a", year=1991)], now=at(3))
        [title] = stores.catalogue.snapshot().titles
        assert (title.name, title.year, title.hidden) == ("Mine", 1991, True)
        assert title.windows == window

    def test_a_refused_take_leaves_nothing(self, stores: Stores) -> None:
        episode = (Episode(episode_id="e1", number=1),)
        stores.catalogue.take([_film("a")], now=NOW)
        series = [msgspec.structs.replace(_film(name), episodes=episode) for name in ("s", "t")]
        with pytest.raises(ValueError, match="'e1' belongs to title 's'"):
            stores.catalogue.take([_film("a", year=1990), *series], now=at(1))
        broken = msgspec.structs.replace(_film("b"), year="soon")
        with pytest.raises(ValueError, match=r"title 'b'.*year"):
            stores.catalogue.take([_film("a", year=1990), broken], now=at(1))
        assert stores.catalogue.version() == 1
        stores.catalogue.take([_film("a", year=1990)], now=at(2))
        assert stores.catalogue.snapshot().years.tolist() == [1990]

    def test_a_title_that_breaks_its_schema_is_refused_by_name(self, stores: Stores) -> None:
        broken = msgspec.structs.replace(_film("a"), year="soon")
        with pytest.raises(ValueError, match=r"title 'a'.*year"):
            stores.catalogue.upsert([_film("b"), broken], now=NOW)
        assert stores.catalogue.version() == 0

    def test_numbers_may_be_written_as_python_likes(self, stores: Stores) -> None:
        stores.catalogue.upsert([_film("a", runtime_s=60)], now=NOW)
        whole = msgspec.structs.replace(_film("a"), runtime_s=60, genres=[])
        assert stores.catalogue.upsert([whole], now=NOW) == 1
