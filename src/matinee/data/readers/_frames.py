"""Films and ratings that come as data frames: what the data sets in Parquet have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import msgspec
import numpy as np
import polars as pl

from matinee.data.readers._batch import Batch, Where, event_id, in_batches
from matinee.data.readers._columns import EventColumns
from matinee.data.readers._viewers import accounts_and_profiles
from matinee.types import DAY_MS, KINDS, Event, Moment, Profile, Title
from matinee.types.event import PlayEnd, Rate

__all__ = ["FilmSet", "RatedFrame", "by_time", "data_folder", "interpolated", "timed"]

_BLOCK = 500_000


def data_folder(where: Where, name: str, files: Sequence[str]) -> Path:
    """Return the folder of a data set that is in no package.

    Raises:
        LookupError: no folder is known, or a file is missing in it.
    """
    folder = where.path or where.data_folder
    if folder is None:
        msg = (
            f"the data set {name!r} is in no package: set MATINEE_DATA to the folder that holds"
            f" {' and '.join(files)}"
        )
        raise LookupError(msg)
    for file in files:
        if not (folder / file).is_file():
            msg = f"{folder} has no {file}; MATINEE_DATA names the folder of {name}'s files"
            raise LookupError(msg)
    return folder


def by_time(rated: pl.DataFrame) -> pl.DataFrame:
    """Add to (user, movie, value, seconds) the place of each rating in its viewer's time, `pos`."""
    return rated.sort("user", "seconds", "movie", nulls_last=True).with_columns(
        pos=pl.int_range(pl.len()).over("user")
    )


def interpolated(rated: pl.DataFrame) -> Mapping[str, int]:
    """Return the note of how many times `timed` fills in; none where that is nothing."""
    missing = rated["seconds"].null_count()
    return {"times interpolated": missing} if missing else {}


def timed(rated: pl.DataFrame) -> pl.DataFrame:
    """Turn (user, movie, value, seconds, pos) into (user, movie, value, at_ms), times filled in.

    A missing time lies between the known ones before and after it, in proportion to `pos`; at
    either end of a history it is the nearest known one. A viewer without any known time gets
    that of the viewer before, since viewers are numbered by time. Ratings within one second keep
    their order by milliseconds.
    """
    seconds = pl.col("seconds").cast(pl.Float64)
    return (
        rated.sort("user", "pos", maintain_order=True)
        .with_columns(at_s=seconds.interpolate_by(pl.col("pos").cast(pl.Int64)).over("user"))
        .with_columns(pl.col("at_s").forward_fill().backward_fill().over("user"))
        .with_columns(pl.col("at_s").forward_fill().backward_fill())
        .with_columns(pl.col("at_s").floor().cast(pl.Int64))
        .with_columns(place=pl.int_range(pl.len()).over("user", "at_s"))
        .select(
            user=pl.col("user").cast(pl.Int64),
            movie=pl.col("movie").cast(pl.Int64),
            value=pl.col("value").cast(pl.Float64),
            at_ms=pl.col("at_s") * 1000 + pl.col("place").clip(0, 999),
        )
    )


