"""The episodes of every series as columns, by durable episode row and in viewing order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from matinee.data.vocabulary import Vocabulary
from matinee.types import Floats, Index, Ints, Longs, Title

__all__ = ["Episodes"]


@dataclass(frozen=True, slots=True, eq=False)
class Episodes:
    """E episodes; series n's stand, in viewing order, at `in_order[indptr[n]:indptr[n + 1]]`.

    Viewing order is season by season and number by number; specials (season 0) come first, so
    that the last episode of a series is never a special unless it has nothing else.
    """

    titles: Index  # (E,) title row, −1: no longer in the catalogue
    seasons: Ints  # (E,)
    numbers: Ints  # (E,)
    runtimes: Floats  # (E,) seconds, NaN: unknown
    available_from: Longs  # (E,) epoch ms, the smallest int64 where always
    indptr: Longs  # (N + 1,)
    in_order: Index  # (M ≤ E,) episode rows
    places: Index  # (E,) where the episode stands in `in_order`, −1: nowhere
    season_sizes: Longs = field(init=False)  # (E,) how many episodes the episode's season has

    def __post_init__(self) -> None:
        """Count the seasons once: a fold that did would slow down with the catalogue."""
        season = self.titles.astype(np.int64) * 2**16 + self.seasons
        _, which, sizes = np.unique(season, return_inverse=True, return_counts=True)
        object.__setattr__(self, "season_sizes", sizes[which])

    def __len__(self) -> int:
        return len(self.titles)

    @classmethod
    def of(cls, titles: Sequence[Title], rows: Vocabulary) -> Episodes:
        """Lay the episodes of these titles out; `rows` gives each its durable row."""
        count = len(rows)
        table = cls(
            titles=np.full(count, -1, np.int32),
            seasons=np.zeros(count, np.int16),
            numbers=np.zeros(count, np.int16),
            runtimes=np.full(count, np.nan, np.float32),
            available_from=np.full(count, np.iinfo(np.int64).min, np.int64),
            indptr=np.zeros(len(titles) + 1, np.int64),
            in_order=np.empty(0, np.int32),
            places=np.full(count, -1, np.int32),
        )
        in_order: list[int] = []
        for title_row, title in enumerate(titles):
            for episode in sorted(title.episodes, key=lambda e: (e.season, e.number)):
                row = rows.row(episode.episode_id)
                if row < 0 or table.titles[row] >= 0:
                    continue
                table.titles[row] = title_row
                table.seasons[row] = episode.season
                table.numbers[row] = episode.number
                if episode.runtime_s is not None:
                    table.runtimes[row] = episode.runtime_s
                if episode.available_from is not None:
                    table.available_from[row] = episode.available_from
                table.places[row] = len(in_order)
                in_order.append(row)
            table.indptr[title_row + 1] = len(in_order)
        return cls(
            titles=table.titles,
            seasons=table.seasons,
            numbers=table.numbers,
            runtimes=table.runtimes,
            available_from=table.available_from,
            indptr=table.indptr,
            in_order=np.array(in_order, np.int32),
            places=table.places,
        )
