"""For whom a model is better and for whom worse: groups of profiles that no model knows of.

Ekstrand et al., All the cool kids, how do they fit in?, FAT* 2018. Age and gender are looked at
here, after the fact, and nowhere else. Of each group the report has the mean, and its gap to all
the other told groups together with a 95 % bootstrap interval; chances are of random exchanges of
members, corrected for the number of groups (Holm, 1979). A group of fewer than `LEAST` profiles
with a value is not told, nor is it among the others, so that it cannot be told from a difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from matinee.evaluation.comparing import Values, bounds, holm, resampled_ratio
from matinee.types import Flags

__all__ = ["ATTRIBUTES", "LEAST", "Audit", "audited", "gaps"]

LEAST = 20
"""Profiles that a group must have to be told."""
ATTRIBUTES = ("age_group", "gender")

Audit: TypeAlias = Mapping[str, Sequence[str | None]]
"""The group of each profile of the data, by attribute; None: unknown."""

_EXCHANGES = 999
_AT_A_TIME = 100


def audited(
    values: Mapping[str, Values],
    members: Sequence[str | None],
    rng: np.random.Generator,
    *,
    least: int = LEAST,
) -> dict[str, Any]:
    """Audit some metrics, (n,) by profile, by the group of each profile.

    The report has `least`, what was `suppressed` and what is `unknown`, and by group and metric
    mean, n and gap with their intervals.
    """
    known = sorted({one for one in members if one is not None})
    belongs = np.array([[one == name for name in known] for one in members], np.bool_)
    belongs = belongs.reshape(len(members), len(known))
    found: dict[str, Any] = {}
    for metric, one in values.items():  # a metric may apply to some only
        there = ~np.isnan(one)
        told = (belongs & there[:, None]).sum(axis=0) >= least
        there &= belongs[:, told].any(axis=1)
        names = [name for name, fine in zip(known, told, strict=True) if fine]
        for name, gap in zip(names, gaps(one[there], belongs[there][:, told], rng), strict=True):
            found.setdefault(name, {})[metric] = gap
    few = belongs[:, [name not in found for name in known]].any(axis=1)
    return {
        "least": least,
        "suppressed": {"groups": len(known) - len(found), "profiles": int(few.sum())},
        "unknown": sum(one is None for one in members),
        "groups": {name: found[name] for name in known if name in found},
    }


def gaps(values: Values, belongs: Flags, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Return mean, n and gap to the other groups of each column of (n, G) memberships.

    Every row belongs to one group. With one group there is nobody to differ from: NaN.
    """
    inside = belongs.astype(np.float64)
    outside = 1 - inside
    sides = np.concatenate([inside, outside], axis=1)
    drawn = resampled_ratio(sides * values[:, None], sides, rng)  # both sides of the same draws
    counts = inside.sum(axis=0)
    own, rest = np.split(drawn, [len(counts)], axis=1)
    means, others = np.split(_means(values, sides), [len(counts)])
    chances = _exchanged(values, sides, np.abs(means - others), rng)
    corrected = holm(chances)
    found = []
    for g in range(len(counts)):
        low, high = bounds(own[:, g])
        gap_low, gap_high = bounds(own[:, g] - rest[:, g])
        found.append(
            {
                "mean": float(means[g]),
                "low": low,
                "high": high,
                "n": int(counts[g]),
                "gap": float(means[g] - others[g]),
                "gap_low": gap_low,
                "gap_high": gap_high,
                "p_holm": corrected[g],
            }
        )
    return found


def _means(values: Values, sides: Values) -> Values:
    """Return the mean of (…, n) values over each column of (n, 2G) sides; NaN of nobody."""
    count = sides.sum(axis=0)
    total = values @ sides
    found: Values = np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)
    return found


def _exchanged(
    values: Values, sides: Values, observed: Values, rng: np.random.Generator
) -> list[float]:
    """Return how likely gaps as far from 0 as the observed ones are if members were exchanged."""
    as_far = np.ones(len(observed))
    for start in range(0, _EXCHANGES, _AT_A_TIME):
        some = min(_AT_A_TIME, _EXCHANGES - start)
        mixed = rng.permuted(np.tile(values, (some, 1)), axis=1)
        own, rest = np.split(_means(mixed, sides), 2, axis=1)
        as_far += (np.abs(own - rest) >= observed * (1 - 1e-12)).sum(axis=0)
    chances: list[float] = (as_far / (_EXCHANGES + 1)).tolist()
    return [1.0 if np.isnan(gap) else p for gap, p in zip(observed, chances, strict=True)]
