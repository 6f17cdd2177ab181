"""Events from clients, and what they may look like."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from matinee.server.endpoint import Call, Endpoints, NoBody, NoQuery, Sent
from matinee.server.openapi import event_schema
from matinee.server.problems import MEDIA_TYPE, Problem, RefusedBatch
from matinee.service import EventsBody, ReceiptView, decode_events

__all__ = [
    "ENDPOINTS",
    "events_schema",
    "record_events",
]

ENDPOINTS = Endpoints()


@ENDPOINTS.add(
    "POST",
    "/v1/events",
    body=EventsBody,
    raw=True,
    returns=ReceiptView,
    scope="write",
    also={
        HTTPStatus.UNPROCESSABLE_ENTITY: (RefusedBatch, Problem),
        HTTPStatus.SERVICE_UNAVAILABLE: (Problem,),
        HTTPStatus.INSUFFICIENT_STORAGE: (Problem,),
    },
)
def record_events(call: Call[NoQuery, bytes]) -> ReceiptView | Sent:
    """Record 1 to 1,000 events.

    All that is valid is durable when the answer is sent; each other one is named with the reason.
    """
    batch = decode_events(call.body, now=call.now)
    receipt = call.matinee.record(batch, now=call.now, request_id=call.request_id, decoded=True)
    call.metrics.events(
        stored=receipt.stored, duplicates=receipt.duplicates, rejected=receipt.rejected
    )
    if receipt.stored or receipt.duplicates:
        return receipt
    return Sent(RefusedBatch.of(receipt), HTTPStatus.UNPROCESSABLE_ENTITY, MEDIA_TYPE)


@ENDPOINTS.add("GET", "/v1/events/schema", returns=dict[str, Any])
def events_schema(call: Call[NoQuery, NoBody]) -> dict[str, Any]:  # noqa: ARG001
    """Show the JSON Schema of all kinds of events."""
    return event_schema()
