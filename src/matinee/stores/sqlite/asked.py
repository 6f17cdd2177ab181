"""What a reader asks of a log, once made into words and numbers for all who ask the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from matinee.stores.columns import code
from matinee.stores.sqlite.words import named, words

__all__ = ["Asked", "asked"]


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
        return f"""SELECT {words(self.names)}, (SELECT value FROM meta WHERE name = 'manifest'),
            at, event_id FROM signals
            WHERE profile = (SELECT row FROM profiles WHERE profile_id = ?)
            AND offset > ? AND offset <= ? {self.among}"""  # noqa: S608  (our own words and numbers)


def asked(kinds: Sequence[str] | None, columns: Sequence[str] | None) -> Asked:
    """Return what these kinds and columns are, all of them where none are named.

    Raises:
        ValueError: there is no such kind or column.
    """
    return _asked(
        None if kinds is None else tuple(kinds), None if columns is None else tuple(columns)
    )


@lru_cache(maxsize=64)
def _asked(kinds: tuple[str, ...] | None, columns: tuple[str, ...] | None) -> Asked:
    names = tuple(dict.fromkeys(named(columns)))
    return Asked(names, None if kinds is None else [code(kind) for kind in kinds])
