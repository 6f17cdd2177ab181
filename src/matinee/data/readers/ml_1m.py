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

from matinee.data.readers._batch import Batch, Picture, Where, event_id, in_batches
from matinee.data.readers._films import film
from matinee.data.readers._naming import split_year
from matinee.data.readers._viewers import accounts_and_profiles
from matinee.data.register import part
from matinee.types import DAY_MS, Artwork, Event, Moment, Title
from matinee.types.event import PlayEnd, Rate

__all__ = ["Ml1m"]

_PREFIX = "m"
_NAMES_SEED = 6040
_INTERACTIONS = "ml1m_interactions.parquet"
_MOVIES = "ml1m_movies.parquet"
_POSTERS = "ml1m_posters.parquet"
_PLOTS = "ml1m_dbpedia_abstracts.parquet"
_GREY = frozenset({571, 769, 1421})
"""Movies whose poster file is a grey placeholder."""
_PICTURES_AT_ONCE = 256


@part("reader", "ml_1m")
@dataclass(frozen=True, slots=True, eq=False)
class Ml1m:
    """1,000,209 ratings (1 to 5) by 6,040 viewers of 3,883 films, in the order they were given.

    Ratings within one second keep their order by milliseconds.
    """

    folder: Path
    movies: pl.DataFrame  # movie, title, genres, plot, poster
    rated: pl.DataFrame  # user, movie, value (null: three or less), at_ms; by user and order
    interpolated: int

    name: ClassVar[str] = "ml-1m"
    step_ms: ClassVar[int] = 7 * DAY_MS

    @classmethod
    def open(cls, where: Where) -> Self:
        """Read everything but the posters.

        Raises:
            LookupError: no folder is known, or a file is missing in it.
        """
        folder = where.path or where.data_folder
        if folder is None:
            msg = (
                "the data set 'ml-1m' is in no package: set MATINEE_DATA to the folder that holds"
                f" {_INTERACTIONS} and {_MOVIES}"
            )
            raise LookupError(msg)
        for file in (_INTERACTIONS, _MOVIES):
            if not (folder / file).is_file():
                msg = f"{folder} has no {file}; MATINEE_DATA names the folder of ml-1m's files"
                raise LookupError(msg)
        rated = pl.read_parquet(folder / _INTERACTIONS)
        return cls(folder, _movies(folder), _timed(rated), rated["timestamp"].null_count())

    @classmethod
    def fits(cls, path: Path) -> bool:
        """Return whether it is a folder with the ratings file."""
        return (path / _INTERACTIONS).is_file()

    @property
    def newest(self) -> Moment | None:
        """When the last rating was given."""
        return Moment(self.rated["at_ms"].to_numpy().max()) if len(self.rated) else None

    @property
    def expected(self) -> int:
        """How many records the batches hold."""
        posters = int(self.movies["poster"].is_not_null().sum())
        return len(self.movies) + self.rated["user"].n_unique() + len(self.rated) + posters

    @property
    def notes(self) -> Mapping[str, int]:
        """How many times are interpolated and how many ratings are only known as low."""
        return {
            "times interpolated": self.interpolated,
            "low ratings taken as plays": self.rated["value"].null_count(),
        }

    def batches(self, *, shift_ms: int) -> Iterator[Batch]:
        """Yield films, viewers, ratings and posters. A film was added when it was first rated."""
        first = dict(self.rated.group_by("movie").agg(pl.col("at_ms").min()).iter_rows())
        oldest = min(first.values(), default=0)
        for movies in in_batches(self.movies.iter_rows()):
            yield Batch(
                titles=tuple(
                    _title(*row, added=Moment(first.get(row[0], oldest) + shift_ms))
                    for row in movies
                )
            )
        users = self.rated["user"].unique(maintain_order=True).cast(pl.String).to_list()
        for some in in_batches(accounts_and_profiles(users, prefix=_PREFIX, seed=_NAMES_SEED)):
            yield Batch(
                accounts=tuple(account for account, _ in some),
                profiles=tuple(profile for _, profile in some),
            )
        for events in in_batches(_events(self.rated, source=self.name, shift_ms=shift_ms)):
            yield Batch(events=events)
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


def _timed(rated: pl.DataFrame) -> pl.DataFrame:
    """Return the ratings with every time filled in, as milliseconds.

    A missing time lies between the known ones before and after it, in proportion to `pos`; at
    either end of a history it is the nearest known one. A viewer without any known time gets
    that of the viewer before, since viewers are numbered by time.
    """
    seconds = pl.col("timestamp").cast(pl.Float64)
    return (
        rated.sort("user_id", "pos")
        .with_columns(at_s=seconds.interpolate_by(pl.col("pos").cast(pl.Int64)).over("user_id"))
        .with_columns(pl.col("at_s").forward_fill().backward_fill().over("user_id"))
        .with_columns(pl.col("at_s").forward_fill().backward_fill())
        .with_columns(pl.col("at_s").floor().cast(pl.Int64))
        .with_columns(place=pl.int_range(pl.len()).over("user_id", "at_s"))
        .select(
            user=pl.col("user_id").cast(pl.Int64),
            movie=pl.col("movie_id").cast(pl.Int64),
            value=pl.col("rating").cast(pl.Float64),
            at_ms=pl.col("at_s") * 1000 + pl.col("place").clip(0, 999),
        )
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


def _events(rated: pl.DataFrame, *, source: str, shift_ms: int) -> Iterator[Event]:
    for user, movie, value, at_ms in rated.iter_rows():
        profile, title, at = f"{_PREFIX}{user}", str(movie), Moment(at_ms + shift_ms)
        name = event_id(source, profile, title, at_ms)
        if value is None:
            yield PlayEnd(event_id=name, profile_id=profile, title_id=title, at=at)
        else:
            yield Rate(event_id=name, profile_id=profile, title_id=title, at=at, value=value)
