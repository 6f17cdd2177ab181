"""Every error as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from matinee.service import (
    ConflictError,
    EventErrorView,
    ReceiptView,
    RefusedError,
    UnknownError,
    UnreadableError,
)
from matinee.stores import FullError, StoreError

__all__ = [
    "MEDIA_TYPE",
    "ErrorDetail",
    "Problem",
    "ProblemError",
    "RefusedBatch",
    "answer",
]

MEDIA_TYPE = "application/problem+json"
_STORES_FAIL = "the stores cannot do it now; send it again later. The server's log says why"
_log = logging.getLogger("matinee.server")


class ErrorDetail(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that was wrong; `at` is where in the request."""

    detail: str
    at: str | None = None


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong; `errors` lists the single faults."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[ErrorDetail] = []


class RefusedBatch(msgspec.Struct, frozen=True, kw_only=True):
    """A batch of which nothing was stored, nor had been before; every event's fault is listed."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    request_id: str
    received: int
    stored: int
    duplicates: int
    rejected: int
    errors: list[EventErrorView]

    @classmethod
    def of(cls, receipt: ReceiptView) -> RefusedBatch:
        """Say of a receipt that nothing came in."""
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return cls(
            title=status.phrase,
            status=status,
            detail="no event of the batch could be stored",
            **msgspec.structs.asdict(receipt),
        )


class ProblemError(Exception):
    """An answer that is an error; raised by the edge itself."""

    def __init__(
        self, status: HTTPStatus, detail: str, *, at: str | None = None, **headers: str
    ) -> None:
        """Take the status, a sentence saying what would do, and where in the request."""
        super().__init__(detail)
        self.status = status
        self.at = at
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def _problem(status: int, detail: str, *, at: str | None = None) -> bytes:
    """Return a problem as JSON."""
    title = HTTPStatus(status).phrase
    errors = [ErrorDetail(detail=detail, at=at)]
    return msgspec.json.encode(Problem(title=title, status=status, detail=detail, errors=errors))


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Turn any exception into a problem; what nobody foresaw is logged and told without detail."""
    at, headers = None, {}
    match error:
        case ProblemError():
            status, detail, at, headers = error.status, str(error), error.at, error.headers
        case UnknownError():
            status, detail = HTTPStatus.NOT_FOUND, str(error)
        case ConflictError():
            status, detail = HTTPStatus.CONFLICT, str(error)
        case UnreadableError():
            status, detail = HTTPStatus.BAD_REQUEST, str(error)
        case RefusedError():
            status, detail = HTTPStatus.UNPROCESSABLE_ENTITY, str(error)
        case HTTPException():
            status, detail = HTTPStatus(error.status_code), _said(request, error)
            headers = dict(error.headers or {})
        case StoreError():
            _log.error("the stores fail: %s", error, extra={"path": request.url.path})
            full = isinstance(error, FullError)
            status = HTTPStatus.INSUFFICIENT_STORAGE if full else HTTPStatus.SERVICE_UNAVAILABLE
            detail, headers = _STORES_FAIL, {"retry-after": "10"}
        case _:
            _log.error("unforeseen error", exc_info=error, extra={"path": request.url.path})
            status, detail = HTTPStatus.INTERNAL_SERVER_ERROR, "the server failed; see its log"
    return Response(
        _problem(status, detail, at=at), status_code=status, media_type=MEDIA_TYPE, headers=headers
    )


def _said(request: Request[Any, Any, Any], error: HTTPException) -> str:
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            return f"there is nothing at {request.url.path}; see /docs"
        case HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = (error.headers or {}).get("allow", "other methods")
            return f"{request.method} does not apply to {request.url.path}; {allowed} do"
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return "the body is larger than 2 MiB; send it in parts"
        case _:
            return error.detail
