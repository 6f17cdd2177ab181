"""Content: titles are like each other by what they are made of, so that new ones can be proposed.

Rocchio, Relevance feedback in information retrieval, 1971, in the form of Pazzani and Billsus,
Content-based recommendation systems, 2007, a family of facets at a time (genres, people, words …).
φ_k(i) are title i's facets of family k, weighed by ln(N ÷ n_f) (Salton and Buckley, 1988) and
scaled to length 1; a like or dislike of age a behind the newest counts x · 2^(−a ÷ half life):

    t⁺_k = Σ over likes x_j φ_k(j)     t⁻_k = Σ over dislikes x_j φ_k(j)     c(t) = t ÷ (‖t‖ + s)
    score_u(i) = Σ_k (λ⁺_k c(t⁺_k) − λ⁻_k c(t⁻_k)) · φ_k(i)

so that a family of which little is known of the viewer counts for little. λ ≥ 0 are fitted: a
logistic regression of profiles' newest likes against titles drawn at random, pulled towards
λ⁺ = 1 and λ⁻ = ½.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from matinee.data import Catalogue, Dataset
from matinee.models.interactions import Strength, check_grown
from matinee.models.lexicon import FAMILIES, Lexicon, Square
from matinee.models.meaning import Meaning
from matinee.parts import part
from matinee.types import DAY_MS, Floats, History, Index, Matrix, Request, Scores, Title

__all__ = ["Content", "FittedContent", "Pairs", "Taste"]

_LEARNT_ON = 2_000  # profiles on which λ is fitted
_HELD = 0.2  # newest share of a profile's likes that λ is fitted to foretell
_MOST_HELD = 20
_PRIOR = np.repeat([1.0, 0.5], len(FAMILIES))
_PULL = 1.0
_TASTES = 64  # that are laid out in full at a time


@dataclass(frozen=True, slots=True, eq=False)
class Taste:
    """How a history becomes what it likes and what it dislikes."""

    strength: Strength
    half_life_days: float
    shrinkage: float

    def folded(self, histories: Sequence[History], *, titles: int) -> tuple[Matrix, Matrix]:
        """Return likes and dislikes by what they count: (P, titles) CSR each."""
        counted = [self.weights(history, titles=titles) for history in histories]
        rows = [history.titles for history in histories]
        likes, dislikes = (
            _stacked(rows, [np.maximum(sign * x, 0) for x in counted], titles) for sign in (1, -1)
        )
        return likes, dislikes

    def weights(self, history: History, *, titles: int) -> Floats:
        """Return what each entry counts: above 0 a like, below a dislike. (H,)."""
        said = (history.weights != 0) & (history.titles < titles)
        behind = history.at.max(where=said, initial=np.iinfo(np.int64).min) - history.at
        decay = np.exp2(-np.where(said, behind, 0) / (self.half_life_days * DAY_MS))
        strength = np.sign(history.weights) * self.strength(np.abs(history.weights))
        weights: Floats = np.where(said, strength * decay, 0).astype(np.float32)
        return weights

    def damped(self, lengths: Square) -> Square:
        """Return 1 ÷ (length + shrinkage), of the same shape."""
        factors: Square = (1 / (lengths + self.shrinkage)).astype(np.float32)
        return factors


@dataclass(frozen=True, slots=True, eq=False)
class FittedContent:
    """Titles as facets, and what each family counts; titles without any facet score −inf."""

    lexicon: Lexicon
    titles: Matrix  # (N, F) CSR
    liking: Floats  # (K,) λ⁺
    disliking: Floats  # (K,) λ⁻
    taste: Taste
    by_facet: Matrix = field(init=False)  # (F, N) CSR
    described: NDArray[np.bool_] = field(init=False)  # (N,)

    def __post_init__(self) -> None:
        """Turn the matrix once, for scoring."""
        object.__setattr__(self, "by_facet", self.titles.T.tocsr())
        object.__setattr__(self, "described", np.diff(self.titles.indptr) > 0)

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Return the weighted cosines. (P, N); 0 for those who said nothing."""
        taste = self._tastes([request.history for request in requests])
        found = (taste @ self.by_facet).toarray()
        return np.where(self.described, found, np.float32(-np.inf))

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return what each entry adds: above 0 for likes, below for dislikes. (titles, H).

        They add up to the score, but a profile's length hangs on all its entries together.
        """
        history = request.history
        out = np.zeros((len(titles), len(history)), np.float32)
        weights = self.taste.weights(history, titles=len(self.described))
        said = np.flatnonzero(weights)
        if not len(said):
            return out
        liking, disliking = (factors[0] for factors in self._factors([history])[1])
        signs = np.where(weights[said, None] > 0, liking, disliking)  # (said, K)
        entries = self.lexicon.scaled(
            self.titles[history.titles[said]], signs * np.abs(weights[said, None])
        )
        out[:, said] = (self.titles[titles] @ entries.T).toarray()
        return out

    def facet_causes(self, request: Request, titles: Index) -> Matrix:
        """Return what each facet adds to each title: (titles, F) CSR, facets of `lexicon`.

        Its rows add up to the scores, so the largest is the truest thing to say of a title;
        those of the family `text` have no name that a viewer would understand.
        """
        taste = self._tastes([request.history]).toarray()
        return sparse.csr_array(self.titles[titles].multiply(taste))

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Read the facets of newer titles, as far as they were known when it was fitted.

        Raises:
            ValueError: the catalogue is older.
        """
        old = self.titles.shape[0]
        check_grown(catalogue, titles=old)
        new = self.lexicon.laid(catalogue.titles[old:])
        return replace(self, titles=sparse.vstack([self.titles, new], format="csr"))

    def _tastes(self, histories: Sequence[History]) -> Matrix:
        """Return Σ_k λ⁺_k c(t⁺_k) − λ⁻_k c(t⁻_k) of each history: (P, F)."""
        sides, factors = self._factors(histories)
        liked, disliked = map(self.lexicon.scaled, sides, factors)
        return sparse.csr_array(liked + disliked)

    def _factors(
        self, histories: Sequence[History]
    ) -> tuple[tuple[Matrix, Matrix], tuple[Square, Square]]:
        """Return t⁺ and t⁻, (P, F) each, and what their families are multiplied with, (P, K)."""
        folded = self.taste.folded(histories, titles=len(self.described))
        liked, disliked = (sparse.csr_array(x @ self.titles) for x in folded)
        up, down = (self.taste.damped(self.lexicon.lengths(t)) for t in (liked, disliked))
        return (liked, disliked), (up * self.liking, -down * self.disliking)


