"""Who may ask: keys and their scopes, known hosts and origins, and headers that bind browsers."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from litestar import Request

from matinee.server.problems import ProblemError
from matinee.service import SCOPES, KeyRing, Scope, ServerSettings

__all__ = ["HEADERS", "Gate"]

HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
"""What every answer says to browsers: nothing from elsewhere, nothing inline, no frames."""

_log = logging.getLogger("matinee.server")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Gate:
    """Turns away who may not ask. Without keys it lets this machine alone do anything."""

    settings: ServerSettings
    keys: KeyRing

    def admit(self, request: Request[Any, Any, Any], scope: Scope) -> frozenset[Scope]:
        """Return the caller's scopes.

        Raises:
            ProblemError: no key, an unknown one, one without this scope, or a foreign page.
        """
        try:
            keyed = bool(self.keys)
        except ValueError as error:
            _log.error("no request is let in: %s", error)
            detail = "the server's keys cannot be read; its log says why"
            raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, detail) from None
        scopes = self._scopes(request, keyed=keyed)
        if request.method != "GET" or not keyed:
            self._know(request)
        if scope not in scopes:
            detail = f"this key may not {scope}; it may {', '.join(sorted(scopes))}"
            raise ProblemError(HTTPStatus.FORBIDDEN, detail)
        return scopes

    def demand_json(self, request: Request[Any, Any, Any]) -> None:
        """Refuse a body that does not say it is JSON: a page's form cannot say that.

        Raises:
            ProblemError: another media type, or none.
        """
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media != "application/json":
            detail = f"the body must be application/json; the request says {media or 'nothing'}"
            raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)

    def _scopes(self, request: Request[Any, Any, Any], *, keyed: bool) -> frozenset[Scope]:
        if not keyed and self.settings.loopback:
            return frozenset(SCOPES)
        secret = request.headers.get("x-api-key") or _bearer(request)
        scopes = self.keys.scopes(secret) if secret else None
        if scopes is None:
            detail = "this key is not known" if secret else "send a key in the header X-API-Key"
            raise ProblemError(HTTPStatus.UNAUTHORIZED, detail, www_authenticate="Bearer")
        return scopes

    def _know(self, request: Request[Any, Any, Any]) -> None:
        """Refuse names that lead here by a trick of DNS, and pages of other sites."""
        said = request.headers.get("host", "")
        name = _name(said)
        reached, _port = request.scope.get("server") or ("", 0)
        known = _LOOPBACK | {self.settings.host.strip("[]"), reached, *self.settings.hosts}
        if name not in known:
            detail = f"{said!r} is not a host that this server knows; add it to [server] hosts"
            raise ProblemError(HTTPStatus.FORBIDDEN, detail)
        origin = request.headers.get("origin")
        if origin is None or origin in self.settings.origins:
            return
        if urlsplit(origin).netloc.lower() != said.lower():
            detail = f"pages of {origin!r} may not write here; add it to [server] origins"
            raise ProblemError(HTTPStatus.FORBIDDEN, detail)


def _bearer(request: Request[Any, Any, Any]) -> str | None:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
