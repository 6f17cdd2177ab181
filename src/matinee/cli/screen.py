"""What a command shows: words and tables for people, one JSON report for machines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import isnan
from pathlib import Path
from typing import Any, TextIO

from matinee import __version__

__all__ = ["Screen", "written_to"]


class Screen:
    """Words to standard output, or to standard error when the JSON report takes that place."""

    def __init__(self, json: str | None) -> None:
        """Write the report to `json`: a file's name, `-` for standard output, None for nowhere.

        Raises:
            ValueError: the file's folder is not there.
        """
        if json not in (None, "-"):
            written_to(Path(json))
        self._json = json
        self._words: TextIO = sys.stderr if json == "-" else sys.stdout

    def say(self, text: str) -> None:
        """Print a line for people."""
        print(text, file=self._words, flush=True)

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print columns as wide as what they hold; numbers stand to the right."""
        cells = [list(headings), *([_cell(value) for value in row] for row in rows)]
        right = [all(_numeric(row[column]) for row in cells[1:]) for column in range(len(headings))]
        widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
        for row in cells:
            padded = (
                text.rjust(width) if to_right else text.ljust(width)
                for text, width, to_right in zip(row, widths, right, strict=True)
            )
            self.say("  ".join(padded).rstrip())

    @contextmanager
    def bar(self, what: str) -> Iterator[Callable[[int, int], None]]:
        """Show a progress bar on standard error while the block runs.

        Yields what is to be called with (done, in all).
        """
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        bars = Progress(
            TextColumn("{task.description:<32}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        with bars:
            task = bars.add_task(what, total=None)

            def moved(done: int, total: int) -> None:
                bars.update(task, completed=done, total=total)

            yield moved

    def report(self, report: Mapping[str, Any]) -> None:
        """Write the JSON report, led by the version that made it.

        Raises:
            OSError: the file cannot be written.
        """
        if self._json is None:
            return
        import msgspec

        from matinee.types.moment import encode_moment

        body = msgspec.json.encode({"matinee": __version__, **report}, enc_hook=encode_moment)
        text = msgspec.json.format(body, indent=2).decode()
        if self._json == "-":
            print(text, flush=True)
        else:
            Path(self._json).write_text(text + "\n", encoding="utf-8")


def written_to(file: Path) -> None:
    """Make sure, before long work is done for it, that a file has a folder to be written to.

    Raises:
        ValueError: there is none.
    """
    if not file.parent.is_dir():
        msg = f"there is no folder {file.parent} to write {file.name} to; make it first"
        raise ValueError(msg)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return "–" if isnan(value) else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _numeric(text: str) -> bool:
    return text.replace(",", "").replace(".", "", 1).removeprefix("-").isdigit() or text == "–"
