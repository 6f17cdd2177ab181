"""MovieLens latest-small of October 2016 as Parquet files, with tags and links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import ClassVar

import msgspec
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
from matinee.data.readers._naming import split_year
from matinee.data.readers._tagging import Tagging
from matinee.data.register import part
from matinee.types import Moment, Title
from matinee.types.title import Link

__all__ = ["MlSmall2016"]

_RATINGS = "mlsmall2016_ratings.parquet"
_MOVIES = "mlsmall2016_movies.parquet"
_LINKS = "mlsmall2016_links.parquet"
_TAGS = "mlsmall2016_tags.parquet"


@part("reader", "ml_small_2016")
class MlSmall2016:
    """100,004 ratings (0.5 to 5) by 671 viewers of 9,125 films, 1995 to 2016."""

    name: ClassVar[str] = "ml-small-2016"

    @classmethod
    def open(cls, where: Where) -> FilmSet:
        """Read the files; those of tags and links may be missing.

        Raises:
            LookupError: no folder is known, or a file is missing in it.
        """
        folder = data_folder(where, cls.name, (_RATINGS, _MOVIES))
        rated = by_time(
            pl.read_parquet(folder / _RATINGS).select(
                user="userId", movie="movieId", value="rating", seconds="timestamp"
            )
        )
        movies = pl.read_parquet(folder / _MOVIES).select(
            pl.col("movieId").cast(pl.Int64), "title", "genres"
        )
        return FilmSet(
            partial(_films, movies, _tags(folder), _links(folder)),
            len(movies),
            RatedFrame(cls.name, "s", timed(rated)),
            seed=2016,
            notes=interpolated(rated),
        )

    @classmethod
    def fits(cls, path: Path) -> bool:
        """Return False: this source has a name and no path."""
        del path
        return False


def _films(
    movies: pl.DataFrame,
    tags: Mapping[str, tuple[str, ...]],
    links: Mapping[int, tuple[Link, ...]],
    added: Mapping[int, Moment],
    oldest: Moment,
) -> Iterator[Title]:
    for movie, raw, genres in movies.iter_rows():
        name, year = split_year(raw or "")
        title = film(
            str(movie),
            name,
            year=year,
            listed_genres=genres or "",
            added=added.get(movie, oldest),
        )
        told = tuple(dict.fromkeys((*title.tags, *tags.get(str(movie), ()))))
        yield msgspec.structs.replace(title, tags=told, links=links.get(movie, ()))


def _tags(folder: Path) -> Mapping[str, tuple[str, ...]]:
    tagging = Tagging()
    if (folder / _TAGS).is_file():
        given = pl.read_parquet(folder / _TAGS).select("userId", "movieId", "tag").drop_nulls()
        for user, movie, tag in given.iter_rows():
            tagging.add(str(user), str(movie), tag)
    return tagging.agreed()


def _links(folder: Path) -> Mapping[int, tuple[Link, ...]]:
    if not (folder / _LINKS).is_file():
        return {}
    rows = pl.read_parquet(folder / _LINKS).select("movieId", "imdbId", "tmdbId").iter_rows()
    both = {
        movie: (("imdb", f"tt{imdb}" if imdb else ""), ("tmdb", "" if tmdb is None else str(tmdb)))
        for movie, imdb, tmdb in rows
    }
    return {
        movie: tuple(Link(source=source, id=name) for source, name in some if name)
        for movie, some in both.items()
    }
