"""`matinee upkeep`: carry erasures through, let go of what is old, and compact the log."""

from __future__ import annotations

from dataclasses import asdict

import typer

from matinee.cli.edge import CHECK_FAILED
from matinee.cli.options import HOME, Home, Json
from matinee.cli.screen import Screen

__all__ = ["upkeep"]


def upkeep(*, home: Home = HOME, json: Json = None) -> None:
    """Do once what a server does by itself every hour. Exit code 1: an erasure is not done yet."""
    from matinee.cli.clock import now
    from matinee.cli.homes import existing
    from matinee.cli.settings import configuration
    from matinee.service import Matinee

    screen = Screen(json)
    matinee = Matinee.open(existing(home), configuration(home))
    try:
        report = matinee.upkeep(now=now())
    finally:
        matinee.close()
    for name, count in asdict(report).items():
        screen.say(f"{name:<12} {count:,}")
    screen.report(asdict(report))
    if report.unfinished:
        screen.say("another process still reads an older state; run it again, or let a server do")
        raise typer.Exit(CHECK_FAILED)
