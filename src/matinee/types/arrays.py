"""Short names for the array types that everything passes round."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Flags", "Floats", "Index", "Ints", "Longs", "Matrix", "Scores"]

Index: TypeAlias = NDArray[np.int32]
"""Title rows (or positions), int32."""
Scores: TypeAlias = NDArray[np.float32]
"""Scores, float32; −inf means "cannot say"."""
Floats: TypeAlias = NDArray[np.float32]
Ints: TypeAlias = NDArray[np.int16]
Longs: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Matrix: TypeAlias = Any
"""A `scipy.sparse.csr_array`; scipy's stubs are too narrow to name its element type."""
