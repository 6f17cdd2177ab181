"""A metric that looks at the first place only."""

from __future__ import annotations

import math
from dataclasses import dataclass

from matinee.parts import part
from matinee.types import Ranked

__all__ = ["WantedFirst"]


@part("metric", "wanted_first")
@dataclass(frozen=True, slots=True)
class WantedFirst:
    """1 if the first title is one that was wanted, else 0; NaN where nothing was wanted."""

    def __call__(self, shown: Ranked, wanted: frozenset[int]) -> float:
        """Judge one list."""
        if not wanted:
            return math.nan
        return float(len(shown) > 0 and int(shown.titles[0]) in wanted)
