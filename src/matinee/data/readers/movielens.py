"""A folder of MovieLens CSV files: `ratings.csv` and `movies.csv`, as in ml-latest and ml-25m."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

from matinee.data.readers._batch import Batch, Refusal, Where, in_batches
from matinee.data.readers._films import film, ratings
from matinee.data.readers._naming import split_year
from matinee.data.readers._viewers import accounts_and_profiles
from matinee.data.register import part
from matinee.types import DAY_MS, Moment, Title

__all__ = ["MovieLens"]

_PREFIX = "u"
_NAMES_SEED = 1995
_MOST = 5.0
_LATEST_S = 4_102_444_800
_NUMBER = re.compile(r"\d{1,12}")
_COLUMNS = {
    "ratings.csv": ["userId", "movieId", "rating", "timestamp"],
    "movies.csv": ["movieId", "title", "genres"],
}

_Rating = tuple[str, str, float, int]


@part("reader", "movielens")
@dataclass(frozen=True, slots=True, eq=False)
class MovieLens:
    """Ratings from 0 to 5, times in seconds; a home holds one such folder.

    `links.csv` and `tags.csv` are not read.
    """

    folder: Path
    users: tuple[str, ...]
    first_ms: Mapping[str, int]
    """When each movie was first rated."""
    newest: Moment | None
    expected: int

    name: ClassVar[str] = "movielens"
    step_ms: ClassVar[int] = 7 * DAY_MS
    notes: ClassVar[Mapping[str, int]] = {}

    @classmethod
    def open(cls, where: Where) -> Self:
        """Go through the ratings once for viewers and times.

        Raises:
            LookupError: no path was given, or a file is missing.
            ValueError: a file has other columns.
        """
        path = where.given_path(cls.name)
        folder = path if path.is_dir() else path.parent
        for file, columns in _COLUMNS.items():
            _check_columns(folder / file, columns)
        users: dict[str, None] = {}
        first: dict[str, int] = {}
        newest, count = None, 0
        for line in _rating_lines(folder):
            count += 1
            if isinstance(line, Refusal):
                continue
            _, (user, movie, _, at_ms) = line
            users[user] = None
            first[movie] = min(at_ms, first.get(movie, at_ms))
            newest = at_ms if newest is None else max(newest, at_ms)
        return cls(
            folder,
            tuple(users),
            first,
            None if newest is None else Moment(newest),
            count + len(users) + len(first),
        )

    @classmethod
    def fits(cls, path: Path) -> bool:
        """Return whether it is a folder with both files, or its `ratings.csv`."""
        folder = path if path.is_dir() else path.parent
        right = path.is_dir() or path.name in _COLUMNS
        return right and all((folder / file).is_file() for file in _COLUMNS)

    def batches(self, *, shift_ms: int) -> Iterator[Batch]:
        """Yield movies, viewers and ratings. A movie was added when it was first rated."""
        oldest = min(self.first_ms.values(), default=0)
        for movies in in_batches(_movie_lines(self.folder)):
            yield Batch(
                titles=tuple(
                    _movie(row, added=Moment(self.first_ms.get(row[0], oldest) + shift_ms))
                    for row in movies
                    if not isinstance(row, Refusal)
                ),
                refused=tuple(row for row in movies if isinstance(row, Refusal)),
            )
        for some in in_batches(accounts_and_profiles(self.users, prefix=_PREFIX, seed=_NAMES_SEED)):
            yield Batch(
                accounts=tuple(account for account, _ in some),
                profiles=tuple(profile for _, profile in some),
            )
        for lines in in_batches(_rating_lines(self.folder)):
            good = [line for line in lines if not isinstance(line, Refusal)]
            yield Batch(
                events=tuple(
                    ratings(
                        (rating for _, rating in good),
                        source=self.name,
                        prefix=_PREFIX,
                        most=_MOST,
                        shift_ms=shift_ms,
                    )
                ),
                lines=tuple(number for number, _ in good),
                refused=tuple(line for line in lines if isinstance(line, Refusal)),
            )


def _movie(row: tuple[str, str, str], *, added: Moment) -> Title:
    movie, raw, genres = row
    name, year = split_year(raw)
    return film(movie, name, year=year, listed_genres=genres, added=added)


def _check_columns(file: Path, columns: list[str]) -> None:
    if not file.is_file():
        msg = f"{file.parent} has no {file.name}; a MovieLens folder has {', '.join(_COLUMNS)}"
        raise LookupError(msg)
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        found = lines.readline().strip()
    if found != ",".join(columns):
        msg = f"{file} opens with {found!r}; MovieLens has the columns {','.join(columns)}"
        raise ValueError(msg)


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """Yield (line number, text) below the header; blank lines are skipped."""
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            if number > 1 and (text := line.strip()):
                yield number, text


def _movie_lines(folder: Path) -> Iterator[tuple[str, str, str] | Refusal]:
    for number, text in _lines(folder / "movies.csv"):
        fields = next(csv.reader([text]))  # a quote left open costs its own line only
        if len(fields) != 3:
            yield Refusal("movies.csv", number, f"{len(fields)} fields instead of 3")
        elif not _NUMBER.fullmatch(fields[0]):
            yield Refusal("movies.csv", number, f"the movie {fields[0]!r} is not a number")
        else:
            yield fields[0], fields[1], fields[2]


def _rating_lines(folder: Path) -> Iterator[tuple[int, _Rating] | Refusal]:
    for number, text in _lines(folder / "ratings.csv"):
        rating = _rating(text.split(","))
        if isinstance(rating, str):
            yield Refusal("ratings.csv", number, rating)
        else:
            yield number, rating


def _rating(fields: list[str]) -> _Rating | str:
    """Return the rating, or what is wrong with the line."""
    if len(fields) != 4:
        return f"{len(fields)} fields instead of 4"
    user, movie, value, seconds = fields
    if not (_NUMBER.fullmatch(user) and _NUMBER.fullmatch(movie)):
        return f"user {user!r} and movie {movie!r} must be numbers"
    try:
        rating, at = float(value), float(seconds)
    except ValueError:
        return f"rating {value!r} and timestamp {seconds!r} must be numbers"
    if not 0 <= rating <= _MOST:
        return f"the rating {value} is not between 0 and {_MOST:g}"
    if not 0 <= at < _LATEST_S:
        return f"the timestamp {seconds} is not in seconds between the years 1970 and 2100"
    return user, movie, rating, round(at * 1000)
