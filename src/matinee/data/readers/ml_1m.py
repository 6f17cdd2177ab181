"""MovieLens-1M as Parquet files in one folder, with posters and plots where they are there.

Of a quarter of its ratings only "three or less" is known, and a third have no time. The first
become plays without an opinion; the times are interpolated between those of the same viewer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import polars as pl

from matinee.data.readers._batch import Batch, Picture, Where, in_batches
from matinee.data.readers._columns import EventColumns
from matinee.data.readers._films import film
from matinee.data.readers._frames import RatedFrame, data_folder, timed
from matinee.data.readers._layouts import age_group
from matinee.data.readers._naming import split_year
from matinee.data.register import part
from matinee.types import DAY_MS, Artwork, Moment, Title

__all__ = ["Ml1m"]

_PREFIX = "m"
_NAMES_SEED = 6040
_INTERACTIONS = "ml1m_interactions.parquet"
_MOVIES = "ml1m_movies.parquet"
_POSTERS = "ml1m_posters.parquet"
_PLOTS = "ml1m_dbpedia_abstracts.parquet"
_USERS = "ml1m_users.parquet"
_GREY = frozenset({571, 769, 1421})
"""Movies whose poster file is a grey placeholder."""
_PICTURES_AT_ONCE = 256


@part("reader", "ml_1m")
@dataclass(frozen=True, slots=True, eq=False)
class Ml1m:
    """1,000,209 ratings (1 to 5) by 6,040 viewers of 3,883 films, in the order they were given.

    Age group and gender of viewers are kept for audits where their file is there.
    """

    folder: Path
    movies: pl.DataFrame  # movie, title, genres, plot, poster
    rated: RatedFrame
    interpolated: int

    name: ClassVar[str] = "ml-1m"
    step_ms: ClassVar[int] = 7 * DAY_MS

    @classmethod
    def open(cls, where: Where) -> Self:
        """Read everything but the posters.

        Raises:
            LookupError: no folder is known, or a file is missing in it.
        """
        folder = data_folder(where, cls.name, (_INTERACTIONS, _MOVIES))
        rated = pl.read_parquet(folder / _INTERACTIONS).select(
            "pos", user="user_id", movie="movie_id", value="rating", seconds="timestamp"
        )
        frame = RatedFrame(cls.name, _PREFIX, timed(rated))
        return cls(folder, _movies(folder), frame, rated["seconds"].null_count())

    @classmethod
    def fits(cls, path: Path) -> bool:
        """Return whether it is a folder with the ratings file."""
        return (path / _INTERACTIONS).is_file()

    @property
    def newest(self) -> Moment | None:
        """When the last rating was given."""
        return self.rated.newest

    @property
    def event_lines(self) -> int:
        """How many ratings there are."""
        return len(self.rated)

    @property
    def expected(self) -> int:
        """How many records the batches hold."""
        posters = int(self.movies["poster"].is_not_null().sum())
        return len(self.movies) + self.rated.viewers + len(self.rated) + posters

    @property
    def notes(self) -> Mapping[str, int]:
        """How many times are interpolated and how many ratings are only known as low."""
        return {
            "times interpolated": self.interpolated,
            "low ratings taken as plays": self.rated.rated["value"].null_count(),
        }

    def batches(self, *, shift_ms: int) -> Iterator[Batch]:
        """Yield films, viewers, posters and ratings. A film was added when it was first rated."""
        yield from self.without_events(shift_ms=shift_ms)
        yield from self.rated.batches(shift_ms=shift_ms)

    def blocks(self) -> Iterator[EventColumns]:
        """Yield the ratings as columns."""
        return self.rated.blocks()

    def without_events(self, *, shift_ms: int) -> Iterator[Batch]:
        """Yield films, viewers and posters."""
        first = self.rated.added(shift_ms=shift_ms)
        oldest = min(first.values(), default=Moment(shift_ms))
        for movies in in_batches(self.movies.iter_rows()):
            yield Batch(
                titles=tuple(_title(*row, added=first.get(row[0], oldest)) for row in movies)
            )
        yield from self.rated.people(seed=_NAMES_SEED, about=_users(self.folder))
        yield from self._pictures()

    def _pictures(self) -> Iterator[Batch]:
        files = dict(self.movies.drop_nulls("poster").select("movie", "poster").iter_rows())
        if not files:
            return
        posters = pl.scan_parquet(self.folder / _POSTERS).select("movie_id", "image")
        start = 0
        while len(some := posters.slice(start, _PICTURES_AT_ONCE).collect()):
            start += _PICTURES_AT_ONCE
            yield Batch(
                pictures=tuple(
                    Picture(files[movie], image)
                    for movie, image in some.iter_rows()
                    if movie in files
                )
            )


def _users(folder: Path) -> dict[int, tuple[str | None, str | None]]:
    """Return age group and gender of each viewer, for audits; nothing where they are not told."""
    file = folder / _USERS
    if not file.is_file():
        return {}
    told = pl.read_parquet(file, columns=["user_id", "age", "gender"])
    return {
        user: (None if age is None else age_group(age), gender or None)
        for user, age, gender in told.iter_rows()
    }


def _movies(folder: Path) -> pl.DataFrame:
    movies = pl.read_parquet(folder / _MOVIES).select(
        movie=pl.col("movie_id").cast(pl.Int64), title="title", genres="genres"
    )
    plots, posters = folder / _PLOTS, folder / _POSTERS
    if plots.is_file():
        told = pl.read_parquet(plots).select(
            movie=pl.col("movie_id").cast(pl.Int64), plot=pl.col("abstract").str.strip_chars()
        )
        movies = movies.join(told.unique("movie", keep="first"), on="movie", how="left")
    else:
        movies = movies.with_columns(plot=pl.lit(None, pl.String))
    shown: list[int] = []
    if posters.is_file():
        shown = pl.read_parquet(posters, columns=["movie_id"])["movie_id"].to_list()
    files = {movie: f"ml1m-{movie}.jpg" for movie in shown if movie not in _GREY}
    return movies.with_columns(
        poster=pl.col("movie").replace_strict(files, default=None, return_dtype=pl.String)
    )


def _title(
    movie: int, title: str, genres: str, plot: str | None, poster: str | None, *, added: Moment
) -> Title:
    name, year = split_year(title)
    return film(
        str(movie),
        name,
        year=year,
        listed_genres=genres,
        synopsis=(plot or "")[:20_000],
        added=added,
        artworks=(Artwork(artwork_id=f"{movie}-p", file=poster),) if poster else (),
    )
