"""Episodes as columns: viewing order, durable rows, and what is missing."""

from __future__ import annotations

import numpy as np

from matinee.data import Catalogue
from matinee.types import Episode, Moment, Title

SHOW = Title(
    title_id="show",
    name="Show",
    kind="series",
    episodes=(
        Episode(episode_id="e22", season=2, number=2, runtime_s=60.0),
        Episode(episode_id="e21", season=2, number=1, available_from=Moment(5)),
        Episode(episode_id="special", season=0, number=1),
        Episode(episode_id="e11", season=1, number=1),
    ),
)
FILM = Title(title_id="film", name="Film")


def test_episodes_stand_in_viewing_order_with_specials_first() -> None:
    catalogue = Catalogue.of([FILM, SHOW])
    order = catalogue.episode_rows.names(catalogue.episodes.in_order)
    assert order == ["special", "e11", "e21", "e22"]
    assert catalogue.episodes.indptr.tolist() == [0, 0, 4]


def test_every_episode_knows_its_place_and_its_title() -> None:
    table = Catalogue.of([FILM, SHOW]).episodes
    assert table.in_order[table.places].tolist() == list(range(4))
    assert table.titles.tolist() == [1, 1, 1, 1]


def test_durable_rows_stand_though_the_catalogue_dropped_an_episode() -> None:
    catalogue = Catalogue.of([SHOW], episodes=["gone", "e11", "e21", "e22", "special"])
    table = catalogue.episodes
    assert len(table) == 5
    assert (table.titles[0], table.places[0]) == (-1, -1)
    assert catalogue.episode_rows.names(table.in_order)[0] == "special"


def test_every_episode_knows_how_many_its_season_has() -> None:
    other = Title(
        title_id="other",
        name="Other",
        kind="series",
        episodes=(Episode(episode_id="o11", season=1, number=1),),
    )
    catalogue = Catalogue.of([SHOW, FILM, other])
    sizes = catalogue.episodes.season_sizes[catalogue.episode_rows.rows(["e21", "e11", "o11"])]
    assert sizes.tolist() == [2, 1, 1]


def test_what_is_not_known_of_an_episode_says_so() -> None:
    catalogue = Catalogue.of([SHOW])
    table, rows = catalogue.episodes, catalogue.episode_rows
    assert table.runtimes[rows.row("e22")] == 60
    assert np.isnan(table.runtimes[rows.row("e11")])
    assert table.available_from[rows.row("e21")] == 5
    assert table.available_from[rows.row("e11")] == np.iinfo(np.int64).min
