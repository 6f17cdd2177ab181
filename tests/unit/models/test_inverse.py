"""The inverse in place, whole and by blocks."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import linalg

from matinee.models.inverse import inverse


def definite(size: int, seed: int) -> np.ndarray:
    draws = np.random.default_rng(seed).standard_normal((size, size + 3))
    return (draws @ draws.T + size * np.eye(size)).astype(np.float32)


@pytest.mark.parametrize("whole", [1, 4, 5, 16, 17, 100])
@pytest.mark.parametrize("size", [0, 1, 5, 17])
def test_blocks_of_any_size_give_the_inverse(size: int, whole: int) -> None:
    a = definite(size, seed=size)
    slow = np.linalg.inv(a.astype(np.float64))
    found = inverse(a.copy(), whole=whole)
    np.testing.assert_allclose(found, slow, rtol=2e-4, atol=1e-6)
    np.testing.assert_allclose(found, found.T, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("whole", [2, 100])
def test_what_is_not_definite_is_refused_in_whichever_block_it_shows(whole: int) -> None:
    a = definite(6, seed=1)
    a[5, 5] = 0
    with pytest.raises(linalg.LinAlgError):
        inverse(a, whole=whole)
