"""Titles or events of one's own from a file, in the shape in which the API takes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

from matinee.data.readers._batch import Batch, Refusal, Where, in_batches
from matinee.data.readers._event_blocks import EventBlock
from matinee.data.readers._files import DataFile, only_file
from matinee.data.readers._lines import LINES, count_lines, decoded, first_object
from matinee.data.readers._toml import table_count, titles_of_toml
from matinee.data.register import part
from matinee.types import DAY_MS, Event, Title

__all__ = ["Records"]

_TOML = ".toml"
_BLOCK = 100_000  # events


@part("reader", "records")
@dataclass(frozen=True, slots=True)
class Records:
    """Titles as TOML `[[title]]` tables, or as JSON Lines; or events as JSON Lines.

    Of a title `title_id` and `name` must be, of an event `event_id`, `kind`, `profile_id` and
    `at`; profiles and titles that events name must exist already. Times stay as they are.
    """

    file: DataFile

    name: ClassVar[str] = "records"
    newest: ClassVar[None] = None
    step_ms: ClassVar[int] = DAY_MS
    notes: ClassVar[Mapping[str, int]] = {}

    @classmethod
    def open(cls, where: Where) -> Self:
        """Take the path; it is read when the batches are.

        Raises:
            LookupError: no path was given.
            ValueError: it is no such file.
        """
        path = where.given_path(cls.name)
        file = only_file(path, (*LINES, _TOML))
        if file is None:
            msg = f"{path} is no TOML file, and no JSON Lines ({', '.join(LINES)}), gzipped or not"
            raise ValueError(msg)
        return cls(file)

    @classmethod
    def fits(cls, path: Path) -> bool:
        """Return whether it is a TOML file, or JSON Lines that begin with a title or an event."""
        if only_file(path, (_TOML,)) is not None:
            return True
        found = first_object(path)
        return "event_id" in found or {"name", "title_id"} <= found.keys()

    @property
    def expected(self) -> int:
        """How many records there are: headers of tables, or lines."""
        return count_lines(self.file) if self.file.ending in LINES else table_count(self.file)

    def batches(self, *, shift_ms: int) -> Iterator[Batch]:
        """Yield titles or events as they are; nothing in them is moved."""
        del shift_ms
        for some in in_batches(self._found()):
            values = [value for _, value in some]
            events = [one for one in some if not isinstance(one[1], Title | Refusal)]
            yield Batch(
                titles=tuple(value for value in values if isinstance(value, Title)),
                events=tuple(value for _, value in events),
                lines=tuple(line for line, _ in events),
                file=self.file.name,
                refused=tuple(value for value in values if isinstance(value, Refusal)),
            )

    @property
    def event_lines(self) -> int:
        """The same if they are events."""
        return self.expected if self._are_events else 0

    def event_blocks(self) -> Iterator[EventBlock]:
        """Yield the events by the block, as they are."""
        for some in in_batches(self._found(), _BLOCK):
            yield EventBlock(
                singles=tuple(one for one in some if not isinstance(one[1], Refusal)),
                own_ids=True,
                file=self.file.name,
                refused=tuple(value for _, value in some if isinstance(value, Refusal)),
            )

    @property
    def _are_events(self) -> bool:
        return self.file.ending in LINES and "event_id" in first_object(self.file.path)

    def _found(self) -> Iterator[tuple[int, Any]]:
        if self.file.ending not in LINES:
            text = self.file.read().decode(errors="replace")
            return ((0, value) for value in titles_of_toml(text, file=self.file.name))
        return decoded(self.file, Event if self._are_events else Title)
