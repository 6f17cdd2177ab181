"""Slow, obvious twins of every fast formula; they share no code with what they check.

Each function is the definition written as loops. Hypothesis compares the fast one with it.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence

import numpy as np

# --- models ---------------------------------------------------------------------------------

Likes = Sequence[Mapping[int, float]]  # of each profile: strength by title


def strength(weight: float, *, power: float, full: float) -> float:
    if weight <= 0:
        return 0.0
    return float(max(min(weight / full, 1.0) ** power, 1e-6))


def popular(
    likes: Sequence[Sequence[tuple[int, float]]], *, titles: int, half_life_days: float
) -> list[float]:
    """Likes of each profile as (title, age in days)."""
    scores = []
    for title in range(titles):
        ages = [age for profile in likes for liked, age in profile if liked == title]
        total = sum(0.5 ** (max(age, 0.0) / half_life_days) for age in ages)
        scores.append(math.log(1 + total) if ages else -0.1)
    return scores


def as_words(likes: Likes, how: str, *, titles: int) -> list[dict[int, float]]:
    """Likes weighed as words are: a profile is a word, and a title is a document."""
    lengths = [sum(mine.get(i, 0.0) for mine in likes) for i in range(titles)]
    usual = statistics.fmean([length for length in lengths if length] or [1.0])

    def weighed(i: int, x: float, mine: Mapping[int, float]) -> float:
        idf = math.log(1 + titles / len(mine))
        if how == "tf_idf":
            return math.sqrt(x) * idf
        return x * 2.2 / (x + 1.2 * (0.25 + 0.75 * lengths[i] / usual)) * idf

    if how == "none":
        return [dict(mine) for mine in likes]
    return [{i: weighed(i, x, mine) for i, x in mine.items()} for mine in likes]


def item_knn(
    likes: Likes,
    history: Mapping[int, float],
    *,
    titles: int,
    neighbours: int,
    alpha: float,
    shrinkage: float,
    damping: float,
) -> list[float]:
    def common(i: int, j: int) -> float:
        total = 0.0
        for mine in likes:
            if i in mine and j in mine:
                total += mine[i] * mine[j] / len(mine) ** damping
        return total

    scores = []
    for i in range(titles):
        if not any(i in mine for mine in likes):
            scores.append(-math.inf)
            continue
        near = []
        for j in range(titles):
            c = common(i, j)
            if j != i and c > 0:
                size = common(i, i) ** alpha * common(j, j) ** (1 - alpha)
                near.append((-c / (size + shrinkage), j))
        near.sort()
        scores.append(float(sum(-s * history.get(j, 0.0) for s, j in near[:neighbours])))
    return scores


def ease_weights(x: np.ndarray, l2: float) -> np.ndarray:
    """Column by column the ridge regression of a title on all others, its own weight held at 0."""
    size = x.shape[1]
    b = np.zeros((size, size))
    for j in range(size):
        others = [i for i in range(size) if i != j]
        a = x[:, others]
        b[others, j] = np.linalg.solve(a.T @ a + l2 * np.eye(size - 1), a.T @ x[:, j])
    return b


def best(scores: Sequence[float], k: int, popularity: Sequence[float]) -> list[int]:
    able = [row for row in range(len(scores)) if scores[row] > -math.inf]
    order = sorted(able, key=lambda row: (-scores[row], -popularity[row], row))
    return order[:k]


# --- evaluation -----------------------------------------------------------------------------


def ndcg(shown: Sequence[int], wanted: frozenset[int], k: int) -> float:
    if not wanted:
        return math.nan
    gained = 0.0
    for place, title in enumerate(list(shown)[:k], start=1):
        if title in wanted:
            gained += 1 / math.log2(place + 1)
    ideal = 0.0
    for place in range(1, min(k, len(wanted)) + 1):
        ideal += 1 / math.log2(place + 1)
    return gained / ideal


def recall(shown: Sequence[int], wanted: frozenset[int], k: int) -> float:
    if not wanted:
        return math.nan
    return sum(title in wanted for title in list(shown)[:k]) / min(k, len(wanted))


def hit_rate(shown: Sequence[int], wanted: frozenset[int], k: int) -> float:
    if not wanted:
        return math.nan
    return 1.0 if any(title in wanted for title in list(shown)[:k]) else 0.0


def mrr(shown: Sequence[int], wanted: frozenset[int], k: int) -> float:
    if not wanted:
        return math.nan
    for place, title in enumerate(list(shown)[:k], start=1):
        if title in wanted:
            return 1 / place
    return 0.0


def precision(shown: Sequence[int], wanted: frozenset[int], k: int) -> float:
    if not wanted:
        return math.nan
    return sum(title in wanted for title in list(shown)[:k]) / k


def average_precision(shown: Sequence[int], wanted: frozenset[int], k: int) -> float:
    if not wanted:
        return math.nan
    total = 0.0
    for place in range(1, min(k, len(shown)) + 1):
        if shown[place - 1] in wanted:
            total += sum(title in wanted for title in list(shown)[:place]) / place
    return total / min(k, len(wanted))


def by_time(
    profiles: Sequence[Sequence[tuple[int, float, int]]], *, share: float
) -> tuple[int, list[list[int]], dict[int, tuple[list[int], list[int]]]]:
    """Entries of each profile as (title, weight, at), oldest first.

    Returns the moment, the titles each profile is fitted on, and by profile row what its request
    has as history and what it wants.
    """
    times = sorted(at for mine in profiles for _, _, at in mine)
    moment = times[math.ceil(round((1 - share) * (len(times) - 1), 9))]
    fit = [[title for title, _, at in mine if at < moment] for mine in profiles]
    asked = {}
    for row, mine in enumerate(profiles):
        early = [title for title, _, at in mine if at < moment]
        late = [(title, weight) for title, weight, at in mine if at >= moment]
        half = len(late) // 2
        wanted = sorted(title for title, weight in late[half:] if weight > 0)
        if wanted:
            asked[row] = (early + [title for title, _ in late[:half]], wanted)
    return moment, fit, asked
