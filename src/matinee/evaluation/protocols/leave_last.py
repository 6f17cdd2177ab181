"""Leave the last out: each viewer's newest interaction is wanted, all before it is known.

The dialect of SASRec and BERT4Rec (Kang and McAuley, ICDM 2018), ranked in full. Others' later
acts are learned from, so it flatters; the protocol `time` does not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from matinee.data import Dataset, Exam
from matinee.evaluation.protocols._cutting import Part, Positives, few, kept, read_as
from matinee.evaluation.protocols._cutting import request as asking
from matinee.parts import part

__all__ = ["LeaveLast"]


@part("protocol", "leave_last")
@dataclass(frozen=True)
class LeaveLast:
    """The last of each profile with three or more; in the file's order where times are equal.

    The validation wants the last but one.
    """

    positives: Positives = "any"
    """What counts as a like: `rating>=4`, `liked` or `any`."""
    least: int = 3
    """Profiles with fewer are learned from whole, and not asked."""

    headline: ClassVar[str] = "ndcg@10"

    def __post_init__(self) -> None:
        """Raise ValueError where too few are asked for to have a validation."""
        if self.least < 3:
            msg = f"least is {self.least}; a test, a validation and a history need 3"
            raise ValueError(msg)

    def cut(
        self,
        data: Dataset,
        *,
        part: Part,
        rng: np.random.Generator,  # noqa: ARG002  (nothing is drawn)
    ) -> tuple[Exam, ...]:
        """Return one exam; ValueError where no profile has enough."""
        data = read_as(data, self.positives)
        data = replace(data, histories=kept(data.histories, data.histories.entries.weights > 0))
        exam = self._exam(data, least=self.least)
        return (exam,) if part == "test" else (self._exam(exam.fit, least=self.least - 1),)

    def _exam(self, data: Dataset, *, least: int) -> Exam:
        indptr, entries = data.histories.indptr, data.histories.entries
        profiles = np.flatnonzero(np.diff(indptr) >= least)
        if not len(profiles):
            raise few(f"profiles with {least} interactions or more", 0, 1)
        last = indptr[profiles + 1] - 1
        early = np.ones(len(entries), np.bool_)
        early[last] = False
        fit = replace(data, histories=kept(data.histories, early))
        every = np.ones(len(data.catalogue), np.bool_)
        return Exam(
            fit=fit,
            requests=tuple(
                asking(fit.histories[row], at=data.at, eligible=every) for row in profiles.tolist()
            ),
            wanted=tuple(entries.titles[place : place + 1] for place in last.tolist()),
            profiles=profiles,
            stages=("",) * len(profiles),
            counted=np.ones(len(profiles), np.bool_),
        )
