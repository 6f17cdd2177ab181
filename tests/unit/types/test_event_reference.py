"""What the reference says of events: a family, a group and an example that holds, for each kind."""

from __future__ import annotations

from pathlib import Path

import jsonschema_rs
import msgspec
import pytest

from matinee.server.openapi import event_schema
from matinee.types.event import (
    ABOUT_A_TITLE,
    EXAMPLES,
    GROUPS,
    KINDS,
    Event,
    EventEnvelope,
    example,
    feedback,
)
from matinee.types.moment import decode_moment

decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event, dec_hook=decode_moment)
VALID = jsonschema_rs.validator_for(event_schema())


@pytest.mark.parametrize("kind", KINDS)
def test_every_example_is_an_event_of_its_kind_by_the_decoder_and_by_the_schema(kind: str) -> None:
    event = decoder.decode(msgspec.json.encode(EXAMPLES[kind]))
    assert event.__struct_config__.tag == kind
    assert VALID.is_valid(EXAMPLES[kind])
    assert (event.title_id is not None) or kind not in ABOUT_A_TITLE


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_shows_every_field_of_its_kind_that_has_no_obvious_default(kind: str) -> None:
    envelope = set(EventEnvelope.__struct_fields__)
    own = {
        field.encode_name
        for struct in Event.__args__
        if struct.__struct_config__.tag == kind
        for field in msgspec.structs.fields(struct)
        if field.name not in envelope and (field.required or field.default is None)
    }
    assert own <= set(EXAMPLES[kind])


def test_every_kind_stands_in_one_group() -> None:
    grouped = [kind for kinds in GROUPS.values() for kind in kinds]
    assert sorted(grouped) == sorted(KINDS)


def test_opinions_are_explicit_and_whatever_was_merely_done_is_implicit() -> None:
    assert {kind for kind in KINDS if feedback(kind) == "explicit"} == set(GROUPS["Opinions"])


def test_a_kind_that_is_none_is_named_with_those_that_are() -> None:
    for ask in (feedback, example):
        with pytest.raises(LookupError, match=r"'nap'; there are impression, .*renew"):
            ask("nap")


def test_the_schema_says_of_each_kind_which_feedback_it_is() -> None:
    schema = event_schema()
    for kind in KINDS:
        name = schema["discriminator"]["mapping"][kind].rpartition("/")[2]
        assert schema["$defs"][name]["x-feedback"] == feedback(kind)


def test_the_page_shows_each_kind_under_its_group_with_its_example(repository: Path) -> None:
    page = (repository / "docs" / "reference" / "events.md").read_text(encoding="utf-8")
    for group, kinds in GROUPS.items():
        section = page.split(f"\n## {group}\n")[1].split("\n## ")[0]
        for kind in kinds:
            entry = section.split(f"\n### `{kind}`\n")[1].split("\n### ")[0]
            assert entry.strip().lower().startswith(f"{feedback(kind)}. ")
            shown = entry.split("```json\n")[1].split("```")[0]
            assert msgspec.json.decode(shown) == EXAMPLES[kind]
