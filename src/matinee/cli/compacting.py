"""`matinee compact`: copy closed days of the log to where scans are fast, let old ones go there."""

from __future__ import annotations

from typing import Annotated

import typer

from matinee.cli.options import HOME, Home, Json
from matinee.cli.screen import Screen

__all__ = ["compact"]

HotDays = Annotated[
    int,
    typer.Option(
        "--hot-days",
        min=32,
        help="For how many days events also stay in the database, where single ones are fastest.",
    ),
]


def compact(*, hot_days: HotDays = 90, home: Home = HOME, json: Json = None) -> None:
    """Copy the events of past days to Parquet segments. May run beside a server, and be stopped."""
    from matinee.cli.clock import now
    from matinee.cli.homes import opened

    screen = Screen(json)
    with opened(home) as stores, screen.bar("compacting") as moved:
        copied = stores.log.compact(now=now(), hot_days=hot_days, progress=moved)
    screen.say(f"{copied:,} events copied to segments")
    screen.report({"copied": copied, "hot_days": hot_days})
