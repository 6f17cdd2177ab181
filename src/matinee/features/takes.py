"""How readily a title is taken where it is seen: quality plays ÷ visible impressions, smoothed.

Impressions n and, of the plays that came of a tile, those that ended as quality plays k (by the
reward file, as far as the ending event tells) are counted by quarter of a day, each halved every
day. Of titles whose rates are Beta(α, β), the rate of one with k of n and how it stands to all is

    rate = (k + α) ÷ (n + α + β)        ease = rate ÷ m,  m = α ÷ (α + β) = Σ k ÷ Σ n

so that of a title that hardly anybody saw nothing is said: 1. α and β are those that explain how
far the titles' rates p = k ÷ n lie apart (Kleinman, JASA 1973, moments with the weights n): with
T titles shown, N = Σ n and S = Σ n (p − m)²,

    1 ÷ (α + β + 1) = (S ÷ m (1 − m) − (T − 1)) ÷ (N − Σ n² ÷ N − (T − 1))

Where that is not above 0, they lie no further apart than by chance, and every ease is 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from matinee.features.rewards import QualityPlay
from matinee.types import DAY_MS, KINDS, Flags, Floats, Index, Longs, Moment, Signals

__all__ = [
    "ENDING",
    "FADES",
    "PIECE_MS",
    "SHOWING",
    "TOLD_OF_ENDS",
    "TakeRates",
    "Takes",
    "shown_in",
]

SHOWING: tuple[str, ...] = ("impression", "billboard_impression")
"""The kinds of events that show a title."""
ENDING: tuple[str, ...] = ("play_end", "stop")
"""The kinds of events that end a play, and say how long it was."""
TOLD_OF_ENDS: tuple[str, ...] = (
    *("offsets", "kinds", "titles", "at"),
    *("episodes", "durations", "watched", "tiles"),
)
"""The columns that are read of these; the others may be blank."""
PIECE_MS = DAY_MS // 4
FADES = 0.5**0.25
"""What is left of a count a piece later, so that a day halves it."""

_KEPT = 16  # pieces; of what is older less than a sixteenth would be left
_ROUNDING = 1e-9
_LOOSEST = 0.5  # 1 ÷ (α + β + 1) at most: the prior is never worth less than one showing

Reals = NDArray[np.float64]


def _marks(kinds: tuple[str, ...]) -> Flags:
    return np.array([kind in kinds for kind in KINDS], np.bool_)


_SHOWS, _ENDS = _marks(SHOWING), _marks(ENDING)


@dataclass(frozen=True, slots=True, eq=False)
class TakeRates:
    """What there is to say of all titles at a moment; later, less and less."""

    shown: Floats  # (N,) decayed impressions
    taken: Floats  # (N,) decayed quality plays that came of them, no more than shown
    alpha: float  # 0: there is nothing to tell titles apart by
    beta: float

    @classmethod
    def of(cls, shown: Reals, taken: Reals) -> TakeRates:
        """Fit the prior to (N,) counts."""
        taken = np.minimum(taken, shown)
        alpha, beta = _prior(shown, taken)
        return cls(shown.astype(np.float32), taken.astype(np.float32), alpha, beta)

    def sized(self, titles: int) -> TakeRates:
        """Return the same for more titles, which nobody has seen yet."""
        more = titles - len(self.shown)
        return replace(
            self, shown=np.pad(self.shown, (0, more)), taken=np.pad(self.taken, (0, more))
        )

    def ease(self, left: float = 1.0) -> Floats:
        """Return (N,) how many times as readily as usual each title is taken, above 0.

        `left` is the part of the counts that still counts.
        """
        if not self.alpha:
            return np.ones(len(self.shown), np.float32)
        prior = self.alpha + self.beta
        rate = (left * self.taken + self.alpha) / (left * self.shown + prior)
        ease: Floats = (rate * (prior / self.alpha)).astype(np.float32)
        return ease


@dataclass(frozen=True, slots=True, eq=False)
class Takes:
    """Integer counts by title and quarter of a day; chunks and their order do not matter."""

    titles: int  # N
    pieces: Mapping[int, Longs] = field(default_factory=lambda: MappingProxyType({}))
    """By quarter of a day since the epoch: (2, ≤ N) shown and taken; only the newest are kept."""
    newest: int = 0
    _eases: dict[int, Floats] = field(default_factory=dict, init=False)
    """By quarter of a day: what `ease` answered, since it only depends on that."""

    def shows(self, titles: Mapping[int, Index], *, size: int) -> Takes:
        """Return the counts after impressions, as `shown_in` has them, for `size` titles."""
        return self._with(0, titles, size)

    def ends(self, signals: Signals, *, size: int, quality: QualityPlay) -> Takes:
        """Return the counts after what ended plays; the columns `TOLD_OF_ENDS` are read."""
        return self._with(1, _by_piece(signals, _taken(signals, quality)), size)

    def _with(self, row: int, titles: Mapping[int, Index], size: int) -> Takes:
        if not titles and size == self.titles:
            return self
        newest = max(self.newest, *titles, 0)
        pieces = {one: table for one, table in self.pieces.items() if one > newest - _KEPT}
        for one, some in titles.items():
            if one > newest - _KEPT:
                table = np.zeros((2, size), np.int64)
                known = some[(some >= 0) & (some < size)]
                table[row] = np.bincount(known, minlength=size)
                held = pieces.get(one, table[:, :0])
                table[:, : held.shape[1]] += held
                pieces[one] = table
        return Takes(size, MappingProxyType(pieces), newest)

    def rates(self, at: Moment) -> TakeRates:
        """Return what the counts up to a moment say."""
        now, sums = at // PIECE_MS, np.zeros((2, self.titles))
        for piece, table in sorted(self.pieces.items()):
            if piece <= now:
                sums[:, : table.shape[1]] += FADES ** (now - piece) * table
        return TakeRates.of(sums[0], sums[1])

    def ease(self, at: Moment) -> Floats:
        """Return (N,) how many times as readily as usual each title is taken; 1: as usual."""
        piece = at // PIECE_MS
        held = self._eases.get(piece)
        if held is None:
            held = self.rates(at).ease()
            held.flags.writeable = False
            self._eases[piece] = held
        return held

    def sized(self, titles: int) -> Takes:
        """Return the same counts for more titles, which nobody has seen yet."""
        return self if titles <= self.titles else replace(self, titles=titles)


def shown_in(signals: Signals) -> dict[int, Index]:
    """Return the title rows of impressions by quarter of a day, of those that `Takes` keeps."""
    return _by_piece(signals, _SHOWS[signals.kinds])


def _by_piece(signals: Signals, which: Flags) -> dict[int, Index]:
    """Return the title rows of some events by quarter of a day.

    Of years of them all but the last days would be counted only to be dropped.
    """
    when = signals.at // PIECE_MS
    which = which & (when > when.max(initial=0, where=which) - _KEPT)
    when, titles = when[which], signals.titles[which]
    return {one: titles[when == one] for one in np.unique(when).tolist()}


def _taken(ended: Signals, quality: QualityPlay) -> Flags:
    """Return which events ended a quality play of a tile; one that says no length ended none."""
    least = np.where(ended.episodes >= 0, quality.episode_s, quality.film_s)
    enough = ended.watched >= np.fmin(least, quality.share * ended.durations)
    found: Flags = enough & (ended.tiles != 0) & _ENDS[ended.kinds]
    return found


def _prior(shown: Reals, taken: Reals) -> tuple[float, float]:
    """Return α and β by moments; (0, 0) where titles lie no further apart than by chance."""
    n, k = shown[shown > 0], taken[shown > 0]
    total = n.sum()
    mean = k.sum() / total if total else 0.0
    free = len(n) - 1
    room = total - (n @ n) / total - free if total else 0.0
    if not 0 < mean < 1 or room <= _ROUNDING * total:
        return 0.0, 0.0
    spread = (n @ (k / n - mean) ** 2) / (mean * (1 - mean))
    loose = min((spread - free) / room, _LOOSEST)
    if loose <= 0:
        return 0.0, 0.0
    prior = 1 / loose - 1
    return float(mean * prior), float((1 - mean) * prior)
