"""Slow, obvious twins of the models' formulas; they share no code with what they check."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence

import numpy as np
from scipy import optimize

Likes = Sequence[Mapping[int, float]]  # of each profile: strength by title
Facets = Mapping[str, Mapping[str, float]]  # of one title: amount by facet, by family


def user_knn(
    likes: Likes,
    history: Mapping[int, float],
    *,
    titles: int,
    neighbours: int,
    shrinkage: float,
    amplification: float,
) -> tuple[list[float], list[dict[int, float]]]:
    """Scores, and of each title what each liked one adds to it."""

    def length(mine: Mapping[int, float]) -> float:
        return math.sqrt(sum(x * x for x in mine.values()))

    near = []
    for place, mine in enumerate(likes):
        both = sorted(set(mine) & set(history))
        if both:
            product = sum(mine[j] * history[j] for j in both)
            cosine = product / (length(mine) * length(history))
            s = len(both) / (len(both) + shrinkage) * cosine**amplification
            near.append((-s, place, product))
    near.sort()
    scores, causes = [], []
    for i in range(titles):
        score, added = 0.0, dict.fromkeys(history, 0.0)
        for s, place, product in near[:neighbours]:
            theirs = likes[place].get(i, 0.0)
            score -= s * theirs
            for j in history:
                added[j] -= s * theirs * history[j] * likes[place].get(j, 0.0) / product
        scores.append(score if any(i in mine for mine in likes) else -math.inf)
        causes.append(added)
    return scores, causes


def counted(
    likes: Sequence[tuple[int, float, Mapping[str, str]]],
    title: int | None,
    kind: str = "",
    name: str = "",
) -> float:
    """Decayed likes (title, worth, context by kind) of a title, or all, with some context."""
    total = 0.0
    for i, worth, where in likes:
        here = not kind or (kind in where if not name else where.get(kind) == name)
        if here and title in (None, i):
            total += worth
    return total


def strength_of(
    likes: Sequence[tuple[int, float, Mapping[str, str]]], kind: str, names: Sequence[str]
) -> float:
    """How strongly lifts are drawn to 1, by how far titles differ beyond chance."""
    met = sorted({i for i, _, where in likes if kind in where})
    total, chi = counted(likes, None, kind), 0.0
    for i in met:
        for name in names:
            expected = counted(likes, i, kind) * counted(likes, None, kind, name) / total
            chi += (counted(likes, i, kind, name) - expected) ** 2 / expected
    if len(names) < 2 or len(met) < 2 or chi / (len(names) - 1) <= len(met) + 1e-8:
        return math.inf
    chi /= len(names) - 1
    return max((total - chi) / (chi - len(met)), 1.0)


def popular_in(
    ages: Sequence[tuple[int, float, Mapping[str, str]]],
    asked: Mapping[str, str],
    *,
    titles: int,
    half_life_days: float,
    smoothing: float,
) -> list[float]:
    """Scores in a context; likes are (title, age in days, context by kind where it is known)."""
    told = [(i, 0.5 ** (max(age, 0.0) / half_life_days), where) for i, age, where in ages]
    likes = []  # scaled, so that a title has as many as plain ones would tell as much
    for i, worth, where in told:
        plain = counted(told, i) / sum(w * w for one, w, _ in told if one == i)
        likes.append((i, worth * plain, where))

    def lift(i: int, kind: str) -> float:
        names = sorted({where[kind] for _, _, where in likes if kind in where})
        if asked.get(kind) not in names:
            return 1.0
        s = smoothing * strength_of(likes, kind, names)
        if math.isinf(s):
            return 1.0
        q = counted(likes, None, kind, asked[kind]) / counted(likes, None, kind)
        share = (counted(likes, i, kind, asked[kind]) + s * q) / (counted(likes, i, kind) + s)
        return share / q

    scores = []
    for i in range(titles):
        count = counted(told, i)
        for kind in asked:
            count *= lift(i, kind)
        scores.append(math.log(1 + count) if i in {one for one, _, _ in likes} else -0.1)
    return scores


def nearest_ease_weights(x: np.ndarray, l2: float, neighbours: int) -> np.ndarray | None:
    """EASE of each title on its nearest by shrunk cosine; None where an equal decides which."""
    size = x.shape[1]
    b = np.zeros((size, size))
    for j in range(size):
        cosines = []
        for i in range(size):
            common = sum(row[i] * row[j] for row in x)
            lengths = (sum(row[i] ** 2 for row in x) + l2) * (sum(row[j] ** 2 for row in x) + l2)
            if i != j and common > 0:
                cosines.append((common / math.sqrt(lengths), i))
        cosines.sort(reverse=True)
        edge = cosines[neighbours - 1 : neighbours + 1]
        if len(edge) == 2 and math.isclose(edge[0][0], edge[1][0], rel_tol=1e-5):
            return None
        near = [i for _, i in cosines[:neighbours]]
        a = x[:, near]
        b[near, j] = np.linalg.solve(a.T @ a + l2 * np.eye(len(near)), a.T @ x[:, j])
    return b


def rp3beta(likes: Likes, *, titles: int, alpha: float, beta: float) -> np.ndarray:
    """What liking j (row) adds to i (column), over all ways of three steps."""
    sizes = [sum(mine.get(i, 0.0) for mine in likes) for i in range(titles)]
    links = np.zeros((titles, titles))
    for j in range(titles):
        for i in range(titles):
            for mine in likes:
                if i != j and i in mine and j in mine:
                    up = mine[j] / sizes[j]
                    down = mine[i] / sum(mine.values())
                    links[j, i] += up**alpha * down**alpha / sizes[i] ** beta
    return links


def next_knn(
    ordered: Sequence[Sequence[tuple[int, float]]],
    *,
    titles: int,
    reach: float,
    back: float,
    alpha: float,
    shrinkage: float,
) -> np.ndarray:
    """What liking j (row) adds to i (column), of likes (title, strength) in order."""
    f, n = np.zeros((titles, titles)), np.zeros(titles)
    for mine in ordered:
        for place, (j, x) in enumerate(mine):
            n[j] += x
            for later in range(place + 1, len(mine)):
                between = later - place - 1
                i, y = mine[later]
                if between <= 5 * reach:
                    f[j, i] += x * y * 0.5 ** (between / reach)
    links = np.zeros((titles, titles))
    for j in range(titles):
        for i in range(titles):
            together = f[j, i] + back * f[i, j]
            if together:
                links[j, i] = together / (n[j] ** (1 - alpha) * n[i] ** alpha + shrinkage)
    return links


def next_knn_causes(
    links: np.ndarray, ordered: Sequence[tuple[int, float]], memory: float
) -> np.ndarray:
    """What each like, oldest first, adds to each title: (titles, likes)."""
    causes = np.zeros((len(links), len(ordered)))
    for place, (j, x) in enumerate(ordered):
        newer = len(ordered) - 1 - place
        for i in range(len(links)):
            causes[i, place] = links[j, i] * x * 0.5 ** (newer / memory)
    return causes


def ials(
    x: np.ndarray,
    history: np.ndarray,
    start: np.ndarray,
    *,
    rounds: int,
    unobserved: float,
    l2: float,
    frequency: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Scores of a history, and what each of its titles adds: (M,) and (M, M)."""

    def system(strengths: np.ndarray, h: np.ndarray) -> np.ndarray:
        a = l2 * (strengths.sum() + unobserved * len(h)) ** frequency * np.eye(h.shape[1])
        for strength, row in zip(strengths, h, strict=True):
            a += (strength + unobserved) * np.outer(row, row)
        return a

    def solved(strengths: np.ndarray, h: np.ndarray) -> np.ndarray:
        right = sum(strength * row for strength, row in zip(strengths, h, strict=True))
        return np.linalg.inv(system(strengths, h)) @ right

    if not x.size:
        return np.zeros(len(history)), np.zeros((len(history), len(history)))
    h = start.astype(float)
    for _ in range(rounds):
        w = np.array([solved(mine, h) for mine in x])
        h = np.array([solved(theirs, w) for theirs in x.T])
    causes = h @ np.linalg.inv(system(history, h)) @ (h * history[:, None]).T
    return h @ solved(history, h), causes


