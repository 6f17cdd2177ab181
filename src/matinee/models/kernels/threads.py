"""Lines of a sparse matrix, shared out among as many threads as there are processors.

The threads are our own and not numba's: those end the process when it has forked, or when two fits
run at once, and a server may do both.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from matinee.types import Index, Longs

__all__ = ["shared_out"]

_PIECES = 8  # for each thread, so that none waits long for the last
_SOME = 20_000  # entries below which a thread is not worth its start


def shared_out(work: Callable[[int, int], None], indptr: Index | Longs) -> None:
    """Call `work(start, stop)` for all lines of a CSR matrix, piece by piece.

    Pieces hold about as many entries each; what one does must not depend on the others.
    """
    threads = _processors()
    lines = len(indptr) - 1
    pieces = min(threads * _PIECES, 1 + int(indptr[-1]) // _SOME)
    loads = indptr.astype(np.int64) + np.arange(lines + 1)  # an empty line costs something too
    inner = np.searchsorted(loads, np.linspace(0, loads[-1], pieces + 1)[1:-1])
    edges = np.unique([0, *inner.tolist(), lines]).tolist()
    bounds = list(itertools.pairwise(edges))
    if min(threads, len(bounds)) < 2:
        for start, stop in bounds:
            work(start, stop)
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, start, stop) for start, stop in bounds]:
            done.result()


def _processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
