"""Scheduled trainings: what one tells the server that started it, and what `doctor` is told."""

from __future__ import annotations

from pathlib import Path

import msgspec

from matinee.types import BundleId

__all__ = ["Attempt", "Look", "note", "noted"]

_FILE = "training.json"


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What came of looking whether a training is due."""

    again_s: float
    """Seconds until the next look."""
    said: str
    bundle: BundleId | None = None
    """What was trained; None: nothing."""
    live: bool = False
    """Whether that was made live."""
    failed: bool = False


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """What came of the last training that a server started in a data folder."""

    at: str
    """When it ended; RFC 3339."""
    said: str
    failures: int = 0
    """How many failed one after the other, this one included; 0: it did not fail."""


def note(home: Path, attempt: Attempt) -> None:
    """Put an attempt in the place of the one before, atomically."""
    fresh = home / f"{_FILE}.new"
    fresh.write_bytes(msgspec.json.encode(attempt))
    fresh.replace(home / _FILE)


def noted(home: Path) -> Attempt | None:
    """Return what came of the last one; None: there was none, or it cannot be read."""
    try:
        return msgspec.json.decode((home / _FILE).read_bytes(), type=Attempt)
    except (OSError, msgspec.MsgspecError):
        return None
