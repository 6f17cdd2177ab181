"""Health, numbers, the reference page, the site and its pictures."""

import json
import logging
import re

from matinee.server.health import description
from matinee.server.lines import JsonLines


def test_healthz_is_alive_and_readyz_says_what_serves(client):
    assert client.get("/healthz").json() == {"status": "alive"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert (ready.json()["ready"], ready.json()["rung"]) == (True, "popular")


def test_readyz_is_unavailable_when_a_store_does_not_answer(serve, tmp_path):
    from litestar.testing import TestClient

    from matinee.server.app import create
    from matinee.service import Matinee
    from matinee.types import Moment

    matinee = Matinee.open(tmp_path)
    app = create(matinee, clock=lambda: Moment(0), seeds=lambda: 1)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert client.get("/readyz").status_code == 200
        matinee.stores.close()
        gone = client.get("/readyz")
        assert gone.status_code == 503
        assert gone.json()["why"]


def test_metrics_count_requests_events_and_pages(client):
    client.get("/v1/home?profile=p1")
    client.get("/v1/home?profile=nobody")
    event = {"event_id": "e", "kind": "thumb", "profile_id": "p1", "title_id": "t1", "value": 1}
    batch = {"events": [{**event, "at": "2026-11-22T17:00:00Z"}, {"kind": "odd"}]}
    client.post("/v1/events", json=batch)
    text = client.get("/metrics").text
    assert 'matinee_requests_total{method="GET",route="/v1/home",status="200"} 1.0' in text
    assert 'matinee_requests_total{method="GET",route="/v1/home",status="404"} 1.0' in text
    assert 'matinee_events_total{outcome="stored"} 1.0' in text
    assert 'matinee_events_total{outcome="rejected"} 1.0' in text
    assert 'matinee_pages_total{rung="popular"} 1.0' in text
    assert 'matinee_request_seconds_count{route="/v1/events"} 1.0' in text


def test_routes_in_metrics_are_patterns_never_what_was_asked(client):
    client.get("/v1/profiles/p1")
    client.get("/v1/anything/made/up")
    routes = set(re.findall(r'route="([^"]*)"', client.get("/metrics").text))
    assert "none" in routes
    assert not any("p1" in route or "made" in route for route in routes)


def test_the_reference_page_names_every_operation_and_fetches_nothing(client):
    page = client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    for path in json.loads(description())["paths"]:
        assert f"<code>{path}</code>" in page.text
    assert "<script" not in page.text
    assert "style=" not in page.text
    links = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert {link for link in links if not link.startswith("#")} == {"/docs.css", "/openapi.json"}
    assert client.get("/docs.css").headers["content-type"].startswith("text/css")


def test_links_of_the_reference_page_lead_somewhere(client):
    page = client.get("/docs").text
    targets = set(re.findall(r'href="#([^"]*)"', page))
    assert targets
    assert targets <= set(re.findall(r'id="([^"]*)"', page))


def test_the_sites_paths_answer_with_its_one_page_and_files_with_themselves(serve, tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>The site</title>")
    (tmp_path / "assets" / "app-1a2b.js").write_text("let a = 1;" * 200)
    (tmp_path / "favicon.svg").write_text("<svg/>")
    client = serve(static=tmp_path)
    for path in ("/", "/browse", "/browse/p1", "/title/t1", "/watch/t1"):
        page = client.get(path)
        assert page.status_code == 200
        assert "The site" in page.text
        assert page.headers["cache-control"] == "no-cache"
    script = client.get("/assets/app-1a2b.js")
    assert "immutable" in script.headers["cache-control"]
    assert "javascript" in script.headers["content-type"]
    assert client.get("/favicon.svg").headers["content-type"] == "image/svg+xml"
    for path in ("/assets/other.js", "/index.html/x", "/assets/../index.html/"):
        assert client.get(path).headers["content-type"] == "application/problem+json"


def test_without_a_built_site_its_page_says_how_to_build_it(client):
    page = client.get("/")
    assert page.status_code == 200
    assert "make web" in page.text


def test_pictures_are_served_boxed_in_and_may_be_kept(client):
    picture = client.get("/art/t1-g.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert "sandbox" in picture.headers["content-security-policy"]
    assert "max-age" in picture.headers["cache-control"]
    assert client.get("/art/nothing.svg").status_code == 404
    assert client.get("/art/..%2f..%2fetc%2fpasswd").status_code == 404


def test_access_lines_are_json_and_tell_no_secret(serve, caplog):
    client = serve("[log]\naccess = true")
    with caplog.at_level(logging.INFO, logger="matinee.access"):
        client.get("/v1/home?profile=p1", headers={"x-api-key": "my-secret-key"})
    [record] = [one for one in caplog.records if one.name == "matinee.access"]
    line = json.loads(JsonLines().format(record))
    assert (line["method"], line["path"], line["status"]) == ("GET", "/v1/home", 200)
    assert line["request_id"]
    assert "my-secret-key" not in json.dumps(line)


def test_without_the_setting_no_access_line_is_written(client, caplog):
    with caplog.at_level(logging.INFO):
        client.get("/healthz")
    assert not [one for one in caplog.records if one.name == "matinee.access"]


def test_an_error_in_the_log_carries_its_trace():
    try:
        msg = "broken"
        raise ZeroDivisionError(msg)
    except ZeroDivisionError as error:
        record = logging.makeLogRecord(
            {"msg": "it failed", "exc_info": (type(error), error, error.__traceback__)}
        )
    line = json.loads(JsonLines().format(record))
    assert line["message"] == "it failed"
    assert "ZeroDivisionError: broken" in line["error"]
