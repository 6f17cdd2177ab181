"""From what the engine placed to what is sent: rows and tiles in words, numbers and tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from msgspec import UNSET

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
    _badges: Mapping[int, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_progress", progress(self.history))
        object.__setattr__(self, "_badges", badges(self.catalogue, self.at))

    def rows(self, page: Page, first_rank: int) -> list[RowView]:
        """Return a page's rows; those left without any title are left out, and their ranks."""
        views = [
            self._row(row, rank, page.sources) for rank, row in enumerate(page.rows, first_rank)
        ]
        return [view for view in views if view.titles]

    def _row(self, row: Row, rank: int, sources: tuple[str, ...]) -> RowView:
        return RowView(
            row_id=f"{self.page}-{rank}",
            kind=row.line.kind,
            rank=rank,
            label=row.line.label,
            reason=row.line.reason,
            titles=self.tiles(row, rank, sources),
            score=row.line.value if self.scores else UNSET,
            source=row.line.family if self.scores else UNSET,
            probability=row.row_probability if self.scores else UNSET,
        )

    def tiles(self, row: Row, rank: int, sources: tuple[str, ...]) -> list[TileView]:
        """Return a row's tiles by column."""
        titles = row.titles.tolist()
        known, find = self.catalogue.titles, self.gallery.view
        given = None if self.tokens is None else self.tokens(rank, row.titles)
        tokens: Sequence[str | None] = given or (None,) * len(titles)
        share, badge = self._progress.get, self._badges.get
        ages = self.catalogue.minimum_ages[row.titles].tolist()
        views = [
            TileView(
                title_id=(title := known[which]).title_id,
                column=column,
                name=title.name,
                year=title.year,
                kind=title.kind,
                genres=title.genres,
                runtime_s=title.runtime_s,
                maturity=ages[column],
                artwork=find(row.artworks[column].what, title),
                reason=row.reasons[column],
                match=None,
                progress=share(which),
                playable=True,
                badges=badge(which, ()),
                token=tokens[column],
                score=float(row.scores[column]) if self.scores else UNSET,
                source=sources[row.sources[column]] if self.scores else UNSET,
                probability=float(row.probability[column]) if self.scores else UNSET,
            )
            for column, which in enumerate(titles)
        ]
        if self.allowed is None:
            return views
        return [view for view, open_ in zip(views, self.allowed[row.titles], strict=True) if open_]


def progress(history: History) -> dict[int, float]:
    """Return how far each open title is, from 0 to 1, by title row."""
    open_ = np.flatnonzero(~np.isnan(history.positions) & (history.durations > 0))
    shares = np.minimum(history.positions[open_] / history.durations[open_], 1.0)
    rounded = shares.astype(np.float64).round(4).tolist()
    return dict(zip(history.titles[open_].tolist(), rounded, strict=True))
