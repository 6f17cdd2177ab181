import json

import pytest

from house import NOW, house
from matinee.service import HomeQuery, RefusedError, UnreadableError, decode_events
from matinee.stores import Rejected
from matinee.types import ORIGINS, Moment, ProfileId
from matinee.types.event import Thumb


def body(*events) -> bytes:
    return json.dumps({"events": events}).encode()


def thumb(event_id: str = "e1", **fields) -> dict:
    said = {"event_id": event_id, "kind": "thumb", "profile_id": "p1", "title_id": "t1"}
    return {**said, "at": "2026-11-22T17:59:00Z", "value": 1, **fields}


def recorded(matinee, *events):
    batch = decode_events(body(*events), now=NOW)
    return matinee.record(batch, now=NOW, request_id="r")


def test_a_good_batch_is_decoded_whole():
    [event] = decode_events(body(thumb(at=NOW - 60_000)), now=NOW)
    assert isinstance(event, Thumb)
    assert event.at == Moment(NOW - 60_000)


def test_one_bad_event_leaves_the_others_good():
    bad = thumb("e2", value=7)
    good, rejected, other = decode_events(body(thumb("e1"), bad, thumb("e3")), now=NOW)
    assert (good.event_id, other.event_id) == ("e1", "e3")
    assert isinstance(rejected, Rejected)
    assert (rejected.outcome.event_id, rejected.outcome.code) == ("e2", "invalid")
    assert json.loads(rejected.body) == bad


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (thumb(kind="applause"), "unknown_kind"),
        (thumb(kind=5), "invalid"),
        ({"event_id": "e1"}, "invalid"),
        (thumb(event_id="not an id"), "invalid"),
        (thumb(at="yesterday"), "invalid"),
        (thumb(at=True), "invalid"),
        (thumb(surprise=1), "invalid"),
        (thumb(title_id=5), "invalid"),
        ([], "invalid"),
        (None, "invalid"),
        ("text", "invalid"),
    ],
)
def test_what_is_no_event_is_told_with_its_code(event, code):
    receipt = recorded(house(), thumb("good"), event)
    assert (receipt.stored, receipt.rejected) == (1, 1)
    [error] = receipt.errors
    assert (error.index, error.code) == (1, code)
    assert error.detail


@pytest.mark.parametrize("broken", [b"", b"{", b"\xff\xfe", b'{"events": [}'])
def test_what_is_no_json_is_unreadable(broken):
    with pytest.raises(UnreadableError, match="not JSON"):
        decode_events(broken, now=NOW)


@pytest.mark.parametrize(
    "broken", [b'{"event_id": "\xff"}', b'{"kind": "\\ud800"}', b'{"a": 01}', b"nul", b'{"a"']
)
def test_what_is_no_json_behind_a_bad_event_is_unreadable_too(broken):
    with pytest.raises(UnreadableError, match="not JSON"):
        decode_events(b'{"events": [{"kind": "applause"}, ' + broken + b"]}", now=NOW)


def test_a_number_too_large_for_any_costs_its_own_event_only():
    piece = json.dumps(thumb("e2")).replace('"value": 1', '"value": 1e999').encode()
    batch = b'{"events": [' + piece + b", " + json.dumps(thumb("e3")).encode() + b"]}"
    rejected, good = decode_events(batch, now=NOW)
    assert isinstance(rejected, Rejected)
    assert good.event_id == "e3"


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+10:00", "9999-12-31T23:59:59-10:00"])
def test_a_time_that_no_calendar_has_is_invalid(at):
    receipt = recorded(house(), thumb("good"), thumb("e2", at=at))
    assert [(error.index, error.code) for error in receipt.errors] == [(1, "invalid")]


@pytest.mark.parametrize(
    "wrong", [b"[]", b"{}", b'{"events": []}', b'{"events": {}}', b'{"events": [], "more": 1}']
)
def test_what_is_no_batch_is_refused(wrong):
    with pytest.raises(RefusedError, match="1 to 1,000 events"):
        decode_events(wrong, now=NOW)


def test_a_thousand_events_are_a_batch_and_one_more_are_not():
    many = [thumb(f"e{n}") for n in range(1001)]
    assert len(decode_events(body(*many[:1000]), now=NOW)) == 1000
    with pytest.raises(RefusedError, match="1 to 1,000"):
        decode_events(body(*many), now=NOW)


def test_the_receipt_counts_every_event_once_and_in_order():
    matinee = house()
    receipt = recorded(
        matinee,
        thumb("one"),
        thumb("one"),
        thumb("one", value=-1),
        thumb("two", profile_id="nobody"),
        thumb("three", title_id="nothing"),
        thumb("four", at="2026-01-01T00:00:00Z"),
        thumb("five", value=9),
    )
    assert (receipt.received, receipt.stored, receipt.duplicates, receipt.rejected) == (7, 1, 1, 5)
    codes = [(error.index, error.code) for error in receipt.errors]
    assert codes == [
        (2, "conflict"),
        (3, "unknown_profile"),
        (4, "unknown_title"),
        (5, "too_old"),
        (6, "invalid"),
    ]
    kept = {one.outcome.event_id for one in matinee.stores.log.rejected()}
    assert {"one", "two", "three", "four", "five"} == kept


def test_clients_cannot_say_which_way_their_events_came_in():
    matinee = house()
    receipt = recorded(matinee, thumb(origin="import", received=5))
    assert receipt.stored == 1
    signals = matinee.stores.log.history(ProfileId("p1")).take(slice(None))
    newest = signals.offsets.argmax()
    assert ORIGINS[signals.origins[newest]] == "live"
    assert signals.received[newest] >= NOW


def test_a_tiles_token_is_welcome_for_its_own_title_and_profile():
    matinee = house()
    view = matinee.home(HomeQuery(profile="p1"), now=NOW, seed=1)
    tile, other = view.rows[0].titles[:2]
    token = {"token": tile.token}
    assert recorded(matinee, thumb("a", title_id=tile.title_id, **token)).stored == 1
    receipt = recorded(
        matinee,
        thumb("b", title_id=other.title_id, **token),
        thumb("c", title_id=tile.title_id, profile_id="p2", **token),
        thumb("d", title_id=tile.title_id, token="made up"),
    )
    assert [error.code for error in receipt.errors] == ["invalid"] * 3
    assert all("token" in error.detail for error in receipt.errors)
    assert receipt.stored == 0


def test_the_token_stands_in_the_log_as_it_came():
    matinee = house()
    tile = matinee.home(HomeQuery(profile="p1"), now=NOW, seed=1).rows[0].titles[0]
    recorded(matinee, thumb("a", title_id=tile.title_id, token=tile.token))
    [(_, event)] = matinee.stores.log.events(ProfileId("p1"), limit=1)
    assert event.token == tile.token
