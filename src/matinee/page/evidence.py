"""Evidence: why each placed title and each row is shown, from the model's causes and plain facts.

The model is asked once, for all placed titles. Of what it says only the viewer's own liked
history is named. Where it says nothing, a fact stands in: a person or a genre that the title
shares with what was watched, a count, or what the catalogue says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from matinee.page.facts import Facts
from matinee.page.likes import citable
from matinee.page.shelf import Stock
from matinee.types import Cause, Index, Line, Longs, Page, Reason, Request, Row, Scores

__all__ = ["Witness", "with_evidence"]

_CITED = 2
"""Titles of the history that a placed title names at most; a row names one more."""


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
    shares: Scores  # (T, H) part of all that spoke for each title
    cited: Scores  # (T, H) the same, 0 where the entry may not be named
    facts: Facts
    _said: dict[int, Reason] = field(default_factory=dict)  # by entry: what the viewer did

    @classmethod
    def of(cls, titles: Index, request: Request, stock: Stock) -> Witness:
        """Ask the model why these titles, once."""
        spoke = np.maximum(stock.source.causes(request, titles), np.float32(0))
        total = spoke.sum(axis=1, keepdims=True)
        shares: Scores = np.divide(spoke, total, out=np.zeros_like(spoke), where=total > 0)
        named = citable(request, stock.catalogue)
        cited: Scores = np.where(named, shares, np.float32(0))
        return cls(titles, shares, cited, Facts(request, stock, named))

    def row(self, row: Row) -> Row:
        """Return a row with its reasons."""
        line, places = row.line, _places(self.titles, row.titles)
        most = self._most(places)
        special = self._specials().get(line.reason.kind)
        about = self.facts.entries.get(line.about, -1)
        seed_shares = self.shares[places, about].tolist() if about >= 0 else [0.0] * len(places)
        reasons = []
        for title, named, share in zip(row.titles.tolist(), most, seed_shares, strict=True):
            reason = special(title) if special else None
            if reason is None and about >= 0:
                reason = self._like_seed(title, about, share, named)
            reasons.append(reason or self._because(title, named))
        return replace(row, line=self._reasoned(line, places), reasons=tuple(reasons))

    def reasons(self, titles: Index) -> tuple[Reason, ...]:
        """Return a reason for each of these titles, which must be among the witness's."""
        named = self._most(_places(self.titles, titles))
        pairs = zip(titles.tolist(), named, strict=True)
        return tuple(self._because(title, most) for title, most in pairs)

    def _specials(self) -> dict[str, Callable[[int], Reason | None]]:
        facts = self.facts
        return {
            "resume": facts.resume,
            "list": facts.listed,
            "trend": facts.trend,
            "popular": facts.popular,
            "new": facts.new,
        }

    def _most(self, places: Longs) -> list[list[tuple[int, float]]]:
        """Return, for each title, the entries that spoke most and may be named, with shares."""
        left = self.cited[places]
        rows = np.arange(len(places))
        found: list[list[tuple[int, float]]] = [[] for _ in rows]
        for _ in range(min(_CITED, left.shape[1])):
            best = left.argmax(axis=1)
            for entries, entry, share in zip(
                found, best.tolist(), left[rows, best].tolist(), strict=True
            ):
                if share > 0:
                    entries.append((entry, share))
            left[rows, best] = 0
        return found

    def _because(self, title: int, named: list[tuple[int, float]]) -> Reason:
        """Return the model's own reason, else the most telling fact."""
        if named:
            said = self._did(named[0][0])
            return Reason(said.kind, said.text, tuple(self._causes(named)))
        return self.facts.best(title)

    def _like_seed(
        self, title: int, about: int, share: float, named: list[tuple[int, float]]
    ) -> Reason:
        """Return a reason that names the row's subject first."""
        said = self._did(about)
        others = [pair for pair in named if pair[0] != about][: _CITED - 1]
        if not share and not named:
            share = 1.0  # the model has nothing to say: the subject alone brought it here
        causes = tuple(self._causes([(about, share), *others]))
        like = self.facts.genres_like(title, about)
        return Reason("similar", like, causes) if like else Reason(said.kind, said.text, causes)

    def _causes(self, named: list[tuple[int, float]]) -> Iterator[Cause]:
        for entry, share in named:
            title = self.facts.entry_title(entry)
            yield Cause("title", title.title_id, title.name, round(share, 3))

    def _did(self, entry: int) -> Reason:
        if entry not in self._said:
            self._said[entry] = self.facts.did(entry)
        return self._said[entry]

    def _reasoned(self, line: Line, places: Longs) -> Line:
        """Return the line with causes: rows chosen by taste name what spoke most for them."""
        if line.reason.kind != "watched" or line.reason.causes:
            return line
        total = self.cited[places].mean(axis=0) if len(places) else np.empty(0)
        best = np.argsort(-total, kind="stable")[: _CITED + 1]
        named = [(int(entry), float(total[entry])) for entry in best if total[entry] > 0]
        if not named:
            return replace(line, reason=self.facts.taste())
        said = self._did(named[0][0])
        return replace(line, reason=Reason(said.kind, said.text, tuple(self._causes(named))))


def _places(among: Index, titles: Index) -> Longs:
    return np.searchsorted(among, titles).astype(np.int64)
