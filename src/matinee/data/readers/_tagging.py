"""What viewers called films: free tags, of which those that several agree on are kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Tagging"]

_AGREED = 2
_KEPT = 30
_LONGEST = 120


@dataclass(slots=True)
class Tagging:
    """Counts by film how many viewers gave each tag; case and outer blanks do not count."""

    given: int = 0
    _viewers: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    _spelled: dict[str, str] = field(default_factory=dict)

    def add(self, user: str, movie: str, tag: str) -> None:
        """Take note of one tag; its first spelling stands for all."""
        bare = " ".join(tag.split())
        self.given += 1
        if bare and len(bare) <= _LONGEST:
            self._spelled.setdefault(bare.casefold(), bare)
            self._viewers[movie, bare.casefold()].add(user)

    def agreed(self) -> Mapping[str, tuple[str, ...]]:
        """Return each film's tags that at least two viewers gave, most given first, at most 30."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for (movie, tag), viewers in self._viewers.items():
            if len(viewers) >= _AGREED:
                counts[movie][tag] = len(viewers)
        return {
            movie: tuple(
                self._spelled[tag]
                for tag, _ in sorted(some.items(), key=lambda one: (-one[1], one[0]))[:_KEPT]
            )
            for movie, some in counts.items()
        }
