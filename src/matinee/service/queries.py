"""What callers may ask, field by field as the wire has it; the names are a contract."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from matinee.types import Device, Id, Moment, Title

__all__ = [
    "MOST_RANKED",
    "MOST_TILES",
    "MOST_TOLD",
    "Country",
    "GuestBody",
    "GuestEvent",
    "GuestsBody",
    "HistoryQuery",
    "HomeQuery",
    "ListQuery",
    "NewAccount",
    "NewProfile",
    "ProfileChange",
    "RecommendationsQuery",
    "RowsQuery",
    "SimilarQuery",
    "TitleQuery",
    "TitlesBody",
]

MOST_RANKED = 2000
"""The sum of `k` over the guests of one call: pages wait while it is answered."""
MOST_TOLD = 5000
"""The sum of events over the guests' histories of one call."""
MOST_TILES = 1000
"""Rows × columns of one page; its decision record stays small."""

Country = Annotated[
    str, msgspec.Meta(pattern=r"^[A-Z]{2}(?!\n)$", description="ISO 3166-1 code, as `NL`")
]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=200, description="How many at most")]
Cursor = Annotated[
    str, msgspec.Meta(min_length=1, max_length=200, description="`next` of the page before")
]
Minutes = Annotated[
    int, msgspec.Meta(ge=-840, le=840, description="The viewer's offset from UTC in minutes")
]


class HomeQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose page, and how it shall be."""

    profile: Id
    device: Device = "web"
    rows: Annotated[int, msgspec.Meta(ge=1, le=100, description="Rows at most")] = 15
    columns: Annotated[int, msgspec.Meta(ge=1, le=100, description="Titles a row at most")] = 40
    country: Country | None = None
    tz_offset_min: Minutes | None = None
    exclude: Annotated[
        tuple[Id, ...], msgspec.Meta(max_length=1000, description="Titles to leave out")
    ] = ()
    genre: Annotated[
        tuple[Words, ...], msgspec.Meta(max_length=50, description="Only titles of one of these")
    ] = ()
    include: Annotated[
        tuple[Literal["scores"], ...], msgspec.Meta(max_length=1, description="Further fields")
    ] = ()
    preview: Annotated[
        bool, msgspec.Meta(description="Log no decision; needs the scope `operate`")
    ] = False
    bundle: (
        Annotated[
            Id,
            msgspec.Meta(
                description="By which trained bundle, live or not; needs the scope `operate`"
            ),
        ]
        | None
    ) = None


class RowsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which rows to append: those below the first `after`."""

    after: Annotated[int, msgspec.Meta(ge=1, le=1000)]


class RecommendationsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose list, and how long."""

    profile: Id
    k: Annotated[int, msgspec.Meta(ge=1, le=1000, description="How many titles")] = 20
    model: (
        Annotated[
            Id, msgspec.Meta(description="A part of the live model, as `ease`, to rank by it alone")
        ]
        | None
    ) = None
    similar_to: Id | None = None
    country: Country | None = None
    include: Annotated[
        tuple[Literal["scores"], ...], msgspec.Meta(max_length=1, description="Further fields")
    ] = ()


class GuestEvent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that a guest did."""

    title_id: Id
    kind: Literal["play_end", "thumb", "rate", "mylist_add", "taste_pick", "not_interested"] = (
        "taste_pick"
    )
    at: Moment | None = None
    value: float | None = None


class GuestBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A guest's history, of which nothing is stored."""

    history: Annotated[tuple[GuestEvent, ...], msgspec.Meta(max_length=1000)] = ()
    k: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 20
    country: Country | None = None


class GuestsBody(GuestBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A guest's history, or, as `requests`, those of several.

    Over all requests of one call, `k` may sum up to 2,000 and histories to 5,000 events.
    """

    requests: Annotated[tuple[GuestBody, ...], msgspec.Meta(max_length=100)] = ()


class ListQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of a list."""

    limit: Limit = 50
    cursor: Cursor | None = None


class HistoryQuery(ListQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of a profile's history."""


class TitleQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For whom a title is shown."""

    profile: Id | None = None
    country: Country | None = None


class SimilarQuery(TitleQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For whom, and how many similar titles."""

    limit: Limit = 20


class TitlesBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Titles to add or replace, all or none."""

    titles: Annotated[tuple[Title, ...], msgspec.Meta(min_length=1, max_length=1000)]


class NewAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account to make; without an id it gets one."""

    account_id: Id | None = None
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    plan: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] = "standard"
    country: Country | None = None


class ProfileChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A profile as it shall be; what protects children has no default here."""

    name: Annotated[str, msgspec.Meta(max_length=200)]
    kids: bool
    maturity: Annotated[int, msgspec.Meta(ge=0, le=18)]
    language: Annotated[str, msgspec.Meta(max_length=35)] | None = None


class NewProfile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A profile to make; without an id it gets one."""

    account_id: Id
    profile_id: Id | None = None
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    kids: bool = False
    maturity: Annotated[int, msgspec.Meta(ge=0, le=18)] = 18
    language: Annotated[str, msgspec.Meta(max_length=35)] | None = None
