"""What all titles are like and how liked they are: what a ranker sees beside a pool."""

from __future__ import annotations

from dataclasses import dataclass

from matinee.data.catalogue import Catalogue
from matinee.types import Floats, Matrix

__all__ = ["Scene"]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """One catalogue snapshot of N titles over F traits; the same for all requests of a batch."""

    catalogue: Catalogue
    traits: Matrix  # (N, F) float32 CSR, ≥ 0, rows of length 1 (0 where nothing is known)
    popularity: Floats  # (N,) how often each title was played and liked
