"""Events from clients into the log: decoded one by one where need be, tokens checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec

from matinee.data import Catalogue
from matinee.service.errors import RefusedError, UnreadableError
from matinee.service.tokens import Signer
from matinee.service.views import EventErrorView, ReceiptView
from matinee.stores import Outcome, Rejected, Stores
from matinee.types import KINDS, Event, EventId, Moment, ProfileId
from matinee.types.event import FIRST_VERSION, SCHEMA_VERSION, upcast
from matinee.types.moment import decode_moment, encode_moment

__all__ = ["MOST_EVENTS", "EventsBody", "decode_events", "record"]

MOST_EVENTS = 1000
_KEPT_BYTES = 65_536
_ID = re.compile(r"[A-Za-z0-9._~:-]{1,128}")

Doubtful = Event | Rejected
"""An event, or what could not be read as one."""


class EventsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A batch of events, as clients send it."""

    events: Annotated[list[Event], msgspec.Meta(min_length=1, max_length=MOST_EVENTS)]


class _Pieces(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    events: Annotated[list[msgspec.Raw], msgspec.Meta(min_length=1, max_length=MOST_EVENTS)]


class _Head(msgspec.Struct, frozen=True):
    kind: str = ""
    event_id: str = ""
    schema_version: int = FIRST_VERSION


_WHOLE = msgspec.json.Decoder(EventsBody, dec_hook=decode_moment)
_PIECES = msgspec.json.Decoder(_Pieces)
_ONE: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event, dec_hook=decode_moment)
_HEAD = msgspec.json.Decoder(_Head)


def decode_events(body: bytes, *, now: Moment) -> list[Doubtful]:
    """Read a batch; an event that is none comes back as what to keep aside, the others as they are.

    Raises:
        UnreadableError: the body is no JSON, or is nested too deeply to be read.
        RefusedError: it is no batch of 1 to 1,000 events.
    """
    try:
        return _decoded(body, now)
    except RecursionError:
        msg = "the body is nested too deeply"
        raise UnreadableError(msg) from None


def _decoded(body: bytes, now: Moment) -> list[Doubtful]:
    try:
        events = _WHOLE.decode(body).events
        if all(event.schema_version == SCHEMA_VERSION for event in events):
            return list(events)
    except msgspec.ValidationError:
        pass  # one of them at least; find out which
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _no_json(error) from None
    try:
        _ = msgspec.json.decode(body)  # what is wrong with an event hides what comes after it
    except msgspec.ValidationError:
        pass  # a number too large for any: its event's fault
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _no_json(error) from None
    try:
        pieces = _PIECES.decode(body).events
    except msgspec.ValidationError as error:
        msg = f'the body must be {{"events": […]}} with 1 to {MOST_EVENTS:,} events: {error}'
        raise RefusedError(msg) from None
    except msgspec.DecodeError as error:
        raise _no_json(error) from None
    return [_one(bytes(piece), now) for piece in pieces]


def _no_json(error: Exception) -> UnreadableError:
    return UnreadableError(f"the body is not JSON: {error}")


def _one(piece: bytes, now: Moment) -> Doubtful:
    try:
        head = _HEAD.decode(piece)
    except (msgspec.DecodeError, UnicodeDecodeError):
        head = _Head()
    try:
        if head.schema_version == SCHEMA_VERSION:
            return _ONE.decode(piece)
        said = upcast(msgspec.json.decode(piece))
        raised: Event = msgspec.convert(said, Event, dec_hook=decode_moment)
        return raised
    except (msgspec.DecodeError, ValueError) as error:
        detail = str(error)
    event_id = EventId(head.event_id) if _ID.fullmatch(head.event_id) else None
    if head.kind and head.kind not in KINDS:
        detail = f"no event kind {head.kind[:64]!r}; GET /v1/events/schema lists them"
        outcome = Outcome(event_id, "unknown_kind", detail)
    else:
        outcome = Outcome(event_id, "invalid", detail)
    return Rejected(now, outcome, piece[:_KEPT_BYTES])


@dataclass(frozen=True, slots=True)
class _Sorted:
    good: list[Event]
    places: list[int]  # of each good one in the batch
    bad: dict[int, Rejected]


def record(
    stores: Stores,
    signer: Signer,
    batch: Sequence[Doubtful],
    *,
    now: Moment,
    request_id: str,
    decoded: bool = False,
) -> ReceiptView:
    """Store what is valid; all of that is durable on return.

    `decoded` promises that the batch comes from `decode_events`. An event with a token that was
    not given to its profile for its title is invalid: it would credit a place that never showed
    it. Without a token it is welcome.
    """
    sorted_ = _sort(batch, signer, stores.catalogue.snapshot(), now)
    outcomes: dict[int, Outcome] = {place: bad.outcome for place, bad in sorted_.bad.items()}
    if sorted_.good:
        receipt = stores.log.append(sorted_.good, now=now, decoded=decoded)
        outcomes |= dict(zip(sorted_.places, receipt.outcomes, strict=True))
    if sorted_.bad:
        stores.log.turn_away(list(sorted_.bad.values()))
    codes = [outcomes[place].code for place in range(len(batch))]
    return ReceiptView(
        request_id=request_id,
        received=len(batch),
        stored=codes.count("stored"),
        duplicates=codes.count("duplicate"),
        rejected=len(codes) - codes.count("stored") - codes.count("duplicate"),
        errors=[
            EventErrorView(index=place, event_id=out.event_id, code=out.code, detail=out.detail)
            for place, out in sorted(outcomes.items())
            if out.rejected
        ],
    )


def _sort(batch: Sequence[Doubtful], signer: Signer, catalogue: Catalogue, now: Moment) -> _Sorted:
    sorted_ = _Sorted([], [], {})
    for place, event in enumerate(batch):
        if isinstance(event, Rejected):
            sorted_.bad[place] = event
        elif event.token is not None and not _earned(event, signer, catalogue):
            sorted_.bad[place] = _foreign(event, now)
        else:
            sorted_.good.append(_live(event))
            sorted_.places.append(place)
    return sorted_


def _live(event: Event) -> Event:
    """Return the event as one from outside: it cannot say when or which way it came in."""
    if event.received is None and event.origin == "live":
        return event
    return msgspec.structs.replace(event, received=None, origin="live")


def _earned(event: Event, signer: Signer, catalogue: Catalogue) -> bool:
    place = signer.place(event.token or "", ProfileId(event.profile_id))
    if place is None:
        return False
    return event.title_id is None or catalogue.vocabulary.row(event.title_id) == place.title


def _foreign(event: Event, now: Moment) -> Rejected:
    detail = (
        f"the token was not given to profile {event.profile_id!r} for title {event.title_id!r}; "
        "send the tile's token unchanged, or none"
    )
    body = msgspec.json.encode(event, enc_hook=encode_moment)
    return Rejected(now, Outcome(EventId(event.event_id), "invalid", detail), body[:_KEPT_BYTES])
