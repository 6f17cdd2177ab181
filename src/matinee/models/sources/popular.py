"""What many liked lately, most of all where, on what and when the viewer asks.

With w = 2^(−age ÷ half life), c_i = Σ w counts the likes up to now of a title i. In a context v (a
country, a kind of device, a part of the day, a part of the week) it has k_iv = r_i Σ w over its
likes there, r_i = Σ w ÷ Σ w² over all its likes: as many plain likes as the weighted ones tell. n_i
is Σ_v k_iv, and v has the share q_v = Σ_i k_iv ÷ Σ_i n_i. That i is liked more, or less, in v than
all titles are is its lift, smoothed as the posterior mean of a Dirichlet of mean q and strength s:

    lift_iv = ((k_iv + s q_v) ÷ (n_i + s)) ÷ q_v
    score(i) = ln(1 + c_i Π_v lift_iv)        over the contexts v that the request has

The contexts count as independent given the title (naive Bayes), and the logarithm puts the score
on the scale on which the other sources speak. How different titles are says s: the χ² of the table
of titles by contexts has the mean (V − 1) Σ_i (n_i + s) ÷ (1 + s) if each title's likes are drawn
so (Dirichlet-multinomial; moments after Brier, Biometrika 1980), and s is where it has the χ² that
was found. Where that is no larger than chance, there are no lifts. Titles that nobody liked score
−0.1: last, and finite.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from matinee.data import Catalogue, Dataset
from matinee.features.contexts import coded, context, contexts
from matinee.models.interactions import check_grown
from matinee.parts import part
from matinee.types import DAY_MS, Floats, Index, Request, Scores

__all__ = ["FittedPopular", "Lifts", "Popular"]

_UNCOUNTED = np.float32(-0.1)
_AT_ONCE = 1 << 22  # entries that are looked at together
_HELD_BYTES = 1 << 24  # of the scores by context that a fitted model keeps
_ROUNDING = 1e-9  # of titles of one like each the χ² is just that of chance
_LEAST = 1.0  # likes: no strength is less, so that one like alone never decides

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Lifts:
    """How many times more titles are liked in each of V contexts of one kind than in all."""

    names: tuple[str, ...]  # (V,)
    times: Floats  # (V, N) above 0


@dataclass(frozen=True, slots=True, eq=False)
class FittedPopular:
    """A score for each title, the same for all requests of one context; always finite."""

    titles: Scores  # (N,) where nothing is known of the context
    lifts: Mapping[str, Lifts] = field(default_factory=lambda: MappingProxyType({}))
    """By kind of context, those of which anything is known."""
    _held: dict[tuple[tuple[str, int], ...], Scores] = field(default_factory=dict, init=False)
    """By context, what was asked before: there are few, and they come again and again."""

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Return N scores for each of P requests."""
        out = np.empty((len(requests), len(self.titles)), np.float32)
        for row, request in enumerate(requests):
            places = self._places(request)
            found = self._held.get(places)
            if found is None:
                found = self._within(places)
                if len(self._held) * found.nbytes >= _HELD_BYTES:
                    self._held.clear()
                self._held[places] = found
            out[row] = found
        return out

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return zeros: nothing in a history makes a title popular. (titles, H)."""
        return np.zeros((len(titles), len(request.history)), np.float32)

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Put newer titles last; raises ValueError if the catalogue is older."""
        new = check_grown(catalogue, titles=len(self.titles)) - len(self.titles)
        lifts = {
            kind: replace(one, times=np.pad(one.times, [(0, 0), (0, new)], constant_values=1))
            for kind, one in self.lifts.items()
        }
        titles = np.append(self.titles, np.full(new, _UNCOUNTED))
        return replace(self, titles=titles, lifts=MappingProxyType(lifts))

    def _places(self, request: Request) -> tuple[tuple[str, int], ...]:
        """Return which contexts a request is in: kind and place among its names."""
        if not self.lifts:
            return ()
        said = context(request)
        return tuple(
            (kind, one.names.index(said[kind]))
            for kind, one in self.lifts.items()
            if said.get(kind) in one.names
        )

    def _within(self, places: tuple[tuple[str, int], ...]) -> Scores:
        if not places:
            return self.titles
        times = np.ones(len(self.titles), np.float32)
        for kind, place in places:
            times *= self.lifts[kind].times[place]
        counts = np.expm1(np.maximum(self.titles, 0))
        return np.where(self.titles < 0, self.titles, np.log1p(counts * times))


