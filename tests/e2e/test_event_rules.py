"""What becomes of an event that is posted, by each rule; and what `matinee events` says of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from house import furnish
from matinee.cli.main import app
from matinee.stores import open_stores
from matinee.types import DAY_MS, Moment, ProfileId, TitleId
from matinee.types.event import Thumb
from matinee.types.moment import decode_moment
from served import Connection, Server, now, served


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("rules") / "home"
    with closing(open_stores(home)) as stores:
        furnish(stores, profiles=3)
    return home


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    with served(home) as server:
        yield server


@pytest.fixture
def connection(server: Server) -> Iterator[Connection]:
    connection = server.connect()
    yield connection
    connection.close()


def thumb(event_id: str, **said: Any) -> dict[str, Any]:
    body = {"event_id": event_id, "kind": "thumb", "profile_id": "p0", "title_id": "t1"}
    return {**body, "value": 1, "at": now().iso, **said}


def post(connection: Connection, *events: dict[str, Any]) -> tuple[int, Any]:
    return connection.ask("POST", "/v1/events", {"events": events})


def told(home: Path, *command: str) -> Any:
    ran = CliRunner().invoke(app, ["events", *command, "--home", str(home), "--json", "-"])
    assert (ran.exit_code, ran.exception) == (0, None)
    return json.loads(ran.stdout)


def kept(home: Path, event_id: str) -> Any:
    with closing(open_stores(home)) as stores:
        held = stores.log.events(ProfileId("p0"))
    return next(event for _, event in held if event.event_id == event_id)


def test_the_same_again_is_a_duplicate_however_it_is_spelled(connection: Connection) -> None:
    first = thumb("again")
    assert post(connection, first)[1]["stored"] == 1
    respelled = dict(reversed(first.items())) | {"at": int(Moment.parse(first["at"]))}
    status, answer = post(connection, first, respelled, {**first, "session_id": None})
    assert (status, answer["duplicates"], answer["stored"]) == (200, 3, 0)


def test_either_worker_knows_what_the_other_took(server: Server) -> None:
    one, other = server.both()
    event = thumb("by-one")
    assert post(one, event)[1]["stored"] == 1
    assert post(other, event)[1]["duplicates"] == 1
    assert post(other, {**event, "value": -1})[1]["errors"][0]["code"] == "conflict"


def test_the_same_id_with_another_body_is_a_conflict_and_the_first_stays(
    connection: Connection, home: Path
) -> None:
    event = thumb("taken")
    assert post(connection, event)[0] == 200
    status, answer = post(connection, {**event, "value": -1})
    assert (status, answer["status"], answer["rejected"]) == (422, 422, 1)
    assert answer["errors"][0] | {"detail": ""} == {
        "index": 0,
        "event_id": "taken",
        "code": "conflict",
        "detail": "",
    }
    assert kept(home, "taken").value == 1
    assert told(home, "rejected", "--limit", "1")["rejected"][0]["event_id"] == "taken"


def test_of_one_id_twice_in_a_batch_the_first_counts(connection: Connection) -> None:
    status, answer = post(connection, thumb("twin"), thumb("twin", value=-1))
    assert (status, answer["stored"], answer["rejected"]) == (200, 1, 1)
    assert (answer["errors"][0]["index"], answer["errors"][0]["code"]) == (1, "conflict")


def test_clients_cannot_say_how_or_when_their_events_came(
    connection: Connection, home: Path
) -> None:
    status, _ = post(connection, thumb("posing", origin="import", received="2020-01-01T00:00:00Z"))
    assert status == 200
    event = kept(home, "posing")
    assert event.origin == "live"
    assert event.received > now() - 60_000


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        ({"profile_id": "nobody"}, "unknown_profile", "nobody"),
        ({"title_id": "nothing"}, "unknown_title", "nothing"),
        ({"kind": "applause"}, "unknown_kind", "applause"),
        ({"value": 7}, "invalid", "value"),
        ({"title_id": None}, "invalid", "title_id"),
        ({"at": "2020-01-01T00:00:00Z"}, "too_old", "import old events"),
        ({"token": "forged"}, "invalid", "token"),
        ({"mood": "calm"}, "invalid", "mood"),
    ],
)
def test_each_reason_for_a_refusal_has_its_code_and_spares_the_others(
    connection: Connection, home: Path, said: dict[str, Any], code: str, words: str
) -> None:
    name = f"{code}-{next(iter(said))}"
    status, answer = post(connection, thumb(f"good-{name}"), thumb(name, **said))
    assert (status, answer["stored"], answer["rejected"]) == (200, 1, 1)
    [error] = answer["errors"]
    assert (error["index"], error["event_id"], error["code"]) == (1, name, code)
    assert words in error["detail"]
    newest = told(home, "rejected", "--limit", "1")["rejected"][0]
    assert (newest["event_id"], newest["code"]) == (name, code)
    assert name in newest["body"]


def test_what_is_too_far_ahead_is_stored_as_of_its_receipt(
    connection: Connection, home: Path
) -> None:
    ahead = Moment(now() + DAY_MS)
    event = thumb("ahead", at=ahead.iso)
    assert post(connection, event)[1]["stored"] == 1
    held = kept(home, "ahead")
    assert held.at == held.received < ahead
    assert post(connection, event)[1]["duplicates"] == 1  # the body is compared as it was sent


def test_count_and_tail_say_what_the_log_holds(connection: Connection, home: Path) -> None:
    before = told(home, "count")
    post(connection, thumb("tail-1"), thumb("tail-2", title_id="t2"))
    after = told(home, "count")
    assert after["events"] == before["events"] + 2
    assert after["kinds"]["thumb"] == before["kinds"].get("thumb", 0) + 2
    newest = told(home, "tail", "--limit", "2")["events"]
    assert [(one["kind"], one["profile_id"], one["title_id"]) for one in newest] == [
        ("thumb", "p0", "t1"),
        ("thumb", "p0", "t2"),
    ]
    assert newest[0]["offset"] < newest[1]["offset"]


def test_the_tail_of_a_log_is_as_long_as_asked_though_much_was_deleted(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with closing(open_stores(home)) as stores:
        furnish(stores)
        said = [thumb(f"e{n}", title_id="t1" if n in (0, 1, 39) else "t2") for n in range(40)]
        stores.log.append(
            [msgspec.convert(one, Thumb, dec_hook=decode_moment) for one in said], now=now()
        )
        assert stores.log.forget(ProfileId("p0"), TitleId("t2")) == 37
        left = stores.log.tail(0).signals.offsets.tolist()
    newest = told(home, "tail", "--limit", "9")["events"]
    assert [one["offset"] for one in newest] == left[-9:]
    everything = told(home, "tail", "--limit", "9999")["events"]
    assert [one["offset"] for one in everything] == left


def test_the_schema_is_the_servers(connection: Connection, home: Path, tmp_path: Path) -> None:
    served_schema = connection.get("/v1/events/schema")
    assert told(home, "schema")["schema"] == served_schema
    ran = CliRunner().invoke(app, ["events", "schema", "--home", str(tmp_path / "none")])
    assert json.loads(ran.stdout) == served_schema
