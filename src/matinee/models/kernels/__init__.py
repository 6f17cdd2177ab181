"""Inner loops in machine code, for those who have numba; every one has a twin in numpy.

Models choose by `compiled` and import the kernels only then: numba is an extra, and takes its time
to load.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import Literal, TypeAlias, get_args

__all__ = ["Kernel", "compiled"]

Kernel: TypeAlias = Literal["auto", "numba", "numpy"]
"""By what a model is fitted: `numba`, `numpy`, or `auto`, numba where it is installed."""


def compiled(kernel: Kernel) -> bool:
    """Return whether the compiled kernels are meant.

    Raises:
        ValueError: there is no such kernel, or numba is asked for by name, and is not installed.
    """
    if kernel not in get_args(Kernel):
        msg = f"kernel is {kernel!r}; it must be one of {', '.join(get_args(Kernel))}"
        raise ValueError(msg)
    if kernel == "numpy":
        return False
    if _installed():
        return True
    if kernel == "numba":
        msg = "kernel is 'numba', which is not installed; install matinee[fast], or say 'auto'"
        raise ValueError(msg)
    return False


@cache  # asked at every request, and looking takes longer than scoring
def _installed() -> bool:
    return find_spec("numba") is not None
