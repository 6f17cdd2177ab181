"""The answers' fields against the contract's own samples: some may be added, none dropped."""

from __future__ import annotations

import jsonschema_rs
import pytest
from litestar.testing import TestClient

from house import NOW, house
from matinee.models import TrainSettings
from matinee.server.app import create
from matinee.training import train

CAUSE = {"kind": "title", "id": "6", "name": "Heat", "share": 1.0}
REASON = {"kind": "watched", "text": "You finished Heat on Tuesday", "causes": [CAUSE]}
TILE = {
    "title_id": "16",
    "column": 0,
    "name": "Casino",
    "year": 1995,
    "kind": "film",
    "genres": ["Crime", "Drama"],
    "runtime_s": 10680,
    "maturity": 18,
    "artwork": {"artwork_id": "16-a", "url": "/art/16-a.svg"},
    "reason": REASON,
    "match": 0.93,
    "progress": None,
    "playable": True,
    "badges": ["leaving"],
    "token": "opaque",
}
ROW = {
    "row_id": "01JD-3",
    "kind": "because_you_watched",
    "rank": 3,
    "label": "Because you watched Heat",
    "reason": REASON,
    "titles": [TILE],
}
HOME = {
    "request_id": "01JD",
    "page_id": "01JD",
    "profile_id": "p1",
    "at": "2026-11-22T18:00:00Z",
    "device": "web",
    "layout": "stagewise",
    "rung": "fresh",
    "bundle": "b-20261122-180000-3f2a",
    "cells": {},
    "rows": [ROW],
    "next": "/v1/home/01JD/rows?after=15",
}
PROFILE = {
    "profile_id": "p1",
    "account_id": "a",
    "name": "",
    "kids": False,
    "maturity": 18,
    "language": None,
    "events": 123,
}
HISTORY = {
    "title_id": "6",
    "name": "Heat",
    "kind": "film",
    "at": "2026-11-22T18:00:00Z",
    "thumb": 1,
    "rated": 0.8,
    "completed": True,
    "progress": None,
    "position_s": None,
    "duration_s": None,
    "episode_id": None,
    "watched_s": 0.0,
    "in_list": False,
    "blocked": False,
    "artwork": {"artwork_id": "6-g", "url": "/art/6-g.svg"},
}
VIEWER = {
    "thumb": 1,
    "in_list": False,
    "progress": 0.4,
    "position_s": 900.0,
    "duration_s": 2700.0,
    "episode_id": "x",
    "completed": False,
    "blocked": False,
}
ROW_KINDS = {"watched", "similar", "liked", "facet", "person", "trend"} | {
    "popular",
    "list",
    "resume",
    "new",
    "onboarding",
    "editorial",
}
CAUSE_KINDS = {"title", "facet", "person", "neighbours", "trend", "list", "editorial"}


@pytest.fixture(scope="module")
def client():
    matinee = house()
    train(matinee.stores, TrainSettings(), now=NOW, seed=1)
    seeds = iter(range(1, 10**6))
    app = create(matinee, clock=lambda: NOW, seeds=lambda: next(seeds))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


def like(answer: object, sample: object, at: str = "$") -> None:
    """Every field of the sample is there; an object where it has one, a list where it has one."""
    if isinstance(sample, dict):
        assert isinstance(answer, dict), at
        assert set(sample) <= set(answer), (at, set(sample) - set(answer))
        for name, value in sample.items():
            if isinstance(value, dict | list):
                like(answer[name], value, f"{at}.{name}")
    elif isinstance(sample, list):
        assert isinstance(answer, list), at
        if sample and isinstance(sample[0], dict):
            for place, one in enumerate(answer):
                like(one, sample[0], f"{at}[{place}]")


def get(client, path: str) -> dict:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return response.json()


