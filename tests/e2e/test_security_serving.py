"""What the server refuses to start with, and that keys guard it from outside."""

from __future__ import annotations

import http.client
import socket

import pytest

from house import furnish
from matinee.server.serving import serve
from matinee.service import Config, add_key
from matinee.stores import open_stores
from served import now, served


def test_an_address_that_others_reach_is_refused_without_a_key(tmp_path):
    config = Config.parse('[server]\nhost = "0.0.0.0"')
    with pytest.raises(ValueError, match="matinee keys add") as refused:
        serve(tmp_path, config)
    assert "127.0.0.1" in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_told_with_what_to_do(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        config = Config.parse(f"[server]\nport = {taken.getsockname()[1]}")
        with pytest.raises(ValueError, match="choose another with --port"):
            serve(tmp_path, config)


def test_with_a_key_it_listens_everywhere_and_asks_for_the_key(tmp_path):
    stores = open_stores(tmp_path)
    furnish(stores, profiles=2)
    stores.close()
    key = add_key(tmp_path, "site", ["view"], now=now())
    with served(tmp_path, '[server]\nhost = "0.0.0.0"\nworkers = 1\n') as server:

        def asked(**headers: str) -> int:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
            said = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("GET", "/v1/profiles", headers=said)
            status = connection.getresponse().status
            connection.close()
            return status

        assert asked() == 401
        assert asked(x_api_key="wrong") == 401
        assert asked(x_api_key=key) == 200
