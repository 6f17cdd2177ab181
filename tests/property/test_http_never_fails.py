"""Whatever is sent, the answer is as described, and never a server's failure."""

import json
from contextlib import suppress
from itertools import count

import pytest
import schemathesis
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from house import NOW, house
from matinee.server.app import create
from matinee.server.routes import ENDPOINTS
from matinee.service import Config, RefusedError, UnreadableError, decode_events
from matinee.stores import Rejected

KNOWN = {"profile": "p1", "profile_id": "p1", "title_id": "t1", "account_id": "a"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def kept_open(app):
    """Return the application without its end: the tool begins and ends it with every request."""

    async def endless(scope, receive, send):
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})

    return endless


@pytest.fixture(scope="module")
def api():
    seeds = count(1)
    config = Config.parse('[server]\nhosts = ["testserver"]')
    app = create(house(config), clock=lambda: NOW, seeds=lambda: next(seeds))
    return schemathesis.openapi.from_asgi("/openapi.json", kept_open(app))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_an_operation_answers_as_described(api, endpoint, mode):
    operation = api[endpoint.path.replace(":str}", "}")][endpoint.method]
    statuses = set()

    @settings(max_examples=6)
    @given(case=operation.as_strategy(generation_mode=mode), known=st.booleans())
    def asked(case, known):
        if known:  # or nearly all ids would be of nobody
            for part in (case.query, case.path_parameters, case.body):
                if isinstance(part, dict):
                    part |= {name: real for name, real in KNOWN.items() if name in part}
        statuses.add(case.call_and_validate(checks=CHECKS).status_code)

    try:
        asked()
    except Unsatisfiable:  # nothing that it takes could be wrong
        assert mode is GenerationMode.NEGATIVE
    else:
        assert statuses


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_decoding_of_events(body):
    with suppress(RefusedError, UnreadableError):
        assert decode_events(body, now=NOW)


BATCH = json.dumps(
    {
        "events": [
            {"kind": "applause", "event_id": "e1"},
            {"kind": "thumb", "event_id": "e2", "profile_id": "p1", "title_id": "t1", "value": 1},
        ]
    }
).encode()


@settings(max_examples=300)
@given(st.dictionaries(st.integers(0, len(BATCH) - 1), st.integers(0, 255), max_size=3))
def test_a_batch_with_bytes_changed_on_the_way_is_read_or_refused(changed):
    body = bytearray(BATCH)
    for place, byte in changed.items():
        body[place] = byte
    with suppress(RefusedError, UnreadableError):
        assert decode_events(bytes(body), now=NOW)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kind", "event_id", "at", "value", "profile_id", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=100)
@given(st.lists(JSON, min_size=1, max_size=4))
def test_every_piece_of_a_batch_is_an_event_or_kept_aside_in_its_place(pieces):
    batch = decode_events(json.dumps({"events": pieces}).encode(), now=NOW)
    assert len(batch) == len(pieces)
    for piece, found in zip(pieces, batch, strict=True):
        assert json.loads(found.body) == piece if isinstance(found, Rejected) else piece["kind"]
