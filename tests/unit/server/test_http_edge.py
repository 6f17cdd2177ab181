"""What the edge does round every operation."""

import gzip
import json

import pytest

from matinee.server.handling import takes_gzip
from matinee.service import add_key
from matinee.types import Moment

NOW = Moment(1_795_000_000_000)


def problem(response, status: int) -> dict:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert set(body) == {"type", "title", "status", "detail", "errors"}
    assert body["status"] == status
    assert body["detail"]
    return body


def post(client, path: str, body: object, **headers: str):
    said = {
        "content-type": "application/json",
        **{k.replace("_", "-"): v for k, v in headers.items()},
    }
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(path, content=content, headers=said)


ACCOUNT = {"name": "Home"}


def test_what_is_not_there_is_a_problem(client):
    assert "/docs" in problem(client.get("/v1/nothing"), 404)["detail"]
    problem(client.get("/v1/titles/nothing"), 404)
    problem(client.get("/v1/titles/not%20an%20id"), 404)
    problem(client.get("/nothing/at/all"), 404)


def test_a_method_that_does_not_apply_is_a_problem_that_names_those_that_do(client):
    response = client.delete("/v1/home")
    assert "GET" in problem(response, 405)["detail"]
    assert "GET" in response.headers["allow"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("profile=p1&colour=red", "'colour'; there are profile, device, rows"),
        ("profile=p1&rows=x", "rows"),
        ("profile=p1&rows=0", "rows"),
        ("profile=p1&rows=5&rows=6", "rows stands twice"),
        ("profile=p1&device=fridge", "device"),
        ("profile=p1&preview=maybe", "preview"),
        ("profile=p1&country=nl", "country"),
        ("profile=p1&exclude=a%20b", "exclude"),
        ("profile=p%201", "profile"),
        ("rows=5", "profile"),
    ],
)
def test_a_query_that_cannot_be_is_told_apart(client, query, said):
    assert said in problem(client.get(f"/v1/home?{query}"), 400)["detail"]


def test_parameters_of_operations_without_any_are_refused(client):
    assert "takes none" in problem(client.get("/v1/profiles/p1?x=1"), 400)["detail"]


def test_lists_in_a_query_may_repeat_or_hold_commas(client):
    def shown(query: str) -> set[str]:
        page = client.get(f"/v1/home?profile=p1&{query}").json()
        return {tile["title_id"] for row in page["rows"] for tile in row["titles"]}

    one, other, *_ = sorted(shown("rows=15"))
    assert not shown(f"exclude={one}&exclude={other}") & {one, other}
    assert not shown(f"exclude={one},{other}") & {one, other}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff", 400),
        (b"[]", 422),
        (b'{"name": 5}', 422),
        (b'{"surprise": 1}', 422),
    ],
)
def test_bodies_that_cannot_be_are_problems(client, body, status):
    problem(post(client, "/v1/accounts", body), status)


DEEP = b"[" * 400_000


@pytest.mark.parametrize(
    ("path", "start", "end"),
    [
        ("/v1/events", b"", b""),
        ("/v1/events", b'{"events": ', b""),
        ("/v1/events", b'{"events": [{"kind": ', b"}]}"),
        ("/v1/events", b'{"events": [{"kind": "thumb", "more": ', b"}]}"),
        ("/v1/accounts", b'{"name": ', b"}"),
        ("/v1/titles", b'{"titles": [{"title_id": "a", "more": ', b"}]}"),
        ("/v1/recommendations", b'{"history": ', b"}"),
    ],
)
def test_a_body_nested_beyond_reading_is_a_problem_of_the_caller(client, path, start, end):
    for deep in (DEEP, DEEP + b"]" * len(DEEP)):
        response = post(client, path, start + deep + end)
        assert response.status_code in (400, 422)
        problem(response, response.status_code)


def test_guests_who_ask_for_more_than_one_call_may_are_refused(client):
    greedy = {"requests": [{"k": 1000}] * 3}
    assert "at most 2,000" in problem(post(client, "/v1/recommendations", greedy), 422)["detail"]


def test_a_model_that_is_not_there_is_a_wrong_parameter(client):
    response = client.get("/v1/recommendations?profile=p1&model=oracle")
    assert "'oracle'" in problem(response, 400)["detail"]


def test_a_wrong_field_is_named_by_its_place(client):
    body = problem(post(client, "/v1/accounts", {"name": 5}), 422)
    assert body["errors"][0]["at"] == "$.name"


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_that_does_not_say_it_is_json_is_refused(client, media):
    response = post(client, "/v1/accounts", ACCOUNT, content_type=media)
    assert "application/json" in problem(response, 415)["detail"]


def test_a_body_beyond_two_mebibytes_is_refused(client):
    problem(post(client, "/v1/events", b'{"events": [' + b" " * (2 * 2**20)), 413)


def test_answers_carry_an_id_that_callers_may_choose(client):
    own = client.get("/healthz", headers={"x-request-id": "mine-1"})
    assert own.headers["x-request-id"] == "mine-1"
    made = client.get("/v1/home?profile=p1")
    assert made.headers["x-request-id"] == made.json()["request_id"]
    odd = client.get("/healthz", headers={"x-request-id": "not an id"})
    assert odd.headers["x-request-id"] != "not an id"