def test_a_page_has_the_contracts_fields(client):
    page = get(client, "/v1/home?profile=p1&columns=6&tz_offset_min=60")
    like(page, HOME)
    assert page["at"] == "2026-11-22T18:00:00Z"
    assert page["rung"] == "fresh"
    assert page["bundle"].startswith("b-")
    reasons = [tile["reason"] for row in page["rows"] for tile in row["titles"]]
    reasons += [row["reason"] for row in page["rows"]]
    assert {reason["kind"] for reason in reasons} <= ROW_KINDS
    causes = [cause for reason in reasons for cause in reason["causes"]]
    assert causes
    assert {cause["kind"] for cause in causes} <= CAUSE_KINDS
    assert all(0 <= cause["share"] <= 1 for cause in causes)


def test_scores_are_added_to_tiles_and_rows_on_request(client):
    page = get(client, "/v1/home?profile=p1&include=scores")
    for row in page["rows"]:
        for one in (row, *row["titles"]):
            assert {"score", "source", "probability"} <= set(one)
    tile = page["rows"][0]["titles"][0]
    assert tile["source"] in {"ease", "content", "popular"}


def test_a_page_is_read_again_and_made_longer_under_its_address(client):
    page = get(client, "/v1/home?profile=p1&rows=2&columns=6")
    assert get(client, f"/v1/home/{page['page_id']}")["rows"] == page["rows"]
    assert page["next"] == f"/v1/home/{page['page_id']}/rows?after=2"
    more = get(client, page["next"])
    like(more["rows"], [ROW])
    assert {"rows", "next"} <= set(more)


def test_events_are_received_in_the_contracts_words(client):
    token = get(client, "/v1/home?profile=p2&columns=6")["rows"][0]["titles"][0]
    event = {
        "event_id": "01JD-e",
        "kind": "play_end",
        "profile_id": "p2",
        "title_id": token["title_id"],
        "episode_id": None,
        "at": "2026-11-22T17:40:00Z",
        "session_id": "s9",
        "device": "web",
        "country": "NL",
        "tz_offset_min": 60,
        "token": token["token"],
        "watched_s": 9900.0,
        "position_s": 10500.0,
        "duration_s": 10680.0,
    }
    batch = {"events": [event, event, {**event, "event_id": "other", "title_id": "nothing"}]}
    answer = client.post("/v1/events", json=batch).json()
    like(answer, {"request_id": "", "received": 3, "stored": 1, "duplicates": 1, "rejected": 1})
    assert (answer["received"], answer["stored"], answer["duplicates"]) == (3, 1, 1)
    like(answer["errors"], [{"index": 2, "event_id": "other", "code": "", "detail": ""}])
    assert answer["errors"][0]["index"] == 2


def test_a_batch_of_which_nothing_is_stored_is_unprocessable_with_the_same_errors(client):
    odd = {"events": [{"event_id": "e", "kind": "applause", "profile_id": "p1", "at": 5}]}
    response = client.post("/v1/events", json=odd)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    answer = response.json()
    like(answer, {"type": "", "title": "", "status": 422, "detail": "", "errors": []})
    assert answer["errors"][0]["code"] == "unknown_kind"


def test_the_schema_of_events_names_every_kind(client):
    from matinee.types import KINDS

    schema = get(client, "/v1/events/schema")
    assert set(schema["discriminator"]["mapping"]) == set(KINDS)


def test_the_schema_of_events_asks_for_titles_as_the_log_does(client):
    from matinee.types import KINDS
    from matinee.types.event import ABOUT_A_TITLE

    schema = get(client, "/v1/events/schema")
    valid = jsonschema_rs.validator_for(schema).is_valid
    own = {"value": 1, "category": "Crime", "query": "heat", "plan": "basic"}
    for kind in KINDS:
        reference = schema["discriminator"]["mapping"][kind].rpartition("/")[2]
        fields = schema["$defs"][reference]["properties"]
        event = {name: value for name, value in own.items() if name in fields}
        event |= {"event_id": f"schema-{kind}", "kind": kind, "profile_id": "p1"}
        event |= {"at": "2026-11-22T17:40:00Z"}
        named = {**event, "title_id": "t1"}
        bare = kind not in ABOUT_A_TITLE | {"search_click"}
        assert (valid(event), valid(named)) == (bare, True), kind
        answer = client.post("/v1/events", json={"events": [event]})
        assert (answer.status_code, kind) == (200 if bare else 422, kind)
    person = {**event, "event_id": "person", "kind": "search_click", "entity": "person"}
    person.pop("plan", None)
    assert valid(person)
    assert client.post("/v1/events", json={"events": [person]}).json()["stored"] == 1


