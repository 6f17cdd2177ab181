"""BPR: factors that put what a profile likes before what it did not meet.

Rendle, Freudenthaler, Gantner and Schmidt-Thieme, BPR: Bayesian personalized ranking from implicit
feedback, UAI 2009. Its criterion over triples of a profile, a like i and a title n not liked,

    max Σ ln σ(s_u(i) − s_u(n)) − λ (‖P‖² + ‖Q‖² + ‖b‖²)

is fitted here with a profile that is the sum of its other likes (FISM: Kabbur, Ning and Karypis,
KDD 2013), so that a viewer needs no row and each like has its part in every score:

    s_u(i) = b_i + q_i · (Σ_j x_uj)^−ρ Σ_j x_uj p_j        over the likes j ≠ i of u

by mini-batches of profiles and Adam (Kingma and Ba, 2015).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matinee.data import Catalogue, Dataset
from matinee.models.interactions import Strength
from matinee.models.kernels import Kernel, compiled
from matinee.models.scope import Scope, learnt
from matinee.parts import part
from matinee.types import Floats, Index, Longs, Matrix, Request, Scores

__all__ = ["BPR", "Factors", "FittedBPR"]

_PAIRS = 8192  # pairs of a like and another title in a batch, about
_START = 0.1  # spread of the first factors, ÷ √f
_KEEP = (0.9, 0.999)  # how much of the old moments Adam keeps
_GUARD = 1e-8  # what guards its division

Square = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """What is fitted for M titles."""

    p: Square  # (M, f) as a part of a history
    q: Square  # (M, f) as what is proposed
    b: Floats  # (M,)

    def scores(self, x: Matrix, damping: float) -> Scores:
        """Return s for (P, M) strengths: (P, M)."""
        sizes = np.asarray(x.sum(axis=1), np.float32).ravel()
        profile = (x @ self.p) * _damped(sizes, damping)[:, None]
        scores: Scores = profile @ self.q.T + self.b
        return scores

    def slopes(self, x: Matrix, others: Index, damping: float, kernel: Kernel) -> Factors:
        """Return how the mean of ln σ grows with each number.

        `x` (B, M) are the likes of a batch, E in all, and `others` (E,) the title that each of
        them is put before.
        """
        if compiled(kernel):
            from matinee.models.kernels.bpr import slopes

            return Factors(*slopes(x, others, self.p, self.q, self.b, damping=damping))
        owner = np.repeat(np.arange(x.shape[0]), np.diff(x.indptr))
        liked, own = x.indices, x.data
        rest = np.asarray(x.sum(axis=1), np.float32).ravel()[owner] - own
        size = _damped(np.where(np.diff(x.indptr)[owner] > 1, rest, 0), damping)[:, None]
        profile = size * ((x @ self.p)[owner] - own[:, None] * self.p[liked])  # (E, f)
        apart = self.q[liked] - self.q[others]
        margin = self.b[liked] - self.b[others] + (profile * apart).sum(axis=1)
        g = (1 / (1 + np.exp(np.minimum(margin, 80)))).astype(np.float32) / len(liked)
        back = g[:, None] * size * apart  # (E, f) by the sum of the other likes
        pairs = np.arange(len(liked))
        by_profile = _placed(owner, pairs, x.shape[0]) @ back
        both = _placed(liked, pairs, x.shape[1], g) - _placed(others, pairs, x.shape[1], g)
        return Factors(
            x.T @ by_profile - _placed(liked, pairs, x.shape[1], own) @ back,
            both @ profile,
            np.asarray(both.sum(axis=1), np.float32).ravel(),
        )


def _damped(sizes: Floats, damping: float) -> Floats:
    """Return sizes^−ρ, 0 for a profile of nothing."""
    return np.where(sizes > 0, np.maximum(sizes, 1e-6) ** np.float32(-damping), np.float32(0))


def _placed(rows: Index | Longs, columns: Longs, size: int, data: Floats | None = None) -> Matrix:
    """Return a (size, columns) matrix that adds columns up by row, each times its number."""
    numbers = np.ones(len(rows), np.float32) if data is None else data
    return sparse.csr_array((numbers, (rows, columns)), shape=(size, len(columns)))


@dataclass(frozen=True, slots=True, eq=False)
class FittedBPR:
    """Factors of the titles that somebody liked; all others score −inf."""

    scope: Scope
    factors: Factors
    damping: float
    strength: Strength

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Add up the histories' factors and multiply. (P, N); the biases without likes."""
        x = self.scope.folded(requests, self.strength)
        return self.scope.spread(self.factors.scores(x, self.damping))

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return x_j (Σ x)^−ρ q_i·p_j of each like: they add up to the score less the bias.

        A deleted like also changes Σ x, so the score does not fall by just its cause.
        """

        def explain(liked: Index, x: Floats, asked: Index) -> Scores:
            size = _damped(x.sum(keepdims=True), self.damping)
            added: Scores = (self.factors.q[asked] @ self.factors.p[liked].T) * (x * size)
            return added

        return self.scope.causes(request, titles, self.strength, explain)

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Let newer titles score −inf; raises ValueError if the catalogue is older."""
        return replace(self, scope=self.scope.grown(catalogue))


