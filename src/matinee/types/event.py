"""Every interaction as a type: one envelope, one struct a kind, one union.

The kinds follow the taxonomy of the public literature on streaming homepages: exposure,
browsing, playing, explicit feedback, search, and the account's life. On the wire a kind's own
fields lie flat beside the envelope's. Each struct's docstring starts with what happened;
`EXPLICIT` says which kinds a person meant as an opinion, `ABOUT_A_TITLE` which mean nothing
without a title.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec

from matinee.types.ids import Id
from matinee.types.moment import Moment

__all__ = [
    "ABOUT_A_TITLE",
    "DEVICES",
    "EXPLICIT",
    "KINDS",
    "ORIGINS",
    "SCHEMA_VERSION",
    "BillboardImpression",
    "Cancel",
    "CategoryOpen",
    "CreditsSkip",
    "DetailsOpen",
    "Device",
    "EpisodeAdvance",
    "Event",
    "EventEnvelope",
    "Focus",
    "Heartbeat",
    "Hover",
    "Impression",
    "MyListAdd",
    "MyListRemove",
    "NotInterested",
    "Origin",
    "PageScrollDepth",
    "PageView",
    "Pause",
    "PlanChange",
    "PlayEnd",
    "PlayStart",
    "ProfileCreate",
    "Rate",
    "RemoveFromContinue",
    "Renew",
    "Resume",
    "RowImpression",
    "RowScroll",
    "SearchAbandon",
    "SearchClick",
    "SearchQuery",
    "SearchResultImpression",
    "SeekBack",
    "SeekForward",
    "Signup",
    "Stop",
    "TastePick",
    "Thumb",
    "TrailerPlay",
]

SCHEMA_VERSION = 1

Device = Literal["tv", "web", "mobile", "tablet"]
Origin = Literal["live", "import", "demo", "simulated"]
DEVICES: tuple[Device, ...] = ("tv", "web", "mobile", "tablet")
ORIGINS: tuple[Origin, ...] = ("live", "import", "demo", "simulated")

Seconds = Annotated[float, msgspec.Meta(ge=0, le=10_000_000)]
Millis = Annotated[int, msgspec.Meta(ge=0, le=86_400_000)]
Place = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Text = Annotated[str, msgspec.Meta(max_length=1000)]
Offset = Annotated[int, msgspec.Meta(ge=-840, le=840)]


class EventEnvelope(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    gc=False,
    omit_defaults=True,
    forbid_unknown_fields=True,
    tag_field="kind",
):
    """What every event says of itself. Inherited by the kinds, since msgspec composes so.

    `at` is when it happened by the client's clock; `received` is stamped by the log.
    `origin` is set by the way in (HTTP: live), never believed from a client.
    """

    event_id: Id
    profile_id: Id
    at: Moment
    title_id: Id | None = None
    episode_id: Id | None = None
    session_id: Id | None = None
    device: Device | None = None
    country: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}(?!\n)$")] | None = None
    tz_offset_min: Offset | None = None
    app_version: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    ui_language: Annotated[str, msgspec.Meta(max_length=35)] | None = None
    token: Annotated[str, msgspec.Meta(max_length=256)] | None = None
    schema_version: int = SCHEMA_VERSION
    received: Moment | None = None
    origin: Origin = "live"


class Impression(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="impression"):
    """A tile was at least half visible for the client's threshold time."""

    visible_ms: Millis | None = None


class RowImpression(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="row_impression"):
    """A row was visible."""

    row_id: Text | None = None


class PageView(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="page_view"):
    """A page was opened."""

    page_id: Text | None = None


class BillboardImpression(
    EventEnvelope, frozen=True, kw_only=True, gc=False, tag="billboard_impression"
):
    """The large picture at the top of a page was visible."""

    visible_ms: Millis | None = None


class Hover(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="hover"):
    """The pointer rested on a tile."""

    dwell_ms: Millis | None = None


class Focus(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="focus"):
    """A remote control or keyboard rested on a tile."""

    dwell_ms: Millis | None = None


class DetailsOpen(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="details_open"):
    """The details of a title were opened."""

    dwell_ms: Millis | None = None


class TrailerPlay(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="trailer_play"):
    """A trailer played, by itself or on request."""

    auto: bool = False
    watched_s: Seconds | None = None


class CategoryOpen(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="category_open"):
    """A genre or category page was opened."""

    category: Text


class RowScroll(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="row_scroll"):
    """A row was scrolled sideways to a column."""

    row_id: Text | None = None
    column: Place | None = None


class PageScrollDepth(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="page_scroll_depth"):
    """The page was scrolled down to a row."""

    page_id: Text | None = None
    row: Place | None = None
    depth: Share | None = None


class PlayStart(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="play_start"):
    """A play began; `autoplay` says that no one asked for it."""

    position_s: Seconds | None = None
    duration_s: Seconds | None = None
    autoplay: bool = False