@part("source", "popular")
@dataclass(frozen=True)
class Popular:
    """Decayed popularity, by country, device and time of day where they are known."""

    half_life_days: float = field(default=365.0, metadata={"search": ("log", 7.0, 36_500.0)})
    """Age at which a like counts half, in days."""
    smoothing: float = field(default=1.0, metadata={"search": ("log", 0.1, 1000.0)})
    """How many times as strongly lifts of contexts are drawn to 1 as the likes themselves say."""

    def __post_init__(self) -> None:
        """Raise ValueError unless half life and smoothing are above 0."""
        for name in ("half_life_days", "smoothing"):
            value = getattr(self, name)
            if not value > 0:
                msg = f"{name} is {value}; it must be above 0"
                raise ValueError(msg)

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedPopular:  # noqa: ARG002
        """Count likes as of the data's moment; nothing is drawn."""
        entries, titles = data.histories.entries, len(data.catalogue)
        names = contexts(data)
        tables = {kind: np.zeros((len(some) + 1) * titles) for kind, some in names.items()}
        counts, squares, counted = np.zeros(titles), np.zeros(titles), np.zeros(titles, np.bool_)
        for start in range(0, len(entries), _AT_ONCE):
            rows = slice(start, min(start + _AT_ONCE, len(entries)))
            liked, places = entries.weights[rows] > 0, entries.titles[rows]
            ages = np.maximum(data.at - entries.at[rows], 0) / (self.half_life_days * DAY_MS)
            worth = np.where(liked, np.exp2(-ages), 0)
            counted[places[liked]] = True
            counts += np.bincount(places, worth, minlength=titles)
            squares += np.bincount(places, worth * worth, minlength=titles) if names else 0
            for kind, codes in coded(data, rows, names).items():
                cells = (codes + np.int64(1)) * titles + places  # the first row: not known
                tables[kind] += np.bincount(cells, worth, minlength=len(tables[kind]))
        scores = np.where(counted, np.log1p(counts), _UNCOUNTED).astype(np.float32)
        plain = np.divide(counts, squares, out=np.zeros(titles), where=squares > 0)
        found = {
            kind: self._lift(some, tables[kind].reshape(-1, titles)[1:] * plain)
            for kind, some in names.items()
        }
        lifts = {kind: one for kind, one in found.items() if one is not None}
        return FittedPopular(scores, MappingProxyType(lifts))

    def _lift(self, names: tuple[str, ...], table: Reals) -> Lifts | None:
        """Return the lifts of one kind of context, of (V, N) counts; None: they tell nothing."""
        met = np.flatnonzero(table.sum(axis=1) > 0)
        table = table[met]
        strength = self.smoothing * _strength(table)
        if not np.isfinite(strength):
            return None
        q = (table.sum(axis=1) / table.sum())[:, None]
        times = (table / q + strength) / (table.sum(axis=0) + strength)
        return Lifts(tuple(names[one] for one in met.tolist()), times.astype(np.float32))


def _strength(table: Reals) -> float:
    """Return the strength s that the (V, N) counts of titles by contexts say; inf: all alike."""
    n = table.sum(axis=0)
    table, n = table[:, n > 0], n[n > 0]
    free, titles = len(table) - 1, len(n)
    if free < 1 or titles < 2:
        return np.inf
    expected = (table.sum(axis=1) / n.sum())[:, None] * n
    spread = float(((table - expected) ** 2 / expected).sum()) / free
    if spread <= titles * (1 + _ROUNDING):
        return np.inf
    return max((float(n.sum()) - spread) / (spread - titles), _LEAST)
