"""What a profile was shown, and how it looked round."""

from __future__ import annotations

from matinee.types.event.envelope import EventEnvelope, Millis, Place, Seconds, Share, Text

__all__ = [
    "BillboardImpression",
    "CategoryOpen",
    "DetailsOpen",
    "Focus",
    "Hover",
    "Impression",
    "PageScrollDepth",
    "PageView",
    "RowImpression",
    "RowScroll",
    "TrailerPlay",
]


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
