"""Histories as matrices: the one place where a reward becomes the strength that a model sees.

Fitting and folding in go through the same function, so that a model never meets at request time
a number of another kind than those it was fitted on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy import sparse

from matinee.data import Catalogue, Dataset
from matinee.types import DAY_MS, Floats, History, Index, Longs, Matrix, Request

__all__ = [
    "Line",
    "Strength",
    "check_grown",
    "fading",
    "folded",
    "interactions",
    "known",
    "laid_out",
    "line",
]

_FAINT = np.float32(1e-6)  # the least strength of a like

Line: TypeAlias = tuple[Index, Floats]
"""What a model knows of a history: (liked,) columns, each once, and (liked,) their strengths."""

_OLDEST = 10  # half lives: what is older counts no less than a thousandth, so a like stays one


@dataclass(frozen=True, slots=True)
class Strength:
    """Turns rewards into strengths x = min(w ÷ full, 1) ^ power for w > 0, else 0.

    So a dislike is never a reason for anything. Power 0 makes all liked titles equal. A like
    has at least a millionth: models multiply strengths and divide by their sums, and in single
    precision smaller ones would be lost. With a half life an old like counts less, both where it
    is learnt from and where it is folded in, as in Ding and Li, Time weight collaborative
    filtering, CIKM 2005: x 2^(−age ÷ half life).
    """

    power: float
    full: float
    half_life_days: float = 0.0
    """After how many days a like counts half; 0: as much as long as it is known."""

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            ValueError: power or half_life_days is negative, or full is not above 0.
        """
        if not self.power >= 0:
            msg = f"power is {self.power}; it must be 0 (all likes equal) or more"
            raise ValueError(msg)
        if not self.full > 0:
            msg = f"full is {self.full}; it must be a reward above 0"
            raise ValueError(msg)
        if not self.half_life_days >= 0:
            days = self.half_life_days
            msg = f"half_life_days is {days}; it must be above 0, or 0: likes do not fade"
            raise ValueError(msg)

    def left(self, at: Longs, now: int) -> Floats:
        """Return what is left at `now` of the strength of likes at some times, ms: (L,).

        Likes later than that count in full, and those of any age something.
        """
        if not self.half_life_days:
            return np.ones(len(at), np.float32)
        ages = np.maximum(now - at, 0) / (self.half_life_days * DAY_MS)
        return np.exp2(-np.minimum(ages, _OLDEST)).astype(np.float32)

    def __call__(self, weights: Floats) -> Floats:
        """Return strengths as of the likes' own times: 0 or from a millionth to 1, float32."""
        share = np.minimum(np.maximum(weights, 0) / np.float32(self.full), np.float32(1))
        x = np.maximum(share ** np.float32(self.power), _FAINT)
        return np.where(weights > 0, x, np.float32(0))


def interactions(data: Dataset, strength: Strength) -> Matrix:
    """Return the liked titles of all profiles as (P, N) float32 CSR, columns sorted."""
    liked = data.liked()
    x = strength(liked.data)
    if strength.half_life_days:
        entries = data.histories.entries
        x *= strength.left(entries.at[entries.weights > 0], data.at)
    matrix = sparse.csr_array(
        (x, liked.indices.astype(np.int32), liked.indptr.astype(np.int32)),
        shape=liked.shape,
    )
    matrix.sort_indices()
    return matrix


def folded(requests: Sequence[Request], strength: Strength, *, titles: int) -> Matrix:
    """Return the histories of P requests as (P, titles) float32 CSR, columns sorted.

    What a model does not know is left out: rows from `titles` up, and what was not liked.
    """
    lines = [line(request, strength, titles=titles) for request in requests]
    return laid_out(lines, width=titles)


def laid_out(lines: Sequence[Line], *, width: int) -> Matrix:
    """Return P lines as a (P, width) float32 CSR, columns sorted."""
    indptr = np.zeros(len(lines) + 1, np.int32)
    np.cumsum([len(mine) for mine, _ in lines], out=indptr[1:])
    rising = [(mine, x, mine.argsort()) for mine, x in lines]
    indices = [mine[order] for mine, _, order in rising]
    data = [x[order] for _, x, order in rising]
    if len(lines) != 1:
        indices = [np.concatenate([np.empty(0, np.int32), *indices])]
        data = [np.concatenate([np.empty(0, np.float32), *data])]
    matrix = sparse.csr_array((data[0], indices[0], indptr), shape=(len(lines), width))
    matrix.has_sorted_indices = True
    return matrix


def line(
    request: Request,
    strength: Strength,
    *,
    titles: int,
    places: Index | None = None,
    memory: float = math.inf,
) -> Line:
    """Return what a model of so many titles knows of a request's history, in its order.

    Where `places` (titles,) are given they are the columns, −1 is left out. Where `memory` is
    finite, strengths fade by it (see `fading`); else where they have a half life, by that.
    """
    history = request.history
    weights, mine = history.weights, history.titles
    keep = (weights > 0) & (mine < titles)
    faded = None
    if memory < math.inf:
        faded = fading(history, memory)
    elif strength.half_life_days:
        faded = strength.left(history.at, request.at)
    if not keep.all():
        weights, mine = weights[keep], mine[keep]
        faded = faded if faded is None else faded[keep]
    x = strength(weights) if faded is None else strength(weights) * faded
    if places is None:
        return mine, x
    mine = places[mine]
    if mine.min(initial=0) < 0:
        x, mine = x[mine >= 0], mine[mine >= 0]
    return mine, x


def fading(history: History, memory: float) -> Floats:
    """Return how much of each entry's strength is left: 2^(−newer likes ÷ memory). (H,).

    The newest like counts in full, the one `memory` likes before it half. Of likes at the same
    moment those of the higher rows are taken as the newer, as in a history's order.
    """
    liked = np.flatnonzero(history.weights > 0)
    newest = liked[np.lexsort((history.titles[liked], history.at[liked]))[::-1]]
    left = np.zeros(len(history), np.float32)
    left[newest] = np.exp2(-np.arange(len(newest)) / memory)
    return left


def known(history: History, *, titles: int) -> Index:
    """Return the places in a history that a model of so many titles can fold in."""
    return np.flatnonzero((history.weights > 0) & (history.titles < titles)).astype(np.int32)


def check_grown(catalogue: Catalogue, *, titles: int) -> int:
    """Return the size of a catalogue that a model of `titles` titles is extended to.

    Raises:
        ValueError: the catalogue is smaller than the model, so it is not a newer version.
    """
    if len(catalogue) < titles:
        msg = f"the catalogue has {len(catalogue)} titles, the model {titles}: rows only grow"
        raise ValueError(msg)
    return len(catalogue)
