"""The clock of the command line: the one place where a command learns what time it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matinee.types import Moment

__all__ = ["now"]


def now() -> Moment:
    """Return the present moment, in milliseconds."""
    from matinee.types import Moment

    return Moment.of(datetime.now(UTC))
