"""What became of events that were sent, and whether pages can be served."""

from __future__ import annotations

from matinee.service.views.pages import Rung
from matinee.service.views.view import View
from matinee.stores import OutcomeCode
from matinee.types import Id

__all__ = ["EventErrorView", "ReadinessView", "ReceiptView"]


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
