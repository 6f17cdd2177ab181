"""The slow, obvious twin of take rates; it shares no code with what it checks."""

from __future__ import annotations

from collections.abc import Sequence

DAY_MS = 86_400_000


def eases(
    shown: Sequence[tuple[int, int]], taken: Sequence[tuple[int, int]], *, titles: int, now: int
) -> list[float]:
    """How readily each title is taken, of (title, at) each; 1: as usual."""

    def decayed(acts: Sequence[tuple[int, int]], title: int) -> float:
        newest = max(at // (DAY_MS // 4) for _, at in (*shown, *taken))
        total = 0.0
        for one, at in acts:
            quarter, present = at // (DAY_MS // 4), now // (DAY_MS // 4)
            if one == title and newest - 16 < quarter <= present:
                total += 0.5 ** ((present - quarter) / 4)
        return total

    if not shown and not taken:
        return [1.0] * titles
    n = [decayed(shown, title) for title in range(titles)]
    k = [min(decayed(taken, title), n[title]) for title in range(titles)]
    seen = [title for title in range(titles) if n[title] > 0]
    whole = sum(n)
    m = sum(k) / whole if whole else 0.0
    if not 0 < m < 1:
        return [1.0] * titles
    spread = sum(n[i] * (k[i] / n[i] - m) ** 2 for i in seen) / (m * (1 - m))
    room = whole - sum(n[i] ** 2 for i in seen) / whole - (len(seen) - 1)
    if room <= 1e-9 or spread - (len(seen) - 1) <= 1e-9:
        return [1.0] * titles
    prior = 1 / min((spread - (len(seen) - 1)) / room, 0.5) - 1
    return [(k[i] + m * prior) / (n[i] + prior) / m for i in range(titles)]
