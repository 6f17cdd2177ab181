"""One telling event as plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

__all__ = ["Act", "added"]

Act: TypeAlias = tuple[int, int, int, float, float, float, float, int, int, int]
"""at, title, episode, value, position, duration, watched, kind, device, tz_offset: as in
`Signals`, whose float32 they are, exactly."""


def added(numbers: Sequence[float]) -> float:
    """Return the sum of at least one number, in the order in which numpy adds a segment's."""
    if len(numbers) > 2:  # it adds the first to the sum of the others, and those in pairs
        return float(np.add.reduceat(np.array(numbers), [0])[0])
    return numbers[0] + numbers[1] if len(numbers) == 2 else numbers[0]
