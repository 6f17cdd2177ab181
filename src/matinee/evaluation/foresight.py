"""Does anything know the future? What a cut must not share, and what a model must not know.

The cut is compared entry by entry. A model is fitted on nothing: histories empty, and the titles'
facts dealt out anew, so that nothing it could honestly have learned tells one title from another.
If it still ranks what viewers will like above the rest, it knew them already.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np

from matinee.data import Catalogue, Dataset, Exam
from matinee.parts import Recipe, Source
from matinee.types import Flags, Histories, History, Index, Scores

__all__ = ["Foresight", "area", "foresight", "overlaps"]

_ASKED = 400  # requests that the model fitted on nothing is asked
_ERRORS = 4.0  # standard errors that chance is given
_LEAST = 0.05
_UNIFORM = 12**-0.5  # standard deviation of a title's place between 0 and 1


class Foresight(msgspec.Struct, frozen=True, kw_only=True):
    """What a model knows of the future when it was fitted on nothing."""

    area: float
    """Mean probability that a wanted title stands above another; .5 is chance."""
    limit: float
    """Above this it cannot be chance: .5 and four standard errors, for as many titles."""

    @property
    def leaks(self) -> bool:
        """Whether the model knows what it cannot have learned."""
        return self.area > self.limit


def overlaps(exam: Exam) -> dict[str, int]:
    """Count what an exam gives away: all zeros is an exam that can be trusted.

    `learned`: wanted titles among what their own profile's model is fitted on. `known`: wanted
    titles in the request's history. `late`: entries learned or known from after the moment.
    `masked`: wanted titles that may not be shown, so that nobody could be right.
    """
    learned = known = late = masked = 0
    for request, wanted, profile in zip(exam.requests, exam.wanted, exam.profiles, strict=True):
        learned += int(np.isin(wanted, exam.fit.histories[int(profile)].titles).sum())
        known += int(np.isin(wanted, request.history.titles).sum())
        masked += int((~(request.eligible & request.unseen)[wanted]).sum())
        if exam.at is not None:
            late += int((request.history.at >= exam.at).sum())
    if exam.at is not None:
        late += int((exam.fit.histories.entries.at >= exam.at).sum())
    return {"learned": learned, "known": known, "late": late, "masked": masked}


def foresight(recipe: Recipe[Source], exam: Exam, rng: np.random.Generator) -> Foresight:
    """Fit on nothing, ask what will be liked, and compare with chance."""
    fitted = recipe.fit(_nothing(exam.fit, rng), rng)
    count = len(exam)
    some = np.sort(rng.choice(count, min(count, _ASKED), replace=False)).tolist()
    requests = [exam.requests[row] for row in some]
    wanted = [exam.wanted[row] for row in some]
    areas = [
        area(scores, request.eligible & request.unseen, titles)
        for scores, request, titles in zip(fitted.scores(requests), requests, wanted, strict=True)
    ]
    shares = np.bincount(np.concatenate(wanted)).astype(np.float64)
    shares /= shares.sum()
    different = 1 / (shares**2).sum()  # titles that the wanted ones amount to
    margin = max(_LEAST, _ERRORS * _UNIFORM / different**0.5)
    known = [one for one in areas if not np.isnan(one)]
    limit = min(1.0, 0.5 + float(margin))
    return Foresight(area=float(np.mean(known)) if known else 0.5, limit=limit)


def area(scores: Scores, allowed: Flags, wanted: Index) -> float:
    """Return how likely a wanted title scores above another allowed one; equals count half.

    −inf lies below all. NaN where either is missing.
    """
    hits = np.zeros(len(allowed), np.bool_)
    hits[wanted] = True
    hits = hits[allowed]
    right = int(hits.sum())
    wrong = len(hits) - right
    if not right or not wrong:
        return float("nan")
    _, level, sizes = np.unique(scores[allowed], return_inverse=True, return_counts=True)
    places = np.cumsum(sizes) - (sizes - 1) / 2  # mean rank of each level, from 1
    return float((places[level][hits].sum() / right - (right + 1) / 2) / wrong)


def _nothing(data: Dataset, rng: np.random.Generator) -> Dataset:
    """Return the same profiles without histories over titles that have each other's facts."""
    catalogue = data.catalogue
    dealt = rng.permutation(len(catalogue))
    titles = [
        msgspec.structs.replace(catalogue.titles[other], title_id=catalogue.titles[row].title_id)
        for row, other in enumerate(dealt)
    ]
    idle = Histories(np.zeros(len(data.histories) + 1, np.int64), History.empty())
    shuffled = Catalogue.of(titles, version=catalogue.version)
    return replace(data, catalogue=shuffled, histories=idle)
