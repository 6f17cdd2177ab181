"""Accounts and profiles as callers get them, with what a profile has done."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from matinee.service.views.titles import ArtworkView
from matinee.service.views.view import View
from matinee.types import Moment
from matinee.types.title import TitleKind

__all__ = [
    "AccountView",
    "FacetView",
    "HistoryEntryView",
    "HistoryView",
    "ProfileView",
    "ProfilesView",
]


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
