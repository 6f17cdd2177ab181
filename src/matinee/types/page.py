"""A page inside the engine: candidate lines, chosen rows, and the causes of what they show.

What there are hundreds of on one page is a struct: twelve times quicker to make than a frozen
dataclass, and written to the wire as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from matinee.types.arrays import Floats, Index, Scores

__all__ = ["Cause", "CauseKind", "Choice", "Line", "Page", "Reason", "ReasonKind", "Row"]

T = TypeVar("T")

ReasonKind = Literal[
    "watched",
    "similar",
    "liked",
    "facet",
    "person",
    "trend",
    "popular",
    "list",
    "resume",
    "new",
    "onboarding",
    "editorial",
]
CauseKind = Literal["title", "facet", "person", "neighbours", "trend", "list", "editorial"]


class Choice(msgspec.Struct, Generic[T], frozen=True, gc=False):
    """Something chosen, and the probability with which it was chosen."""

    what: T
    probability: float = 1.0


class Cause(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One thing that made a title be proposed. `share` is its part of all that spoke for it.

    `id` is a title id, a facet such as `genre:Crime`, or a counter's name; `count` and `days`
    say how many and since when, for trends and popularity.
    """

    kind: CauseKind
    id: str
    name: str
    share: float
    count: int | None = None
    days: int | None = None


class Reason(msgspec.Struct, frozen=True, gc=False):
    """Why a row or a title is shown: for machines `kind` and `causes`, for people `text`.

    `text` is a true sentence: everything it says can be checked against catalogue and log.
    """

    kind: ReasonKind
    text: str
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A candidate row, as a row maker offers it to the layout.

    `titles` are best first, up to 3 × columns, so that de-duplication can refill from its depth.
    """

    kind: str
    key: str
    """Unique on a page and stable between pages: `because_you_watched:6`, `genres:Crime`."""
    label: str
    reason: Reason
    titles: Index
    value: float
    """Expected use to this viewer, comparable between lines: the layout's first clue."""
    family: str
    """Lines of one family compete: a layout limits how many it takes of each."""
    about: int = -1
    """The title row that the line is about (Because You Watched), −1: none."""
    whole: bool = False
    """Claims its titles before all others, and lacks only what whole rows above it show.

    Continue Watching, which stands first, is so never thinned; My List leaves out what that shows.
    """
    pin: int | None = None
    """The rank that it takes if it is shown at all."""
    minimum: int = 4
    """With fewer titles after de-duplication it is dropped."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A chosen line with the titles it got; `reasons` are filled once, after the layout."""

    line: Line
    titles: Index  # (C,)
    scores: Scores  # (C,)
    probability: Floats  # (C,) with which each title got this place
    row_probability: float = 1.0
    reasons: tuple[Reason, ...] = ()
    artworks: tuple[Choice[str], ...] = ()
    sources: NDArray[np.int8] = field(default_factory=lambda: np.empty(0, np.int8))
    """(C,) which of `Page.sources` spoke most for each title; empty only inside a layout."""


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """What is shown, top to bottom.

    Counter values that texts cite stand in the `count` and `days` of the reasons' causes.
    """

    layout: str
    rows: tuple[Row, ...] = field(default=())
    sources: tuple[str, ...] = ()
    """Names of the sources that the rows' `sources` index."""
