"""Slow, obvious twins of what evaluation computes; they share no code with it."""

# ruff: noqa: NPY002  (the twin of `strong` makes the very calls that were published)

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np

Genres = Mapping[int, frozenset[str]]  # of each title


def novelty(shown: Sequence[int], likes: Mapping[int, int], profiles: int, k: int) -> float:
    bits = [-math.log2((likes.get(t, 0) + 1) / (profiles + 1)) for t in list(shown)[:k]]
    return sum(bits) / len(bits) if bits else math.nan


def serendipity(
    shown: Sequence[int], wanted: frozenset[int], popular: Sequence[int], k: int
) -> float:
    """`popular`: all titles that may be shown, most popular first."""
    if not wanted:
        return math.nan
    found = 0
    for title in list(shown)[:k]:
        if title in wanted and title not in list(popular)[:k]:
            found += 1
    return found / k


def diversity(shown: Sequence[int], genres: Genres, k: int) -> float:
    kept = [title for title in list(shown)[:k] if genres[title]]
    distances = [
        1 - len(genres[a] & genres[b]) / len(genres[a] | genres[b])
        for a, b in itertools.combinations(kept, 2)
    ]
    return sum(distances) / len(distances) if distances else math.nan


def genre_shares(weights: Mapping[int, float], genres: Genres) -> dict[str, float]:
    shares: dict[str, float] = {}
    total = sum(weight for title, weight in weights.items() if genres[title])
    for title, weight in weights.items():
        for genre in genres[title]:
            shares[genre] = shares.get(genre, 0.0) + weight / len(genres[title]) / total
    return shares


def genre_entropy(shown: Sequence[int], genres: Genres, k: int) -> float:
    shares = genre_shares(dict.fromkeys(list(shown)[:k], 1.0), genres)
    return -sum(q * math.log2(q) for q in shares.values()) if shares else math.nan


def calibration(
    liked: Mapping[int, float], shown: Sequence[int], genres: Genres, k: int, alpha: float
) -> float:
    p = genre_shares(liked, genres)
    q = genre_shares(dict.fromkeys(list(shown)[:k], 1.0), genres)
    if not p or not q:
        return math.nan
    total = 0.0
    for genre, share in p.items():
        total += share * math.log(share / ((1 - alpha) * q.get(genre, 0.0) + alpha * share))
    return total


def popularity_lift(
    liked: Sequence[int], shown: Sequence[int], likes: Mapping[int, int], k: int
) -> float:
    own = [likes.get(title, 0) for title in liked]
    listed = [likes.get(title, 0) for title in list(shown)[:k]]
    if not listed or not sum(own):
        return math.nan
    return (sum(listed) / len(listed)) / (sum(own) / len(own))


def shown_counts(lists: Sequence[Sequence[int]], k: int, titles: int) -> list[int]:
    return [sum(title in list(one)[:k] for one in lists) for title in range(titles)]


def coverage(lists: Sequence[Sequence[int]], k: int, titles: int) -> float:
    return sum(count > 0 for count in shown_counts(lists, k, titles)) / titles


def gini(lists: Sequence[Sequence[int]], k: int, titles: int) -> float:
    """The mean-difference form, which knows nothing of effective sizes."""
    counts = shown_counts(lists, k, titles)
    if not sum(counts):
        return math.nan
    mean = sum(counts) / titles
    return sum(abs(a - b) for a in counts for b in counts) / (2 * titles**2 * mean)


def ecs(lists: Sequence[Sequence[int]], k: int, titles: int) -> float:
    return titles * (1 - gini(lists, k, titles))


def area(scores: Sequence[float], allowed: Sequence[bool], wanted: set[int]) -> float:
    won = []
    for right in wanted:
        for wrong in range(len(scores)):
            if allowed[right] and allowed[wrong] and wrong not in wanted:
                one, other = scores[right], scores[wrong]
                won.append(1.0 if one > other else 0.5 if one == other else 0.0)
    return sum(won) / len(won) if won else math.nan


def sign_flips(differences: Sequence[float]) -> float:
    """Over all 2ⁿ ways to sign them."""
    observed = abs(sum(differences))
    totals = [
        abs(sum(sign * one for sign, one in zip(signs, differences, strict=True)))
        for signs in itertools.product((1, -1), repeat=len(differences))
    ]
    return sum(total >= observed - 1e-9 for total in totals) / len(totals)


def holm_rejects(chances: Sequence[float], level: float) -> list[bool]:
    """Step down from the smallest, and stop at the first that is not small enough."""
    rejected = [False] * len(chances)
    for rank, place in enumerate(sorted(range(len(chances)), key=lambda one: chances[one])):
        if chances[place] > level / (len(chances) - rank):
            break
        rejected[place] = True
    return rejected


def strong(
    likes: Sequence[Sequence[int]], *, held: int, least: int, seed: int
) -> tuple[list[int], dict[int, tuple[list[int], list[int]]]]:
    """The released notebook of Liang et al. in its own calls, but for tables: one list a viewer.

    Returns the viewers learned from, and by viewer of the test what is known and what is wanted.
    """
    viewers = np.array([viewer for viewer, mine in enumerate(likes) if len(mine) >= least])
    np.random.seed(seed)
    viewers = viewers[np.random.permutation(viewers.size)]
    count = viewers.size
    learned, test = viewers[: count - held * 2], viewers[count - held :]
    titles = {title for viewer in learned for title in likes[viewer]}
    np.random.seed(seed)
    asked = {}
    for viewer in sorted(test.tolist()):
        mine = [title for title in likes[viewer] if title in titles]
        if len(mine) < least:
            continue
        hidden = np.zeros(len(mine), dtype="bool")
        some = np.random.choice(len(mine), size=int(0.2 * len(mine)), replace=False)
        hidden[some.astype("int64")] = True
        known = [title for title, out in zip(mine, hidden, strict=True) if not out]
        asked[viewer] = (known, sorted(set(mine) - set(known)))
    return sorted(learned.tolist()), asked
