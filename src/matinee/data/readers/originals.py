"""The house's own catalogue: invented films and series, with people, synopses and episodes.

Nobody can have rated them before, which makes them the test bed for new titles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import ClassVar, Self

from matinee.data.readers._batch import Batch, Refusal, Where
from matinee.data.readers._toml import titles_of_toml
from matinee.data.register import part
from matinee.types import DAY_MS, Title

__all__ = ["Originals"]

_FILE = "originals.toml"


@part("reader", "originals")
@dataclass(frozen=True, slots=True)
class Originals:
    """What `originals.toml` in this package holds."""

    found: tuple[Title | Refusal, ...]

    name: ClassVar[str] = "originals"
    newest: ClassVar[None] = None
    step_ms: ClassVar[int] = DAY_MS
    notes: ClassVar[Mapping[str, int]] = {}

    @classmethod
    def open(cls, where: Where) -> Self:
        """Read the file in the package."""
        del where
        text = files("matinee.data.readers").joinpath(_FILE).read_text(encoding="utf-8")
        return cls(tuple(titles_of_toml(text, file=_FILE)))

    @classmethod
    def fits(cls, path: Path) -> bool:
        """Return False: this source has a name and no path."""
        del path
        return False

    @property
    def expected(self) -> int:
        """How many titles there are."""
        return len(self.found)

    def batches(self, *, shift_ms: int) -> Iterator[Batch]:
        """Yield the titles in one batch."""
        del shift_ms
        yield Batch(
            titles=tuple(value for value in self.found if isinstance(value, Title)),
            refused=tuple(value for value in self.found if isinstance(value, Refusal)),
        )