@pytest.mark.parametrize("path", ["/healthz", "/v1/home?profile=p1", "/nothing", "/docs", "/"])
def test_every_answer_binds_browsers(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-matinee-worker"].isdigit()


def test_answers_are_compressed_when_that_is_wanted_and_pays(client):
    path = "/v1/home?profile=p1"
    with client.stream("GET", path, headers={"accept-encoding": "gzip"}) as response:
        assert response.headers["content-encoding"] == "gzip"
        assert json.loads(gzip.decompress(b"".join(response.iter_raw())))["rows"]
    assert "content-encoding" not in client.get(path, headers={"accept-encoding": "br"}).headers
    small = client.get("/v1/profiles/new", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in small.headers


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("gzip; q=0", False),
        ("gzip;q=0.000", False),
        ("", False),
        ("identity", False),
        ("x-gzip", False),
    ],
)
def test_an_accept_encoding_is_read_as_it_is_meant(said, wanted):
    assert takes_gzip(said) is wanted


# Keys, hosts, origins


def test_without_keys_loopback_may_do_anything(client):
    assert post(client, "/v1/accounts", ACCOUNT).status_code == 201
    assert client.delete("/v1/titles/t1").status_code == 200


def test_keys_open_what_their_scopes_say(serve, tmp_path):
    client = serve(folder=tmp_path)
    view = add_key(tmp_path, "reader", ["view"], now=NOW)
    write = add_key(tmp_path, "writer", ["view", "write"], now=NOW)
    operate = add_key(tmp_path, "owner", ["operate"], now=NOW)
    path = "/v1/home?profile=p1"
    refused = client.get(path)
    problem(refused, 401)
    assert refused.headers["www-authenticate"]
    problem(client.get(path, headers={"x-api-key": "wrong"}), 401)
    assert client.get(path, headers={"x-api-key": view}).status_code == 200
    assert client.get(path, headers={"authorization": f"Bearer {view}"}).status_code == 200
    problem(client.get(path, headers={"x-api-key": operate}), 403)
    problem(post(client, "/v1/accounts", ACCOUNT, x_api_key=view), 403)
    assert post(client, "/v1/accounts", ACCOUNT, x_api_key=write).status_code == 201
    problem(client.delete("/v1/titles/t1", headers={"x-api-key": write}), 403)
    assert client.delete("/v1/titles/t1", headers={"x-api-key": operate}).status_code == 200
    problem(client.get(f"{path}&preview=true", headers={"x-api-key": view}), 403)


def test_health_site_and_pictures_need_no_key_and_metrics_do(serve, tmp_path):
    client = serve(folder=tmp_path)
    key = add_key(tmp_path, "owner", ["operate"], now=NOW)
    for path in ("/healthz", "/readyz", "/docs", "/openapi.json", "/", "/art/t1-g.svg"):
        assert client.get(path).status_code == 200
    problem(client.get("/metrics"), 401)
    assert client.get("/metrics", headers={"x-api-key": key}).status_code == 200


def test_beyond_loopback_nothing_opens_when_the_last_key_is_gone(serve, tmp_path):
    client = serve('[server]\nhost = "0.0.0.0"', folder=tmp_path)
    problem(client.get("/v1/home?profile=p1"), 401)


def test_a_foreign_host_cannot_be_written_to_nor_read_without_a_key(serve, tmp_path):
    client = serve(folder=tmp_path)
    foreign = {"host": "evil.example"}
    problem(client.get("/v1/profiles", headers=foreign), 403)
    detail = problem(post(client, "/v1/accounts", ACCOUNT, host="evil.example"), 403)["detail"]
    assert "[server] hosts" in detail
    key = add_key(tmp_path, "writer", ["view", "write"], now=NOW)
    assert client.get("/v1/profiles", headers={**foreign, "x-api-key": key}).status_code == 200
    problem(post(client, "/v1/accounts", ACCOUNT, host="evil.example", x_api_key=key), 403)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:9", "LOCALHOST:1"])
def test_this_machines_names_are_known_hosts(client, host):
    assert post(client, "/v1/accounts", ACCOUNT, host=host).status_code == 201


@pytest.mark.parametrize(
    "host", ["", "a:b:c", "[::1", "evil.example:8000", "localhost.evil.example"]
)
def test_other_hosts_are_not(client, host):
    problem(post(client, "/v1/accounts", ACCOUNT, host=host), 403)


def test_only_pages_of_this_site_and_of_named_ones_may_write(serve):
    toml = '[server]\nhosts = ["matinee.example"]\norigins = ["https://shop.example"]'
    client = serve(toml)
    for host, origin, status in (
        ("127.0.0.1:8000", "http://127.0.0.1:8000", 201),
        ("matinee.example", "https://matinee.example", 201),
        ("127.0.0.1:8000", "https://shop.example", 201),
        ("127.0.0.1:8000", "http://127.0.0.1:9999", 403),
        ("127.0.0.1:8000", "https://evil.example", 403),
        ("127.0.0.1:8000", "null", 403),
        ("127.0.0.1:8000", "http://[", 403),
        ("127.0.0.1:8000", "http://[x]/", 403),
    ):
        response = post(client, "/v1/accounts", ACCOUNT, host=host, origin=origin)
        assert response.status_code == status, origin


def test_browsers_of_named_origins_are_told_that_they_may(serve):
    client = serve('[server]\norigins = ["https://shop.example"]')
    asked = {
        "origin": "https://shop.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    allowed = client.options("/v1/events", headers=asked).headers
    assert allowed["access-control-allow-origin"] == "https://shop.example"
    other = client.options("/v1/events", headers={**asked, "origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers


def test_a_damaged_key_file_opens_nothing(serve, tmp_path):
    client = serve(folder=tmp_path)
    (tmp_path / "keys.toml").write_text("[[key]\n")
    problem(client.get("/v1/profiles"), 503)
