"""Two worker processes as one server: what one acknowledged the other knows; nothing is lost."""

from __future__ import annotations

import os
import re
import shutil
import signal

import pytest

from served import Server, alive, now, served, starting, trained_home, until

ROUNDS = 2000


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder that nobody serves: one server a folder."""
    return trained_home(tmp_path_factory.mktemp("home"))


@pytest.fixture
def home(trained, tmp_path):
    return shutil.copytree(trained, tmp_path / "home")


@pytest.fixture(scope="module")
def server(trained, tmp_path_factory) -> Server:
    with served(shutil.copytree(trained, tmp_path_factory.mktemp("served") / "home")) as server:
        yield server


def event(kind: str, event_id: str, title: str, *, profile: str = "p1", **fields) -> dict:
    said = {"event_id": event_id, "kind": kind, "profile_id": profile, "title_id": title}
    return {**said, "at": now(), **fields}


def titles_of(page: dict) -> list[str]:
    return [tile["title_id"] for row in page["rows"] for tile in row["titles"]]


def test_what_was_watched_by_one_worker_makes_a_row_at_the_other(server):
    one, other = server.both()
    assert one.worker != other.worker
    before = other.get("/v1/home?profile=new&columns=6")
    seed = next(title for title in titles_of(before) if title != "series")
    length = {"duration_s": 6000.0}
    one.send(
        event("play_start", "w1", seed, profile="new", position_s=0.0, **length),
    )
    one.send(
        event("play_end", "w2", seed, profile="new", position_s=5900.0, watched_s=5900.0, **length),
    )
    page = other.get("/v1/home?profile=new&columns=6")
    because = [row for row in page["rows"] if row["kind"] == "because_you_watched"]
    name = other.get(f"/v1/titles/{seed}")["name"]
    assert [row["label"] for row in because] == [f"Because you watched {name}"]
    assert because[0]["reason"]["causes"][0]["id"] == seed
    gone = because[0]["titles"][0]["title_id"]
    one.send(event("thumb", "w3", gone, profile="new", value=-1))
    assert gone not in titles_of(other.get("/v1/home?profile=new&columns=6"))
    again = other.get(f"/v1/home/{page['page_id']}")
    assert gone not in titles_of(again)


def test_two_thousand_writes_are_each_read_at_once_by_the_other_worker(server):
    pair = server.both()
    missed = []
    for n in range(ROUNDS):
        writer, reader = pair[n % 2], pair[1 - n % 2]
        title, profile = f"t{n % 60}", f"p{n % 11}"
        value = -1 if n % 3 == 0 else 1
        writer.send(event("thumb", f"ryw-{n}", title, profile=profile, value=value))
        if n % 40 == 39:
            page = reader.get(f"/v1/home?profile={profile}&rows=4&columns=20")
            seen = value > 0 or title not in titles_of(page)
        else:
            [newest] = reader.get(f"/v1/profiles/{profile}/history?limit=1")["history"]
            seen = (newest["title_id"], newest["thumb"]) == (title, value)
        if not seen:
            missed.append(n)
    assert missed == []


def test_a_page_of_one_worker_is_read_and_made_longer_by_the_other(server):
    one, other = server.both()
    page = one.get("/v1/home?profile=p2&rows=2&columns=6")
    assert other.get(f"/v1/home/{page['page_id']}")["rows"] == page["rows"]
    added = other.get(page["next"])
    assert one.get(page["next"])["rows"] == added["rows"]


def test_a_title_put_at_one_worker_is_there_at_the_other(server):
    one, other = server.both()
    title = {"title_id": "brand-new", "name": "Brand New", "genres": ["Crime"]}
    assert one.ask("PUT", "/v1/titles/brand-new", title)[0] == 200
    assert other.get("/v1/titles/brand-new")["name"] == "Brand New"
    assert other.ask("DELETE", "/v1/titles/brand-new")[0] == 200
    assert one.ask("GET", "/v1/titles/brand-new")[0] == 404


def test_a_profile_put_under_protection_at_one_worker_is_protected_at_the_other(server):
    one, other = server.both()

    def ages() -> list[int]:
        rows = other.get("/v1/home?profile=p11&genre=Crime")["rows"]
        return [tile["maturity"] for row in rows for tile in row["titles"]]

    assert max(ages()) > 7
    protected = {"name": "Kid", "kids": True, "maturity": 7}
    assert one.ask("PUT", "/v1/profiles/p11", protected)[0] == 200
    assert max(ages(), default=0) <= 7


def test_either_worker_tells_the_numbers_of_both(server):
    one, other = server.both()

    def told(connection) -> float:
        text = connection.get("/metrics")
        wanted = r'matinee_requests_total\{method="GET",route="/v1/titles",status="200"\} (.*)'
        found = re.search(wanted, text)
        return float(found[1]) if found else 0.0

    before = told(one)
    for connection in (one, other, other):
        connection.get("/v1/titles?limit=1")
    # A request is counted when it is over, which is after its answer has come.
    assert until(lambda: told(one) == told(other) == before + 3), (told(one), told(other), before)


def test_a_restart_loses_nothing(home):
    with served(home) as server:
        connection = server.connect()
        connection.send(event("mylist_add", "kept-1", "leaving", profile="p3"))
        history = connection.get("/v1/profiles/p3/history?limit=200")
        profiles = connection.get("/v1/profiles")
        page = connection.get("/v1/home?profile=p3&columns=6")
        assert server.stop() == 0
    with served(home) as server:
        connection = server.connect()
        assert connection.get("/v1/profiles/p3/history?limit=200") == history
        assert connection.get("/v1/profiles") == profiles
        assert connection.get(f"/v1/home/{page['page_id']}")["rows"] == page["rows"]
        tile = page["rows"][0]["titles"][0]
        connection.send(
            event("details_open", "kept-2", tile["title_id"], profile="p3", token=tile["token"])
        )


def test_told_to_stop_it_finishes_what_it_was_asked_and_leaves_nobody(home):
    with served(home) as server:
        pair = server.both()
        beside = server.beside(pair[0].worker)
        pair[0].say("GET", "/v1/home?profile=p4&columns=40")
        # One event loop reads both connections in turn: once this is answered, that was read.
        beside.get("/healthz")
        assert server.stop() == 0
        assert pair[0].hear()[0] == 200
        assert server.process.stdout.read() == "stopped\n"
        assert not any(alive(connection.worker) for connection in pair)


def test_workers_end_when_their_parent_is_killed(home):
    with served(home) as server:
        workers = [connection.worker for connection in server.both()]
        assert all(alive(worker) for worker in workers)
        server.process.kill()
        assert until(lambda: not any(alive(worker) for worker in workers))


def test_a_worker_that_is_killed_is_replaced(home):
    with served(home) as server:
        one, other = server.both()
        os.kill(other.worker, signal.SIGKILL)
        assert until(lambda: not alive(other.worker))

        def third() -> bool:
            connection = server.connect()
            connection.close()
            return connection.worker not in (one.worker, other.worker)

        assert until(third)
        one.get("/v1/profiles")
        assert server.stop(signal.SIGINT) == 0


def test_told_to_stop_while_it_starts_it_stops(home):
    with starting(home) as process:
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=20)[0]
    assert said == "stopped\n"  # and no address: nobody shall come any more
    assert process.returncode == 0
