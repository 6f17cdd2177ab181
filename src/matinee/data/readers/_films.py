"""Films and ratings as MovieLens files them, turned into ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from matinee.data.readers._batch import event_id
from matinee.data.readers._naming import display_name
from matinee.types import Artwork, Moment, Title
from matinee.types.event import Rate
from matinee.types.title import MaturitySource

__all__ = ["LABEL_AGES", "estimated_age", "film", "genres_and_tags", "ratings"]

LABEL_AGES = {"G": 0, "PG": 8, "PG-13": 13, "R": 17, "NC-17": 18}
"""Minimum ages in years that stand for the labels of the Motion Picture Association.

PG says "may not be suitable for children" without an age: 8, when most read and choose alone.
PG-13, R and NC-17 name their ages; NC-17 bars everyone of 17 and under.
"""

_CHILDREN_AGE = 7
_NOT_FOR_CHILDREN = frozenset({"Horror", "Crime", "War", "Thriller"})
_RENAMED = {"Children's": "Children"}
_TAGS = frozenset({"IMAX"})
_NO_GENRES = "(no genres listed)"


def genres_and_tags(listed: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split "Adventure|Children|IMAX" into genres and what is a format rather than a genre."""
    words = [_RENAMED.get(word, word) for word in listed.split("|") if word]
    genres = tuple(word for word in words if word not in _TAGS and word != _NO_GENRES)
    return genres, tuple(word for word in words if word in _TAGS)


def estimated_age(genres: Iterable[str]) -> int | None:
    """Return a minimum age where the genres allow a guess, else None.

    Only films made for children are guessed: animation by itself says nothing of age.
    """
    found = frozenset(genres)
    return _CHILDREN_AGE if "Children" in found and not found & _NOT_FOR_CHILDREN else None


def film(
    title_id: str,
    raw_name: str,
    *,
    year: int | None,
    listed_genres: str,
    label: str | None = None,
    runtime_s: float | None = None,
    synopsis: str = "",
    added: Moment | None = None,
    artworks: tuple[Artwork, ...] = (),
) -> Title:
    """Return a film; its minimum age is the label's, else guessed from the genres, else unknown."""
    genres, tags = genres_and_tags(listed_genres)
    source: MaturitySource = "unknown"
    age = LABEL_AGES.get(label or "")
    if age is not None:
        source = "label"
    elif (age := estimated_age(genres)) is not None:
        source = "estimated"
    return Title(
        title_id=title_id,
        name=display_name(raw_name) or f"Untitled {title_id}",
        year=year,
        genres=genres,
        tags=tags,
        synopsis=synopsis,
        runtime_s=runtime_s,
        maturity=18 if age is None else age,
        maturity_source=source,
        added=added,
        artworks=artworks,
    )


def ratings(
    rows: Iterable[tuple[str, str, float, int]],
    *,
    source: str,
    prefix: str,
    most: float,
    shift_ms: int,
) -> Iterator[Rate]:
    """Yield a `rate` event for each (user, title, value, epoch ms)."""
    for user, title, value, at_ms in rows:
        profile = f"{prefix}{user}"
        yield Rate(
            event_id=event_id(source, profile, title, at_ms),
            profile_id=profile,
            title_id=title,
            at=Moment(at_ms + shift_ms),
            value=value,
            max=most,
        )