class Heartbeat(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="heartbeat"):
    """A play is going on; sent at least once a minute."""

    position_s: Seconds | None = None
    duration_s: Seconds | None = None
    watched_s: Seconds | None = None


class Pause(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="pause"):
    """A play was paused."""

    position_s: Seconds | None = None
    duration_s: Seconds | None = None


class Resume(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="resume"):
    """A paused play went on."""

    position_s: Seconds | None = None
    duration_s: Seconds | None = None


class SeekForward(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="seek_fwd"):
    """The viewer jumped ahead, from `from_s` to `position_s`."""

    from_s: Seconds | None = None
    position_s: Seconds | None = None
    duration_s: Seconds | None = None


class SeekBack(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="seek_back"):
    """The viewer jumped back, from `from_s` to `position_s`."""

    from_s: Seconds | None = None
    position_s: Seconds | None = None
    duration_s: Seconds | None = None


class Stop(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="stop"):
    """A play was stopped before its end; `watched_s` counts this play only."""

    position_s: Seconds | None = None
    duration_s: Seconds | None = None
    watched_s: Seconds | None = None


class PlayEnd(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="play_end"):
    """A play ended; `watched_s` counts this play only, seeks left out."""

    position_s: Seconds | None = None
    duration_s: Seconds | None = None
    watched_s: Seconds | None = None


class EpisodeAdvance(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="episode_advance"):
    """The player went on to the next episode; `episode_id` is the new one."""

    auto: bool = False


class CreditsSkip(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="credits_skip"):
    """The credits were skipped."""

    position_s: Seconds | None = None
    duration_s: Seconds | None = None


class Thumb(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="thumb"):
    """A thumb: −1 down, 1 up, 2 two thumbs up, 0 taken back."""

    value: Literal[-1, 0, 1, 2]


class Rate(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="rate"):
    """A rating of `value` out of `max`, which it is at most; importers write one a rating.

    Counts as watched, and as a thumb up from .8·max, down to .4·max.
    """

    value: Annotated[float, msgspec.Meta(ge=0, le=1000)]
    max: Annotated[float, msgspec.Meta(gt=0, le=1000)] = 5.0


class MyListAdd(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="mylist_add"):
    """A title was put on the profile's list."""


class MyListRemove(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="mylist_remove"):
    """A title was taken off the profile's list."""


class RemoveFromContinue(
    EventEnvelope, frozen=True, kw_only=True, gc=False, tag="remove_from_continue"
):
    """A title was taken off Continue Watching; a later play brings it back."""


class NotInterested(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="not_interested"):
    """A title shall not be shown again."""


class SearchQuery(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="search_query"):
    """A query as it stood after a keystroke or when sent."""

    query: Text
    language: Annotated[str, msgspec.Meta(max_length=35)] | None = None


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


class TastePick(EventEnvelope, frozen=True, kw_only=True, gc=False, tag="taste_pick"):
    """A title was picked as liked while signing up."""


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


Event: TypeAlias = (
    Impression
    | RowImpression
    | PageView
    | BillboardImpression
    | Hover
    | Focus
    | DetailsOpen
    | TrailerPlay
    | CategoryOpen
    | RowScroll
    | PageScrollDepth
    | PlayStart
    | Heartbeat
    | Pause
    | Resume
    | SeekForward
    | SeekBack
    | Stop
    | PlayEnd
    | EpisodeAdvance
    | CreditsSkip
    | Thumb
    | Rate
    | MyListAdd
    | MyListRemove
    | RemoveFromContinue
    | NotInterested
    | SearchQuery
    | SearchResultImpression
    | SearchClick
    | SearchAbandon
    | TastePick
    | Signup
    | ProfileCreate
    | PlanChange
    | Cancel
    | Renew
)

KINDS: tuple[str, ...] = tuple(kind.__struct_config__.tag for kind in Event.__args__)
"""Every kind's name; its place is the `kind` code in columns and never changes: append only."""

ABOUT_A_TITLE: frozenset[str] = frozenset(
    {
        "impression",
        "billboard_impression",
        "hover",
        "focus",
        "details_open",
        "trailer_play",
        "play_start",
        "heartbeat",
        "pause",
        "resume",
        "seek_fwd",
        "seek_back",
        "stop",
        "play_end",
        "episode_advance",
        "credits_skip",
        "thumb",
        "rate",
        "mylist_add",
        "mylist_remove",
        "remove_from_continue",
        "not_interested",
        "taste_pick",
    }
)
"""Kinds of which every event needs a `title_id`; so does a `search_click` on a title."""

EXPLICIT: frozenset[str] = frozenset(
    {
        "thumb",
        "rate",
        "mylist_add",
        "mylist_remove",
        "remove_from_continue",
        "not_interested",
        "taste_pick",
    }
)
