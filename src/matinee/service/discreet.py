"""A kept page as it may be told now: without the names of titles that have become forbidden."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace

from matinee.data import Catalogue
from matinee.types import Cause, Flags, History, Page, Reason, Row

__all__ = ["discreet"]

_LIKE = ", like "  # stands before the name in a sentence about a shared person
_PLAIN = Reason("editorial", "From this catalogue")


def discreet(page: Page, catalogue: Catalogue, named: Flags, history: History) -> Page:
    """Return the page as if only titles in `named`, (N,), had ever spoken for others.

    A row about another title loses its titles and keeps its rank. A sentence that names another
    gives way to what the catalogue says of the tile's own title; causes are dropped one by one.
    """
    known = history.titles[named[history.titles]].tolist()
    censor = _Censor(catalogue, named, frozenset(catalogue.titles[row].name for row in known))
    return replace(page, rows=tuple(censor.row(row) for row in page.rows))


@dataclass(frozen=True, slots=True, eq=False)
class _Censor:
    catalogue: Catalogue
    named: Flags
    names: Set[str]  # of the history's titles that may be named

    def row(self, row: Row) -> Row:
        line = row.line
        if line.about >= 0 and not self.named[line.about]:
            return replace(
                row,
                line=replace(line, label="", reason=_PLAIN, titles=line.titles[:0], about=-1),
                titles=row.titles[:0],
                scores=row.scores[:0],
                probability=row.probability[:0],
                sources=row.sources[:0],
                reasons=(),
                artworks=(),
            )
        reasons = tuple(
            self._reason(reason) or self._plain(title)
            for reason, title in zip(row.reasons, row.titles.tolist(), strict=True)
        )
        reason = self._reason(line.reason) or _PLAIN
        if reason is line.reason and all(map(_same, reasons, row.reasons)):
            return row
        return replace(row, line=replace(line, reason=reason), reasons=reasons)

    def _reason(self, reason: Reason) -> Reason | None:
        """Return what is left of a reason, None if its sentence names what it may not.

        A sentence names the first of its causes, or, of a shared person, the title it ends with.
        """
        causes = tuple(cause for cause in reason.causes if self._may(cause))
        if reason.kind == "person" and reason.text.partition(_LIKE)[2] not in self.names:
            return None
        if len(causes) == len(reason.causes):
            return reason
        if causes and causes[0] is reason.causes[0]:
            return Reason(reason.kind, reason.text, causes)
        return None

    def _may(self, cause: Cause) -> bool:
        if cause.kind != "title":
            return True
        row = self.catalogue.vocabulary.row(cause.id)
        return row >= 0 and bool(self.named[row])

    def _plain(self, title: int) -> Reason:
        """Return the one thing that is true of a title whatever a viewer did: its genres."""
        genres = self.catalogue.titles[title].genres[:3]
        causes = tuple(Cause("facet", f"genre:{name}", name, 1.0) for name in genres)
        return Reason("facet", ", ".join(genres), causes) if genres else _PLAIN


def _same(one: Reason, other: Reason) -> bool:
    return one is other
