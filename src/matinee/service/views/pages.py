"""Pages as callers get them: rows of titles, and lists without rows."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from matinee.service.views.titles import ArtworkView
from matinee.service.views.view import View
from matinee.types import Device, Moment, Reason
from matinee.types.title import TitleKind

__all__ = [
    "HomeView",
    "RecommendationsView",
    "RowView",
    "RowsView",
    "Rung",
    "TileView",
    "TilesView",
]

Rung = Literal["fresh", "last", "segment", "popular"]
Thumb = Annotated[int, msgspec.Meta(ge=-1, le=2, description="−1 down, 0 none, 1 up, 2 love")]


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
