"""The viewers' site and the pictures: files that were built, posters drawn when asked for."""

from __future__ import annotations

import asyncio
import gzip
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar import Request
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse

from matinee.server.handling import takes_gzip
from matinee.service import Matinee

__all__ = ["STATIC", "art", "site"]

STATIC = Path(__file__).parent / "static"
_PAGES = ["/", "/browse", "/browse/{rest:path}", "/title/{rest:path}", "/watch/{rest:path}"]
_NOT_BUILT = (
    b'<!doctype html><html lang="en"><meta charset="utf-8"><title>Matinee</title>'
    b"<p>The viewers' site is not built: run <code>make web</code>, then start the server again. "
    b'The API is here: <a href="/docs">/docs</a>.</p>'
)
_ART_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"


@dataclass(frozen=True)
class _File:
    body: bytes
    packed: bytes | None
    media_type: str
    lasting: bool  # its name changes with its content

    @classmethod
    def read(cls, path: Path) -> _File:
        body = path.read_bytes()
        media = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        text = media.startswith("text/") or media.endswith(("javascript", "json", "xml"))
        packed = gzip.compress(body, 9, mtime=0) if text else None
        return cls(body, packed, media, lasting=path.parent.name == "assets")

    def answer(self, request: Request[Any, Any, Any]) -> ASGIResponse:
        keep = "public, max-age=31536000, immutable" if self.lasting else "no-cache"
        headers = {"cache-control": keep, "vary": "Accept-Encoding"}
        body = self.body
        if self.packed is not None and takes_gzip(request.headers.get("accept-encoding", "")):
            headers["content-encoding"], body = "gzip", self.packed
        return ASGIResponse(body=body, media_type=self.media_type, headers=headers)


def site(static: Path) -> list[HTTPRouteHandler]:
    """Return routes for what lies in a built site's folder, read once.

    The paths that the site itself routes answer with its one page.
    """
    names = {
        f"/{path.relative_to(static).as_posix()}": path
        for path in sorted(static.rglob("*"))
        if path.is_file() and path.name != ".gitignore"
    }
    files = {name: _File.read(path) for name, path in names.items()}
    index = files.pop("/index.html", _File(_NOT_BUILT, None, "text/html", lasting=False))

    async def viewers_page(request: Request[Any, Any, Any]) -> ASGIResponse:
        return index.answer(request)

    async def viewers_file(request: Request[Any, Any, Any]) -> ASGIResponse:
        return files[request.url.path].answer(request)

    routes = [HTTPRouteHandler(_PAGES, http_method=["GET"])(viewers_page)]
    if files:
        routes.append(HTTPRouteHandler(list(files), http_method=["GET"])(viewers_file))
    return routes


def art(matinee: Matinee) -> HTTPRouteHandler:
    """Return the route of pictures. A picture is no secret: an `<img>` can send no key."""

    async def picture(request: Request[Any, Any, Any]) -> ASGIResponse:
        name = request.path_params["name"]
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(None, matinee.picture, name.lstrip("/"))
        if found is None:
            raise NotFoundException
        headers = {"cache-control": "public, max-age=86400", "content-security-policy": _ART_POLICY}
        return ASGIResponse(body=found.body, media_type=found.media_type, headers=headers)

    return HTTPRouteHandler("/art/{name:path}", http_method=["GET"])(picture)
