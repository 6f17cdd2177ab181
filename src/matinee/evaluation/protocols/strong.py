"""Strong generalisation: viewers of whom the model has seen nothing, by a part of what they like.

Liang et al., Variational autoencoders for collaborative filtering, WWW 2018, with their draws:
`RandomState(98765)` permutes the viewers with five likes or more; the last are the test's, those
before them the validation's. Of each, int(.2 n) likes are wanted and the others are known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from matinee.data import Dataset, Exam
from matinee.data.cutting import kept, owners
from matinee.evaluation.protocols._cutting import Part, Positives, few, read_as
from matinee.evaluation.protocols._cutting import request as asking
from matinee.parts import part
from matinee.types import Flags, Longs

__all__ = ["Strong"]


@part("protocol", "strong")
@dataclass(frozen=True)
class Strong:
    """Held-out viewers, 80 % of their likes known, 20 % wanted; titles liked by others only."""

    positives: Positives = "rating>=4"
    """What counts as a like: `rating>=4`, `liked` or `any`."""
    held_out: int = 1000
    """Viewers in the test, and as many in the validation; never more than a sixth of all each."""
    least: int = 5
    """Viewers with fewer likes are left out."""
    wanted: float = 0.2
    """Share of a held-out viewer's likes that is wanted, rounded down."""
    seed: int = 98_765
    """Of the draws; the paper's."""

    headline: ClassVar[str] = "ndcg@100"

    def cut(
        self,
        data: Dataset,
        *,
        part: Part,
        rng: np.random.Generator,  # noqa: ARG002  (the paper's own draws)
    ) -> tuple[Exam, ...]:
        """Return one exam; ValueError with fewer than six viewers who like enough."""
        data = read_as(data, self.positives)
        likes = data.histories.entries.weights > 0
        data = replace(data, histories=kept(data.histories, likes))
        viewers = np.flatnonzero(np.diff(data.histories.indptr) >= self.least)
        held = min(self.held_out, len(viewers) // 6)
        if held < 1:
            raise few(f"profiles with {self.least} likes or more", len(viewers), 6)
        order = viewers[self._draws().permutation(len(viewers))]
        learned, tested = order[: -2 * held], {"validation": -2 * held, "test": -held}[part]
        asked = np.sort(order[tested : len(order) + tested + held])
        owner = owners(data.histories)
        fit = kept(data.histories, np.isin(owner, learned))
        known = np.zeros(len(data.catalogue), np.bool_)
        known[fit.entries.titles] = True
        return (self._exam(data, replace(data, histories=fit), asked, known),)

    def _exam(self, data: Dataset, fit: Dataset, asked: Longs, eligible: Flags) -> Exam:
        draws = self._draws()
        requests, wanted, profiles = [], [], []
        for profile in asked.tolist():
            mine = data.histories[profile]
            mine = mine.take(eligible[mine.titles])
            if len(mine) < self.least:
                continue
            hidden = np.zeros(len(mine), np.bool_)
            count = int(self.wanted * len(mine))
            hidden[draws.choice(len(mine), size=count, replace=False)] = True
            if not count:
                continue
            requests.append(asking(mine.take(~hidden), at=data.at, eligible=eligible))
            wanted.append(np.sort(mine.titles[hidden]))
            profiles.append(profile)
        count = len(requests)
        return Exam(
            fit=fit,
            requests=tuple(requests),
            wanted=tuple(wanted),
            profiles=np.array(profiles, np.int64),
            stages=("",) * count,
            counted=np.ones(count, np.bool_),
        )

    def _draws(self) -> np.random.RandomState:
        return np.random.RandomState(self.seed)
