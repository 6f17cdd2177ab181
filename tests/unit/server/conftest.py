"""A furnished server, asked without a socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest
from litestar.testing import TestClient

from house import NOW, house
from matinee.server.app import create
from matinee.service import Config, Matinee


@pytest.fixture
def serve() -> Iterator[Callable[..., TestClient]]:
    """Return a function that serves an installation: `serve(toml, folder)`."""
    with ExitStack() as stack:

        def start(
            toml: str = "", folder: Path | None = None, static: Path | None = None
        ) -> TestClient:
            inner = house(Config.parse(toml))
            matinee = Matinee(inner.stores, inner.config, inner.key, folder)
            seeds = count(1)
            app = create(
                matinee,
                clock=lambda: NOW,
                seeds=lambda: next(seeds),
                static=static or Path("nowhere"),
            )
            client = TestClient(app, base_url="http://127.0.0.1:8000")
            return stack.enter_context(client)

        yield start


@pytest.fixture
def client(serve) -> TestClient:
    """Return a client of a server on loopback without keys."""
    return serve()
