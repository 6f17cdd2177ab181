"""Text files of records, line by line, so that a bad line costs itself only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from matinee.data.readers._batch import Refusal
from matinee.data.readers._files import DataFile, only_file, text_lines
from matinee.types.moment import decode_moment

__all__ = ["LINES", "TOO_DEEP", "count_lines", "decoded", "first_object"]

TOO_DEEP = "nested too deeply"
"""Why a line of JSON is refused that a decoder would need too many calls for."""
LINES = (".jsonl", ".ndjson")
"""Endings of files that hold one JSON value a line; they may be gzipped or in a zip archive."""


def first_object(path: Path) -> dict[str, Any]:
    """Return the first line that holds a JSON object; {} if none of the first hundred does."""
    file = only_file(path, LINES)
    for line in islice(text_lines(file), 100) if file is not None else ():
        if isinstance(line, Refusal):
            break
        try:
            value = json.loads(line[1])
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            return value
    return {}


def count_lines(file: DataFile) -> int:
    """Return how many lines there are, a damaged rest counting as one."""
    return sum(1 for _ in text_lines(file))


def decoded(file: DataFile, kind: Any) -> Iterator[tuple[int, Any | Refusal]]:  # noqa: ANN401  (any type that msgspec knows)
    """Yield (line number, value of `kind` or why not) for every line of a JSON Lines file."""
    decoder = msgspec.json.Decoder(kind, dec_hook=decode_moment)
    for found in text_lines(file):
        if isinstance(found, Refusal):
            yield found.line, found
            continue
        number, line = found
        try:
            yield number, decoder.decode(line)
        except (msgspec.MsgspecError, ValueError) as error:
            yield number, Refusal(file.name, number, str(error))
        except RecursionError:
            yield number, Refusal(file.name, number, TOO_DEEP)
