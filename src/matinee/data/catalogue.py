"""One snapshot of the catalogue as columns, by durable title row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matinee.data.episodes import Episodes
from matinee.data.vocabulary import Vocabulary
from matinee.types import Flags, Index, Ints, Longs, Moment, Title

__all__ = ["Catalogue"]

_ALWAYS_END = np.iinfo(np.int64).max
_ALWAYS_START = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """N titles of one version. Rows are durable: a newer version adds at the end, moves none."""

    version: int
    vocabulary: Vocabulary  # N title ids
    titles: tuple[Title, ...]  # by row, hidden ones too
    years: Ints  # (N,) −1: unknown
    minimum_ages: NDArray[np.int8]  # (N,) years, what eligibility compares
    hidden: Flags  # (N,)
    is_series: Flags  # (N,)
    runtimes: NDArray[np.float32]  # (N,) seconds, NaN: unknown
    added: Longs  # (N,) epoch ms, 0: unknown
    genres: Vocabulary  # G genre names in order of first appearance
    has_genre: Flags  # (G, N) row g: which titles are of that genre
    window_titles: Index  # (W,) title row of each availability window
    window_starts: Longs  # (W,) epoch ms
    window_ends: Longs  # (W,) epoch ms, exclusive
    window_countries: tuple[str | None, ...]  # (W,) None: every country
    episode_rows: Vocabulary  # episode ids by durable episode row
    episodes: Episodes  # the same episodes as columns

    def __len__(self) -> int:
        return len(self.titles)

    @classmethod
    def of(
        cls, titles: Sequence[Title], *, version: int = 0, episodes: Sequence[str] | None = None
    ) -> Catalogue:
        """Lay titles out as columns; their order gives their rows.

        `episodes` are the episode ids by durable row; left out, they are numbered as they come.
        """
        genres = Vocabulary(dict.fromkeys(name for title in titles for name in title.genres))
        has_genre = np.zeros((len(genres), len(titles)), np.bool_)
        for row, title in enumerate(titles):
            has_genre[genres.rows(title.genres), row] = True
        episode_rows = Vocabulary(
            [e.episode_id for title in titles for e in title.episodes]
            if episodes is None
            else episodes
        )
        windows = [(row, window) for row, title in enumerate(titles) for window in title.windows]
        return cls(
            version=version,
            vocabulary=Vocabulary(title.title_id for title in titles),
            titles=tuple(titles),
            years=np.array([-1 if t.year is None else t.year for t in titles], np.int16),
            minimum_ages=np.array([t.minimum_age for t in titles], np.int8),
            hidden=np.array([t.hidden for t in titles], np.bool_),
            is_series=np.array([t.kind == "series" for t in titles], np.bool_),
            runtimes=np.array(
                [np.nan if t.runtime_s is None else t.runtime_s for t in titles], np.float32
            ),
            added=np.array([t.added or 0 for t in titles], np.int64),
            genres=genres,
            has_genre=has_genre,
            window_titles=np.array([row for row, _ in windows], np.int32),
            window_starts=np.array(
                [_ALWAYS_START if w.start is None else w.start for _, w in windows], np.int64
            ),
            window_ends=np.array(
                [_ALWAYS_END if w.end is None else w.end for _, w in windows], np.int64
            ),
            window_countries=tuple(window.country for _, window in windows),
            episode_rows=episode_rows,
            episodes=Episodes.of(titles, episode_rows),
        )

    def available(self, *, at: Moment, country: str | None) -> Flags:
        """Return which titles may be shown then and there: not hidden, and inside a window.

        A title without windows is available always and everywhere; one with windows only inside
        one of them. A window for a country needs that country to be known. Shape (N,).
        """
        if not len(self.window_titles):
            return ~self.hidden
        open_now = (self.window_starts <= at) & (at < self.window_ends)
        here = np.array([c is None or c == country for c in self.window_countries], np.bool_)
        allowed = np.ones(len(self), np.bool_)
        allowed[self.window_titles] = False
        allowed[self.window_titles[open_now & here]] = True
        return allowed & ~self.hidden
