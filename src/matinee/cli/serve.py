"""`matinee serve`: answer over HTTP until told to stop."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matinee.cli.options import HOME, Home, Json
from matinee.cli.screen import Screen

if TYPE_CHECKING:
    from matinee.server.serving import Claim

__all__ = ["Host", "Port", "Workers", "claim", "serve", "start"]

Port = Annotated[
    int | None, typer.Option("--port", min=0, max=65535, help="Port; the settings say 8000.")
]
Host = Annotated[
    str | None, typer.Option("--host", help="Address; beyond this machine needs a key.")
]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, max=64, help="Worker processes; usually 2.")
]


def serve(
    *,
    port: Port = None,
    host: Host = None,
    workers: Workers = None,
    home: Home = HOME,
    json: Json = None,
) -> None:
    """Serve the HTTP API and the viewers' site from a data folder, until Ctrl-C or SIGTERM."""
    from matinee.cli.homes import existing

    screen = Screen(json)
    given = {"SERVER__PORT": port, "SERVER__HOST": host, "SERVER__WORKERS": workers}
    with claim(existing(home), given) as claimed:
        start(screen, claimed, {"home": str(home)})


def claim(home: Path, options: Mapping[str, object]) -> AbstractContextManager[Claim]:
    """Take the folder and the address that settings and options say; see `claimed`."""
    from matinee.cli.settings import configuration
    from matinee.server.serving import claimed

    return claimed(home, configuration(home, options))


def start(screen: Screen, claim: Claim, report: Mapping[str, Any]) -> None:
    """Serve until told to stop; say where, and write the report, once the server answers."""
    from matinee.server.serving import serve_claimed

    def started(address: str) -> None:
        screen.say(f"{address}  (Ctrl-C stops it)")
        screen.report({**report, "url": address})

    serve_claimed(claim, started=started)
