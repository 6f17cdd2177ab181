"""When and on what people watch: evenings of their own clock, weekends a little more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matinee.types import DAY_MS, DEVICES, Device
from matinee.types.moment import HOUR_MS, MINUTE_MS

__all__ = ["Habit", "habit", "starts"]

# fmt: off
_HOURS = np.array([
    2.0, 1.0, 0.5, 0.2, 0.2, 0.3, 0.8, 1.2, 1.2, 1.3, 1.5, 1.8,
    2.2, 2.2, 2.0, 2.0, 2.4, 3.2, 4.5, 7.0, 9.5, 10.0, 7.5, 4.5,
])
# fmt: on
"""How much is started in each local hour: the peak lies between eight and ten."""
_OFFSETS = (-480, -300, -180, 0, 60, 60, 60, 120, 120, 330, 480, 540)
_DEVICES = np.array([0.5, 0.2, 0.2, 0.1])  # as DEVICES: tv, web, mobile, tablet
_USUAL = 0.75


@dataclass(frozen=True, slots=True)
class Habit:
    """Where a viewer's clock stands, and what they usually watch on."""

    tz_offset_min: int
    device: Device

    def pick(self, rng: np.random.Generator) -> Device:
        """Return the device of one session."""
        return self.device if rng.random() < _USUAL else DEVICES[rng.choice(4, p=_DEVICES)]


def habit(rng: np.random.Generator) -> Habit:
    """Draw a viewer's habit."""
    return Habit(
        tz_offset_min=_OFFSETS[rng.integers(len(_OFFSETS))],
        device=DEVICES[rng.choice(4, p=_DEVICES)],
    )


def starts(count: int, *, days: int, who: Habit, rng: np.random.Generator) -> list[int]:
    """Return when sessions start, ascending, in ms before the end of `days` days (negative).

    The hours follow the viewer's own clock, given that the end is midnight UTC.
    """
    day = rng.integers(days, size=count)
    hour = rng.choice(24, p=_HOURS / _HOURS.sum(), size=count)
    minute = rng.integers(60, size=count)
    local = hour * HOUR_MS + minute * MINUTE_MS - who.tz_offset_min * MINUTE_MS
    return sorted((day * DAY_MS + local % DAY_MS - days * DAY_MS).tolist())
