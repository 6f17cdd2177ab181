"""Text files of records, line by line, so that a bad line costs itself only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from matinee.data.readers._batch import Refusal
from matinee.types.moment import decode_moment

__all__ = ["LINES", "decoded", "first_object", "record_lines"]

LINES = (".jsonl", ".ndjson")
"""Endings of files that hold one JSON value a line."""


def record_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield (number from 1, content) of every line that is not blank."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, line.strip()


def first_object(path: Path) -> dict[str, Any]:
    """Return the first line that holds a JSON object; {} if none of the first hundred does."""
    if not path.is_file() or path.suffix not in LINES:
        return {}
    for _, (_, line) in zip(range(100), record_lines(path), strict=False):
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            return value
    return {}


def decoded(path: Path, kind: Any) -> Iterator[tuple[int, Any | Refusal]]:  # noqa: ANN401  (any type that msgspec knows)
    """Yield (line number, value of `kind` or why not) for every line of a JSON Lines file."""
    decoder = msgspec.json.Decoder(kind, dec_hook=decode_moment)
    for number, line in record_lines(path):
        try:
            yield number, decoder.decode(line)
        except (msgspec.MsgspecError, ValueError) as error:
            yield number, Refusal(path.name, number, str(error))
