"""MovieLens-100K as Parquet files: the oldest release, with its viewers' ages and genders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import ClassVar

import polars as pl

from matinee.data.readers._batch import Where
from matinee.data.readers._films import film
from matinee.data.readers._frames import (
    FilmSet,
    RatedFrame,
    by_time,
    data_folder,
    interpolated,
    timed,
)
from matinee.data.readers._layouts import FLAGGED_GENRES, age_group
from matinee.data.readers._naming import split_year
from matinee.data.register import part
from matinee.types import Moment, Title

__all__ = ["Ml100k"]

_RATINGS = "ml100k_ratings.parquet"
_ITEMS = "ml100k_items.parquet"
_USERS = "ml100k_users.parquet"


@part("reader", "ml_100k")
class Ml100k:
    """100,000 ratings (1 to 5) by 943 viewers of 1,682 films, 1997 and 1998.

    Age group and gender of viewers are kept for audits; their occupation and postal code are not.
    """

    name: ClassVar[str] = "ml-100k"

    @classmethod
    def open(cls, where: Where) -> FilmSet:
        """Read the three files.

        Raises:
            LookupError: no folder is known, or a file is missing in it.
        """
        folder = data_folder(where, cls.name, (_RATINGS, _ITEMS, _USERS))
        rated = by_time(
            pl.read_parquet(folder / _RATINGS).select(
                user="user_id", movie="item_id", value="rating", seconds="timestamp"
            )
        )
        items = pl.read_parquet(folder / _ITEMS)
        users = pl.read_parquet(folder / _USERS, columns=["user_id", "age", "gender"])
        return FilmSet(
            partial(_films, items),
            len(items),
            RatedFrame(cls.name, "h", timed(rated)),
            seed=943,
            notes=interpolated(rated),
            about={user: (age_group(age), gender) for user, age, gender in users.iter_rows()},
        )

    @classmethod
    def fits(cls, path: Path) -> bool:
        """Return False: this source has a name and no path."""
        del path
        return False


def _films(items: pl.DataFrame, added: Mapping[int, Moment], oldest: Moment) -> Iterator[Title]:
    for row in items.iter_rows(named=True):
        movie = row["movie_id"]
        name, year = split_year(row["movie_title"] or "")
        genres = "|".join(genre for genre in FLAGGED_GENRES if row.get(genre))
        yield film(
            str(movie), name, year=year, listed_genres=genres, added=added.get(movie, oldest)
        )