def family_vector(titles: Sequence[Facets], title: Facets, family: str) -> dict[str, float]:
    worth = {}
    for facet, amount in title.get(family, {}).items():
        having = sum(facet in other.get(family, {}) for other in titles)
        if having > 1 or family != "word":
            worth[facet] = amount * math.log(len(titles) / having)
    length = math.sqrt(sum(value**2 for value in worth.values()))
    return {facet: value / length for facet, value in worth.items() if length and value}


def content(
    titles: Sequence[Facets],
    history: Sequence[tuple[int, float]],
    *,
    liking: Mapping[str, float],
    disliking: Mapping[str, float],
    shrinkage: float,
) -> list[float]:
    """Scores for a history of (title, what it counts); dislikes count below 0."""
    vector = functools.partial(family_vector, titles)

    def profile(family: str, sign: float) -> dict[str, float]:
        total: dict[str, float] = {}
        for title, counts in history:
            if counts * sign > 0:
                for facet, value in vector(titles[title], family).items():
                    total[facet] = total.get(facet, 0) + abs(counts) * value
        length = math.sqrt(sum(value**2 for value in total.values()))
        return {facet: value / (length + shrinkage) for facet, value in total.items()}

    scores = []
    for title in titles:
        score, said = 0.0, False
        for family in liking:
            for facet, value in vector(title, family).items():
                said = True
                score += liking[family] * profile(family, 1).get(facet, 0) * value
                score -= disliking[family] * profile(family, -1).get(facet, 0) * value
        scores.append(score if said else -math.inf)
    return scores


