"""What every event says of itself, and the measures that kinds of events share."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from matinee.types.ids import Id
from matinee.types.moment import Moment

__all__ = [
    "DEVICES",
    "FIRST_VERSION",
    "ORIGINS",
    "SCHEMA_VERSION",
    "Device",
    "EventEnvelope",
    "Language",
    "Millis",
    "Origin",
    "Place",
    "Seconds",
    "Share",
    "Text",
]

FIRST_VERSION = 1
"""Of events that say no version: it stays what it is when `SCHEMA_VERSION` grows."""
SCHEMA_VERSION = 1
"""Of the kinds as they are here; raising it takes an upcaster, see `versions.py`."""

Device = Literal["tv", "web", "mobile", "tablet"]
Origin = Literal["live", "import", "demo", "simulated"]
DEVICES: tuple[Device, ...] = ("tv", "web", "mobile", "tablet")
ORIGINS: tuple[Origin, ...] = ("live", "import", "demo", "simulated")

Seconds = Annotated[float, msgspec.Meta(ge=0, le=10_000_000)]
Millis = Annotated[int, msgspec.Meta(ge=0, le=86_400_000)]
Place = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Text = Annotated[str, msgspec.Meta(max_length=1000)]
Language = Annotated[str, msgspec.Meta(max_length=35)]
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
    ui_language: Language | None = None
    token: Annotated[str, msgspec.Meta(max_length=256)] | None = None
    schema_version: int = FIRST_VERSION
    received: Moment | None = None
    origin: Origin = "live"
