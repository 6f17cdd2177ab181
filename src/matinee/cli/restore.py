"""`matinee restore`: put an export back as a new data folder, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from matinee.cli.options import HOME, Home, Json
from matinee.cli.screen import Screen

__all__ = ["restore"]


def restore(
    *,
    source: Annotated[Path, typer.Argument(help="What `matinee export` made: folder or .tar.")],
    home: Home = HOME,
    json: Json = None,
) -> None:
    """Restore an export into a folder that is not there yet, or empty; every file is checked."""
    from matinee.service.exporting import restore as restoring

    screen = Screen(json)
    contents = restoring(source, home)
    screen.say(f"{len(contents.files):,} files, {contents.size / 1e6:,.1f} MB, in {home}")
    screen.report(
        {
            "home": str(home),
            "files": len(contents.files),
            "bytes": contents.size,
            "secrets": contents.secrets,
        }
    )