def test_a_rating_above_its_maximum_is_told_as_such(client):
    event = {"event_id": "high", "kind": "rate", "profile_id": "p1", "title_id": "t1"}
    event |= {"at": "2026-11-22T17:40:00Z", "value": 6}
    answer = client.post("/v1/events", json={"events": [event]})
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["code"]) == (422, "invalid")
    assert "6 out of 5" in error["detail"]


def test_profiles_and_history_have_the_contracts_fields(client):
    listed = get(client, "/v1/profiles?limit=3")
    like(listed, {"profiles": [PROFILE], "next": ""})
    like(get(client, "/v1/profiles/p1"), {**PROFILE, "taste": [], "blocked": []})
    taste = get(client, "/v1/profiles/p1")["taste"]
    like(taste, [{"id": "genre:Crime", "name": "Crime", "weight": 0.5}])
    like(get(client, "/v1/profiles/p1/history?limit=3"), {"history": [HISTORY], "next": ""})


def test_accounts_and_profiles_are_created(client):
    account = client.post("/v1/accounts", json={"account_id": "acme", "name": "A"})
    assert account.status_code == 201
    like(account.json(), {"account_id": "", "name": "", "plan": "", "country": None})
    body = {"account_id": "acme", "profile_id": "ada", "name": "Ada", "kids": True, "maturity": 7}
    made = client.post("/v1/profiles", json=body)
    assert made.status_code == 201
    like(made.json(), PROFILE)
    assert client.post("/v1/profiles", json=body).status_code == 409
    put = client.put("/v1/profiles/ada", json={"name": "A", "kids": False, "maturity": 18})
    assert (put.status_code, put.json()["kids"]) == (200, False)


def test_titles_have_the_contracts_fields(client):
    listed = get(client, "/v1/titles?limit=2")
    like(
        listed, {"titles": [{"title_id": "", "name": "", "genres": [], "artwork": {}}], "next": ""}
    )
    title = get(client, "/v1/titles/series?profile=p1")
    like(title, {"episodes": [{"episode_id": "", "season": 1, "number": 1}], "viewer": VIEWER})
    assert get(client, "/v1/titles/series")["viewer"] is None
    like(get(client, "/v1/titles/t1/similar?profile=p1&limit=3"), {"titles": [TILE]})
    whole = {"title_id": "added", "name": "Added", "genres": ["Crime"]}
    assert client.put("/v1/titles/added", json=whole).status_code == 200
    assert client.put("/v1/titles/other", json=whole).status_code == 422
    assert client.post("/v1/titles", json={"titles": [whole]}).json()["received"] == 1
    assert client.delete("/v1/titles/added").json() == {"title_id": "added", "hidden": True}
    assert client.get("/v1/titles/added").status_code == 404


def test_recommendations_have_the_contracts_fields(client):
    like(get(client, "/v1/recommendations?profile=p1&k=3"), {"request_id": "", "titles": [TILE]})
    history = [{"title_id": "t1", "kind": "play_end", "at": "2026-11-22T17:00:00Z"}]
    guest = {"history": history, "k": 3}
    one = client.post("/v1/recommendations", json=guest).json()
    like(one, {"request_id": "", "titles": [TILE]})
    assert len(one["titles"]) == 3
    several = client.post("/v1/recommendations", json={"requests": [guest, {"k": 2}]}).json()
    assert [len(each["titles"]) for each in several["results"]] == [3, 2]
    assert several["results"][0]["titles"] == one["titles"]
