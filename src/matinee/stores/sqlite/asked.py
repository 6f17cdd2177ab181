"""What a reader asks of a log, once made into words and numbers for all who ask the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any

from matinee.stores.columns import code
from matinee.stores.sqlite.words import named, words

__all__ = ["Asked", "asked", "moment_and_id"]


@dataclass(frozen=True)
class Asked:
    """Which kinds of events, and which of their columns."""

    names: Sequence[str]
    codes: Sequence[int] | None
    """None: all kinds."""

    @property
    def among(self) -> str:
        """The condition that an event is of these kinds."""
        return "" if self.codes is None else f"AND kind IN ({', '.join(map(str, self.codes))})"

    @cached_property
    def newer(self) -> str:
        """What reads a profile's events, and the manifest's number with each, at one moment."""
        return self._of_profile("profile")

    @cached_property
    def newest(self) -> str:
        """The same without an index: sooner where the log goes on by a few events only."""
        return self._of_profile("+profile")

    def _of_profile(self, term: str) -> str:
        return f"""SELECT {words(self.names)},
            (SELECT value FROM meta WHERE name = 'manifest'), event_id FROM signals
            WHERE {term} = (SELECT row FROM profiles WHERE profile_id = ?)
            AND offset > ? AND offset <= ? {self.among}"""  # noqa: S608  (our own words and numbers)


def asked(kinds: Sequence[str] | None, columns: Sequence[str] | None) -> Asked:
    """Return what these kinds and columns are, all of them where none are named.

    Raises:
        ValueError: there is no such kind or column.
    """
    return _asked(
        None if kinds is None else tuple(kinds), None if columns is None else tuple(columns)
    )


def moment_and_id(columns: Sequence[str]) -> Callable[[Sequence[Any]], Any]:
    """Return by what rows are put in order that begin with these columns and end with the id."""
    return itemgetter(columns.index("at"), -1)


@lru_cache(maxsize=64)
def _asked(kinds: tuple[str, ...] | None, columns: tuple[str, ...] | None) -> Asked:
    names = tuple(dict.fromkeys(named(columns)))
    return Asked(names, None if kinds is None else [code(kind) for kind in kinds])
