"""`matinee demo`: real ratings and invented titles in, models trained, the site served."""

from __future__ import annotations

from typing import Annotated

import typer

from matinee.cli.options import HOME, Home, Json
from matinee.cli.screen import Screen
from matinee.cli.serve import Port, claim, start

__all__ = ["demo"]


def demo(
    *,
    data: Annotated[
        str, typer.Option("--data", help="small, ml-1m, … or a path to a file or folder.")
    ] = "small",
    port: Port = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start over: remove what is in the data folder.")
    ] = False,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="Stop when everything is ready to be served.")
    ] = False,
    home: Home = HOME,
    json: Json = None,
) -> None:
    """Import, train and serve, from nothing to a page. Run again, it goes on where it stopped."""
    from matinee.cli.preparing import prepare, start_over

    screen = Screen(json)
    if not no_serve:
        with claim(home, {"SERVER__PORT": port}) as claimed:  # before what takes minutes
            if fresh:
                start_over(home)
            start(screen, claimed, prepare(screen, home, data))
        return
    if fresh:
        from matinee.service.occupying import sole_server

        with sole_server(home):
            start_over(home)
    report = prepare(screen, home, data)
    screen.say(f"ready; `matinee serve --home {home}` shows it")
    screen.report(report)
