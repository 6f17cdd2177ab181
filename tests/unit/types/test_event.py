"""The event union: every kind decodes from its flat form, and nothing else does."""

from __future__ import annotations

import msgspec
import pytest

from matinee.types.event import ABOUT_A_TITLE, EXPLICIT, KINDS, Event, EventEnvelope
from matinee.types.moment import decode_moment, encode_moment

NEEDS = {
    "thumb": {"value": 1},
    "rate": {"value": 4.0},
    "category_open": {"category": "Crime"},
    "search_query": {"query": "heat"},
    "plan_change": {"plan": "family"},
}
decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event, dec_hook=decode_moment)


def wire(kind: str, **more: object) -> bytes:
    common = {"kind": kind, "event_id": "e-1", "profile_id": "p1", "at": "2026-11-22T18:40:00Z"}
    return msgspec.json.encode({**common, **NEEDS.get(kind, {}), **more})


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_survives_the_wire(kind: str) -> None:
    event = decoder.decode(wire(kind, title_id="16", device="tv", tz_offset_min=60))
    again = decoder.decode(msgspec.json.encode(event, enc_hook=encode_moment))
    assert again == event
    assert isinstance(event, EventEnvelope)
    assert event.__struct_config__.tag == kind


def test_the_codes_of_the_kinds_are_never_renumbered() -> None:
    assert KINDS[:3] == ("impression", "row_impression", "page_view")
    assert (KINDS.index("play_start"), KINDS.index("play_end")) == (11, 18)
    assert (KINDS.index("thumb"), KINDS.index("rate"), len(KINDS)) == (21, 22, 37)


def test_explicit_kinds_are_kinds_about_a_title() -> None:
    assert set(KINDS) > ABOUT_A_TITLE > EXPLICIT


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("nap", {}),
        ("thumb", {"value": 3}),
        ("rate", {"value": -1}),
        ("rate", {"max": 0}),
        ("play_end", {"watched_s": -5}),
        ("play_end", {"mood": "good"}),
        ("play_end", {"event_id": "white space"}),
        ("play_end", {"event_id": ""}),
        ("play_end", {"event_id": "line\n"}),
        ("play_end", {"country": "NL\n"}),
        ("play_end", {"profile_id": "p" * 129}),
        ("play_end", {"at": "yesterday"}),
        ("play_end", {"country": "nl"}),
        ("play_end", {"tz_offset_min": 900}),
        ("play_end", {"device": "toaster"}),
    ],
)
def test_what_breaks_the_schema_is_refused(kind: str, more: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        decoder.decode(wire(kind, **more))
