"""`matinee import`: bring titles, profiles and events in from a data set, a file or a folder."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self, TextIO

import typer

from matinee.cli.edge import CHECK_FAILED
from matinee.cli.options import HOME, Home, Json
from matinee.cli.screen import Screen

if TYPE_CHECKING:
    from matinee.data.readers import ColumnMap, Refusal
    from matinee.service.importing import ImportReport, Rejection
    from matinee.stores import Stores

__all__ = ["Create", "Map", "bring_in", "column_map", "importing"]

Map = Annotated[
    str | None,
    typer.Option(
        "--map", help="Columns of a table: field=column,field:=constant,… or a TOML file."
    ),
]
Create = Annotated[
    bool,
    typer.Option("--create", help="Make profiles and titles that events name, bare."),
]


def importing(
    *,
    data: Annotated[
        list[str],
        typer.Argument(
            help="small, ml-1m, originals, … or a path to a file or folder; before it, if need"
            " be, what the rows of a table are: titles, profiles or events.",
        ),
    ],
    columns: Map = None,
    kind: Annotated[
        str | None,
        typer.Option(help="The same as the word before the path."),
    ] = None,
    create: Create = False,
    max_rejected: Annotated[
        int, typer.Option(min=0, help="Exit with 0 though so many records were rejected.")
    ] = 0,
    rejected: Annotated[
        Path | None,
        typer.Option(help="Where to list what was rejected; rejected.jsonl in the data folder."),
    ] = None,
    home: Home = HOME,
    json: Json = None,
) -> None:
    """Import data; what is there already is not stored twice. Exit code 1: some was rejected."""
    import msgspec

    from matinee.cli.homes import opened

    screen = Screen(json)
    kind, source = _asked(data, kind)
    told = column_map(columns, kind)
    with opened(home, create=True) as stores:
        refused = _List(rejected or home / "rejected.jsonl")
        with refused:
            report = bring_in(
                screen, stores, source, home=home, columns=told, create=create, rejected=refused.add
            )
    if report.rejected:
        screen.say(f"  every rejected line with its reason: {refused.path}")
    screen.report(msgspec.to_builtins(report))
    if report.rejected > max_rejected:
        raise typer.Exit(CHECK_FAILED)


def bring_in(
    screen: Screen,
    stores: Stores,
    data: str,
    *,
    home: Path,
    columns: ColumnMap | None = None,
    create: bool = False,
    rejected: Rejection | None = None,
) -> ImportReport:
    """Import a named data set or a path into opened stores, and say what became of it.

    Raises:
        LookupError, ValueError: there are no such data, or none that any reader knows.
    """
    from matinee.cli.clock import now
    from matinee.data.readers import open_reader
    from matinee.service.importing import import_data

    outside = os.environ.get("MATINEE_DATA")
    folder = Path(outside) if outside else None
    reader = open_reader(data, data_folder=folder, cache=home / "cache", columns=columns)
    with screen.bar(f"importing {data}") as moved:
        report = import_data(
            stores,
            reader,
            now=now(),
            art=home / "art",
            create=create,
            progress=moved,
            rejected=rejected,
        )
    _tell(screen, report)
    return report


def _asked(words: list[str], kind: str | None) -> tuple[str | None, str]:
    """Return what kind of records to read, if that was said, and where.

    Raises:
        ValueError: there are too many words, or they say two kinds.
    """
    *before, data = words
    if len(before) > 1:
        msg = f"one source at a time, not {', '.join(words)}; import them one after the other"
        raise ValueError(msg)
    said = {*before, *([] if kind is None else [kind])}
    if len(said) > 1:
        msg = f"the rows are said to be {' and '.join(sorted(said))}; say one of them"
        raise ValueError(msg)
    return next(iter(said), None), data


def column_map(said: str | None, kind: str | None = None) -> ColumnMap | None:
    """Return what a person says of a table's columns and rows; None where nothing was said.

    Raises:
        ValueError: it is no map; the message says what one looks like.
    """
    if said is None and kind is None:
        return None
    from matinee.data.readers import ColumnMap

    if said is None:
        return ColumnMap.of(kind)
    if said.endswith(".toml"):
        return ColumnMap.load(Path(said), kind=kind)
    return ColumnMap.parse(said, kind=kind)


class _List:
    """The rejected lines as JSON Lines, written as they come; no file where there are none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, code: str, refusal: Refusal) -> None:
        """Write one line: file, line, code and reason."""
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8")
        said = {"file": refusal.file, "line": refusal.line, "code": code, "reason": refusal.reason}
        self._file.write(json.dumps(said, ensure_ascii=False) + "\n")


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