def edlae_weights(
    x: np.ndarray, l2: float, dropout: float, damping: float, discount: float
) -> np.ndarray:
    """Column by column a weighted ridge regression whose pull on a title grows with its likes."""
    size = x.shape[1]
    amounts, counts = [sum(row) for row in x], [sum(column) for column in x.T]
    usual = sum(amounts) / len(amounts) if amounts else 1.0
    w = np.array([(usual / amount) ** damping for amount in amounts])
    b = np.zeros((size, size))
    for j in range(size):
        others = [i for i in range(size) if i != j]
        a = x[:, others]
        pull = [l2 + dropout / (1 - dropout) * sum(w * x[:, i] ** 2) for i in others]
        b[others, j] = np.linalg.solve(a.T @ (a * w[:, None]) + np.diag(pull), a.T @ (w * x[:, j]))
        b[:, j] *= (sum(counts) / size / counts[j]) ** discount
    return b


def pure_svd_weights(x: np.ndarray, factors: int, scaling: float) -> np.ndarray:
    """V Vᵀ from the eigenvectors of the scaled columns' products."""
    scaled = x.astype(float)
    for j in range(x.shape[1]):
        scaled[:, j] *= math.sqrt(sum(x[:, j] ** 2)) ** (scaling - 1)
    values, vectors = np.linalg.eigh(scaled.T @ scaled)
    best_ones = [j for j in np.argsort(-values)[:factors] if values[j] > values.max() * 1e-12]
    return sum((np.outer(vectors[:, j], vectors[:, j]) for j in best_ones), np.zeros((1, 1)))


def slim_weights(x: np.ndarray, l1: float, l2: float) -> np.ndarray:
    """Column by column as non-negative least squares, to which the elastic net is turned."""
    size = x.shape[1]
    b = np.zeros((size, size))
    for j in range(size):
        others = [i for i in range(size) if i != j]
        if others:
            a = x[:, others]
            root = np.linalg.cholesky(a.T @ a + l2 * np.eye(size - 1))
            b[others, j] = optimize.nnls(root.T, np.linalg.solve(root, a.T @ x[:, j] - l1))[0]
    return b


def bpr_score(
    p: np.ndarray, q: np.ndarray, b: np.ndarray, *, history: Mapping[int, float], i: int, rho: float
) -> float:
    size = sum(history.values())
    if not size:
        return float(b[i])
    profile = sum(x * p[j] for j, x in history.items()) / size**rho
    return float(b[i] + profile @ q[i])


def bpr_objective(
    p: np.ndarray,
    q: np.ndarray,
    b: np.ndarray,
    triples: Sequence[tuple[Mapping[int, float], int, int]],
    rho: float,
) -> float:
    """The mean of ln σ over (likes of a profile, one of them, another title)."""
    total = 0.0
    for likes, i, n in triples:
        rest = {j: x for j, x in likes.items() if j != i}
        margin = bpr_score(p, q, b, history=rest, i=i, rho=rho) - bpr_score(
            p, q, b, history=rest, i=n, rho=rho
        )
        total -= math.log1p(math.exp(-margin))
    return total / len(triples)
