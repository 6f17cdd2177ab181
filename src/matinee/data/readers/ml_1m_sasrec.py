"""MovieLens-1M as the sequence benchmarks have it: who watched what, in which order, no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import ClassVar

import polars as pl

from matinee.data.readers._batch import Where
from matinee.data.readers._films import film
from matinee.data.readers._frames import FilmSet, RatedFrame, data_folder
from matinee.data.readers._naming import split_year
from matinee.data.register import part
from matinee.types import Moment, Title

__all__ = ["Ml1mSasrec"]

_SEQUENCES = "ml1m_sasrec.parquet"
_MOVIES = "ml1m_movies.parquet"
_FIRST = Moment.parse("2000-04-26T00:00:00Z")
_BETWEEN_MS = 60_000


@part("reader", "ml_1m_sasrec")
class Ml1mSasrec:
    """999,611 plays by 6,040 viewers of 3,416 films: the file of SASRec, BERT4Rec and gSASRec.

    It says neither times nor ratings: every viewer starts on one day and watches a film a minute,
    in the order of the file, so that only the order within a viewer means anything.
    """

    name: ClassVar[str] = "ml-1m-sasrec"

    @classmethod
    def open(cls, where: Where) -> FilmSet:
        """Read the sequences and the films.

        Raises:
            LookupError: no folder is known, or a file is missing in it.
        """
        folder = data_folder(where, cls.name, (_SEQUENCES, _MOVIES))
        rated = pl.read_parquet(folder / _SEQUENCES).select(
            user=pl.col("user_id").cast(pl.Int64),
            movie=pl.col("movie_id").cast(pl.Int64),
            value=pl.lit(None, pl.Float64),
            at_ms=_FIRST + _BETWEEN_MS * pl.int_range(pl.len()).over("user_id"),
        )
        movies = (
            pl.read_parquet(folder / _MOVIES)
            .select(movie=pl.col("movie_id").cast(pl.Int64), title="title", genres="genres")
            .join(rated.select("movie").unique(), on="movie", how="right")
            .sort("movie")
            .select("movie", "title", "genres")
        )
        frame = RatedFrame(cls.name, "q", rated.sort("user", "at_ms"))
        notes = {"times made of the order": len(rated)}
        return FilmSet(partial(_films, movies), len(movies), frame, seed=3416, notes=notes)

    @classmethod
    def fits(cls, path: Path) -> bool:
        """Return False: this source has a name and no path."""
        del path
        return False


def _films(movies: pl.DataFrame, added: Mapping[int, Moment], oldest: Moment) -> Iterator[Title]:
    for movie, raw, genres in movies.iter_rows():
        name, year = split_year(raw or "")
        yield film(
            str(movie),
            name,
            year=year,
            listed_genres=genres or "",
            added=added.get(movie, oldest),
        )
