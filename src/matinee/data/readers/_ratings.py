"""Ratings as MovieLens files them: line by line, and by the million.

Both ways give the same. Many lines at once are looked at as bytes: those that are four plain
numbers are read there and then, and whatever else stands between them goes the slow way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matinee.data.readers._batch import Refusal
from matinee.data.readers._blocks import BLOCK_BYTES, LineBlock, LineBlocks
from matinee.data.readers._columns import MOST
from matinee.data.readers._delimited import Lines, Row
from matinee.data.readers._files import DataFile
from matinee.data.readers._layouts import RATING_FIELDS, Layout
from matinee.types import Flags, Longs

__all__ = [
    "NUMBER",
    "RatedLines",
    "Rating",
    "Summary",
    "id_of",
    "rated_blocks",
    "rated_lines",
    "summarised",
]

NUMBER = re.compile(r"[0-9]{1,12}")
"""How viewers and movies are named."""

_LATEST_S = 4_102_444_800
_LENGTH = 10**12  # more than any name of twelve digits
_ZERO, _NINE, _DOT, _RETURN = 48, 9, 46, 13

Rating = tuple[str, str, float, int]
"""User, movie, value, epoch ms."""


def rated_lines(file: DataFile, layout: Layout) -> Iterator[tuple[int, Rating] | Refusal]:
    """Yield every line's rating, or why it has none."""
    for row in layout.rows(file, RATING_FIELDS):
        yield _judged(row, file.name)


def _judged(row: Row, file: str) -> tuple[int, Rating] | Refusal:
    if isinstance(row, Refusal):
        return row
    rating = _rating(row[1])
    return Refusal(file, row[0], rating) if isinstance(rating, str) else (row[0], rating)


def _rating(fields: Sequence[str]) -> Rating | str:
    """Return the rating, or what is wrong with the line."""
    user, movie, value, seconds = fields
    if not (NUMBER.fullmatch(user) and NUMBER.fullmatch(movie)):
        return f"user {user!r} and movie {movie!r} must be numbers"
    try:
        rating, at = float(value), float(seconds)
    except ValueError:
        return f"rating {value!r} and timestamp {seconds!r} must be numbers"
    if not 0 <= rating <= MOST:
        return f"the rating {value} is not between 0 and {MOST:g}"
    if not 0 <= at < _LATEST_S:
        return f"the timestamp {seconds} is not in seconds between the years 1970 and 2100"
    return user, movie, rating, round(at * 1000)


@dataclass(frozen=True, slots=True, eq=False)
class RatedLines:
    """The E ratings of a block of lines, in order, and the lines that are none."""

    lines: Longs  # (E,) from 1
    users: Longs  # (E,) keys: see `id_of`
    movies: Longs  # (E,) keys
    values: NDArray[np.float64]  # (E,) 0 to 5
    at: Longs  # (E,) epoch ms
    refused: tuple[Refusal, ...]


def id_of(key: int) -> str:
    """Return the id that a key stands for: the key is its length and its number, in one."""
    length, number = divmod(key, _LENGTH)
    return f"{number:0{length}}"


def _key(name: str) -> int:
    return len(name) * _LENGTH + int(name)


class _Columns(NamedTuple):
    """Of every line of a block what it says, where it is plain."""

    users: Longs
    movies: Longs
    values: NDArray[np.float64]
    at: Longs


def rated_blocks(
    file: DataFile, layout: Layout, *, size: int = BLOCK_BYTES
) -> Iterator[RatedLines]:
    """Yield the same as `rated_lines`, some `size` bytes of the file at a time."""
    blocks = LineBlocks(file, size)
    skipped = 1 if file.name in layout.headings else 0
    for block in blocks:
        plain, columns = _plain(block, layout.separator.encode())
        if block.first <= skipped:
            plain[0] = False
        others, kept = _others(block, plain, layout, file.name, skipped=skipped)
        if kept < len(block):
            blocks.give_back(kept)
        yield _joined(block, plain, columns, others)
    if blocks.damage is not None:
        none = np.empty(0, np.int64)
        yield RatedLines(none, none, none, none.astype(np.float64), none, (blocks.damage,))


@dataclass(frozen=True, slots=True)
class Summary:
    """What must be known of all ratings before the first is taken."""

    lines: int
    users: tuple[str, ...]
    """In the order of their first ratings in the file."""
    first_ms: Mapping[str, int]
    """When each movie was first rated."""
    newest_ms: int | None


def summarised(file: DataFile, layout: Layout, *, size: int = BLOCK_BYTES) -> Summary:
    """Go through all ratings once."""
    users: dict[int, None] = {}
    first: dict[int, int] = {}
    lines, newest = 0, None
    for block in rated_blocks(file, layout, size=size):
        lines += len(block.lines) + len(block.refused)
        if not len(block.lines):
            continue
        users.update(dict.fromkeys(pl.Series(block.users).unique(maintain_order=True).to_list()))
        rated = pl.DataFrame({"movie": block.movies, "at": block.at})
        for movie, at in rated.group_by("movie").agg(pl.col("at").min()).iter_rows():
            first[movie] = min(at, first.get(movie, at))
        newest = max(int(block.at.max()), newest or 0)
    return Summary(
        lines, tuple(map(id_of, users)), {id_of(key): at for key, at in first.items()}, newest
    )


