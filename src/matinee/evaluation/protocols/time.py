"""By time: one moment for everybody; learned from before, wanted is all that was liked after.

Meng et al., Exploring data splitting strategies, RecSys 2020: the only cut that lets no model
see what others did later.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from matinee.data import Dataset, Exam
from matinee.evaluation.protocols._cutting import (
    Part,
    Positives,
    few,
    kept,
    owners,
    part_of,
    read_as,
)
from matinee.evaluation.protocols._cutting import request as asking
from matinee.parts import part
from matinee.types import Moment

__all__ = ["Time"]


@part("protocol", "time")
@dataclass(frozen=True)
class Time:
    """A global moment; profiles without earlier events are told apart and not counted.

    The validation is the same cut of what lies before the test's moment.
    """

    positives: Positives = "liked"
    """What counts as a like: `rating>=4`, `liked` or `any`."""
    quantile: float = 0.9
    """Of all interactions' times: where the moment lies."""

    headline: ClassVar[str] = "ndcg@20"

    def __post_init__(self) -> None:
        """Raise ValueError unless the quantile lies between 0 and 1."""
        if not 0 < self.quantile < 1:
            msg = f"quantile is {self.quantile}; it must lie between 0 and 1"
            raise ValueError(msg)

    def cut(self, data: Dataset, *, part: Part, rng: np.random.Generator) -> tuple[Exam, ...]:
        """Return one exam; ValueError where nothing lies before the moment."""
        exam = self._exam(read_as(data, self.positives))
        if part == "test":
            return (exam,)
        return replace(self, positives="liked").cut(exam.fit, part="test", rng=rng)

    def _exam(self, data: Dataset) -> Exam:
        entries, titles = data.histories.entries, len(data.catalogue)
        if not len(entries):
            raise few("interactions", 0, 2)
        moment = Moment(np.quantile(entries.at, self.quantile, method="higher"))
        late = entries.at >= moment
        if late.all():
            raise few(f"interactions before {moment.iso}", 0, 1)
        hidden = late & (entries.weights > 0)
        profiles = np.unique(owners(data.histories)[hidden])
        every = np.ones(titles, np.bool_)
        requests = tuple(
            asking(part_of(data.histories, row, ~late), at=moment, eligible=every)
            for row in profiles.tolist()
        )
        counted = np.array([len(one.history) > 0 for one in requests], np.bool_)
        return Exam(
            fit=replace(data, histories=kept(data.histories, ~late), at=moment),
            requests=requests,
            wanted=tuple(
                np.sort(part_of(data.histories, row, hidden).titles) for row in profiles.tolist()
            ),
            profiles=profiles,
            stages=tuple(np.where(counted, "with earlier events", "without").tolist()),
            counted=counted,
            at=moment,
        )
