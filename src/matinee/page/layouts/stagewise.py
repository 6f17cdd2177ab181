"""Stage-wise layout: the next row is the best one given the rows above it.

argmax over lines ℓ of  value(ℓ) · kept(ℓ) + coverage(ℓ) − likeness(ℓ) − family(ℓ)   where
kept is how much of its head's worth is left once titles shown above are taken out, coverage the
part of the viewer's taste in genres that the page still lacks and ℓ would bring, likeness the
cosine of its genres with the two rows above, family a step for each line of its family above.
Alvino and Basilico, Learning a personalized homepage, Netflix technology blog, 2015.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matinee.page.likes import genre_counts
from matinee.page.worth import HEAD, utility
from matinee.parts import Shelf, part
from matinee.types import Flags, Line, Page, Request, Row, Scores

__all__ = ["Stagewise"]

Shares = NDArray[np.float64]

_TOP_ROWS = 6
"""Rows within which no title stands twice."""
_NEAR_ROWS = 3
"""Further down: rows above within which no title stands again."""
_NEVER = np.iinfo(np.int16).min


@part("layout", "stagewise")
@dataclass(frozen=True)
class Stagewise:
    """Greedy, row by row; the weights are on the scale of a line's value, about 0 to 1.5."""

    coverage: float = 0.6
    """What bringing all of the taste that the page still lacks would be worth."""
    likeness: float = 0.25
    """What being of the same genres as the two rows above costs."""
    family: float = 0.12
    """What each line of the same family above costs."""
    family_share: float = 0.34
    """Share of the rows that one family may take, while others are left."""

    def arrange(self, request: Request, lines: Sequence[Line], shelf: Shelf) -> Page:
        """Return at most `request.rows` rows of at most `request.columns` titles."""
        grid = _Grid(request, lines, shelf)
        limit = max(int(np.ceil(self.family_share * request.rows)), 1)
        for rank in range(request.rows):
            pick = self._next(grid, rank, limit)
            if pick < 0:
                break
            grid.place(pick, rank)
        return Page("stagewise", tuple(grid.rows))

    def _next(self, grid: _Grid, rank: int, limit: int) -> int:
        """Return the line for this rank, −1: none is left that holds enough titles."""
        able, kept = grid.left(rank)
        pinned = np.flatnonzero(able & (grid.pins == rank))
        if len(pinned):
            return int(pinned[0])
        taken = grid.taken_by_family()
        for narrower in (grid.pins <= rank, taken < limit):
            if (able & narrower).any():
                able = able & narrower  # both yield when nothing else is left
        if not able.any():
            return -1
        gain = grid.values * kept + self.coverage * grid.coverage()
        gain -= self.likeness * grid.likeness() + self.family * taken
        return int(np.argmax(np.where(able, gain, -np.inf)))


