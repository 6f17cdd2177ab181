"""What operators and their machines ask: alive, ready, how much, and how to call."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse

from matinee.server import docs, metrics, openapi
from matinee.server.routes import ENDPOINTS
from matinee.server.security import Gate
from matinee.service import Matinee

__all__ = ["description", "health"]


def description() -> bytes:
    """Return `openapi.json`, as the repository has it checked in."""
    text = msgspec.json.format(msgspec.json.encode(openapi.describe(ENDPOINTS)), indent=1)
    return text + b"\n"


def health(matinee: Matinee, counts: metrics.Metrics, gate: Gate) -> list[HTTPRouteHandler]:
    """Return the routes beside the API proper."""
    described = openapi.describe(ENDPOINTS)
    fixed = {
        "/docs": (docs.page(described).encode(), "text/html"),
        "/docs.css": (docs.STYLE.encode(), "text/css"),
        "/openapi.json": (description(), "application/json"),
        "/healthz": (b'{"status":"alive"}', "application/json"),
    }

    async def told(request: Request[Any, Any, Any]) -> ASGIResponse:
        body, media = fixed[request.url.path.rstrip("/")]
        return ASGIResponse(body=body, media_type=media)

    async def readyz(request: Request[Any, Any, Any]) -> ASGIResponse:  # noqa: ARG001
        loop = asyncio.get_running_loop()
        view = await loop.run_in_executor(None, matinee.readiness)
        status = HTTPStatus.OK if view.ready else HTTPStatus.SERVICE_UNAVAILABLE
        return ASGIResponse(
            body=msgspec.json.encode(view), status_code=status, media_type="application/json"
        )

    async def numbers(request: Request[Any, Any, Any]) -> ASGIResponse:
        gate.admit(request, "operate")
        loop = asyncio.get_running_loop()
        text = await loop.run_in_executor(None, counts.text)
        return ASGIResponse(body=text, media_type=metrics.MEDIA_TYPE)

    return [
        HTTPRouteHandler(list(fixed), http_method=["GET"])(told),
        HTTPRouteHandler("/readyz", http_method=["GET"])(readyz),
        HTTPRouteHandler("/metrics", http_method=["GET"])(numbers),
    ]