@dataclass(frozen=True, slots=True, eq=False)
class RatedFrame:
    """The ratings of a data set; those of which only the play is known have no value."""

    source: str
    prefix: str
    """Stands before a viewer's number in its profile id."""
    rated: pl.DataFrame  # user, movie, value (0 to 5, null: a play), at_ms; by user and time

    def __len__(self) -> int:
        return len(self.rated)

    @property
    def newest(self) -> Moment | None:
        """When the last rating was given."""
        return Moment(self.rated["at_ms"].to_numpy().max()) if len(self.rated) else None

    @property
    def viewers(self) -> int:
        """How many viewers rated."""
        return self.rated["user"].n_unique()

    def added(self, *, shift_ms: int) -> Mapping[int, Moment]:
        """Return when each movie was first rated, times moved."""
        first = self.rated.group_by("movie").agg(pl.col("at_ms").min())
        return {movie: Moment(at + shift_ms) for movie, at in first.iter_rows()}

    def people(
        self, *, seed: int, about: Mapping[int, tuple[str | None, str | None]] | None = None
    ) -> Iterator[Batch]:
        """Yield an account and a profile for each viewer; `about` is age group and gender."""
        users = self.rated["user"].unique(maintain_order=True).to_list()
        named = accounts_and_profiles(list(map(str, users)), prefix=self.prefix, seed=seed)
        for some in in_batches(zip(users, named, strict=True)):
            yield Batch(
                accounts=tuple(account for _, (account, _) in some),
                profiles=tuple(_described(one, (about or {}).get(u)) for u, (_, one) in some),
            )

    def batches(self, *, shift_ms: int) -> Iterator[Batch]:
        """Yield the events."""
        for events in in_batches(self._events(shift_ms)):
            yield Batch(events=events)

    def _events(self, shift_ms: int) -> Iterator[Event]:
        for user, movie, value, at_ms in self.rated.iter_rows():
            profile, title, at = f"{self.prefix}{user}", str(movie), Moment(at_ms + shift_ms)
            name = event_id(self.source, profile, title, at_ms)
            if value is None:
                yield PlayEnd(event_id=name, profile_id=profile, title_id=title, at=at)
            else:
                yield Rate(event_id=name, profile_id=profile, title_id=title, at=at, value=value)

    def blocks(self) -> Iterator[EventColumns]:
        """Yield the events as columns."""
        play, rate = KINDS.index("play_end"), KINDS.index("rate")
        for some in self.rated.iter_slices(_BLOCK):
            users, of_profile = np.unique(some["user"].to_numpy(), return_inverse=True)
            movies, of_title = np.unique(some["movie"].to_numpy(), return_inverse=True)
            known = some["value"].is_not_null().to_numpy()
            yield EventColumns(
                profiles=tuple(f"{self.prefix}{user}" for user in users.tolist()),
                titles=tuple(map(str, movies.tolist())),
                of_profile=of_profile.astype(np.int32),
                of_title=of_title.astype(np.int32),
                kinds=np.where(known, rate, play).astype(np.uint8),
                values=some["value"].fill_null(np.nan).to_numpy(),
                at=some["at_ms"].to_numpy(),
                lines=np.zeros(len(some), np.int64),
            )


def _described(profile: Profile, about: tuple[str | None, str | None] | None) -> Profile:
    if about is None:
        return profile
    return msgspec.structs.replace(profile, age_group=about[0], gender=about[1])


@dataclass(frozen=True, slots=True, eq=False)
class FilmSet:
    """A data set as a whole, and the `BulkReader` of it: films, who rated them, the ratings."""

    films: Callable[[Mapping[int, Moment], Moment], Iterator[Title]]
    """Makes the titles, given when each movie was first rated and when any was."""
    count: int
    """How many films there are."""
    ratings: RatedFrame
    seed: int
    """Of the viewers' names."""
    notes: Mapping[str, int]
    """What a reader of the report should know, counted."""
    about: Mapping[int, tuple[str | None, str | None]] = field(default_factory=dict)
    """Age group and gender of viewers, where they are said."""

    step_ms: ClassVar[int] = 7 * DAY_MS

    @property
    def name(self) -> str:
        """The source's name, which enters the ids of its events."""
        return self.ratings.source

    @property
    def newest(self) -> Moment | None:
        """When the last rating was given."""
        return self.ratings.newest

    @property
    def event_lines(self) -> int:
        """How many ratings there are."""
        return len(self.ratings)

    @property
    def expected(self) -> int:
        """How many records there are."""
        return self.count + self.ratings.viewers + len(self.ratings)

    def without_events(self, *, shift_ms: int) -> Iterator[Batch]:
        """Yield films and viewers."""
        added = self.ratings.added(shift_ms=shift_ms)
        oldest = min(added.values(), default=Moment(shift_ms))
        for titles in in_batches(self.films(added, oldest)):
            yield Batch(titles=titles)
        yield from self.ratings.people(seed=self.seed, about=self.about)

    def batches(self, *, shift_ms: int) -> Iterator[Batch]:
        """Yield films, viewers and ratings. A film was added when it was first rated."""
        yield from self.without_events(shift_ms=shift_ms)
        yield from self.ratings.batches(shift_ms=shift_ms)

    def blocks(self) -> Iterator[EventColumns]:
        """Yield the ratings as columns."""
        return self.ratings.blocks()
