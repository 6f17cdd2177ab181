"""What a profile searched for, and the life of its account."""

from __future__ import annotations

from typing import Literal

from matinee.types.event.envelope import EventEnvelope, Language, Place, Text

__all__ = [
    "Cancel",
    "PlanChange",
    "ProfileCreate",
    "Renew",
    "SearchAbandon",
    "SearchClick",
    "SearchQuery",
    "SearchResultImpression",
    "Signup",
]


class SearchQuery(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="search_query"):
    """A query as it stood after a keystroke or when sent."""

    query: Text
    language: Language | None = None


class SearchResultImpression(
    EventEnvelope, frozen=True, kw_only=True, gc=False, tag="search_result_impression"
):
    """A search result was visible."""

    query: Text | None = None
    rank: Place | None = None
    entity: Literal["title", "person", "genre", "like"] = "title"


class SearchClick(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="search_click"):
    """A search result was chosen; `title_id` says which where the `entity` is a title."""

    query: Text | None = None
    rank: Place | None = None
    entity: Literal["title", "person", "genre", "like"] = "title"


class SearchAbandon(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="search_abandon"):
    """A search ended with nothing chosen."""

    query: Text | None = None


class Signup(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="signup"):
    """An account began."""

    plan: Text | None = None


class ProfileCreate(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="profile_create"):
    """A profile was made."""


class PlanChange(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="plan_change"):
    """The account's plan changed."""

    plan: Text


class Cancel(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="cancel"):
    """The account was cancelled."""

    why: Text | None = None


class Renew(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="renew"):
    """The account was renewed."""

    plan: Text | None = None
