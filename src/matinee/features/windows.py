"""Fading windows over quarters of an hour, rolled on from one quarter to the next.

A window that reaches n quarters back weighs each by ρ^age, so that of one that ends a quarter
later nothing is counted anew but its two ends:

    S(q + 1) = ρ (S(q) + x(q)) − ρⁿ x(q − n + 1)

Plays that arrive late change one x in the middle, and S by what that changed times its weight.
Rounding fades as fast as the plays do. No play in a window weighs less than 2^−4, so whatever is
below half of that is nothing but rounding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matinee.types import Index, Longs

__all__ = ["AGAINST", "DAY", "HALF_LIVES_H", "NOISE", "Column", "Quarter", "Reals", "Windows"]

HALF_LIVES_H: tuple[float, ...] = (0.125, 1.0, 6.0, 24.0)
"""Of the windows in which plays are counted, in hours; the shortest hardly leaves the quarter."""
DAY = 96
"""Quarters of a day."""
AGAINST: tuple[tuple[int, ...], ...] = (tuple(day * DAY for day in range(1, 8)), (7 * DAY,))
"""The two comparisons: how many quarters before lie those with which one is compared."""
NOISE = 2.0**-5
"""Half of what a play weighs least in a window, since none reaches more than four half lives."""

Reals = NDArray[np.float64]
Column = tuple[Index, Longs]  # titles, rising, and how often each was played

_SPAN = 4  # half lives that a window reaches back, a day at most
_SPANS = tuple(min(int(4 * _SPAN * half_life), DAY) for half_life in HALF_LIVES_H)
_RHO = np.exp2(-0.25 / np.array(HALF_LIVES_H))
_RATES = np.stack([_RHO, _RHO**2, _RHO, _RHO], axis=1)  # (half lives, rows)
_NOTHING: Column = (np.empty(0, np.int32), np.empty(0, np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class Quarter:
    """One quarter as one comparison sees it; of what it cannot be compared to nothing counts."""

    now: Column
    usual: Reals  # (N,) plays of each title then
    told: float  # T, all plays now
    then: float  # B, all plays then
    sole: int  # the only title played then, which has no others to be compared with; −1: none

    @classmethod
    def of(cls, quarters: Mapping[int, Column], quarter: int, which: int, size: int) -> Quarter:
        """Look at a quarter in one of the comparisons."""
        usual = np.zeros(size)
        for before in AGAINST[which]:
            rows, counts = quarters.get(quarter - before, _NOTHING)
            usual[rows] += counts
        now = quarters.get(quarter, _NOTHING)
        then = float(usual.sum())
        top = int(usual.argmax()) if then else -1
        sole = top if then and usual[top] == then else -1
        return cls(now, usual, float(now[1].sum()), then, sole)

    def rows(self) -> Reals:
        """Return (4, N) what it adds to k, Σ w² c, b and μ."""
        found = np.zeros((4, len(self.usual)))
        if not self.then:
            return found
        c, b, mu = found[0], found[2], found[3]
        c[self.now[0]] = self.now[1]
        b[:] = self.usual
        if self.sole >= 0:
            c[self.sole] = b[self.sole] = 0
        then = self.then - b
        np.subtract(self.told, c, out=mu)
        mu /= then
        mu *= b
        found[1] = c
        return found

    @property
    def margins(self) -> tuple[float, float, float]:
        """T where there is something to compare it with, B and the sole title."""
        return (self.told if self.then else 0.0), self.then, float(self.sole)


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """The sums of all windows that end in a quarter, without that quarter, which still grows."""

    quarter: int
    sums: Reals  # (comparisons, half lives, 4, N) k, Σ w² c, b, μ
    margins: Reals  # (comparisons, DAY − 1, 3) T, B, sole title of each quarter, newest first

    @classmethod
    def built(cls, quarters: Mapping[int, Column], quarter: int, *, size: int) -> Windows:
        """Sum up every quarter of the windows."""
        sums = np.zeros((len(AGAINST), len(_SPANS), 4, size))
        margins = np.zeros((len(AGAINST), DAY - 1, 3))
        found = cls(quarter, sums, margins)
        for age in range(1, DAY):
            for which in range(len(AGAINST)):
                one = Quarter.of(quarters, quarter - age, which, size)
                margins[which, age - 1] = one.margins
                if one.then:
                    found._put(which, age, one.rows())
        return found

    def rolled(self, quarters: Mapping[int, Column]) -> Windows:
        """Return the windows that end a quarter later."""
        size = self.sums.shape[-1]
        sums, margins = np.empty_like(self.sums), np.empty_like(self.margins)
        margins[:, 1:] = self.margins[:, :-1]
        for which in range(len(AGAINST)):
            one = Quarter.of(quarters, self.quarter, which, size)
            margins[which, 0] = one.margins
            np.add(self.sums[which], one.rows(), out=sums[which])
            sums[which] *= _RATES[:, :, None]
            for span in set(_SPANS):
                last = Quarter.of(quarters, self.quarter - span + 1, which, size)
                rows = last.rows() if last.then else None
                for place in np.flatnonzero(np.equal(_SPANS, span)) if rows is not None else ():
                    sums[which, place] -= _RATES[place, :, None] ** span * rows
        return Windows(self.quarter + 1, sums, margins)

    def corrected(
        self, old: Mapping[int, Column], new: Mapping[int, Column], touched: Iterable[int]
    ) -> Windows:
        """Return the windows after the plays of these quarters have changed."""
        size = self.sums.shape[-1]
        changed = {
            (which, quarter + after)
            for quarter in touched
            for which, against in enumerate(AGAINST)
            for after in (0, *against)
            if 0 < self.quarter - quarter - after < DAY
        }
        if not changed:
            return self
        found = Windows(self.quarter, self.sums.copy(), self.margins.copy())
        for which, quarter in sorted(changed):
            before, now = (Quarter.of(one, quarter, which, size) for one in (old, new))
            found.margins[which, self.quarter - quarter - 1] = now.margins
            found._put(which, self.quarter - quarter, now.rows() - before.rows())
        return found

    def sized(self, size: int) -> Windows:
        """Return the windows with more titles, which nobody has played yet."""
        more = size - self.sums.shape[-1]
        if not more:
            return self
        sums = np.pad(self.sums, [(0, 0)] * 3 + [(0, more)])
        return Windows(self.quarter, sums, self.margins)

    def of(self, which: int, place: int, rows: Index) -> Reals:
        """Return one window's k, Σ w² c, b and μ of these titles: (4, titles)."""
        found: Reals = self.sums[which, place][:, rows]
        found[:, found[0] < NOISE] *= [[0], [0], [1], [1]]
        found[:, found[2] < NOISE] *= [[1], [1], [0], [0]]
        return found

    def some(self, which: int, place: int) -> bool:
        """Whether anything at all was played in the quarters that a window is compared with."""
        return bool(self.margins[which, : _SPANS[place] - 1, 1].any())

    def elsewhere(self, which: int, place: int, newest: Quarter, rows: Index, k: Reals) -> Reals:
        """Return Σ w T ÷ Σ w B of titles not played then, played k times since. (titles,)."""
        span = _SPANS[place]
        weights = _RHO[place] ** np.arange(span)
        all_of = np.vstack([newest.margins, self.margins[which, : span - 1]])
        told, then = (np.full(len(rows), weights @ all_of[:, row]) for row in (0, 1))
        for age in np.flatnonzero((all_of[:, 2] >= 0) & (all_of[:, 1] > 0)):
            mine = rows == all_of[age, 2]
            told[mine] -= weights[age] * all_of[age, 0]
            then[mine] -= weights[age] * all_of[age, 1]
        known = then > NOISE
        found: Reals = np.divide(told - k, then, out=np.zeros(len(rows)), where=known)
        return found

    def _put(self, which: int, age: int, rows: Reals) -> None:
        for place, span in enumerate(_SPANS):
            if age < span:
                self.sums[which, place] += _RATES[place, :, None] ** age * rows
