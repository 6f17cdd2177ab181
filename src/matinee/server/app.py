"""The HTTP application: operations, site, pictures and health, in one envelope."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.config.cors import CORSConfig
from litestar.types import ASGIApp

from matinee.server.envelope import Envelope
from matinee.server.handling import Edge, handler
from matinee.server.health import health
from matinee.server.metrics import Metrics
from matinee.server.problems import answer
from matinee.server.routes import ENDPOINTS
from matinee.server.security import Gate
from matinee.server.site import STATIC, art, site
from matinee.service import KeyRing, Matinee, new_id
from matinee.types import Moment

__all__ = ["MOST_BYTES", "create"]

MOST_BYTES = 2 * 2**20
"""Of a request's body."""

_TEND_S = 2.0
_CREDIT_S = 3600.0
_log = logging.getLogger("matinee.server")


def create(
    matinee: Matinee,
    *,
    clock: Callable[[], Moment],
    seeds: Callable[[], int],
    on_start: Callable[[], None] | None = None,
    static: Path = STATIC,
) -> ASGIApp:
    """Return the ASGI application of an opened installation, which it closes when it ends.

    `clock` and `seeds` are where time and chance come from; `on_start` is called when it answers.
    """
    settings = matinee.config.server
    metrics = Metrics()
    gate = Gate(settings, KeyRing(matinee.folder))
    edge = Edge(matinee, gate, metrics, clock, seeds)

    async def repeat(seconds: float, act: Callable[[], None]) -> None:
        while True:
            await asyncio.get_running_loop().run_in_executor(edge.others, act)
            await asyncio.sleep(seconds)

    tasks: list[asyncio.Task[None]] = []

    async def begin() -> None:
        matinee.catch_up()
        tasks.append(asyncio.create_task(repeat(_TEND_S, lambda: _tend(matinee, clock()))))
        tasks.append(asyncio.create_task(repeat(_CREDIT_S, lambda: _credit(matinee, metrics))))
        if on_start is not None:
            on_start()

    async def end() -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        edge.close()
        matinee.close()

    app = Litestar(
        [
            *(handler(endpoint, edge) for endpoint in ENDPOINTS),
            *health(matinee, metrics, gate),
            *site(static),
            art(matinee),
        ],
        on_startup=[begin],
        on_shutdown=[end],
        exception_handlers={Exception: answer},
        request_max_body_size=MOST_BYTES,
        openapi_config=None,
        logging_config=None,
        cors_config=_cors(settings.origins),
    )
    return Envelope(
        app,
        metrics=metrics,
        fresh_id=lambda: new_id(clock(), "request", seeds()),
        access=matinee.config.log.access,
    )


def _tend(matinee: Matinee, now: Moment) -> None:
    try:
        matinee.tend(now=now)
    except Exception:  # noqa: BLE001  (whatever it is, pages go on; the next time may succeed)
        _log.exception("the upkeep could not be done")


def _credit(matinee: Matinee, metrics: Metrics) -> None:
    try:
        found = matinee.recent_plays()
        metrics.credited(plays=found.plays, unattributed=found.unattributed)
    except Exception:  # noqa: BLE001  (as above)
        _log.exception("the newest plays could not be credited")


def _cors(origins: tuple[str, ...]) -> CORSConfig | None:
    if not origins:
        return None
    headers = ["content-type", "x-api-key", "x-request-id"]
    methods: list[Any] = ["GET", "POST", "PUT", "DELETE"]
    return CORSConfig(allow_origins=list(origins), allow_methods=methods, allow_headers=headers)
