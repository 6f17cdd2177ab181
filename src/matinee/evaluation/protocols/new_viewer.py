"""New viewers: what can be said after 0, 1, 3, 5 and 10 events of somebody never seen before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from matinee.data import Dataset, Exam
from matinee.evaluation.protocols._cutting import Part, Positives, few, kept, owners, read_as
from matinee.evaluation.protocols._cutting import request as asking
from matinee.parts import part
from matinee.types import History, Longs, Request

__all__ = ["NewViewer"]


@part("protocol", "new_viewer")
@dataclass(frozen=True)
class NewViewer:
    """Held-out viewers asked after each number of events; they want the same at each.

    Wanted is what they liked after the last of these numbers, so that the stages can be compared.
    The first events are never ranked, known yet or not. Test and validation are other viewers.
    """

    positives: Positives = "liked"
    """What counts as a like: `rating>=4`, `liked` or `any`."""
    after: tuple[int, ...] = (0, 1, 3, 5, 10)
    """After how many of a viewer's events it is asked, rising."""
    held_out: int = 1000
    """Viewers in the test, and as many in the validation; never more than a sixth of all each."""

    headline: ClassVar[str] = "ndcg@20"

    def __post_init__(self) -> None:
        """Raise ValueError unless the numbers rise from 0 or more."""
        if not self.after or list(self.after) != sorted(set(self.after)) or self.after[0] < 0:
            msg = f"after is {self.after}; it must be numbers from 0 up, each above the one before"
            raise ValueError(msg)

    def cut(self, data: Dataset, *, part: Part, rng: np.random.Generator) -> tuple[Exam, ...]:
        """Return one exam with a stage for each number; ValueError with too few viewers."""
        data = read_as(data, self.positives)
        histories, first = data.histories, self.after[-1]
        owner = owners(histories)
        place = np.arange(len(owner)) - histories.indptr[owner]
        likes = np.bincount(
            owner[(place >= first) & (histories.entries.weights > 0)], minlength=len(histories)
        )
        viewers = np.flatnonzero(likes)
        held = min(self.held_out, len(viewers) // 6)
        if held < 1:
            raise few(f"profiles that like something after {first} events", len(viewers), 6)
        drawn = rng.permutation(viewers)[: 2 * held]
        asked = np.sort(drawn[:held] if part == "test" else drawn[held:])
        fit = replace(data, histories=kept(histories, ~np.isin(owner, drawn)))
        return (self._exam(data, fit, asked),)

    def _exam(self, data: Dataset, fit: Dataset, asked: Longs) -> Exam:
        every = np.ones(len(data.catalogue), np.bool_)
        last = self.after[-1]
        requests: list[Request] = []
        wanted = []

        def cut_off(mine: History, count: int) -> History:
            return mine.take(np.arange(len(mine)) < count)

        for number in self.after:
            for profile in asked.tolist():
                mine = data.histories[profile]
                later = (np.arange(len(mine)) >= last) & (mine.weights > 0)
                first = mine.titles[:last]
                known = cut_off(mine, number)
                requests.append(asking(known, at=data.at, eligible=every, seen=first))
                wanted.append(np.sort(mine.titles[later]))
        count = len(requests)
        return Exam(
            fit=fit,
            requests=tuple(requests),
            wanted=tuple(wanted),
            profiles=np.tile(asked, len(self.after)),
            stages=tuple(f"after {number}" for number in self.after for _ in asked),
            counted=np.ones(count, np.bool_),
        )
