"""`matinee export`: copy a whole data folder as it is now, while servers go on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matinee.cli.options import HOME, Home, Json
from matinee.cli.screen import Screen

__all__ = ["export"]


def export(
    *,
    target: Annotated[
        Path, typer.Argument(help="A new folder, or one file if the name ends in .tar.")
    ],
    secrets: Annotated[
        bool,
        typer.Option(
            "--secrets", help="With the signing secret and the keys' hashes: keep it as safe."
        ),
    ] = False,
    home: Home = HOME,
    json: Json = None,
) -> None:
    """Copy everything that is kept: events, catalogue, profiles, pages, models, art, settings."""
    from matinee.cli.homes import existing
    from matinee.service.exporting import export as exporting

    screen = Screen(json)
    contents = exporting(existing(home), target, secrets=secrets)
    screen.say(f"{len(contents.files):,} files, {contents.size / 1e6:,.1f} MB, in {target}")
    if not contents.secrets:
        screen.say("without secrets: a restored folder makes its own, and keys are added anew")
    screen.report(
        {
            "target": str(target),
            "files": len(contents.files),
            "bytes": contents.size,
            "secrets": contents.secrets,
        }
    )
