"""What a store of titles promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from matinee.data import Catalogue
from matinee.types import Moment, Title, TitleId

__all__ = ["CatalogueStore", "Edit"]


@dataclass(frozen=True, slots=True)
class Edit:
    """What a title was from a catalogue version on, and when it was written so."""

    version: int
    at: Moment
    title: Title


class CatalogueStore(Protocol):
    """Titles with durable rows, and versions that only grow."""

    def upsert(self, titles: Sequence[Title], *, now: Moment) -> int:
        """Add or replace titles; return the new version (unchanged if nothing differs).

        A new title gets the next row; rows are dense and never move. `added` is filled with
        `now` where it is None and the title is new; later it is kept where it is None. All
        or nothing: the last one counts where a title is given twice.

        Raises:
            ValueError: a title breaks its schema, or an episode belongs to another title.
        """
        ...

    def take(self, titles: Sequence[Title], *, now: Moment) -> int:
        """Add titles of a source, or what it says anew of those it gave before; as `upsert`.

        A field of a known title is replaced only if the source said something else of it when
        the title was last taken: what was written since (`hide`, `upsert`) stays. A title that
        was never taken counts as taken when it first came.

        Raises:
            ValueError: as `upsert`.
        """
        ...

    def hide(self, title: TitleId, *, now: Moment) -> bool:
        """Hide a title, keeping its row; False if unknown."""
        ...

    def version(self) -> int:
        """Return the newest version; cheap, asked before every page."""
        ...

    def snapshot(self) -> Catalogue:
        """Return the newest version as arrays; the same object while the version stands."""
        ...

    def edits(self, title: TitleId) -> list[Edit]:
        """Return every version that a title had, the newest last; unknown: none."""
        ...
