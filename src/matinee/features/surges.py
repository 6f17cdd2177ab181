"""What is played more than is usual for the hour: plays by quarter of an hour, and their surprise.

Plays of a title in a window that fades with a half life τ are held against those of the same
quarters of the seven days before, and against those of a week before alone. Of quarter q, with c_q
its plays now, b_q then, T_q and B_q those of all other titles, and w_q the window's weights,

    k = Σ_q w_q c_q      b = Σ_q w_q b_q      μ = Σ_q w_q b_q T_q ÷ B_q      p = μ ÷ (μ + b)

so that neither an evening on which everybody watches is news, nor a title that is always watched
in evenings, or on Sundays. If nothing has changed, k of k + b plays is a draw with p (the
conditional test of two Poisson rates, Przyborowski and Wilenski, 1940):

    z = ± √(2 (k ln(k ÷ (k + b) p) + b ln(b ÷ (k + b)(1 − p))))       + where k > (k + b) p

The smaller z of the two comparisons decides. Weighted plays count as (Σ w)² ÷ Σ w² plain ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from matinee.features.windows import DAY, HALF_LIVES_H, NOISE, Column, Quarter, Reals, Windows
from matinee.types import Floats, Index, Longs, Moment

__all__ = ["HALF_LIVES_H", "KEPT_DAYS_OF_QUARTERS", "SURPRISING", "QuarterCounts"]

KEPT_DAYS_OF_QUARTERS = 9
"""Days whose counts are kept by quarter: one, the seven with which it is compared, and one that
windows left behind reach back to while they are rolled on."""
SURPRISING = 5.0
"""z from which a title is played more than usual: by chance once in 3.5 million looks."""

_QUARTER_MS = 900_000
_LEAST = 5.0 * (1 - 1e-9)  # plays below which nothing is said; five at once are enough
_PRIOR = 10.0  # plays as usual that are added to both sides of a ratio
_ROLLED = 24  # quarters up to which windows are rolled on; beyond it is as quick to begin anew
_LATE = 12  # quarters, likewise, that late plays may change


@dataclass(frozen=True, slots=True, eq=False)
class QuarterCounts:
    """Integer counts by title and quarter of an hour; chunks and their order do not matter."""

    titles: int  # N
    quarters: Mapping[int, Column] = field(default_factory=lambda: MappingProxyType({}))
    """By quarter since the epoch; only those of `KEPT_DAYS_OF_QUARTERS` before the newest."""
    newest: int = 0
    _held: dict[int, Windows] = field(default_factory=dict)
    """By quarter; what is held is rolled on to the next, and corrected where plays come late."""
    _surges: dict[int, Floats] = field(default_factory=dict, init=False)

    def add(self, titles: Index, at: Longs, *, size: int) -> QuarterCounts:
        """Return the counts with these plays added, for `size` titles."""
        if not len(titles) and size == self.titles:
            return self
        acts = at // _QUARTER_MS
        newest = max(self.newest, int(acts.max(initial=0)))
        oldest = newest - KEPT_DAYS_OF_QUARTERS * DAY
        quarters = {quarter: one for quarter, one in self.quarters.items() if quarter > oldest}
        touched = np.unique(acts[acts > oldest]).tolist()
        for quarter in touched:
            rows, counts = np.unique(titles[acts == quarter], return_counts=True)
            column = rows.astype(np.int32), counts.astype(np.int64)
            quarters[quarter] = _merged(quarters.get(quarter), column)
        held: dict[int, Windows] = {}
        if len(touched) <= _LATE and size >= self.titles:
            for quarter, one in self._held.items():
                if quarter > newest - DAY:  # all that it was made of is still kept
                    before = self.quarters
                    held[quarter] = one.sized(size).corrected(before, quarters, touched)
        return QuarterCounts(size, MappingProxyType(quarters), newest, held)

    def surge(self, at: Moment) -> Floats:
        """Return how many times more than usual each title is played at `at`; 1: as usual. (N,).

        The ratio is shrunk, (k + 10) ÷ (μ + 10), the largest of all windows, and 1 wherever it is
        not `SURPRISING` or rests on fewer than 5 plays.
        """
        quarter = at // _QUARTER_MS
        held = self._surges.get(quarter)
        if held is None:
            held = self._lifted(self._windows(quarter))
            held.flags.writeable = False
            self._surges[quarter] = held
        return held

    def _windows(self, quarter: int) -> Windows:
        """Return the windows that end in a quarter, rolled on from earlier ones if there are."""
        if quarter not in self._held:
            earlier = [one for one in self._held if quarter - _ROLLED <= one < quarter]
            if earlier:
                found = self._held[max(earlier)]
                while found.quarter < quarter:
                    found = found.rolled(self.quarters)
            else:
                found = Windows.built(self.quarters, quarter, size=self.titles)
            for old in [one for one in self._held if one < quarter - 1]:
                del self._held[old]
            self._held[quarter] = found
        return self._held[quarter]

    def _lifted(self, windows: Windows) -> Floats:
        lift = np.ones(self.titles, np.float32)
        newest = [Quarter.of(self.quarters, windows.quarter, i, self.titles) for i in (0, 1)]
        added = [one.rows() for one in newest]
        for place in range(len(HALF_LIVES_H)):
            rows = _perhaps(windows.sums[0, place] + added[0])
            ratio = np.full(len(rows), np.inf)
            for i in (0, 1):
                if i and not (newest[1].then or windows.some(1, place)):
                    break  # a week ago there was nothing yet
                sums = windows.of(i, place, rows) + added[i][:, rows]
                elsewhere = windows.elsewhere(i, place, newest[i], rows, sums[0])
                ratio = np.minimum(ratio, _ratio(sums, elsewhere))
                rows, ratio = rows[ratio > 1], ratio[ratio > 1]
            lift[rows] = np.maximum(lift[rows], ratio)
        return lift


def _merged(one: Column | None, other: Column) -> Column:
    if one is None:
        return other
    rows, places = np.unique(np.concatenate([one[0], other[0]]), return_inverse=True)
    counts = np.zeros(len(rows), np.int64)
    np.add.at(counts, places, np.concatenate([one[1], other[1]]))
    return rows, counts


def _perhaps(sums: Reals) -> Index:
    """Return the titles that may be surprising: all of those that are, and few others.

    Half of z² is at most the χ² of k, since relative entropy is: with plain plays k ÷ Σ w² c each,
    2 k b (k − μ)² ≥ z² Σ w² c (k + b) μ.
    """
    k, squares, b, mu = sums
    likely = 2 * k * b * (k - mu) ** 2 >= 0.99 * SURPRISING**2 * squares * (k + b) * mu
    likely |= b < NOISE
    likely &= (k * k >= 0.99 * _LEAST * squares) & (k > NOISE) & (k > 0.99 * mu)
    return np.flatnonzero(likely).astype(np.int32)


def _ratio(sums: Reals, elsewhere: Reals) -> Reals:
    """Return (k + 10) ÷ (μ + 10) where that is above 1 and surprising, else 1. (rows,)."""
    k, squares, b, mu = sums
    enough = (k * k >= _LEAST * squares) & (k > 0)
    plain = np.divide(k, squares, out=np.ones_like(k), where=enough)
    k = np.where(enough, k, 1)
    odds = np.divide(mu, b, out=elsewhere, where=b > 0)
    z = _surprise(k * plain, b * plain, odds / (1 + odds))
    ratio = (k * plain + _PRIOR) / (mu * plain + _PRIOR)
    return np.where(enough & (z > SURPRISING), np.maximum(ratio, 1), 1)


def _surprise(k: Reals, b: Reals, p: Reals) -> Reals:
    """Return z of k > 0 out of k + b plays, where a share p was expected."""
    n = k + b
    sure = np.clip(p, 1e-12, 1 - 1e-12)
    gained = k * np.log(k / (n * sure))
    lost = b * np.log(np.where(b > 0, b, 1) / (n * (1 - sure)))
    z: Reals = np.sign(k - n * sure) * np.sqrt(
        np.maximum(2 * (gained + np.where(b > 0, lost, 0)), 0)
    )
    return z
