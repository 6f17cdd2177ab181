"""Evidence: why each placed title and each row is shown, from the model's causes and plain facts.

The model is asked once, for all placed titles. Of what it says only the viewer's own liked
history is named. Where it says nothing, a fact stands in: a person or a genre that the title
shares with what was watched, a count, or what the catalogue says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from matinee.page.facts import Facts
from matinee.page.likes import citable
from matinee.page.shelf import Stock
from matinee.types import Cause, Index, Line, Longs, Page, Reason, Request, Row, Scores

__all__ = ["Witness", "with_evidence"]

_CITED = 3
"""Titles of the history that a row's reason names at most; that of a title names two."""

_Named: TypeAlias = tuple[int, int, float, int, float]
"""A title, the entry that spoke most for it with its share, and the next."""


def with_evidence(page: Page, request: Request, stock: Stock) -> Page:
    """Return the page with a reason for each row and each title; the model is asked once."""
    placed = [row.titles for row in page.rows]
    titles = np.unique(np.concatenate([np.empty(0, np.int32), *placed]))
    witness = Witness.of(titles, request, stock)
    return replace(page, rows=tuple(witness.row(row) for row in page.rows))


@dataclass(frozen=True, slots=True, eq=False)
class Witness:
    """What can be said about T titles to one viewer with H history entries."""

    titles: Index  # (T,) ascending
    cited: Scores  # (T, H) part of all that spoke for each title, 0 where not to be named
    named: list[_Named]  # (T,) of each title the two entries that spoke most
    facts: Facts
    _said: dict[int, Reason] = field(default_factory=dict)  # by entry: what the viewer did
    _names: dict[int, tuple[str, str]] = field(default_factory=dict)  # by entry: id and name

    @classmethod
    def of(cls, titles: Index, request: Request, stock: Stock) -> Witness:
        """Ask the model why these titles, once."""
        spoke = np.maximum(stock.source.causes(request, titles), np.float32(0))
        total = spoke.sum(axis=1, keepdims=True)
        nameable = citable(request, stock.catalogue)
        spoke *= nameable
        cited: Scores = np.divide(spoke, total, out=spoke, where=total > 0)
        return cls(titles, cited, _two_most(titles, cited), Facts(request, stock, nameable))

    def row(self, row: Row) -> Row:
        """Return a row with its reasons."""
        line, places = row.line, _places(self.titles, row.titles)
        special = self._specials().get(line.reason.kind)
        about = self.facts.entries.get(line.about, -1)
        if about >= 0:
            reasons = self._like_seed(places, about)
        elif special:
            reasons = [special(named[0]) or self._because(*named) for named in self._of(places)]
        else:
            reasons = self._model_reasons(places)
        return replace(row, line=self._reasoned(line, places), reasons=tuple(reasons))

    def reasons(self, titles: Index) -> tuple[Reason, ...]:
        """Return a reason for each of these titles, which must be among the witness's."""
        return tuple(self._model_reasons(_places(self.titles, titles)))

    def _specials(self) -> dict[str, Callable[[int], Reason | None]]:
        facts = self.facts
        return {
            "resume": facts.resume,
            "list": facts.listed,
            "trend": facts.trend,
            "popular": facts.popular,
            "new": facts.new,
        }

    def _of(self, places: Longs) -> Iterator[_Named]:
        return map(self.named.__getitem__, places.tolist())

    def _model_reasons(self, places: Longs) -> list[Reason]:
        because = self._because
        return [because(*named) for named in self._of(places)]

    def _because(
        self, title: int, first: int, share: float, second: int, other_share: float
    ) -> Reason:
        """Return the model's own reason, else the most telling fact."""
        if share <= 0:
            return self.facts.best(title)
        said = self._did(first)
        cause = self._cause(first, share)
        if other_share <= 0:
            return Reason(said.kind, said.text, (cause,))
        return Reason(said.kind, said.text, (cause, self._cause(second, other_share)))

    def _like_seed(self, places: Longs, about: int) -> list[Reason]:
        """Return reasons that name the row's subject first."""
        said, shares = self._did(about), _rounded(self.cited[places, about])
        reasons = []
        for share, (title, first, most, second, more) in zip(shares, self._of(places), strict=True):
            other, part = (second, more) if first == about else (first, most)
            # Where the model says nothing at all, the subject alone brought the title here.
            alone = share <= 0 and part <= 0
            causes = [self._cause(about, 1.0 if alone else share)]
            if part > 0:
                causes.append(self._cause(other, part))
            like = self.facts.genres_like(title, about)
            reasons.append(
                Reason("similar", like, tuple(causes))
                if like
                else Reason(said.kind, said.text, tuple(causes))
            )
        return reasons

    def _cause(self, entry: int, share: float) -> Cause:
        name = self._names.get(entry)
        if name is None:
            title = self.facts.entry_title(entry)
            name = self._names[entry] = (title.title_id, title.name)
        return Cause("title", name[0], name[1], share)

    def _did(self, entry: int) -> Reason:
        if entry not in self._said:
            self._said[entry] = self.facts.did(entry)
        return self._said[entry]

    def _reasoned(self, line: Line, places: Longs) -> Line:
        """Return the line with causes: rows chosen by taste name what spoke most for them."""
        if line.reason.kind != "watched" or line.reason.causes:
            return line
        total = self.cited[places].mean(axis=0) if len(places) else np.empty(0)
        best = np.argsort(-total, kind="stable")[:_CITED]
        named = [(int(entry), round(float(total[entry]), 3)) for entry in best]
        causes = tuple(self._cause(entry, share) for entry, share in named if share > 0)
        if not causes:
            return replace(line, reason=self.facts.taste(self.titles[places]))
        said = self._did(named[0][0])
        return replace(line, reason=Reason(said.kind, said.text, causes))


def _places(among: Index, titles: Index) -> Longs:
    return np.searchsorted(among, titles).astype(np.int64)


def _two_most(titles: Index, cited: Scores) -> list[_Named]:
    """Return each title with the two entries that spoke most and may be named."""
    if not cited.shape[1]:
        return [(title, -1, 0.0, -1, 0.0) for title in titles.tolist()]
    rows, left = np.arange(len(titles)), cited.copy()
    first = left.argmax(axis=1)
    left[rows, first] = 0
    second = left.argmax(axis=1)
    shares = (_rounded(cited[rows, first]), _rounded(left[rows, second]))
    columns = (titles.tolist(), first.tolist(), shares[0], second.tolist(), shares[1])
    return list(zip(*columns, strict=True))


def _rounded(shares: Scores) -> list[float]:
    return list(shares.astype(np.float64).round(3).tolist())
