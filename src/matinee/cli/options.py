"""What every command takes, said once: the data folder and where the JSON report goes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

__all__ = ["HOME", "Home", "Json"]

HOME = Path(".matinee")

Home: TypeAlias = Annotated[
    Path,
    typer.Option("--home", envvar="MATINEE_HOME", help="The data folder.", metavar="DIR"),
]
Json: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--json",
        help="Write the report as JSON to a file, or to standard output with -.",
        metavar="FILE|-",
    ),
]
