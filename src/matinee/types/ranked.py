"""A ranked list of titles with what is needed to trace where each came from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matinee.types.arrays import Floats, Index, Scores

__all__ = ["Ranked"]


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """K titles, best first; ties fall to popularity, then to the lower row."""

    titles: Index  # (K,)
    scores: Scores  # (K,) finite
    sources: NDArray[np.int8]  # (K,) index into the blend's source names: the largest share
    probability: Floats  # (K,) with which each was chosen; 1 where nothing explored

    def __len__(self) -> int:
        return len(self.titles)
