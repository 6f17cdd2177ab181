"""The weights of a blend: a small seeded search on the simplex for the best mean NDCG@20."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matinee.models.ranking import best
from matinee.types import Flags, Floats, Index, Scores

__all__ = ["best_weights", "ndcg"]

Reals = NDArray[np.float64]

_K = 20
_SHORTLIST = 200  # of each source's best unseen titles; the search ranks nothing else
_DRAWS = 48
_NEAR = 32


def best_weights(
    parts: Scores, allowed: Flags, wanted: Sequence[Index], rng: np.random.Generator
) -> Floats:
    """Return weights (S,) on the simplex for finite parts (S, P, N) and allowed titles (P, N).

    The corners, the middle and random draws are tried, then draws around the best of them. Of all
    that are not worse than the best by more than one standard error of the difference, the most
    even is taken (the rule of Breiman et al., 1984): on few requests the very best is luck, and
    even weights are what would be taken without any.
    """
    count = len(parts)
    listed = _shortlist(parts, allowed)  # (P, L)
    hits = np.stack([np.isin(row, rows) for row, rows in zip(listed, wanted, strict=True)])
    short = np.take_along_axis(parts, listed[None], axis=2)  # (S, P, L)
    sizes = np.array([len(rows) for rows in wanted])

    def judged(tried: Reals) -> Reals:
        mixed = (np.where(listed < 0, -np.inf, np.tensordot(w, short, 1)) for w in tried)
        return np.stack([ndcg(scores, hits, sizes) for scores in mixed])  # (tried, P)

    tried = np.concatenate(
        [np.eye(count), np.full((1, count), 1 / count), rng.dirichlet(np.full(count, 0.7), _DRAWS)]
    )
    found = judged(tried)
    near = rng.dirichlet(20 * tried[found.mean(axis=1).argmax()] + 0.1, _NEAR)
    tried, found = np.concatenate([tried, near]), np.concatenate([found, judged(near)])
    worse = found[found.mean(axis=1).argmax()] - found  # (tried, P)
    error = worse.std(axis=1) / np.sqrt(worse.shape[1])
    uneven = np.where(worse.mean(axis=1) <= error, (tried**2).sum(axis=1), np.inf)
    weights: Floats = tried[uneven.argmin()].astype(np.float32)
    return weights


def ndcg(scores: Reals, hits: Flags, sizes: Index, k: int = _K) -> Reals:
    """Return the binary NDCG@k of P rankings of L titles: (P,).

    `hits` (P, L) says which were wanted; `sizes` (P,) how many were, here or not.
    """
    k = min(k, scores.shape[1])
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    discount = 1 / np.log2(np.arange(k) + 2)
    gained = np.take_along_axis(hits, order, axis=1) @ discount
    ideal = np.cumsum(discount)[np.minimum(sizes, k) - 1]
    found: Reals = gained / ideal
    return found


def _shortlist(parts: Scores, allowed: Flags) -> Index:
    """Return the union of each source's best allowed titles: (P, L), −1 where it stands twice."""
    k = min(_SHORTLIST, parts.shape[2])
    tops = [best(part, k, allowed=allowed) for part in parts]
    listed = np.sort(np.concatenate(tops, axis=1), axis=1)
    listed[:, 1:][listed[:, 1:] == listed[:, :-1]] = -1
    return listed
