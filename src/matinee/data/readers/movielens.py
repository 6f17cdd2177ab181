"""MovieLens as it is published: a folder or zip file of 100K, 1M, 10M, 20M, 25M, 32M or latest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

import msgspec
import numpy as np

from matinee.data.readers._batch import Batch, Refusal, Where, in_batches
from matinee.data.readers._blocks import BLOCK_BYTES
from matinee.data.readers._columns import MOST, EventColumns
from matinee.data.readers._files import DataFile, all_lines, files_at
from matinee.data.readers._films import film, ratings
from matinee.data.readers._layouts import LAYOUTS, Layout, age_group, layout_of
from matinee.data.readers._naming import split_year
from matinee.data.readers._ratings import (
    NUMBER,
    id_of,
    rated_blocks,
    rated_lines,
    summarised,
)
from matinee.data.readers._tagging import Tagging
from matinee.data.readers._viewers import accounts_and_profiles
from matinee.data.register import part
from matinee.types import DAY_MS, KINDS, Moment, Title
from matinee.types.title import Link

__all__ = ["MovieLens"]

_PREFIX = "u"
_NAMES_SEED = 1995
_Viewers = dict[str, tuple[str | None, str | None]]


@part("reader", "movielens")
@dataclass(frozen=True, slots=True, eq=False)
class MovieLens:
    """Ratings from 0 to 5, times in seconds; a home holds one such data set.

    Tags that at least two viewers gave a film become tags of the title; ids in other catalogues
    become its links. Age group and gender of viewers are kept for audits; their occupation and
    postal code are not.
    """

    files: Mapping[str, DataFile]
    layout: Layout
    viewers: Mapping[str, tuple[str | None, str | None]]
    """Age group and gender of each viewer, those who rated first before the others."""
    first_ms: Mapping[str, int]
    """When each movie was first rated."""
    tags: Mapping[str, tuple[str, ...]]
    links: Mapping[str, tuple[Link, ...]]
    refused: tuple[Refusal, ...]
    """The lines of viewers, tags and links that could not be read."""
    event_lines: int
    newest: Moment | None
    expected: int
    notes: Mapping[str, int]
    block_bytes: int = BLOCK_BYTES
    """How much of the ratings is read at once, where they are read by the block."""

    name: ClassVar[str] = "movielens"
    step_ms: ClassVar[int] = 7 * DAY_MS

    @classmethod
    def open(cls, where: Where) -> Self:
        """Go through everything but the movies once.

        Raises:
            LookupError: no path was given, or a file is missing.
            ValueError: a file has other columns.
        """
        files = _files(where.given_path(cls.name))
        layout = layout_of(files)
        if layout is None:
            said = "; or ".join(f"{each.ratings} and {each.movies}" for each in LAYOUTS)
            msg = f"{where.path} is not MovieLens: it has {said}"
            raise LookupError(msg)
        _check_headings(files, layout)
        refused: list[Refusal] = []
        summary = summarised(files[layout.ratings], layout)
        viewers: _Viewers = dict.fromkeys(summary.users, (None, None))
        _describe(viewers, files, layout, refused)
        tagging = _tagging(files, layout, refused)
        tags = tagging.agreed()
        kept = sum(len(some) for some in tags.values())
        return cls(
            files=files,
            layout=layout,
            viewers=viewers,
            first_ms=summary.first_ms,
            tags=tags,
            links=_links(files, layout, refused),
            refused=tuple(refused),
            event_lines=summary.lines,
            newest=None if summary.newest_ms is None else Moment(summary.newest_ms),
            expected=summary.lines + len(viewers) + len(summary.first_ms) + len(refused),
            notes={"tags given": tagging.given, "tags kept": kept} if tagging.given else {},
        )

    @classmethod
    def fits(cls, path: Path) -> bool:
        """Return whether it is a folder or zip file with ratings and movies, or one of the two."""
        layout = layout_of(_files(path))
        if layout is None or path.is_dir() or path.suffix.lower() == ".zip":
            return layout is not None
        return path.name.removesuffix(".gz") in (layout.ratings, layout.movies)

    def batches(self, *, shift_ms: int) -> Iterator[Batch]:
        """Yield movies, viewers and ratings. A movie was added when it was first rated."""
        yield from self.without_events(shift_ms=shift_ms)
        for lines in in_batches(rated_lines(self.files[self.layout.ratings], self.layout)):
            good = [line for line in lines if not isinstance(line, Refusal)]
            yield Batch(
                events=tuple(
                    ratings(
                        (rating for _, rating in good),
                        source=self.name,
                        prefix=_PREFIX,
                        most=MOST,
                        shift_ms=shift_ms,
                    )
                ),
                lines=tuple(number for number, _ in good),
                file=self.files[self.layout.ratings].name,
                refused=tuple(line for line in lines if isinstance(line, Refusal)),
            )

    def blocks(self) -> Iterator[EventColumns]:
        """Yield the same ratings as columns."""
        file = self.files[self.layout.ratings]
        for block in rated_blocks(file, self.layout, size=self.block_bytes):
            users, of_profile = np.unique(block.users, return_inverse=True)
            movies, of_title = np.unique(block.movies, return_inverse=True)
            yield EventColumns(
                profiles=tuple(f"{_PREFIX}{id_of(key)}" for key in users.tolist()),
                titles=tuple(map(id_of, movies.tolist())),
                of_profile=of_profile.astype(np.int32),
                of_title=of_title.astype(np.int32),
                kinds=np.full(len(block.lines), KINDS.index("rate"), np.uint8),
                values=block.values,
                at=block.at,
                lines=block.lines,
                file=file.name,
                refused=block.refused,
            )

    def without_events(self, *, shift_ms: int) -> Iterator[Batch]:
        """Yield movies and viewers."""
        if self.refused:
            yield Batch(refused=self.refused)
        oldest = min(self.first_ms.values(), default=0)
        for movies in in_batches(_movie_lines(self.files, self.layout)):
            yield Batch(
                titles=tuple(
                    self._movie(row, added=Moment(self.first_ms.get(row[0], oldest) + shift_ms))
                    for row in movies
                    if not isinstance(row, Refusal)
                ),
                refused=tuple(row for row in movies if isinstance(row, Refusal)),
            )
        named = accounts_and_profiles(tuple(self.viewers), prefix=_PREFIX, seed=_NAMES_SEED)
        for some in in_batches(zip(named, self.viewers.values(), strict=True)):
            yield Batch(
                accounts=tuple(account for (account, _), _ in some),
                profiles=tuple(
                    msgspec.structs.replace(profile, age_group=age, gender=gender)
                    for (_, profile), (age, gender) in some
                ),
            )

    def _movie(self, row: tuple[str, str, str], *, added: Moment) -> Title:
        movie, raw, genres = row
        name, year = split_year(raw)
        title = film(movie, name, year=year, listed_genres=genres, added=added)
        tags = tuple(dict.fromkeys((*title.tags, *self.tags.get(movie, ()))))
        return msgspec.structs.replace(title, tags=tags, links=self.links.get(movie, ()))


def _files(path: Path) -> Mapping[str, DataFile]:
    whole = path.is_dir() or path.suffix.lower() == ".zip"
    return files_at(path if whole else path.parent)


def _check_headings(files: Mapping[str, DataFile], layout: Layout) -> None:
    for name, heading in layout.headings.items():
        if name not in files:
            continue
        line = next(all_lines(files[name]), (0, b""))
        if isinstance(line, Refusal):
            msg = f"{name} in {files[name].path}: {line.reason}"
            raise ValueError(msg)
        found = line[1].decode("utf-8-sig", errors="replace").strip()
        if found != heading:
            msg = f"{name} in {files[name].path} opens with {found!r}; MovieLens has {heading}"
            raise ValueError(msg)


def _movie_lines(
    files: Mapping[str, DataFile], layout: Layout
) -> Iterator[tuple[str, str, str] | Refusal]:
    file = files[layout.movies]
    for row in layout.rows(file, layout.movie_fields):
        if isinstance(row, Refusal):
            yield row
        elif not NUMBER.fullmatch(row[1][0]):
            yield Refusal(file.name, row[0], f"the movie {row[1][0]!r} is not a number")
        else:
            yield layout.movie(row[1])


def _describe(
    viewers: _Viewers, files: Mapping[str, DataFile], layout: Layout, refused: list[Refusal]
) -> None:
    """Add what the file of viewers says, and those viewers who never rated."""
    file = files.get(layout.users)
    for row in layout.rows(file, 5) if file is not None else ():
        if isinstance(row, Refusal):
            refused.append(row)
            continue
        number, fields = row
        try:
            user, age, gender = layout.user(fields)
        except ValueError:
            refused.append(Refusal(layout.users, number, "the age is not a number"))
            continue
        if NUMBER.fullmatch(user):
            viewers[user] = (age_group(age), gender or None)
        else:
            refused.append(Refusal(layout.users, number, f"the user {user!r} is not a number"))


def _tagging(files: Mapping[str, DataFile], layout: Layout, refused: list[Refusal]) -> Tagging:
    tagging, file = Tagging(), files.get(layout.tags)
    for row in layout.rows(file, 4) if file is not None else ():
        if isinstance(row, Refusal):
            refused.append(row)
        elif not (NUMBER.fullmatch(row[1][0]) and NUMBER.fullmatch(row[1][1])):
            user, movie = row[1][:2]
            reason = f"user {user!r} and movie {movie!r} must be numbers"
            refused.append(Refusal(layout.tags, row[0], reason))
        else:
            tagging.add(*row[1][:3])
    return tagging


def _links(
    files: Mapping[str, DataFile], layout: Layout, refused: list[Refusal]
) -> Mapping[str, tuple[Link, ...]]:
    found: dict[str, tuple[Link, ...]] = {}
    file = files.get(layout.links)
    for row in layout.rows(file, 3) if file is not None else ():
        if isinstance(row, Refusal):
            refused.append(row)
            continue
        movie, imdb, tmdb = row[1]
        if not all(NUMBER.fullmatch(each) for each in (movie, imdb or "0", tmdb or "0")):
            refused.append(Refusal(layout.links, row[0], "the ids are not all numbers"))
            continue
        both = (("imdb", f"tt{imdb}" if imdb else ""), ("tmdb", tmdb))
        found[movie] = tuple(Link(source=source, id=name) for source, name in both if name)
    return found