def _others(
    block: LineBlock, plain: Flags, layout: Layout, file: str, *, skipped: int
) -> tuple[list[tuple[int, Rating] | Refusal], int]:
    """Read the lines that are not plain, one by one, and say how many lines could be judged.

    Lines that belong to the row of an earlier one (a quote was open) are no longer plain.
    """
    found: list[tuple[int, Rating] | Refusal] = []
    done = max(0, skipped - block.first + 1)
    for place in np.flatnonzero(~plain).tolist():
        if place < done or not block.line(place).strip():
            continue
        lines = Lines(block.lines(place))
        row = layout.row(lines, file, RATING_FIELDS)
        if lines.asked_too_far and not block.last:  # what the row needs is in the next block
            plain[place:] = False
            return found, place
        following = lines.next()
        done = len(block) if not isinstance(following, tuple) else following[0] - block.first
        plain[place + 1 : done] = False
        if row is not None:
            found.append(_judged(row, file))
    return found, len(block)


def _joined(
    block: LineBlock,
    plain: Flags,
    columns: _Columns,
    others: Sequence[tuple[int, Rating] | Refusal],
) -> RatedLines:
    refused = tuple(one for one in others if isinstance(one, Refusal))
    late = [one for one in others if not isinstance(one, Refusal)]
    lines = np.flatnonzero(plain) + block.first
    users, movies = columns.users[plain], columns.movies[plain]
    values, at = columns.values[plain], columns.at[plain]
    if late:
        lines = np.append(lines, [number for number, _ in late])
        order = np.argsort(lines)
        lines = lines[order]
        users = np.append(users, [_key(user) for _, (user, _, _, _) in late])[order]
        movies = np.append(movies, [_key(movie) for _, (_, movie, _, _) in late])[order]
        values = np.append(values, [value for _, (_, _, value, _) in late])[order]
        at = np.append(at, [moment for _, (_, _, _, moment) in late])[order]
    return RatedLines(lines, users, movies, values, at, refused)


def _plain(block: LineBlock, separator: bytes) -> tuple[Flags, _Columns]:
    """Return which lines are plain, and user and movie keys, values and times of every line.

    Plain is `12,34,3.5,1112486027`: digits only, but for one decimal of the value.
    """
    seen, starts = block.seen, block.starts
    stops = block.stops - ((block.stops > starts) & (seen[block.stops - 1] == _RETURN))
    found = seen[: len(seen) - len(separator) + 1] == separator[0]
    for place in range(1, len(separator)):
        found &= seen[place : len(seen) - len(separator) + 1 + place] == separator[place]
    marks = np.flatnonzero(found)
    upto = np.searchsorted(marks, stops)
    whole = np.diff(upto, prepend=0) == RATING_FIELDS - 1
    if not whole.any():
        none = np.zeros(len(block), np.int64)
        return whole, _Columns(none, none, none.astype(np.float64), none)
    first = np.where(whole, upto - RATING_FIELDS + 1, 0)
    begin, end = starts, marks[first]
    spans = []
    for field in range(RATING_FIELDS):
        spans.append((begin, end))
        begin = end + len(separator)
        end = (
            stops
            if field == RATING_FIELDS - 2
            else marks[np.minimum(first + field + 1, len(marks) - 1)]
        )
    users, user_fine = _numbers(seen, *spans[0], most=12, where=whole)
    movies, movie_fine = _numbers(seen, *spans[1], most=12, where=whole)
    values, value_fine = _values(seen, *spans[2], where=whole)
    seconds, time_fine = _numbers(seen, *spans[3], most=10, where=whole)
    plain = whole & user_fine & movie_fine & value_fine & time_fine
    plain &= (values <= MOST) & (seconds < _LATEST_S)
    users += (spans[0][1] - spans[0][0]) * _LENGTH
    movies += (spans[1][1] - spans[1][0]) * _LENGTH
    return plain, _Columns(users, movies, values, seconds * 1000)


def _numbers(
    seen: NDArray[np.uint8], begin: Longs, end: Longs, *, most: int, where: Flags
) -> tuple[Longs, Flags]:
    """Return the numbers between these places, and which of them are 1 to `most` digits."""
    length = end - begin
    fine = where & (length >= 1) & (length <= most)
    numbers = np.zeros(len(begin), np.int64)
    at = np.where(fine, end, 0)
    for place in range(int(length[fine].max(initial=0))):
        at -= 1
        digit = seen.take(at, mode="wrap") - np.uint8(_ZERO)  # wraps, so that no letter is small
        digit *= length > place
        fine &= digit <= _NINE
        numbers += np.multiply(digit, 10**place, dtype=np.int64)
    return numbers, fine


def _values(
    seen: NDArray[np.uint8], begin: Longs, end: Longs, *, where: Flags
) -> tuple[NDArray[np.float64], Flags]:
    """Return the numbers between these places, and which are a digit, or a digit with a decimal."""
    length = end - begin
    place = np.where(where, begin, 0)
    whole = seen[place] - np.uint8(_ZERO)
    longer = where & (length == 3)
    point = seen[np.where(longer, place + 1, 0)] == _DOT
    tenth = np.where(longer, seen[np.where(longer, place + 2, 0)] - np.uint8(_ZERO), 0)
    fine = where & ((length == 1) | (longer & point)) & (whole <= _NINE) & (tenth <= _NINE)
    return (whole.astype(np.float64) * 10 + tenth) / 10, fine
