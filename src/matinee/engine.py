"""Requests in, pages out: the one place that knows the order of the stages.

    eligible ─► sources ─► mask ─► rankers ─► row makers ─► layout ─► artwork ─► causes

`Request.eligible` comes in already; it is applied once, right after the sources' fusion, and
nothing outside it is ever on a shelf. What is chosen here has probability 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Protocol, runtime_checkable

import msgspec
import numpy as np
from numpy.typing import NDArray

from matinee.content import Facets
from matinee.data import Catalogue, Scene
from matinee.features import Counters, Rewards
from matinee.page.evidence import Witness, with_evidence
from matinee.page.order import best_first, highest, standing
from matinee.page.shelf import Stock, ViewerShelf, lift_of, seed_request
from matinee.page.specs import PartSpec, built
from matinee.parts import ArtworkPolicy, Layout, Ranker, RowMaker, Seeded, Source
from matinee.types import Index, Page, Ranked, Reason, Request, Scores

__all__ = ["Engine", "EngineSettings"]

_UNCOUNTED = Counters.empty(Rewards.default())

_ROWS: tuple[PartSpec, ...] = (
    "continue_watching",
    "top_picks",
    {"because_you_watched": {"seeds": 3}},
    "my_list",
    "trending",
    "genres",
    "new",
    "popular",
)


class EngineSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a page is made of. The TOML table `[engine]`; parts are named as in the register."""

    pool: Annotated[
        int, msgspec.Meta(ge=1, le=100_000, description="Titles that rankers may reorder")
    ] = 800
    rankers: Annotated[
        tuple[PartSpec, ...], msgspec.Meta(description="Rankers, in the order in which they run")
    ] = ()
    rows: Annotated[
        tuple[PartSpec, ...], msgspec.Meta(description="Row makers, by name or name with settings")
    ] = _ROWS
    layout: Annotated[PartSpec, msgspec.Meta(description="What arranges rows to a page")] = (
        "stagewise"
    )
    artwork: Annotated[PartSpec, msgspec.Meta(description="What chooses pictures")] = "default"


@runtime_checkable
class _Fused(Protocol):
    """A source made of several, that can say which of them spoke."""

    names: tuple[str, ...]

    def parts(self, requests: Sequence[Request]) -> Scores: ...

    def shares(self, parts: Scores) -> Scores: ...


