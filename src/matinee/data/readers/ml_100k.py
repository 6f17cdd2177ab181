"""MovieLens-100K as Parquet files: the oldest release, with its viewers' ages and genders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar, Self

import polars as pl

from matinee.data.readers._batch import Batch, Where
from matinee.data.readers._columns import EventColumns
from matinee.data.readers._films import film
from matinee.data.readers._frames import FilmSet, RatedFrame, by_time, data_folder, timed
from matinee.data.readers._layouts import FLAGGED_GENRES, age_group
from matinee.data.readers._naming import split_year
from matinee.data.register import part
from matinee.types import DAY_MS, Moment, Title

__all__ = ["Ml100k"]

_RATINGS = "ml100k_ratings.parquet"
_ITEMS = "ml100k_items.parquet"
_USERS = "ml100k_users.parquet"


@part("reader", "ml_100k")
@dataclass(frozen=True, slots=True, eq=False)
class Ml100k:
    """100,000 ratings (1 to 5) by 943 viewers of 1,682 films, 1997 and 1998.

    Age group and gender of viewers are kept for audits; their occupation and postal code are not.
    """

    whole: FilmSet
    interpolated: int

    name: ClassVar[str] = "ml-100k"
    step_ms: ClassVar[int] = 7 * DAY_MS

    @classmethod
    def open(cls, where: Where) -> Self:
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
        whole = FilmSet(
            partial(_films, items),
            len(items),
            RatedFrame(cls.name, "h", timed(rated)),
            seed=943,
            about={user: (age_group(age), gender) for user, age, gender in users.iter_rows()},
        )
        return cls(whole, rated["seconds"].null_count())

    @classmethod
    def fits(cls, path: Path) -> bool:
        """Return False: this source has a name and no path."""
        del path
        return False

    @property
    def newest(self) -> Moment | None:
        """When the last rating was given."""
        return self.whole.ratings.newest

    @property
    def event_lines(self) -> int:
        """How many ratings there are."""
        return len(self.whole.ratings)

    @property
    def expected(self) -> int:
        """How many records the batches hold."""
        return self.whole.expected

    @property
    def notes(self) -> Mapping[str, int]:
        """How many times are interpolated."""
        return {"times interpolated": self.interpolated} if self.interpolated else {}

    def batches(self, *, shift_ms: int) -> Iterator[Batch]:
        """Yield films, viewers and ratings. A film was added when it was first rated."""
        return self.whole.batches(shift_ms=shift_ms)

    def without_events(self, *, shift_ms: int) -> Iterator[Batch]:
        """Yield films and viewers."""
        return self.whole.without_events(shift_ms=shift_ms)

    def blocks(self) -> Iterator[EventColumns]:
        """Yield the ratings as columns."""
        return self.whole.ratings.blocks()


def _films(items: pl.DataFrame, added: Mapping[int, Moment], oldest: Moment) -> Iterator[Title]:
    for row in items.iter_rows(named=True):
        movie = row["movie_id"]
        name, year = split_year(row["movie_title"] or "")
        genres = "|".join(genre for genre in FLAGGED_GENRES if row.get(genre))
        yield film(
            str(movie), name, year=year, listed_genres=genres, added=added.get(movie, oldest)
        )
