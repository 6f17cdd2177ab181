"""What callers get, field by field as the wire has it; the names are a contract."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from matinee.stores import OutcomeCode
from matinee.types import Device, Id, Moment, Reason
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
    "AccountView",
    "ArtworkView",
    "ChangeView",
    "EditView",
    "EditsView",
    "EventErrorView",
    "FacetView",
    "HiddenView",
    "HistoryEntryView",
    "HistoryView",
    "HomeView",
    "ProfileView",
    "ProfilesView",
    "ReadinessView",
    "ReceiptView",
    "RecommendationsView",
    "RowView",
    "RowsView",
    "Rung",
    "TileView",
    "TilesView",
    "TitleView",
    "TitlesView",
    "UpsertView",
    "View",
    "ViewerView",
]

Rung = Literal["fresh", "last", "segment", "popular"]
Thumb = Annotated[int, msgspec.Meta(ge=-1, le=2, description="−1 down, 0 none, 1 up, 2 love")]


class View(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Settings that all views share."""


class ArtworkView(View, frozen=True):
    """A picture, and where to fetch it."""

    artwork_id: str
    url: str


class TileView(View, frozen=True):
    """A title where it stands in a row. Scores are there only if they were asked for.

    `progress`, `thumb` and `in_list` are this viewer's, as of all that was acknowledged.
    """

    title_id: str
    column: int
    name: str
    year: int | None
    kind: TitleKind
    genres: tuple[str, ...]
    runtime_s: float | None
    maturity: int
    artwork: ArtworkView
    reason: Reason
    match: float | None
    progress: float | None
    thumb: Thumb
    in_list: bool
    playable: bool
    badges: tuple[str, ...]
    token: str | None
    score: float | UnsetType = UNSET
    source: str | UnsetType | None = UNSET
    probability: float | UnsetType = UNSET


class RowView(View, frozen=True):
    """A labelled line of titles."""

    row_id: str
    kind: str
    rank: int
    label: str
    reason: Reason
    titles: list[TileView]
    score: float | UnsetType = UNSET
    source: str | UnsetType | None = UNSET
    probability: float | UnsetType = UNSET


class HomeView(View, frozen=True):
    """A page, top to bottom. `next` asks for further rows, null: there are none."""

    request_id: str
    page_id: str
    profile_id: str
    at: Moment
    device: Device
    layout: str
    rung: Rung
    bundle: str | None
    cells: dict[str, str]
    rows: list[RowView]
    next: str | None


class RowsView(View, frozen=True):
    """Rows that were added below a page."""

    request_id: str
    page_id: str
    rows: list[RowView]
    next: str | None


class TilesView(View, frozen=True):
    """Titles, best first."""

    titles: list[TileView]


class RecommendationsView(View, frozen=True):
    """A ranked list without a page; `results` are the lists of a batch, in its order."""

    request_id: str
    titles: list[TileView]
    results: list[TilesView] | UnsetType = UNSET


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


class AccountView(View, frozen=True):
    """An account."""

    account_id: str
    name: str
    plan: str
    country: str | None
    created: Moment | None


class FacetView(View, frozen=True):
    """A part of a profile's taste; `weight` is its share of all that speaks for it, 0 to 1."""

    id: str
    name: str
    weight: float


class ProfileView(View, frozen=True):
    """A profile; `taste` and `blocked` are told only of one profile at a time."""

    profile_id: str
    account_id: str
    name: str
    kids: bool
    maturity: int
    language: str | None
    events: int
    taste: list[FacetView] | UnsetType = UNSET
    blocked: list[str] | UnsetType = UNSET


class ProfilesView(View, frozen=True):
    """Some profiles in order of row, and the cursor for more."""

    profiles: list[ProfileView]
    next: str | None


class HistoryEntryView(View, frozen=True):
    """One title that a profile did something with; `at` is when it last did."""

    title_id: str
    name: str
    kind: TitleKind
    at: Moment
    thumb: int
    rated: float | None
    completed: bool
    progress: float | None
    position_s: float | None
    duration_s: float | None
    episode_id: str | None
    watched_s: float
    in_list: bool
    blocked: bool
    artwork: ArtworkView


class HistoryView(View, frozen=True):
    """Some of a profile's history, newest first, and the cursor for more."""

    history: list[HistoryEntryView]
    next: str | None


class ReadinessView(View, frozen=True):
    """Whether pages can be served, and by what; `why` says what is amiss or missing."""

    ready: bool
    rung: Rung | None = None
    bundle: str | None = None
    why: str | None = None
    titles: int = 0
    catalogue_version: int = 0
    offset: int = 0


class EventErrorView(View, frozen=True):
    """Why one event of a batch was turned away."""

    index: int
    event_id: Id | None
    code: OutcomeCode
    detail: str


class ReceiptView(View, frozen=True):
    """What became of a batch of events; all that was stored is durable."""

    request_id: str
    received: int
    stored: int
    duplicates: int
    rejected: int
    errors: list[EventErrorView]
