"""From what the engine placed to what is sent: rows and tiles in words, numbers and tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

import msgspec
import numpy as np

from matinee.data import Catalogue
from matinee.service.badges import badges
from matinee.service.pictures import Gallery
from matinee.service.views import RowView, TileView
from matinee.types import Flags, History, Index, Moment, Page, Row

__all__ = ["Showing", "progress"]


@dataclass(frozen=True, eq=False)
class Showing:
    """One viewer looking: what all tiles of an answer share."""

    catalogue: Catalogue
    gallery: Gallery
    history: History
    at: Moment
    scores: bool
    page: str = ""
    tokens: Callable[[int, Index], list[str]] | None = None
    """Gives a row's tokens by rank and titles; None: these tiles are of no page."""
    allowed: Flags | None = None
    """(N,) where False, a tile is left out and its column stays empty; None: all may be shown."""
    _progress: Mapping[int, float] = field(init=False)
    _thumbs: Mapping[int, int] = field(init=False)
    _listed: Set[int] = field(init=False)
    _badges: Mapping[int, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_progress", progress(self.history))
        object.__setattr__(self, "_thumbs", _thumbs(self.history))
        listed = self.history.titles[self.history.listed_at > 0].tolist()
        object.__setattr__(self, "_listed", frozenset(listed))
        object.__setattr__(self, "_badges", badges(self.catalogue, self.at))

    def rows(self, page: Page, first_rank: int) -> list[RowView]:
        """Return a page's rows; those left without any title are left out, and their ranks."""
        views = [
            self._row(row, rank, page.sources) for rank, row in enumerate(page.rows, first_rank)
        ]
        return [view for view in views if view.titles]

    def _row(self, row: Row, rank: int, sources: tuple[str, ...]) -> RowView:
        view = RowView(
            row_id=f"{self.page}-{rank}",
            kind=row.line.kind,
            rank=rank,
            label=row.line.label,
            reason=row.line.reason,
            titles=self.tiles(row, rank, sources),
        )
        if not self.scores:
            return view
        return msgspec.structs.replace(
            view,
            score=row.line.value,
            source=row.line.family,
            probability=row.row_probability,
        )

    def tiles(self, row: Row, rank: int, sources: tuple[str, ...]) -> list[TileView]:
        """Return a row's tiles by column."""
        titles = row.titles.tolist()
        known, picture = self.catalogue.titles, self.gallery.view
        share, badge = self._progress.get, self._badges.get
        thumb, listed = self._thumbs.get, self._listed
        given = None if self.tokens is None else self.tokens(rank, row.titles)
        tokens: Sequence[str | None] = given or (None,) * len(titles)
        ages = self.catalogue.minimum_ages[row.titles].tolist()
        columns = zip(titles, row.artworks, row.reasons, tokens, ages, strict=True)
        views = [
            TileView(  # mostly by place: seventeen keywords take ten times as long
                title.title_id,
                column,
                title.name,
                title.year,
                title.kind,
                title.genres,
                title.runtime_s,
                age,
                picture(choice.what, title),
                reason,
                None,  # match
                share(which),
                thumb(which, 0),
                which in listed,
                playable=True,
                badges=badge(which, ()),
                token=token,
            )
            for column, (which, choice, reason, token, age) in enumerate(columns)
            for title in (known[which],)
        ]
        if self.scores:
            views = [*self._scored(views, row, sources)]
        if self.allowed is None:
            return views
        return [view for view, open_ in zip(views, self.allowed[row.titles], strict=True) if open_]

    def _scored(
        self, views: list[TileView], row: Row, sources: tuple[str, ...]
    ) -> Iterator[TileView]:
        said = (row.scores.tolist(), row.sources.tolist(), row.probability.tolist())
        for view, score, source, probability in zip(views, *said, strict=True):
            yield msgspec.structs.replace(
                view, score=score, source=sources[source], probability=probability
            )


def progress(history: History) -> dict[int, float]:
    """Return how far each open title is, from 0 to 1, by title row."""
    open_ = np.flatnonzero(~np.isnan(history.positions) & (history.durations > 0))
    shares = np.minimum(history.positions[open_] / history.durations[open_], 1.0)
    rounded = shares.astype(np.float64).round(4).tolist()
    return dict(zip(history.titles[open_].tolist(), rounded, strict=True))


def _thumbs(history: History) -> dict[int, int]:
    """Return the thumbs and ratings that count as such, by title row; others are 0."""
    given = np.flatnonzero(history.thumbs)
    return dict(zip(history.titles[given].tolist(), history.thumbs[given].tolist(), strict=True))
