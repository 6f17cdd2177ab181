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
from numpy.typing import NDArray

from matinee.types import Floats, Index, Longs, Moment

__all__ = ["HALF_LIVES_H", "KEPT_DAYS_OF_QUARTERS", "SURPRISING", "QuarterCounts"]

HALF_LIVES_H: tuple[float, ...] = (0.125, 1.0, 6.0, 24.0)
"""Of the windows in which plays are counted, in hours; the shortest hardly leaves the quarter."""
KEPT_DAYS_OF_QUARTERS = 8
"""Days whose counts are kept by quarter: one, and the seven before with which it is compared."""
SURPRISING = 5.0
"""z from which a title is played more than usual: by chance once in 3.5 million looks."""

_QUARTER_MS = 900_000
_DAY = 96  # quarters
_LEAST = 5.0  # plays below which nothing is said
_PRIOR = 10.0  # plays as usual that are added to both sides of a ratio
_SPAN = 4  # half lives that a window reaches back, a day at most
_DAYS = tuple(day * _DAY for day in range(1, 8))  # quarters before, with which one is compared
_WEEK = (7 * _DAY,)

Reals = NDArray[np.float64]
Column = tuple[Index, Longs]  # titles, rising, and how often each was played


@dataclass(frozen=True, slots=True, eq=False)
class _Before:
    """A window's sums; at first without its newest quarter, which still grows."""

    k: Reals  # (N,)
    squares: Reals  # (N,) Σ w² c
    b: Reals  # (N,)
    mu: Reals  # (N,)
    told: Reals  # (N,) Σ w T
    then: Reals  # (N,) Σ w B
    usual: Reals  # (N,) b of the newest quarter

    def with_quarter(self, now: Column, usual: Reals, weight: float) -> _Before:
        """Return the sums with one more quarter; of what it cannot be compared to nothing."""
        c = np.zeros(len(usual))
        c[now[0]] = now[1]
        then = usual.sum() - usual
        known = then > 0
        told = np.where(known, c.sum() - c, 0)
        ratio = np.divide(told, then, out=np.zeros_like(then), where=known)
        return _Before(
            self.k + weight * c * known,
            self.squares + weight**2 * c * known,
            self.b + weight * usual * known,
            self.mu + weight * usual * ratio,
            self.told + weight * told,
            self.then + weight * then,
            self.usual,
        )

    def lifted(self, now: Column) -> Floats:
        """Return the shrunk ratio of k to μ with the newest quarter, 1: no surprise. (N,).

        The rest is worked out for those titles only that were played enough.
        """
        k, squares = self.k.copy(), self.squares.copy()
        for total in (k, squares):
            total[now[0]] += now[1]
        some = np.flatnonzero((k * k >= _LEAST * squares) & (k > 0))
        c, usual = k[some] - self.k[some], self.usual[some]
        then = self.usual.sum() - usual
        known = then > 0
        told = np.where(known, now[1].sum() - c, 0)
        k, squares = self.k[some] + c * known, self.squares[some] + c * known
        b = self.b[some] + usual * known
        mu = self.mu[some] + usual * np.divide(told, then, out=np.zeros_like(then), where=known)
        lift = np.ones(len(self.k), np.float32)
        lift[some] = _ratio(k, squares, b, mu, (self.told[some] + told, self.then[some] + then))
        return lift


