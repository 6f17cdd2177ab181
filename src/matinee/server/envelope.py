"""Round every request: an id, the headers that bind browsers, a count, a line in the log."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable
from time import perf_counter

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from matinee.server.metrics import Metrics
from matinee.server.security import HEADERS

__all__ = ["Envelope"]

_access = logging.getLogger("matinee.access")
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._~:-]{1,128}")
_FIXED = [(name.encode(), value.encode()) for name, value in HEADERS.items()]


class Envelope:
    """An ASGI application around another. Headers that the inner one sets itself are kept."""

    def __init__(
        self, app: ASGIApp, *, metrics: Metrics, fresh_id: Callable[[], str], access: bool
    ) -> None:
        """`fresh_id` makes ids for requests that bring none; `access` logs a line for each."""
        self._app = app
        self._metrics = metrics
        self._fresh_id = fresh_id
        self._access = access
        self._worker = str(os.getpid()).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        request_id = self._id(dict(scope["headers"]).get(b"x-request-id", b""))
        scope.setdefault("state", {})["request_id"] = request_id
        status = 500

        async def send_more(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = list(message["headers"])
                said = {name.lower() for name, _ in own}
                message["headers"] = [
                    *own,
                    *((name, value) for name, value in _FIXED if name not in said),
                    (b"x-request-id", request_id.encode()),
                    (b"x-matinee-worker", self._worker),
                ]
            await send(message)

        try:
            await self._app(scope, receive, send_more)
        finally:
            self._note(scope, request_id, status, perf_counter() - started)

    def _id(self, said: bytes) -> str:
        return said.decode() if _REQUEST_ID.fullmatch(said) else self._fresh_id()

    def _note(self, scope: HTTPScope, request_id: str, status: int, seconds: float) -> None:
        route = scope.get("path_template") or "none"
        self._metrics.answered(scope["method"], route, status, seconds)
        if self._access:
            _access.info(
                "request",
                extra={
                    "method": scope["method"],
                    "path": scope["path"],  # without the query: it may name what is nobody's
                    "status": status,
                    "ms": round(seconds * 1000, 2),
                    "request_id": request_id,
                },
            )
