"""One event of each kind as a client sends it: what the reference and the schema show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matinee.types.event.kinds import ABOUT_A_TITLE, KINDS

__all__ = ["EXAMPLES", "example"]

_TOKEN = "Zq3vX1c8.5-2"  # noqa: S105  (opaque to clients, and no password)
_FILM = {"position_s": 1834.5, "duration_s": 7200.0}
_TILE: Mapping[str, Any] = {"token": _TOKEN}

_OWN: Mapping[str, Mapping[str, Any]] = {
    "impression": {**_TILE, "visible_ms": 1200},
    "row_impression": {"row_id": "01JD8Q4V5K-3"},
    "page_view": {"page_id": "01JD8Q4V5K"},
    "billboard_impression": {**_TILE, "visible_ms": 4000},
    "hover": {**_TILE, "dwell_ms": 850},
    "focus": {**_TILE, "dwell_ms": 2300},
    "details_open": {**_TILE, "dwell_ms": 14000},
    "trailer_play": {"auto": True, "watched_s": 22.5},
    "category_open": {"category": "Crime"},
    "row_scroll": {"row_id": "01JD8Q4V5K-3", "column": 12},
    "page_scroll_depth": {"page_id": "01JD8Q4V5K", "row": 9, "depth": 0.6},
    "play_start": {**_TILE, "position_s": 0.0, "duration_s": 7200.0},
    "heartbeat": {**_FILM, "watched_s": 1800.0},
    "pause": _FILM,
    "resume": _FILM,
    "seek_fwd": {"from_s": 1804.5, **_FILM},
    "seek_back": {"from_s": 1844.5, **_FILM},
    "stop": {**_FILM, "watched_s": 1800.0},
    "play_end": {"position_s": 7100.0, "duration_s": 7200.0, "watched_s": 6950.0},
    "episode_advance": {"episode_id": "16-s1e2", "auto": True},
    "credits_skip": {"position_s": 6950.0, "duration_s": 7200.0},
    "thumb": {"value": 2},
    "rate": {"value": 4.5, "max": 5.0},
    "mylist_add": _TILE,
    "search_query": {"query": "heat", "language": "en"},
    "search_result_impression": {"title_id": "16", "query": "heat", "rank": 1},
    "search_click": {"title_id": "16", "query": "heat", "rank": 1},
    "search_abandon": {"query": "hea"},
    "signup": {"plan": "standard"},
    "plan_change": {"plan": "family"},
    "cancel": {"why": "moving abroad"},
    "renew": {"plan": "standard"},
}


def example(kind: str) -> dict[str, Any]:
    """Return a valid event of a kind, as JSON-ready values.

    Raises:
        LookupError: there is no such kind.
    """
    if kind not in KINDS:
        msg = f"no event kind {kind!r}; there are {', '.join(KINDS)}"
        raise LookupError(msg)
    title = {"title_id": "16"} if kind in ABOUT_A_TITLE else {}
    return {
        "event_id": f"01JD8Q4V5K-{KINDS.index(kind)}",
        "kind": kind,
        "profile_id": "p1",
        **title,
        "at": "2026-11-22T18:40:00Z",
        "session_id": "s9",
        "device": "web",
        "country": "NL",
        "tz_offset_min": 60,
        **_OWN.get(kind, {}),
    }


EXAMPLES: Mapping[str, Mapping[str, Any]] = {kind: example(kind) for kind in KINDS}
"""An example of every kind, in the order of `KINDS`."""