@part("source", "content")
@dataclass(frozen=True)
class Content:
    """Likeness of what titles are made of to what was liked; titles nobody met yet are its job."""

    half_life_days: float = 365.0
    """Age behind a profile's newest act at which an act counts half, in days."""
    shrinkage: float = 1.0
    """How many likes of one kind it takes until a family of facets counts half."""
    power: float = 0.5
    """Strength of a like or dislike = (reward ÷ full)^power; 0 counts all the same."""
    full: float = 1.5
    """Reward, in either direction, that counts in full."""
    text: Literal["none", "words", "use"] = "words"
    """What tells the meaning of a synopsis beside its words: nothing, latent semantic analysis
    of the words, or the sentence encoder of the extra `[text]`."""
    text_dims: int = 64
    """How many numbers a meaning has."""
    vectors: str = ""
    """A folder that keeps the encoder's vectors from one training to the next; empty: none."""

    def __post_init__(self) -> None:
        """Raise ValueError where a setting is out of its range."""
        Strength(self.power, self.full)
        if not (self.half_life_days > 0 and self.shrinkage > 0):
            msg = (
                f"half_life_days is {self.half_life_days} and shrinkage {self.shrinkage}; "
                "both must be above 0"
            )
            raise ValueError(msg)
        if self.text_dims < 1:
            msg = f'text_dims is {self.text_dims}; it must be at least 1 (text = "none" has none)'
            raise ValueError(msg)

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedContent:
        """Read the catalogue, and fit how much each family of facets counts.

        Raises:
            LookupError: the encoder is not installed.
        """
        lexicon, laid = self._read(data.catalogue.titles, rng)
        taste = Taste(Strength(self.power, self.full), self.half_life_days, self.shrinkage)
        pairs = _foretold(data, rng)
        weights = _fitted(_features(lexicon, laid, taste, pairs), pairs.liked)
        liking, disliking = np.split(weights.astype(np.float32), 2)
        return FittedContent(lexicon, laid, liking, disliking, taste)

    def _read(self, titles: Sequence[Title], rng: np.random.Generator) -> tuple[Lexicon, Matrix]:
        lexicon = Lexicon.of(titles)
        plain = lexicon.laid(titles)
        if self.text == "none":
            return lexicon, plain
        folder = Path(self.vectors) if self.vectors else None
        if self.text == "words":
            meaning = Meaning.of_words(lexicon.words(plain), dims=self.text_dims, rng=rng)
        else:
            meaning = Meaning.of_texts(titles, name=self.text, dims=self.text_dims, folder=folder)
        lexicon = lexicon.with_meaning(meaning)
        return lexicon, lexicon.laid(titles, folder=folder)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Older histories, and titles that came next or did not."""

    histories: list[History]
    owners: Index  # (E,) place in `histories`
    titles: Index  # (E,)
    liked: NDArray[np.bool_]  # (E,)


def _foretold(data: Dataset, rng: np.random.Generator) -> Pairs:
    """Hold out the newest likes of some profiles, and draw as many titles beside them."""
    count = len(data.histories)
    some = np.sort(rng.choice(count, min(count, _LEARNT_ON), replace=False))
    histories: list[History] = []
    owners, titles, liked = [], [], []
    for history in (data.histories[row] for row in some):
        likes = np.flatnonzero(history.weights > 0)
        held = likes[len(likes) - min(int(len(likes) * _HELD), _MOST_HELD) :]
        if not len(held):
            continue
        wanted = history.titles[held]
        beside = rng.integers(len(data.catalogue), size=len(held))
        beside = beside[~np.isin(beside, history.titles)]
        both = np.concatenate([wanted, beside]).astype(np.int32)
        owners.append(np.full(len(both), len(histories), np.int32))
        titles.append(both)
        liked.append(np.arange(len(both)) < len(held))
        histories.append(history.take(np.arange(held[0])))
    empty = [np.empty(0, np.int32)]
    return Pairs(
        histories,
        np.concatenate(owners or empty),
        np.concatenate(titles or empty),
        np.concatenate([np.empty(0, np.bool_), *liked]),
    )


def _features(lexicon: Lexicon, laid: Matrix, taste: Taste, pairs: Pairs) -> Square:
    """Return c(t⁺_k) · φ_k and −c(t⁻_k) · φ_k of each pair: (E, 2 K)."""
    found = []
    for sign, x in zip((1, -1), taste.folded(pairs.histories, titles=laid.shape[0]), strict=True):
        t = sparse.csr_array(x @ laid)
        t = lexicon.scaled(t, sign * taste.damped(lexicon.lengths(t)))
        cells = sparse.csr_array(laid[pairs.titles])  # (E, F)
        found.append(lexicon.sums(cells, cells.data * _met(t, pairs.owners, cells)))
    return np.concatenate(found, axis=1)


def _met(t: Matrix, owners: Index, cells: Matrix) -> Floats:
    """Return, for every cell of (E, F), t's number of that facet and the line's owner, rising.

    A taste holds thousands of facets and a title tens: to lay out a taste for each of its pairs
    would cost a hundred times more.
    """
    found = np.empty(len(cells.data), np.float32)
    for start in range(0, t.shape[0], _TASTES):
        lines = np.searchsorted(owners, (start, start + _TASTES))
        low, high = cells.indptr[lines].tolist()
        owner = np.repeat(owners[slice(*lines)] - start, np.diff(cells.indptr)[slice(*lines)])
        found[low:high] = t[start : start + _TASTES].toarray()[owner, cells.indices[low:high]]
    return found


def _fitted(features: Square, liked: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the λ ≥ 0 of the pulled logistic regression with an intercept: (2 K,)."""
    signs = np.where(liked, 1.0, -1.0)
    x = np.concatenate([features, np.ones((len(features), 1))], axis=1)

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = signs * (x @ w)
        away = np.append(w[:-1] - _PRIOR, 0)
        slope = -signs / (1 + np.exp(np.minimum(margin, 500)))
        value = np.logaddexp(0, -margin).sum() + _PULL / 2 * (away @ away)
        return float(value), x.T @ slope + _PULL * away

    bounds = [(0, None)] * len(_PRIOR) + [(None, None)]
    start = np.append(_PRIOR, 0.0)
    found: NDArray[np.float64] = optimize.minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds
    ).x
    return found[:-1]


def _stacked(rows: Iterable[Index], weights: Iterable[Floats], titles: int) -> Matrix:
    """Return lines of weights above 0 as (lines, titles) CSR."""
    kept = [(row[w > 0], w[w > 0]) for row, w in zip(rows, weights, strict=True)]
    indptr = np.cumsum([0, *(len(row) for row, _ in kept)], dtype=np.int32)
    columns = np.concatenate([np.empty(0, np.int32), *(row for row, _ in kept)])
    data = np.concatenate([np.empty(0, np.float32), *(w for _, w in kept)])
    matrix = sparse.csr_array((data, columns, indptr), shape=(len(kept), titles))
    matrix.sort_indices()
    return matrix
