"""From an operation's declaration to its route: read, check, compute off the loop, answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, get_origin, get_type_hints

import msgspec
from litestar import Request
from litestar.datastructures import MultiDict
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse

from matinee.server.endpoint import Call, Endpoint, NoBody, Sent, decoder, encode
from matinee.server.metrics import Metrics
from matinee.server.problems import ProblemError
from matinee.server.security import Gate
from matinee.service import Matinee
from matinee.types import Moment
from matinee.types.moment import decode_moment

__all__ = [
    "Edge",
    "handler",
    "read_query",
    "takes_gzip",
]

_ID = re.compile(r"[A-Za-z0-9._~:-]{1,128}")


@dataclass(frozen=True)
class Edge:
    """What the edge of the system adds to a request: a clock, seeds, the gate, and threads.

    Pages are computed one after another: they hold the interpreter, so a second thread of them
    only adds waiting. What waits for the disk has threads of its own, and commits in groups.
    """

    matinee: Matinee
    gate: Gate
    metrics: Metrics
    clock: Callable[[], Moment]
    seeds: Callable[[], int]
    engine: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "engine"))
    others: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(16, "others"))

    def close(self) -> None:
        """Let the threads finish what they do."""
        self.engine.shutdown()
        self.others.shutdown()


def handler(endpoint: Endpoint, edge: Edge) -> HTTPRouteHandler:
    """Return the route of an operation."""
    read_body = None if endpoint.body is NoBody or endpoint.raw else decoder(endpoint.body)
    many = _many(endpoint.query)

    async def handle(request: Request[Any, Any, Any]) -> ASGIResponse:
        scopes = edge.gate.admit(request, endpoint.scope)
        raw = b""
        if endpoint.body is not NoBody:
            edge.gate.demand_json(request)
            raw = await request.body()
        call = Call(
            matinee=edge.matinee,
            query=read_query(endpoint.query, many, request.query_params),
            body=raw if read_body is None else _read(read_body, raw),
            path=_ids(request),
            now=edge.clock(),
            seed=edge.seeds(),
            request_id=request.scope["state"]["request_id"],
            scopes=scopes,
            metrics=edge.metrics,
        )
        gzip = takes_gzip(request.headers.get("accept-encoding", ""))
        lane = edge.engine if endpoint.engine else edge.others
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(lane, _answer, endpoint, call, gzip)

    mark = HTTPRouteHandler(
        endpoint.path,
        http_method=[endpoint.method],
        status_code=endpoint.status,
        name=endpoint.name,
    )
    return mark(handle)


def _answer(endpoint: Endpoint, call: Call[Any, Any], gzip: bool) -> ASGIResponse:  # noqa: FBT001
    view, status, media_type = endpoint.run(call), endpoint.status, "application/json"
    if isinstance(view, Sent):
        view, status, media_type = view.view, view.status, view.media_type
    headers = {"cache-control": "no-store", "vary": "Accept-Encoding"}
    body, packed = encode(view, gzip=gzip)
    if packed:
        headers["content-encoding"] = "gzip"
    return ASGIResponse(body=body, status_code=status, media_type=media_type, headers=headers)


def read_query(
    kind: type[msgspec.Struct], many: frozenset[str], params: MultiDict[Any]
) -> msgspec.Struct:
    """Return query parameters as their struct; those in `many` may repeat or hold commas.

    Raises:
        ProblemError: 400 for an unknown parameter (the known ones are listed) or a bad value.
    """
    known = kind.__struct_fields__
    tree: dict[str, Any] = {}
    for name in params:
        if name not in known:
            there_are = f"there are {', '.join(known)}" if known else "it takes none"
            detail = f"no query parameter called {name!r}; {there_are}"
            raise ProblemError(HTTPStatus.BAD_REQUEST, detail, at=name)
        values = params.getall(name)
        if name in many:
            tree[name] = [part for value in values for part in value.split(",")]
        elif len(values) > 1:
            raise ProblemError(HTTPStatus.BAD_REQUEST, f"{name} stands twice", at=name)
        else:
            tree[name] = values[0]
    try:
        return msgspec.convert(tree, kind, strict=False, dec_hook=decode_moment)
    except msgspec.ValidationError as error:
        detail, _, where = str(error).partition(" - at `$.")
        at = where.partition("[")[0].rstrip("`") or None
        said = f"{at}: {detail}" if at else detail
        raise ProblemError(HTTPStatus.BAD_REQUEST, said, at=at) from None


def takes_gzip(said: str) -> bool:
    """Return whether an Accept-Encoding header asks for gzip."""
    for part in said.split(","):
        name, _, quality = part.partition(";")
        if name.strip().lower() == "gzip":
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _many(kind: type[msgspec.Struct]) -> frozenset[str]:
    hints = get_type_hints(kind)  # without what `Annotated` says beside the type
    return frozenset(name for name, hint in hints.items() if get_origin(hint) is tuple)


def _read(read_body: msgspec.json.Decoder[Any], raw: bytes) -> Any:  # noqa: ANN401  (any body)
    try:
        return read_body.decode(raw)
    except msgspec.ValidationError as error:
        detail, _, at = str(error).partition(" - at ")
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, detail, at=at.strip("`")) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"the body is not JSON: {error}") from None


def _ids(request: Request[Any, Any, Any]) -> dict[str, str]:
    for name, value in request.path_params.items():
        if not _ID.fullmatch(value):
            what = name.removesuffix("_id")
            detail = f"{value!r} is no {what} id: 1 to 128 of A-Z a-z 0-9 . _ ~ : -"
            raise ProblemError(HTTPStatus.NOT_FOUND, detail, at=name)
    return dict(request.path_params)
