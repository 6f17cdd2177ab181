"""Events of earlier schema versions become today's; newer ones are told apart."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from matinee.types.event import FIRST_VERSION, KINDS, SCHEMA_VERSION, UPCASTERS, Event, upcast
from matinee.types.moment import decode_moment

SENT = {"kind": "play_end", "event_id": "e", "profile_id": "p", "title_id": "t", "at": 1000}


def minutes(said: dict[str, Any]) -> dict[str, Any]:
    """Version 1 of this example said minutes, 2 says seconds."""
    kept = {name: value for name, value in said.items() if name != "watched_min"}
    return kept | {"watched_s": 60.0 * said["watched_min"]}


def renamed(said: dict[str, Any]) -> dict[str, Any]:
    """Version 3 calls the end of a play by its name of today."""
    return said | {"kind": {"finish": "play_end"}.get(said["kind"], said["kind"])}


EXAMPLE = {1: minutes, 2: renamed}


def raised(**said: Any) -> dict[str, Any]:
    return upcast(SENT | said, upcasters=EXAMPLE, newest=3)


def test_every_version_before_todays_has_the_step_that_leads_on() -> None:
    assert sorted(UPCASTERS) == list(range(FIRST_VERSION, SCHEMA_VERSION))


def test_an_event_goes_through_every_step_from_its_own_version_on() -> None:
    first = raised(kind="finish", watched_min=2)
    second = raised(kind="finish", watched_s=120.0, schema_version=2)
    third = raised(watched_s=120.0, schema_version=3)
    assert first == second == third == SENT | {"watched_s": 120.0, "schema_version": 3}


def test_an_upcast_event_is_one_of_todays_kinds() -> None:
    said = raised(kind="finish", watched_min=2) | {"schema_version": SCHEMA_VERSION}
    event = msgspec.convert(said, Event, dec_hook=decode_moment)
    assert (type(event).__name__, event.watched_s) == ("PlayEnd", 120.0)
    assert "finish" not in KINDS


def test_what_was_given_is_left_as_it_was() -> None:
    said = SENT | {"watched_min": 2}
    upcast(said, upcasters=EXAMPLE, newest=3)
    assert said == SENT | {"watched_min": 2}


def test_a_newer_version_is_refused_with_what_to_do() -> None:
    with pytest.raises(ValueError, match=r"schema_version 4 is newer than 3.*bring it up to date"):
        raised(schema_version=4)


@pytest.mark.parametrize("version", [0, -1, "2", None, True, 1.0])
def test_what_is_no_version_is_refused(version: object) -> None:
    with pytest.raises(ValueError, match="is none; there are 1 to 3"):
        raised(schema_version=version)
