"""Slow, obvious twin of the surges, one title and one quarter of an hour after the other."""

from __future__ import annotations

import math
from collections.abc import Sequence

Plays = Sequence[tuple[int, int]]  # (title, quarter since the epoch)


def surge(plays: Plays, *, titles: int, now: int, half_lives: Sequence[float]) -> list[float]:
    """How many times more than usual each title is played in quarter `now`."""

    def count(title: int, quarter: int) -> int:
        return sum((title, quarter) == one for one in plays)

    def usual(title: int, quarter: int, against: str) -> int:
        if against == "week":
            return count(title, quarter - 7 * 96)
        return sum(count(title, quarter - 96 * day) for day in range(1, 8))

    def summed(title: int, half_life: float, against: str) -> dict[str, float]:
        total = dict.fromkeys(("k", "squares", "b", "mu", "told", "then", "all"), 0.0)
        others = [other for other in range(titles) if other != title]
        for age in range(min(int(16 * half_life), 96)):
            quarter, w = now - age, 0.5 ** (age / 4 / half_life)
            own, c = usual(title, quarter, against), count(title, quarter)
            then = sum(usual(other, quarter, against) for other in others)
            told = sum(count(other, quarter) for other in others)
            total["all"] += own + then
            if then:
                total["k"] += w * c
                total["squares"] += w**2 * c
                total["b"] += w * own
                total["mu"] += w * own * told / then
                total["told"] += w * told
                total["then"] += w * then
        return total

    def compared(title: int, half_life: float, against: str) -> float:
        total = summed(title, half_life, against)
        k, b, mu, squares = (total[name] for name in ("k", "b", "mu", "squares"))
        if against != "days" and not total["all"]:
            return math.inf
        if not k or k * k < 4.99999999 * squares:  # five at once are enough, however rounded
            return 1.0
        odds = mu / b if b else total["told"] / total["then"]
        p = min(max(odds / (1 + odds), 1e-12), 1 - 1e-12)
        k, b, mu = (one * k / squares for one in (k, b, mu))
        z = k * math.log(k / ((k + b) * p))
        z += b * math.log(b / ((k + b) * (1 - p))) if b else 0
        surprising = k > (k + b) * p and 2 * z > 25
        return max((k + 10) / (mu + 10), 1.0) if surprising else 1.0

    return [
        max(min(compared(title, tau, "days"), compared(title, tau, "week")) for tau in half_lives)
        for title in range(titles)
    ]
