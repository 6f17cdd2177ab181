"""New titles: a tenth of all titles is held out wholly, and let in a few interactions at a time.

Volkovs et al., DropoutNet, NIPS 2017, cut by titles; the stages show how a title warms up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import numpy as np

from matinee.data import Dataset, Exam
from matinee.data.cutting import begun, kept, owners, part_of
from matinee.evaluation.protocols._cutting import Part, Positives, few, read_as
from matinee.evaluation.protocols._cutting import request as asking
from matinee.parts import part
from matinee.types import Flags, Index, Longs

__all__ = ["Cold"]


@part("protocol", "cold")
@dataclass(frozen=True)
class Cold:
    """Held-out titles after 0, 1 to 3, 4 to 10 and 11 to 50 interactions since.

    In each stage a held-out title has as many of its first interactions as is drawn between the
    bounds; models are fitted anew with them, and likes of the title after those are wanted. The
    validation holds out other titles, of what is left without the test's.
    """

    positives: Positives = "liked"
    """What counts as a like: `rating>=4`, `liked` or `any`."""
    share: float = 0.1
    """Share of the titles with interactions that is held out."""
    since: tuple[tuple[int, int], ...] = ((0, 0), (1, 3), (4, 10), (11, 50))
    """Bounds of the interactions that a held-out title has in each stage."""
    viewers: int = 1000
    """How many viewers are asked in each stage, drawn from those who like a held-out title."""
    candidates: Literal["full", "new"] = "full"
    """What is ranked: the full catalogue, or the held-out titles only."""

    headline: ClassVar[str] = "ndcg@20"

    def __post_init__(self) -> None:
        """Raise ValueError where share or bounds do not hold."""
        if not 0 < self.share < 1 or not all(0 <= low <= high for low, high in self.since):
            msg = f"share is {self.share} and since {self.since}; write 0 to 1, and low to high"
            raise ValueError(msg)

    def cut(self, data: Dataset, *, part: Part, rng: np.random.Generator) -> tuple[Exam, ...]:
        """Return an exam a stage; ValueError where there are no titles to hold out."""
        data = read_as(data, self.positives)
        held = self._held_out(data, rng)
        if part == "validation":
            left = kept(data.histories, ~held[data.histories.entries.titles])
            data = replace(data, histories=left)
            held = self._held_out(data, rng)
        return tuple(self._exams(data, held, rng))

    def _held_out(self, data: Dataset, rng: np.random.Generator) -> Flags:
        there = np.unique(data.histories.entries.titles)
        count = round(self.share * len(there))
        if not count:
            raise few("titles with interactions", len(there), round(1 / self.share))
        held = np.zeros(len(data.catalogue), np.bool_)
        held[rng.choice(there, count, replace=False)] = True
        return held

    def _exams(self, data: Dataset, held: Flags, rng: np.random.Generator) -> Iterator[Exam]:
        entries = data.histories.entries
        cold = held[entries.titles]
        place = _places(entries.titles, begun(data.histories))
        eligible = held if self.candidates == "new" else np.ones(len(held), np.bool_)
        owner = owners(data.histories)
        for low, high in self.since:
            given = rng.integers(low, high, endpoint=True, size=len(held))
            hidden = cold & (place >= given[entries.titles])
            # A title that never had so many is not of this stage.
            enough = np.bincount(entries.titles, minlength=len(held)) > given
            wanted = hidden & (entries.weights > 0) & enough[entries.titles]
            warm = np.unique(owner[~hidden & (entries.weights > 0)])
            asked = np.intersect1d(np.unique(owner[wanted]), warm)
            if len(asked):
                some = rng.choice(asked, min(self.viewers, len(asked)), replace=False)
                label = f"{low}" if low == high else f"{low}–{high}"
                yield _exam(
                    data,
                    np.sort(some),
                    hidden=hidden,
                    wanted=wanted,
                    eligible=eligible,
                    label=label,
                )


def _exam(
    data: Dataset, asked: Longs, *, hidden: Flags, wanted: Flags, eligible: Flags, label: str
) -> Exam:
    fit = replace(data, histories=kept(data.histories, ~hidden))
    return Exam(
        fit=fit,
        requests=tuple(
            asking(fit.histories[row], at=data.at, eligible=eligible) for row in asked.tolist()
        ),
        wanted=tuple(
            np.sort(part_of(data.histories, row, wanted).titles) for row in asked.tolist()
        ),
        profiles=asked,
        stages=(f"{label} since",) * len(asked),
        counted=np.ones(len(asked), np.bool_),
    )


def _places(titles: Index, at: Longs) -> Longs:
    """Return how manieth of its title each interaction is, by time; ties: as they lie."""
    order = np.lexsort((at, titles))
    starts = np.searchsorted(titles[order], titles[order])
    places = np.empty(len(titles), np.int64)
    places[order] = np.arange(len(titles)) - starts
    return places