@dataclass(frozen=True, slots=True, eq=False)
class QuarterCounts:
    """Integer counts by title and quarter of an hour; chunks and their order do not matter."""

    titles: int  # N
    quarters: Mapping[int, Column] = field(default_factory=lambda: MappingProxyType({}))
    """By quarter since the epoch; only those of `KEPT_DAYS_OF_QUARTERS` before the newest."""
    newest: int = 0
    _held: dict[tuple[int, float, int], _Before] = field(default_factory=dict)
    """By quarter, half life and comparison; carried on where only later quarters have changed."""
    _surges: dict[int, Floats] = field(default_factory=dict, init=False)

    def add(self, titles: Index, at: Longs, *, size: int) -> QuarterCounts:
        """Return the counts with these plays added, for `size` titles."""
        if not len(titles) and size == self.titles:
            return self
        acts = at // _QUARTER_MS
        newest = max(self.newest, int(acts.max(initial=0)))
        oldest = newest - KEPT_DAYS_OF_QUARTERS * _DAY
        quarters = {quarter: one for quarter, one in self.quarters.items() if quarter > oldest}
        touched = np.unique(acts[acts > oldest]).tolist()
        for quarter in touched:
            rows, counts = np.unique(titles[acts == quarter], return_counts=True)
            column = rows.astype(np.int32), counts.astype(np.int64)
            quarters[quarter] = _merged(quarters.get(quarter), column)
        first = min(touched, default=newest) if size == self.titles else -1
        held = {key: one for key, one in self._held.items() if key[0] <= first}
        return QuarterCounts(size, MappingProxyType(quarters), newest, held)

    def surge(self, at: Moment) -> Floats:
        """Return how many times more than usual each title is played at `at`; 1: as usual. (N,).

        The ratio is shrunk, (k + 10) ÷ (μ + 10), the largest of all windows, and 1 wherever it is
        not `SURPRISING` or rests on fewer than 5 plays.
        """
        quarter = at // _QUARTER_MS
        held = self._surges.get(quarter)
        if held is None:
            held = np.ones(self.titles, np.float32)
            for half_life in HALF_LIVES_H:
                one, other = (self._compared(quarter, half_life, which) for which in (0, 1))
                np.maximum(held, np.minimum(one, other), out=held)
            held.flags.writeable = False
            self._surges[quarter] = held
        return held

    def _compared(self, quarter: int, half_life: float, which: int) -> Floats:
        key = quarter, half_life, which
        if key not in self._held:
            for old in [one for one in self._held if one[0] < quarter - 1]:
                del self._held[old]
            self._held[key] = self._before(quarter, half_life, which)
        before = self._held[key]
        if which and not (before.b.any() or before.usual.any()):  # a week ago there was nothing yet
            return np.full(self.titles, np.inf, np.float32)
        return before.lifted(self._column(quarter))

    def _before(self, quarter: int, half_life: float, which: int) -> _Before:
        against = _WEEK if which else _DAYS
        k, squares, b, mu, told, then = (np.zeros(self.titles) for _ in range(6))
        found = _Before(k, squares, b, mu, told, then, self._summed(quarter, against))
        for age in range(1, min(int(4 * _SPAN * half_life), _DAY)):
            weight = 0.5 ** (age / 4 / half_life)
            usual = self._summed(quarter - age, against)
            if usual.any():
                found = found.with_quarter(self._column(quarter - age), usual, weight)
        return found

    def _column(self, quarter: int) -> Column:
        return self.quarters.get(quarter, (np.empty(0, np.int32), np.empty(0, np.int64)))

    def _summed(self, quarter: int, against: tuple[int, ...]) -> Reals:
        """Return the plays that a quarter is compared with: (N,)."""
        total = np.zeros(self.titles)
        for before in against:
            if quarter - before in self.quarters:
                rows, counts = self.quarters[quarter - before]
                total[rows] += counts
        return total


def _merged(one: Column | None, other: Column) -> Column:
    if one is None:
        return other
    rows, places = np.unique(np.concatenate([one[0], other[0]]), return_inverse=True)
    counts = np.zeros(len(rows), np.int64)
    np.add.at(counts, places, np.concatenate([one[1], other[1]]))
    return rows, counts


def _ratio(k: Reals, squares: Reals, b: Reals, mu: Reals, others: tuple[Reals, Reals]) -> Reals:
    """Return (k + 10) ÷ (μ + 10) where that is above 1 and surprising, else 1."""
    enough = (k * k >= _LEAST * squares) & (k > 0)
    plain = np.divide(k, squares, out=np.ones_like(k), where=enough)
    k = np.where(enough, k, 1)
    told, then = others
    elsewhere = np.divide(told, then, out=np.zeros_like(then), where=then > 0)
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
