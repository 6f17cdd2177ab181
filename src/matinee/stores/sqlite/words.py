"""What the view `signals` calls each column of `Signals`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matinee.stores.columns import known_columns

__all__ = ["named", "words"]

_WORDS: Mapping[str, str] = {
    "offsets": "offset",
    "profiles": "profile",
    "kinds": "kind",
    "titles": "title",
    "episodes": "episode",
    "at": "at",
    "received": "received",
    "values": "value",
    "positions": "position",
    "durations": "duration",
    "watched": "watched",
    "devices": "device",
    "tz_offsets": "tz_offset",
    "origins": "origin",
    "sessions": "session",
    "tiles": "tile",
    "unasked": "unasked",
}


def named(columns: Sequence[str] | None) -> Sequence[str]:
    """Return these columns, or all.

    Raises:
        ValueError: there is no such column.
    """
    return tuple(_WORDS) if columns is None else known_columns(columns)


def words(columns: Sequence[str] | None) -> str:
    """Return columns, or all, as SQL selects them."""
    return ", ".join(_WORDS[name] for name in named(columns))
