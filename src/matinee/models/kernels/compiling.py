"""How kernels are compiled: by numba, without the interpreter's lock, kept from run to run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

__all__ = ["exact", "quick"]

F = TypeVar("F", bound=Callable[..., Any])


def quick(function: F) -> F:
    """Return the function compiled; sums may be reordered, infinities and NaN keep their meaning.

    It is compiled for the types that it is first called with.
    """
    return _compiled(function, {"contract", "reassoc", "nsz"})


def exact(function: F) -> F:
    """Return the function compiled; every number is rounded as it is written."""
    return _compiled(function, set())


def _compiled(function: F, liberties: set[str]) -> F:
    """Keep the machine code where numba can; else it is compiled anew in every process."""
    options: dict[str, Any] = {"nogil": True, "fastmath": liberties, "error_model": "numpy"}
    try:
        return cast("F", numba.njit(**options, cache=True)(function))
    except RuntimeError:  # neither beside the source nor in a cache of the user's
        return cast("F", numba.njit(**options)(function))