@part("source", "bpr")
@dataclass(frozen=True)
class BPR:
    """Factors fitted by rank: what is liked before what is not, with a part for every like."""

    factors: int = 64
    """f, numbers a title, twice: as a like and as a proposal."""
    epochs: int = 80
    """How often every like is learnt from, each time against another title."""
    rate: float = 0.01
    """The step of Adam."""
    l2: float = 1e-5
    """λ, the pull towards 0."""
    damping: float = 0.5
    """ρ, how much a long history is divided out: 0 is a sum, 1 a mean."""
    power: float = 0.5
    """Strength of a like = (reward ÷ full)^power; 0 counts all likes the same."""
    full: float = 1.5
    """Reward from which a like counts in full: that of watching most of it and a thumb up."""
    kernel: Kernel = "auto"
    """By what it is fitted: `numba`, `numpy`, or `auto`, numba where it is installed."""

    def __post_init__(self) -> None:
        """Raise ValueError where a setting is out of its range."""
        Strength(self.power, self.full)
        if self.factors < 1 or self.epochs < 1:
            msg = f"factors is {self.factors} and epochs {self.epochs}; both are at least 1"
            raise ValueError(msg)
        if not (self.rate > 0 and self.l2 >= 0 and 0 <= self.damping <= 1):
            msg = (
                f"rate {self.rate} must be above 0, l2 {self.l2} not negative, "
                f"damping {self.damping} from 0 to 1"
            )
            raise ValueError(msg)

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedBPR:
        """Climb from small random factors; draws the order and the titles put behind."""
        strength = Strength(self.power, self.full)
        x, scope = learnt(data, strength)
        shape = (len(scope), self.factors)
        start = np.float32(_START / np.sqrt(self.factors))
        p, q = (start * rng.standard_normal(shape, np.float32) for _ in range(2))
        factors = Factors(p, q, np.zeros(len(scope), np.float32))
        climb = _Adam(factors, self.rate, self.kernel)
        for _ in range(self.epochs if x.shape[0] else 0):
            for rows in _batches(x, rng):
                some = x[rows]
                slopes = factors.slopes(some, _others(some, rng), self.damping, self.kernel)
                climb.step(slopes, 2 * self.l2)
        return FittedBPR(scope, factors, self.damping, strength)


def _batches(x: Matrix, rng: np.random.Generator) -> list[Longs]:
    """Return all profiles in a drawn order, cut where enough likes have come together."""
    order = rng.permutation(x.shape[0])
    likes = np.cumsum(np.diff(x.indptr)[order])
    cuts = np.flatnonzero(np.diff(likes // _PAIRS)) + 1
    return [np.sort(rows) for rows in np.split(order, cuts)]


def _others(x: Matrix, rng: np.random.Generator) -> Index:
    """Draw a title for each like, evenly; again, once, where the profile likes it too."""
    titles = x.shape[1]
    owner = np.repeat(np.arange(x.shape[0]), np.diff(x.indptr))
    cells = owner * titles + x.indices  # rising
    drawn = rng.integers(titles, size=len(owner))
    drawn_cells = owner * titles + drawn
    places = np.minimum(np.searchsorted(cells, drawn_cells), len(cells) - 1)
    again = cells[places] == drawn_cells
    drawn[again] = rng.integers(titles, size=np.count_nonzero(again))
    return drawn.astype(np.int32)


class _Adam:
    """The moments of a climb that changes its factors in place."""

    def __init__(self, factors: Factors, rate: float, kernel: Kernel) -> None:
        self._arrays = [getattr(factors, field.name) for field in fields(factors)]
        self._means = [np.zeros_like(one) for one in self._arrays]
        self._squares = [np.zeros_like(one) for one in self._arrays]
        self._rate, self._steps = rate, 0
        self._compiled = compiled(kernel)

    def step(self, slopes: Factors, pull: float) -> None:
        """Climb along the slopes, pulled towards 0."""
        self._steps += 1
        keep, keep_squares = _KEEP
        rate = self._rate * np.sqrt(1 - keep_squares**self._steps) / (1 - keep**self._steps)
        names = [field.name for field in fields(slopes)]
        for name, *moved in zip(names, self._arrays, self._means, self._squares, strict=True):
            self._climb(getattr(slopes, name), *moved, rate=float(rate), pull=pull)

    def _climb(
        self,
        slope: Floats,
        array: Floats,
        mean: Floats,
        square: Floats,
        *,
        rate: float,
        pull: float,
    ) -> None:
        if self._compiled:
            from matinee.models.kernels.bpr import climbed

            climbed(array, slope, mean, square, rate=rate, pull=pull, keep=_KEEP, guard=_GUARD)
            return
        slope = slope - np.float32(pull) * array
        mean += np.float32(1 - _KEEP[0]) * (slope - mean)
        square += np.float32(1 - _KEEP[1]) * (slope**2 - square)
        array += np.float32(rate) * (mean / (np.sqrt(square) + _GUARD))
