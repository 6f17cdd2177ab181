"""Rows of numbers stand in the order that they promise."""

from __future__ import annotations

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matinee.stores.columns import draft, signals
from matinee.testing.stores_samples import event, every_kind
from matinee.types import Event
from matinee.types.moment import decode_moment, encode_moment


def test_no_rows_are_empty_columns_of_the_right_kinds() -> None:
    empty = signals(())
    assert len(empty) == 0
    assert empty.offsets.dtype == np.int64
    assert empty.values.dtype == np.float32
    assert empty.origins.dtype == np.uint8


def test_no_two_kinds_with_the_same_fields_share_a_digest() -> None:
    drafts = [draft(msgspec.structs.replace(one, event_id="same")) for one in every_kind()]
    assert all(not one.flaw for one in drafts)
    assert len({one.digest for one in drafts}) == len(drafts)


def test_every_field_that_differs_changes_the_digest() -> None:
    for one in every_kind():
        before = draft(one).digest
        for field in msgspec.structs.fields(one):
            if field.name in ("received", "origin"):
                continue
            other = {"at": one.at + 1, "event_id": "x", "profile_id": "x"}.get(field.name)
            if other is None and field.required:
                continue  # the kinds' own required fields: below
            changed = msgspec.structs.replace(one, **{field.name: other})
            if field.name == "schema_version":
                changed = msgspec.structs.replace(one, schema_version=2)
            elif other is None and field.default is not None:
                changed = msgspec.structs.replace(one, **{field.name: field.default})
            assert draft(changed).digest != before, (type(one).__name__, field.name)
    thumbs = {draft(event("a", kind="thumb", value=value)).digest for value in (-1, 0, 1, 2)}
    assert len(thumbs) == 4


def test_a_digest_never_changes_for_logs_keep_it() -> None:
    said = event("a", kind="rate", value=4.0, max=10.0, at=1_700_000_000_000, device="tv")
    assert draft(said).digest.hex() == "126a01d6d26cddff"


@given(st.sampled_from(list(every_kind())), st.text(max_size=20), st.floats(0, 1e6), st.data())
def test_what_was_just_decoded_is_laid_out_as_if_it_were_checked_again(
    one: Event, text: str, seconds: float, data: st.DataObject
) -> None:
    said = {"app_version": text, "query": text, "token": text, "category": text}
    said |= dict.fromkeys(("watched_s", "position_s", "from_s"), seconds)
    said |= {"dwell_ms": int(seconds), "tz_offset_min": data.draw(st.integers(-840, 840))}
    fields = {field.name for field in msgspec.structs.fields(one)}
    changed = msgspec.structs.replace(one, **{k: v for k, v in said.items() if k in fields})
    sent = msgspec.json.encode(changed, enc_hook=encode_moment)
    read = msgspec.json.decode(sent, type=Event, dec_hook=decode_moment)
    assert draft(read, decoded=True) == draft(read) == draft(changed)
