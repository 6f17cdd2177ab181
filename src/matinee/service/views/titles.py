"""Titles as callers get them: all that the catalogue says of one, and how it came to say so."""

from __future__ import annotations

from typing import Any

from matinee.service.views.view import View
from matinee.types import Moment
from matinee.types.title import (
    Artwork,
    Episode,
    Link,
    MaturitySource,
    OtherName,
    Person,
    TitleKind,
    Window,
)

__all__ = [
    "ArtworkView",
    "ChangeView",
    "EditView",
    "EditsView",
    "HiddenView",
    "TitleView",
    "TitlesView",
    "UpsertView",
    "ViewerView",
]


class ArtworkView(View, frozen=True):
    """A picture, and where to fetch it."""

    artwork_id: str
    url: str


class ViewerView(View, frozen=True):
    """How one profile stands to one title."""

    thumb: int
    in_list: bool
    progress: float | None
    position_s: float | None
    duration_s: float | None
    episode_id: str | None
    completed: bool
    blocked: bool


class TitleView(View, frozen=True):
    """All that the catalogue says of a title, with the picture that stands for it."""

    title_id: str
    name: str
    names: tuple[OtherName, ...]
    kind: TitleKind
    year: int | None
    genres: tuple[str, ...]
    tags: tuple[str, ...]
    keywords: tuple[str, ...]
    people: tuple[Person, ...]
    companies: tuple[str, ...]
    synopsis: str
    language: str | None
    country: str | None
    runtime_s: float | None
    maturity: int
    maturity_source: MaturitySource
    windows: tuple[Window, ...]
    hidden: bool
    released: Moment | None
    added: Moment | None
    episodes: tuple[Episode, ...]
    artworks: tuple[Artwork, ...]
    links: tuple[Link, ...]
    artwork: ArtworkView
    viewer: ViewerView | None = None


class TitlesView(View, frozen=True):
    """Some titles in order of row, and the cursor for more."""

    titles: list[TitleView]
    next: str | None


class UpsertView(View, frozen=True):
    """What became of titles that were sent."""

    request_id: str
    received: int
    version: int


class ChangeView(View, frozen=True):
    """One field of a title, as it was (null in its first version) and as it then became."""

    field: str
    before: Any
    after: Any


class EditView(View, frozen=True):
    """One version of a title: from when, and what was other than before."""

    version: int
    at: Moment
    created: bool
    changes: list[ChangeView]


class EditsView(View, frozen=True):
    """Some versions of a title, the oldest first, and the cursor for more."""

    title_id: str
    edits: list[EditView]
    next: str | None


class HiddenView(View, frozen=True):
    """A title that was taken out of everything that is shown."""

    title_id: str
    hidden: bool
