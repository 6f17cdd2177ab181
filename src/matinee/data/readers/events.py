"""Events from a file, one JSON object a line, in the shape in which the API takes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

from matinee.data.readers._batch import Batch, Refusal, Where, in_batches
from matinee.data.readers._files import DataFile, only_file
from matinee.data.readers._lines import LINES, count_lines, decoded, first_object
from matinee.data.register import part
from matinee.types import DAY_MS, Event

__all__ = ["Events"]


@part("reader", "events")
@dataclass(frozen=True, slots=True)
class Events:
    """`event_id`, `kind`, `profile_id` and `at` must be; profiles and titles must exist already.

    Times stay as they are: whoever has events of their own has them at their true times.
    """

    file: DataFile

    name: ClassVar[str] = "events"
    newest: ClassVar[None] = None
    step_ms: ClassVar[int] = DAY_MS
    notes: ClassVar[Mapping[str, int]] = {}

    @classmethod
    def open(cls, where: Where) -> Self:
        """Take the path; it is read when the batches are.

        Raises:
            LookupError: no path was given.
            ValueError: it is no file of JSON Lines.
        """
        path = where.given_path(cls.name)
        file = only_file(path, LINES)
        if file is None:
            msg = f"{path} is no file of JSON Lines ({', '.join(LINES)}), gzipped or not"
            raise ValueError(msg)
        return cls(file)

    @classmethod
    def fits(cls, path: Path) -> bool:
        """Return whether the first object of a JSON Lines file is an event."""
        return "event_id" in first_object(path)

    @property
    def expected(self) -> int:
        """How many lines there are."""
        return count_lines(self.file)

    def batches(self, *, shift_ms: int) -> Iterator[Batch]:
        """Yield the events as they are."""
        del shift_ms
        for some in in_batches(decoded(self.file, Event)):
            good = [(line, value) for line, value in some if not isinstance(value, Refusal)]
            yield Batch(
                events=tuple(value for _, value in good),
                lines=tuple(line for line, _ in good),
                refused=tuple(value for _, value in some if isinstance(value, Refusal)),
            )