@dataclass(frozen=True, slots=True, eq=False)
class Engine:
    """Fitted parts over one catalogue snapshot, without any viewer's state: threads share it."""

    catalogue: Catalogue
    source: Source
    facets: Facets
    pool: int
    rankers: tuple[Ranker, ...]
    makers: tuple[RowMaker, ...]
    layout: Layout
    artwork: ArtworkPolicy

    @classmethod
    def assemble(cls, settings: EngineSettings, *, catalogue: Catalogue, source: Source) -> Engine:
        """Build every part that the settings name; `source` is of this very catalogue.

        Raises:
            LookupError: a part is unknown; the message lists the known ones.
            ValueError: a part's setting is unknown or does not hold.
        """
        return cls(
            catalogue=catalogue,
            source=source,
            facets=Facets.of(catalogue),
            pool=settings.pool,
            rankers=tuple(built("ranker", spec) for spec in settings.rankers),
            makers=tuple(built("row", spec) for spec in settings.rows),
            layout=built("layout", settings.layout),
            artwork=built("artwork", settings.artwork),
        )

    @property
    def source_names(self) -> tuple[str, ...]:
        """Names that `Ranked.sources` and `Row.sources` index."""
        return self.source.names if isinstance(self.source, _Fused) else ("source",)

    def pages(self, requests: Sequence[Request], counters: Counters) -> list[Page]:
        """Return a page for each request; a batch gives the very pages of one by one."""
        pages = []
        for request, shelf in zip(requests, self.shelves(requests, counters), strict=True):
            lines = [line for maker in self.makers for line in maker.lines(request, shelf)]
            page = self.layout.arrange(request, lines, shelf)
            page = self._with_artwork(page, request, shelf)
            pages.append(with_evidence(page, request, shelf.stock))
        return pages

    def shelves(self, requests: Sequence[Request], counters: Counters) -> list[ViewerShelf]:
        """Return what the row makers and the layout see of each request."""
        return self._stocked(requests, counters, seeds=self._seeds(requests))

    def ranked(
        self, requests: Sequence[Request], k: int, *, counters: Counters = _UNCOUNTED
    ) -> list[Ranked]:
        """Return, for each request, its best k eligible and unseen titles.

        Without counters ties fall to the lower row alone.
        """
        depth = None if self.rankers else k  # a ranker may drop titles: then others follow
        shelves = self._stocked(requests, counters, seeds=[()] * len(requests), depth=depth)
        return [_ranked(shelf, shelf.fresh[:k]) for shelf in shelves]

    def similar(
        self, request: Request, title: int, k: int, *, counters: Counters = _UNCOUNTED
    ) -> Ranked:
        """Return the k eligible and unseen titles most like one, in this viewer's scores."""
        [shelf] = self._stocked([request], counters, seeds=[(title,)])
        return _ranked(shelf, shelf.similar(title, k))

    def reasons(
        self, request: Request, titles: Index, *, counters: Counters = _UNCOUNTED
    ) -> tuple[Reason, ...]:
        """Return a reason for each of these titles, as on a page; for lists without one."""
        stock = self._stock(counters)
        return Witness.of(np.unique(titles), request, stock).reasons(titles)

    def _stock(self, counters: Counters) -> Stock:
        counters = counters.sized(len(self.catalogue))
        popularity = counters.likes.total() + counters.plays.total()
        return Stock(self.catalogue, self.facets, self.source, counters, standing(popularity))

    def _seeds(self, requests: Sequence[Request]) -> list[tuple[int, ...]]:
        """Return the titles of which each request's row makers will want the like."""
        seeded = [maker for maker in self.makers if isinstance(maker, Seeded)]
        return [
            tuple(
                row
                for maker in seeded
                for row in maker.seed_titles(request, self.catalogue).tolist()
            )
            for request in requests
        ]

    def _stocked(
        self,
        requests: Sequence[Request],
        counters: Counters,
        *,
        seeds: Sequence[tuple[int, ...]],
        depth: int | None = None,
    ) -> list[ViewerShelf]:
        """Ask the sources once for all requests and seeds, mask, and rank.

        With a depth only so many titles of a shelf are sure to be there.
        """
        if not requests:
            return []
        stock = self._stock(counters)
        alone = [
            seed_request(request, *title)
            for request, titles in zip(requests, seeds, strict=True)
            if titles
            for title in ((), *((title,) for title in titles))
        ]
        scores, sources = self._asked([*requests, *alone], len(requests))
        of_alone = iter(scores[len(requests) :])
        shelves: list[ViewerShelf] = []
        for request, own, spoke, titles in zip(requests, scores, sources, seeds, strict=False):
            masked = _masked(own, request)
            fresh = np.flatnonzero(request.eligible & request.unseen).astype(np.int32)
            if depth is not None:
                fresh = highest(masked, fresh, depth)
            fresh = best_first(masked, fresh, stock.standing)
            lifts = _lifts(titles, of_alone)
            shelf = ViewerShelf(stock, request, masked, spoke, fresh, _NOTHING, lifts)
            shelves.append(replace(shelf, pool=_ranked(shelf, fresh[: self.pool])))
        return self._reordered(requests, shelves)

    def _asked(self, requests: Sequence[Request], count: int) -> tuple[Scores, NDArray[np.int8]]:
        """Return all scores and, for the first `count` requests, who spoke most for each title."""
        if isinstance(self.source, _Fused):
            parts = self.source.parts(requests)  # (sources, P, N)
            spoke = self.source.shares(parts[:, :count]).argmax(axis=0).astype(np.int8)
            return parts.sum(axis=0), spoke
        scores = self.source.scores(requests)
        return scores, np.zeros((count, scores.shape[1]), np.int8)

    def _reordered(
        self, requests: Sequence[Request], shelves: list[ViewerShelf]
    ) -> list[ViewerShelf]:
        """Let the rankers at the pools; what they drop leaves the shelf's fresh titles too."""
        if not self.rankers or not shelves:
            return shelves
        pools = [shelf.pool for shelf in shelves]
        counters = shelves[0].stock.counters
        popularity = (counters.likes.total() + counters.plays.total()).astype(np.float32)
        scene = Scene(self.catalogue, self.facets.matrix, popularity)
        for ranker in self.rankers:
            pools = ranker.rank(requests, pools, scene=scene)
        return [
            replace(shelf, pool=pool, fresh=np.concatenate((pool.titles, shelf.fresh[self.pool :])))
            for shelf, pool in zip(shelves, pools, strict=True)
        ]

    def _with_artwork(self, page: Page, request: Request, shelf: ViewerShelf) -> Page:
        """Return the page with a picture of each title, and which source spoke for it."""
        if not page.rows:
            return replace(page, sources=self.source_names)
        titles = np.unique(np.concatenate([row.titles for row in page.rows]))
        choices = self.artwork.choose(request, titles, self.catalogue)
        of_title = dict(zip(titles.tolist(), choices, strict=True))
        rows = [
            replace(
                row,
                artworks=tuple([of_title[title] for title in row.titles.tolist()]),
                sources=shelf.sources[row.titles],
            )
            for row in page.rows
        ]
        return replace(page, rows=tuple(rows), sources=self.source_names)


_NOTHING = Ranked(
    np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.int8), np.empty(0, np.float32)
)


def _masked(scores: Scores, request: Request) -> Scores:
    """Return scores that are −inf where not eligible and finite elsewhere.

    Where the source cannot say, its lowest finite score of the eligible stands, 0 if none.
    """
    said = np.isfinite(scores) & request.eligible
    lowest = scores[said].min() if said.any() else np.float32(0)
    filled = np.where(said, scores, lowest)
    return np.where(request.eligible, filled, np.float32(-np.inf)).astype(np.float32)


def _lifts(titles: Sequence[int], of_alone: Iterator[Scores]) -> dict[int, Scores]:
    """Take from the scores of an empty history, then of each title alone, what each adds."""
    if not titles:
        return {}
    empty = next(of_alone)
    return {title: lift_of(next(of_alone), empty) for title in titles}


def _ranked(shelf: ViewerShelf, titles: Index) -> Ranked:
    """Return these titles, in this order, with what is known of each."""
    ones = np.ones(len(titles), np.float32)
    return Ranked(titles, shelf.scores[titles], shelf.sources[titles], ones)
