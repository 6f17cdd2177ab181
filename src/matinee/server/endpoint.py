"""One declaration an operation: from it come the route, the checks, and its description."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Generic, Literal, TypeVar

import msgspec
from isal import igzip

from matinee.server.metrics import Metrics
from matinee.service import Matinee, Scope
from matinee.types import Moment
from matinee.types.moment import decode_moment, encode_moment

__all__ = [
    "Call",
    "Endpoint",
    "Endpoints",
    "NoBody",
    "NoQuery",
    "Sent",
    "decoder",
    "encode",
]

Q = TypeVar("Q")
B = TypeVar("B")
Method = Literal["GET", "POST", "PUT", "DELETE"]


class NoQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An operation without query parameters."""


class NoBody:
    """An operation without a body."""


@dataclass(frozen=True, slots=True)
class Call(Generic[Q, B]):
    """One request as an operation sees it: decoded, and with the edge's clock and seed."""

    matinee: Matinee
    query: Q
    body: B
    path: Mapping[str, str]
    now: Moment
    seed: int
    request_id: str
    scopes: frozenset[Scope]
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer whose status is not the operation's usual one."""

    view: Any
    status: HTTPStatus
    media_type: str = "application/json"


Run = Callable[[Call[Any, Any]], Any]


@dataclass(frozen=True)
class Endpoint:
    """An operation: where it is, what it takes and gives, and who may use it."""

    method: Method
    path: str
    run: Run
    query: type[msgspec.Struct]
    body: Any
    raw: bool
    """Whether the operation reads the body's bytes itself; `body` then only describes them."""
    returns: Any
    scope: Scope
    status: HTTPStatus
    also: Mapping[HTTPStatus, Sequence[Any]]
    engine: bool
    """Whether it computes pages; these queue on a lane of their own, off the cheap ones' way."""

    @property
    def name(self) -> str:
        """The function's name: the operation's id."""
        return self.run.__name__.rstrip("_")


class Endpoints:
    """A room's operations, in the order in which they are declared."""

    def __init__(self) -> None:
        """Start with none."""
        self.all: list[Endpoint] = []

    def add(
        self,
        method: Method,
        path: str,
        *,
        returns: Any,  # noqa: ANN401  (any type that msgspec can write)
        query: type[msgspec.Struct] = NoQuery,
        body: Any = NoBody,  # noqa: ANN401  (any type that msgspec can read)
        raw: bool = False,
        scope: Scope = "view",
        status: HTTPStatus = HTTPStatus.OK,
        also: Mapping[HTTPStatus, Sequence[Any]] | None = None,
        engine: bool = False,
    ) -> Callable[[Run], Run]:
        """Mark a function as an operation. `also` says with what other statuses may answer."""

        def enter(run: Run) -> Run:
            self.all.append(
                Endpoint(
                    method=method,
                    path=path,
                    run=run,
                    query=query,
                    body=body,
                    raw=raw,
                    returns=returns,
                    scope=scope,
                    status=status,
                    also=also or {},
                    engine=engine,
                )
            )
            return run

        return enter


_encoder = msgspec.json.Encoder(enc_hook=encode_moment)
_COMPRESS_FROM = 1024


def encode(view: Any, *, gzip: bool) -> tuple[bytes, bool]:  # noqa: ANN401  (any view)
    """Return JSON, and whether it is compressed: only where that is wanted and pays."""
    body = _encoder.encode(view)
    if not gzip or len(body) < _COMPRESS_FROM:
        return body, False
    return igzip.compress(body, 1), True  # 300 kB to 42 in a quarter of a millisecond


def decoder(kind: Any) -> msgspec.json.Decoder[Any]:  # noqa: ANN401  (any type that msgspec reads)
    """Return a decoder that reads moments too."""
    return msgspec.json.Decoder(kind, dec_hook=decode_moment)
