"""Leave the last out: each viewer's newest interaction is wanted, all before it is known.

The dialect of SASRec and BERT4Rec (Kang and McAuley, ICDM 2018), ranked in full. Others' later
acts are learned from, so it flatters; the protocol `time` does not. The newest is the title that
was begun last, and known is what had been done just before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from matinee.data import Dataset, Exam
from matinee.data.cutting import first, kept, owners, places
from matinee.evaluation.protocols._cutting import Part, Positives, few, read_as
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
        histories, of_test = data.histories, part == "test"
        owner, place = owners(histories), places(histories)
        likes = np.flatnonzero(histories.entries.weights > 0)
        likes = likes[np.lexsort((place[likes], owner[likes]))]
        count = np.bincount(owner[likes], minlength=len(histories))
        least = self.least if of_test else self.least - 1
        profiles = np.flatnonzero(count >= least)
        if not len(profiles):
            raise few(f"profiles with {least} interactions or more", 0, 1)
        back = 1 if of_test else np.where(count >= self.least, 2, 1)[profiles]
        target = likes[np.cumsum(count)[profiles] - back]
        until = np.diff(histories.indptr)
        until[profiles] = place[target]
        known = first(histories, until)
        fit = replace(data, histories=kept(known, known.entries.weights > 0))
        every = np.ones(len(data.catalogue), np.bool_)
        return (
            Exam(
                fit=fit,
                requests=tuple(
                    asking(fit.histories[row], at=data.at, eligible=every)
                    for row in profiles.tolist()
                ),
                wanted=tuple(histories.entries.titles[one : one + 1] for one in target.tolist()),
                profiles=profiles,
                stages=("",) * len(profiles),
                counted=np.ones(len(profiles), np.bool_),
            ),
        )
