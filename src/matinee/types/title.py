"""What a catalogue holds: films and series with their episodes, people and pictures."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from matinee.types.ids import Id
from matinee.types.moment import Moment

__all__ = [
    "Artwork",
    "Episode",
    "Link",
    "MaturitySource",
    "OtherName",
    "Person",
    "Title",
    "TitleKind",
    "Window",
]

TitleKind = Literal["film", "series"]
MaturitySource = Literal["label", "estimated", "unknown"]

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=10_000_000)]


class Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who made or plays in a title; `billing` 0 is the first name on the poster."""

    name: Name
    role: Literal["director", "creator", "writer", "actor", "composer", "presenter"] = "actor"
    billing: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0


class Episode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One episode of a series; seasons and episodes count from 1 (specials: season 0)."""

    episode_id: Id
    season: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 1
    number: Annotated[int, msgspec.Meta(ge=0, le=10_000)]
    name: str = ""
    synopsis: str = ""
    runtime_s: Seconds | None = None
    available_from: Moment | None = None


class Artwork(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One picture of a title; `file` is relative to the data folder's `art/`, None = generated."""

    artwork_id: Id
    file: str | None = None
    kind: Literal["poster", "still", "logo"] = "poster"


class Window(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a title may be shown: from `start` to before `end`, in `country` (None: everywhere)."""

    start: Moment | None = None
    end: Moment | None = None
    country: str | None = None


class OtherName(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a title is called besides its `name`: elsewhere, in the original, or for short.

    `language` is a BCP 47 tag and `country` an ISO 3166-1 code; None: not said.
    """

    name: Name
    language: Annotated[str, msgspec.Meta(max_length=35)] | None = None
    country: str | None = None


class Link(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same title in another catalogue (`imdb`, `tmdb`), by its id there."""

    source: Word
    id: Id


class Title(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A film or a series, with what is known about it. A series needs no episodes to exist.

    `maturity` is the minimum age in years that the rules compare with a profile's;
    where `maturity_source` is "unknown" it counts as 18, whatever the field says.
    """

    title_id: Id
    name: Name
    names: tuple[OtherName, ...] = ()
    kind: TitleKind = "film"
    year: Annotated[int, msgspec.Meta(ge=1870, le=2200)] | None = None
    genres: tuple[Word, ...] = ()
    tags: tuple[Word, ...] = ()
    keywords: tuple[Word, ...] = ()
    people: tuple[Person, ...] = ()
    companies: tuple[Word, ...] = ()
    synopsis: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    language: str | None = None
    country: str | None = None
    runtime_s: Seconds | None = None
    maturity: Annotated[int, msgspec.Meta(ge=0, le=18)] = 18
    maturity_source: MaturitySource = "unknown"
    windows: tuple[Window, ...] = ()
    hidden: bool = False
    released: Moment | None = None
    added: Moment | None = None
    episodes: tuple[Episode, ...] = ()
    artworks: tuple[Artwork, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def minimum_age(self) -> int:
        """The age that eligibility uses, in years."""
        return 18 if self.maturity_source == "unknown" else self.maturity
