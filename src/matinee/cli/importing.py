"""`matinee import`: bring titles, profiles and events in from a data set, a file or a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matinee.cli.edge import CHECK_FAILED
from matinee.cli.options import HOME, Home, Json
from matinee.cli.screen import Screen

if TYPE_CHECKING:
    from matinee.service.importing import ImportReport
    from matinee.stores import Stores

__all__ = ["bring_in", "importing"]


def importing(
    *,
    data: Annotated[
        str,
        typer.Argument(help="small, ml-1m, originals, … or a path to a file or folder."),
    ],
    home: Home = HOME,
    json: Json = None,
) -> None:
    """Import data; what is there already is not stored twice. Exit code 1: some was rejected."""
    import msgspec

    from matinee.cli.homes import opened

    screen = Screen(json)
    with opened(home, create=True) as stores:
        report = bring_in(screen, stores, data, home=home)
    screen.report(msgspec.to_builtins(report))
    if report.rejected:
        raise typer.Exit(CHECK_FAILED)


def bring_in(screen: Screen, stores: Stores, data: str, *, home: Path) -> ImportReport:
    """Import a named data set or a path into opened stores, and say what became of it.

    Raises:
        LookupError, ValueError: there are no such data, or none that any reader knows.
    """
    from matinee.cli.clock import now
    from matinee.data.readers import open_reader
    from matinee.service.importing import import_data

    outside = os.environ.get("MATINEE_DATA")
    folder = Path(outside) if outside else None
    reader = open_reader(data, data_folder=folder, cache=home / "cache")
    with screen.bar(f"importing {data}") as moved:
        report = import_data(stores, reader, now=now(), art=home / "art", progress=moved)
    _tell(screen, report)
    return report


def _tell(screen: Screen, report: ImportReport) -> None:
    screen.say(
        f"{report.source}: {report.titles_new:,} new titles of {report.titles:,},"
        f" {report.profiles_new:,} new profiles of {report.profiles:,},"
        f" {report.stored:,} events stored, {report.duplicates:,} duplicates,"
        f" {report.rejected:,} rejected"
    )
    for note, count in report.notes.items():
        screen.say(f"  {note}: {count:,}")
    for code, count in report.reasons.items():
        screen.say(f"  rejected as {code}: {count:,}")
    for refusal in report.refusals[:5]:
        screen.say(f"  {refusal.file}, line {refusal.line}: {refusal.reason}")