class _Grid:
    """A page being filled: lines as one padded matrix, and where each title was last placed."""

    def __init__(self, request: Request, lines: Sequence[Line], shelf: Shelf) -> None:
        self.lines = [line for line in lines if len(line.titles)]
        self.rows: list[Row] = []
        self._placed: list[int] = []
        self._columns = request.columns
        self._scores = shelf.scores
        count = len(self.lines)
        depth = max((len(line.titles) for line in self.lines), default=0)
        self._titles = np.full((count, depth), -1, np.int32)  # (lines, depth)
        for place, line in enumerate(self.lines):
            self._titles[place, : len(line.titles)] = line.titles
        self._real = self._titles >= 0
        worth = utility(shelf, self._titles) + np.float32(0.01)  # the least worth still counts
        self._worth: Scores = np.where(self._real, worth, np.float32(0))
        self._whole = np.array([line.whole for line in self.lines], np.bool_)
        # Nobody can ask a row of two columns for four titles.
        least = [min(line.minimum, request.columns) for line in self.lines]
        self._minimum = np.array(least, np.int64)
        self.values = np.array([line.value for line in self.lines], np.float64)
        self.pins = np.array([-1 if ln.pin is None else ln.pin for ln in self.lines], np.int64)
        names = dict.fromkeys(line.family for line in self.lines)
        numbers = {name: number for number, name in enumerate(names)}
        self._families = np.array([numbers[line.family] for line in self.lines], np.int64)
        self._family_rows = np.zeros(len(names), np.int64)
        self._open = np.ones(count, np.bool_)
        self._last = np.full(len(shelf.catalogue), _NEVER, np.int16)  # rank where last placed
        self._left = self._real  # which titles are free at the rank that is being filled
        self._claimed = np.zeros(len(shelf.catalogue), np.bool_)
        self._shown_whole = np.zeros(len(shelf.catalogue), np.bool_)
        self._claim()
        self._head_worth = self._worth[:, :HEAD].sum(axis=1)
        self._set_genres(request, shelf)

    def _claim(self) -> None:
        """Keep for the whole lines all that they may come to show.

        A whole line goes on past what another one shows, so it may reach that much further.
        """
        wholes = [line.titles for line in self.lines if line.whole]
        among = Counter(title for titles in wholes for title in titles.tolist())
        for titles in wholes:
            both = sum(among[title] > 1 for title in titles.tolist())
            self._claimed[titles[: self._columns + both]] = True

    def _set_genres(self, request: Request, shelf: Shelf) -> None:
        """Read what genres the heads are of, and which the viewer's taste asks for."""
        catalogue, history = shelf.catalogue, request.history
        heads, real = self._titles[:, :HEAD], self._real[:, :HEAD]
        of_genre = catalogue.has_genre[:, heads] & real  # (genres, lines, head)
        self._genres = of_genre.sum(axis=2).T / np.maximum(real.sum(axis=1), 1)[:, None]
        lengths = np.linalg.norm(self._genres, axis=1)
        self._direction = self._genres / np.where(lengths > 0, lengths, 1)[:, None]
        counts = genre_counts(history, history.weights > 0, catalogue).astype(np.float64)
        self._lacking: Shares = counts / max(counts.sum(), 1.0)

    def left(self, rank: int) -> tuple[Flags, Scores]:
        """Return which lines can stand at this rank, and how much of their head is left."""
        self._left = free = self._free(rank)
        able = self._open & (free.sum(axis=1) >= self._minimum)
        head = free & (np.cumsum(free, axis=1) <= HEAD)
        kept = np.where(head, self._worth, 0).sum(axis=1) / np.maximum(self._head_worth, 1e-6)
        return able, np.minimum(kept, 1.0)

    def _free(self, rank: int) -> Flags:
        """Return (lines, depth) which titles may stand in a row of this rank.

        A whole line leaves out what whole rows above show, and nothing else.
        """
        earliest = 0 if rank < _TOP_ROWS else rank - _NEAR_ROWS
        taken = (self._last >= earliest) | self._claimed
        free: Flags = self._real & ~taken[self._titles]
        whole = self._titles[self._whole]
        free[self._whole] = (whole >= 0) & ~self._shown_whole[whole]
        return free

    def taken_by_family(self) -> NDArray[np.int64]:
        """Return how many rows each line's family has."""
        return self._family_rows[self._families]

    def coverage(self) -> Shares:
        """Return how much of the taste that the page lacks each line would bring."""
        brought: Shares = np.minimum(self._genres, self._lacking).sum(axis=1)
        return brought

    def likeness(self) -> Shares:
        """Return each line's largest cosine with the two rows above."""
        above = self._placed[-2:]
        if not above:
            return np.zeros(len(self.lines))
        likeness: Shares = (self._direction @ self._direction[above].T).max(axis=1)
        return likeness

    def place(self, pick: int, rank: int) -> None:
        """Put a line at the rank that `left` was asked for, with the first titles free there."""
        line = self.lines[pick]
        titles = self._titles[pick][self._left[pick]][: self._columns]
        self._last[titles] = rank
        if line.whole:
            self._shown_whole[titles] = True
        self._open[pick] = False
        self._placed.append(pick)
        self._family_rows[self._families[pick]] += 1
        self._lacking = np.maximum(self._lacking - 0.5 * self._genres[pick] * self._lacking, 0)
        ones = np.ones(len(titles), np.float32)
        self.rows.append(Row(line, titles, self._scores[titles], ones))
