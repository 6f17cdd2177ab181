"""The verbs: every extension point as a small Protocol, and the register of what fills it.

Shapes: P requests in a batch, N titles in the catalogue snapshot, H titles in a history.
A part is one file in its family's package, named like the part and holding one class marked
`@part(family, name)`; it is imported when first asked for. Other packages add parts through
the entry-point group `matinee.parts`, with entries named `family.name`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Literal, Protocol, Self, TypeVar, runtime_checkable

import numpy as np

from matinee.data import Backdrop, Catalogue, Dataset, Exam, Scene
from matinee.data.readers import OpenReader, Reader
from matinee.data.register import FAMILIES, load, names, part
from matinee.types import (
    Choice,
    Floats,
    Index,
    Line,
    Moment,
    Page,
    Ranked,
    Request,
    Scores,
)

__all__ = [
    "FAMILIES",
    "ArtworkPolicy",
    "Aspect",
    "Counter",
    "EvaluationProtocol",
    "Forgetful",
    "Layout",
    "Metric",
    "OpenReader",
    "Ranker",
    "Reader",
    "Recipe",
    "RowMaker",
    "Seeded",
    "Shelf",
    "Source",
    "Spread",
    "load",
    "names",
    "part",
]

Fitted_co = TypeVar("Fitted_co", covariant=True)


class Recipe(Protocol[Fitted_co]):
    """Settings of a model; its fields are constructor, configuration and documentation at once."""

    def fit(self, data: Dataset, rng: np.random.Generator) -> Fitted_co:
        """Learn from the data; the same data and generator give the same model."""
        ...


@runtime_checkable
class Source(Protocol):
    """A fitted model that scores the whole catalogue for a history."""

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Return (P, N) float32; −inf = cannot say. A batch equals its requests one by one."""
        ...

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return (titles, H) float32: how much each history entry adds to each title's score.

        Exact where history explains the score; all zeros where the model knows no history.
        """
        ...

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Return the model for a newer catalogue: titles it cannot say score −inf."""
        ...


@runtime_checkable
class Forgetful(Protocol):
    """A fitted model that keeps something of single profiles, and can let go of it."""

    def without_profiles(self, rows: Index) -> Self:
        """Return the model with nothing left of these durable profile rows.

        The same object if it keeps nothing of them, so that a bundle need not be written anew.
        """
        ...


class Ranker(Protocol):
    """Reorders or drops, never adds."""

    def rank(
        self, requests: Sequence[Request], pools: Sequence[Ranked], *, scene: Scene
    ) -> list[Ranked]:
        """Return a new order of each pool; a title keeps its score, source and probability."""
        ...


class Counter(Protocol):
    """Integer counts of one kind of act by title and day, decayed when read."""

    def decayed(self, at: Moment, *, half_life_days: float) -> Floats:
        """Return (N,) counts, each halved every half life of its age at `at`."""
        ...

    def within(self, at: Moment, *, days: int) -> Index:
        """Return (N,) counts of the last `days` UTC days, that of `at` included."""
        ...


class Shelf(Protocol):
    """What row makers and layouts may see of one request."""

    @property
    def catalogue(self) -> Catalogue:
        """The snapshot that rows of titles refer to."""
        ...

    @property
    def scores(self) -> Scores:
        """(N,) the whole catalogue on this viewer's scale; −inf where not eligible."""
        ...

    @property
    def fresh(self) -> Index:
        """Every eligible and unseen title, best first."""
        ...

    @property
    def pool(self) -> Ranked:
        """The ranked candidates of the request."""
        ...

    @property
    def affinity(self) -> Scores:
        """(N,) how much of what this viewer likes each title is made of, in [0, 1]."""
        ...

    @property
    def surge(self) -> Floats:
        """(N,) how many times more than is usual for the hour each title is played; 1: as usual."""
        ...

    @property
    def ease(self) -> Floats:
        """(N,) how many times as readily as usual each title is taken where it is seen; above 0."""
        ...

    def similar(self, title: int, k: int) -> Index:
        """Return the k eligible, unseen titles most like this one, best first."""
        ...

    def counter(self, name: str) -> Counter:
        """Return a global counter: `plays`, `likes` or `adds`."""
        ...


class RowMaker(Protocol):
    """Offers candidate rows."""

    def lines(self, request: Request, shelf: Shelf) -> Iterable[Line]:
        """Return any number of lines, best first within their family."""
        ...


@runtime_checkable
class Seeded(Protocol):
    """A row maker that knows beforehand which titles its lines will be about."""

    def seed_titles(self, request: Request, catalogue: Catalogue) -> Index:
        """Return the rows it will ask `Shelf.similar` for: one batched call scores them all."""
        ...


class Layout(Protocol):
    """Chooses, orders and fills rows; knows what was already shown."""

    def arrange(self, request: Request, lines: Sequence[Line], shelf: Shelf) -> Page:
        """Return the page; its rows carry the probability with which they were chosen."""
        ...


class ArtworkPolicy(Protocol):
    """Chooses a picture of each title for this viewer."""

    def choose(self, request: Request, titles: Index, catalogue: Catalogue) -> list[Choice[str]]:
        """Return an artwork id a title, with the probability of the choice."""
        ...


class Metric(Protocol):
    """One list, one number; NaN = does not apply."""

    def __call__(self, shown: Ranked, wanted: frozenset[int]) -> float:
        """Judge a ranked list against the title rows that were wanted."""
        ...


class Aspect(Protocol):
    """One list judged by more than its hits, one number; NaN = does not apply."""

    def __call__(
        self, shown: Ranked, wanted: frozenset[int], *, request: Request, backdrop: Backdrop
    ) -> float:
        """Judge a ranked list against what was wanted, the viewer's history and all titles."""
        ...


class Spread(Protocol):
    """All lists together, one number: how much of the catalogue they share among them."""

    def __call__(self, lists: Sequence[Ranked], *, titles: int) -> float:
        """Judge R lists over a catalogue of so many titles."""
        ...


class EvaluationProtocol(Protocol):
    """Cuts data into what may be learned and what is then asked. Ranking is always full."""

    headline: ClassVar[str]
    """The metric by which models are compared and tuned, as `ndcg@100`."""

    @property
    def positives(self) -> str:
        """What counts as a like: `rating>=4`, `liked` (by the reward file) or `any`."""
        ...

    def cut(
        self, data: Dataset, *, part: Literal["test", "validation"], rng: np.random.Generator
    ) -> tuple[Exam, ...]:
        """Return the exams of one part; nothing of the validation is cut from what tests ask.

        Raises:
            ValueError: the data are too few for it.
        """
        ...
