"""The pages that scripted viewers look at: what stood where, with tokens and decision records.

A script chooses what these pages show, and they say so; they are kept as any page is, so that
tokens lead to the row that a tile stood in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matinee.data import Catalogue
from matinee.service.decisions import Decision, pack
from matinee.service.ids import new_id
from matinee.service.pictures import Gallery
from matinee.service.queries import HomeQuery
from matinee.service.tokens import Signer
from matinee.stores.protocols import DecisionStore
from matinee.types import Choice, Line, Moment, Page, PageId, ProfileId, Reason, Row
from matinee.types.page import ReasonKind

__all__ = ["Screen", "ScriptedPage", "keep_pages"]

_LAYOUT = "script"
_ROWS: Mapping[str, tuple[str, ReasonKind, str]] = {
    "continue_watching": ("Continue Watching", "resume", "You have not finished it"),
    "my_list": ("My List", "list", "On your list"),
    "top_picks": ("Top Picks", "editorial", "Chosen by the demo's script"),
}
"""By kind of row: its label, and the kind and the words of the reason that its tiles give."""


@dataclass(frozen=True, slots=True)
class ScriptedPage:
    """A page that a script showed; times are those of the script, before it is moved."""

    page_id: PageId
    profile_id: ProfileId
    at: int
    rows: tuple[tuple[str, tuple[int, ...]], ...]  # kind and title rows


class Screen:
    """What one viewer has before their eyes, a page a session."""

    def __init__(self, profile: ProfileId, signer: Signer, *, seed: int) -> None:
        self.pages: list[ScriptedPage] = []
        self._profile = profile
        self._signer = signer
        self._seed = seed
        self._given: dict[tuple[int, str], str] = {}  # tokens by title row and kind of row
        self._looked_at: dict[int, str] = {}

    def open(self, at: int, rows: Mapping[str, Sequence[int]]) -> PageId:
        """Show a page with these titles by kind of row; rows without any are left out."""
        page = PageId(new_id(Moment(at), "script", self._profile, self._seed))
        shown = tuple((kind, tuple(titles)) for kind, titles in rows.items() if titles)
        self.pages.append(ScriptedPage(page, self._profile, at, shown))
        self._given, self._looked_at = {}, {}
        for rank, (kind, titles) in enumerate(shown):
            tokens = self._signer.row(page, self._profile, rank, np.array(titles, np.int32))
            self._given |= {(title, kind): t for title, t in zip(titles, tokens, strict=True)}
        return page

    def look(self, title: int, kind: str) -> str:
        """Look at a title's tile in a kind of row; return its token.

        Raises:
            KeyError: it does not stand there.
        """
        self._looked_at[title] = self._given[title, kind]
        return self._looked_at[title]

    def tile(self, title: int) -> str | None:
        """Return the token of the title's tile that was looked at, None if none was."""
        return self._looked_at.get(title)


def keep_pages(
    pages: Iterable[ScriptedPage],
    *,
    decisions: DecisionStore,
    catalogue: Catalogue,
    shift_ms: int,
    seed: int,
) -> int:
    """Keep decision records of pages that have none yet; return how many were kept."""
    gallery = Gallery(catalogue)
    kept = 0
    for page in pages:
        if decisions.read(page.page_id) is None:
            at = Moment(page.at + shift_ms)
            record = pack(_decision(page, catalogue, gallery, at=at, seed=seed), gallery)
            decisions.write(page.page_id, page.profile_id, at, record)
            kept += 1
    return kept


def _decision(
    page: ScriptedPage, catalogue: Catalogue, gallery: Gallery, *, at: Moment, seed: int
) -> Decision:
    rows = tuple(_row(kind, np.array(titles, np.int32), gallery) for kind, titles in page.rows)
    return Decision(
        page_id=page.page_id,
        request_id=page.page_id,
        query=HomeQuery(profile=page.profile_id),
        at=at,
        seed=seed,
        offset=0,  # a script looks at no log
        catalogue_version=catalogue.version,
        bundle=None,
        rung="popular",
        first_rank=0,
        more=False,
        page=Page(_LAYOUT, rows, (_LAYOUT,)),
    )


def _row(kind: str, titles: np.ndarray[tuple[int], np.dtype[np.int32]], gallery: Gallery) -> Row:
    label, of, text = _ROWS[kind]
    reason = Reason(of, text)
    return Row(
        line=Line(kind, kind, label, reason, titles, value=0.0, family=kind),
        titles=titles,
        scores=np.zeros(len(titles), np.float32),
        probability=np.ones(len(titles), np.float32),
        reasons=(reason,) * len(titles),
        artworks=tuple(Choice(gallery.first[title]) for title in titles.tolist()),
        sources=np.zeros(len(titles), np.int8),
    )
