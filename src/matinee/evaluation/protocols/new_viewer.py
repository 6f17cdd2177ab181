"""New viewers: what can be said after 0, 1, 3, 5 and 10 events of somebody never seen before.

An event is a title met for the first time; what is known is as it was before the next one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from matinee.data import Dataset, Exam
from matinee.data.cutting import first, kept, owners, part_of, places
from matinee.evaluation.protocols._cutting import Part, Positives, few, read_as
from matinee.evaluation.protocols._cutting import request as asking
from matinee.parts import part
from matinee.types import Longs, Request

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
        histories, last = data.histories, self.after[-1]
        owner, place = owners(histories), places(histories)
        later = (place >= last) & (histories.entries.weights > 0)
        likes = np.bincount(owner[later], minlength=len(histories))
        viewers = np.flatnonzero(likes)
        held = min(self.held_out, len(viewers) // 6)
        if held < 1:
            raise few(f"profiles that like something after {last} events", len(viewers), 6)
        drawn = rng.permutation(viewers)[: 2 * held]
        asked = np.sort(drawn[:held] if part == "test" else drawn[held:])
        fit = replace(data, histories=kept(histories, ~np.isin(owner, drawn)))
        return (self._exam(data, fit, asked),)

    def _exam(self, data: Dataset, fit: Dataset, asked: Longs) -> Exam:
        every, histories = np.ones(len(data.catalogue), np.bool_), data.histories
        place, last = places(histories), self.after[-1]
        later = (place >= last) & (histories.entries.weights > 0)
        requests: list[Request] = []
        wanted = []
        for number in self.after:
            known = first(histories, np.full(len(histories), number))
            for profile in asked.tolist():
                seen = part_of(histories, profile, place < last).titles
                requests.append(asking(known[profile], at=data.at, eligible=every, seen=seen))
                wanted.append(np.sort(part_of(histories, profile, later).titles))
        count = len(requests)
        return Exam(
            fit=fit,
            requests=tuple(requests),
            wanted=tuple(wanted),
            profiles=np.tile(asked, len(self.after)),
            stages=tuple(f"after {number}" for number in self.after for _ in asked),
            counted=np.ones(count, np.bool_),
        )
