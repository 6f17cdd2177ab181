"""The three ways in which releases of MovieLens file their ratings, movies and viewers.

100K: `u.data`, `u.item`, `u.user`, separated by tabs and bars, in Latin-1. 1M and 10M:
`ratings.dat`, `movies.dat` and so on, separated by `::`, in Latin-1 and UTF-8. 20M, 25M, 32M and
latest: CSV in UTF-8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from matinee.data.readers._batch import Refusal
from matinee.data.readers._delimited import Lines, Row, delimited_row
from matinee.data.readers._files import DataFile, all_lines

__all__ = ["FLAGGED_GENRES", "LAYOUTS", "RATING_FIELDS", "Layout", "age_group", "layout_of"]

RATING_FIELDS = 4
"""User, movie, rating, timestamp: the same in every layout."""

FLAGGED_GENRES = (
    "",  # the first flag of u.item says that no genre is known
    *("Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama"),
    *("Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller"),
    *("War", "Western"),
)
_AGES = (56, 50, 45, 35, 25, 18)


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of one way, and how their rows are read; an empty name: there is no such file."""

    ratings: str
    movies: str
    row: Callable[[Lines, str, int], Row | None]
    """Returns the next row of a file's lines, given its name and how many fields a row has."""
    separator: str
    """What stands between the fields of a rating."""
    movie_fields: int
    movie: Callable[[Sequence[str]], tuple[str, str, str]]
    """Returns movie, title with year, and genres separated by bars."""
    users: str = ""
    user: Callable[[Sequence[str]], tuple[str, int, str]] = lambda _: ("", 0, "")
    """Returns user, age in years and gender."""
    tags: str = ""
    links: str = ""
    headings: Mapping[str, str] = field(default_factory=dict)
    """The first line that each file must have."""

    def rows(self, file: DataFile, fields: int) -> Iterator[Row]:
        """Yield a file's rows without the line of names that was looked at when it was opened."""
        lines = Lines(all_lines(file))
        if file.name in self.headings:
            lines.next()
        while (row := self.row(lines, file.name, fields)) is not None:
            yield row


def layout_of(names: Mapping[str, DataFile]) -> Layout | None:
    """Return the layout whose ratings and movies are both there."""
    fitting = (each for each in LAYOUTS if each.ratings in names and each.movies in names)
    return next(fitting, None)


def age_group(age: int) -> str:
    """Return the release's own age groups, as 1M names them, for an age in years."""
    for place, low in enumerate(_AGES):
        if age >= low:
            return f"{low}-{_AGES[place - 1] - 1}" if place else f"{low}+"
    return "under 18"


def _csv(lines: Lines, file: str, fields: int) -> Row | None:
    return delimited_row(lines, ",", width=fields, file=file)


def _separated(by: str, ratings_by: str) -> Callable[[Lines, str, int], Row | None]:
    def row(lines: Lines, file: str, fields: int) -> Row | None:
        separator = ratings_by if fields == RATING_FIELDS else by
        while (line := lines.next()) is not None:
            if isinstance(line, Refusal):
                return line
            if not line[1].strip():
                continue
            found = _text(line[1]).split(separator)
            if len(found) == fields:
                return line[0], found
            return Refusal(file, line[0], f"{len(found)} fields instead of {fields}")
        return None

    return row


def _text(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _item(row: Sequence[str]) -> tuple[str, str, str]:
    flags = zip(FLAGGED_GENRES, row[5:], strict=True)
    return row[0], row[1], "|".join(genre for genre, flag in flags if flag == "1" and genre)


LAYOUTS = (
    Layout(
        ratings="ratings.csv",
        movies="movies.csv",
        row=_csv,
        separator=",",
        movie_fields=3,
        movie=lambda row: (row[0], row[1], row[2]),
        tags="tags.csv",
        links="links.csv",
        headings={
            "ratings.csv": "userId,movieId,rating,timestamp",
            "movies.csv": "movieId,title,genres",
            "tags.csv": "userId,movieId,tag,timestamp",
            "links.csv": "movieId,imdbId,tmdbId",
        },
    ),
    Layout(
        ratings="ratings.dat",
        movies="movies.dat",
        row=_separated("::", "::"),
        separator="::",
        movie_fields=3,
        movie=lambda row: (row[0], row[1], row[2]),
        users="users.dat",
        user=lambda row: (row[0], int(row[2]), row[1]),
        tags="tags.dat",
    ),
    Layout(
        ratings="u.data",
        movies="u.item",
        row=_separated("|", "\t"),
        separator="\t",
        movie_fields=5 + len(FLAGGED_GENRES),
        movie=_item,
        users="u.user",
        user=lambda row: (row[0], int(row[1]), row[2]),
    ),
)
