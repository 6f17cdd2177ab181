"""By time: one moment for everybody; learned from before, wanted is all that was liked after.

Meng et al., Exploring data splitting strategies, RecSys 2020: the only cut that lets no model
see what others did later. Histories are as they were known before the moment; a title that a
profile had met by then is not wanted, whatever it did with it since.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from matinee.data import Dataset, Exam
from matinee.data.cutting import begun, owners, part_of, until
from matinee.evaluation.protocols._cutting import Part, Positives, few, read_as
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
    """Of the times when profiles began titles: where the moment lies."""

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
        histories, titles = data.histories, len(data.catalogue)
        start = begun(histories)
        if not len(start):
            raise few("interactions", 0, 2)
        moment = Moment(np.quantile(start, self.quantile, method="higher"))
        late = start >= moment
        if late.all():
            raise few(f"interactions before {moment.iso}", 0, 1)
        known = until(histories, np.full(len(histories), moment - 1))
        wanted = late & (histories.entries.weights > 0)
        profiles = np.unique(owners(histories)[wanted])
        every = np.ones(titles, np.bool_)
        requests = tuple(asking(known[row], at=moment, eligible=every) for row in profiles.tolist())
        counted = np.array([len(one.history) > 0 for one in requests], np.bool_)
        return Exam(
            fit=replace(data, histories=known, at=moment),
            requests=requests,
            wanted=tuple(
                np.sort(part_of(histories, row, wanted).titles) for row in profiles.tolist()
            ),
            profiles=profiles,
            stages=tuple(np.where(counted, "with earlier events", "without").tolist()),
            counted=counted,
            at=moment,
        )
