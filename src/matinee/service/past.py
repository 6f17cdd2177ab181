"""What a profile did and what it likes, told title by title and facet by facet."""

from __future__ import annotations

import numpy as np

from matinee.service.live import Present
from matinee.service.queries import HistoryQuery
from matinee.service.sights import may_see
from matinee.service.tiles import progress
from matinee.service.titles import cursor_at, cursor_place, seconds
from matinee.service.views import FacetView, HistoryEntryView, HistoryView
from matinee.types import History, Moment, Profile

__all__ = ["blocked", "history_view", "taste"]

_MOST_FACETS = 20


def history_view(
    present: Present, profile: Profile, history: History, query: HistoryQuery
) -> HistoryView:
    """List a history's titles, the latest act first, without those its profile may not see.

    Raises:
        RefusedError: the cursor is not one that this list gave.
    """
    last = np.maximum(np.maximum(history.at, history.played_at), history.listed_at)
    order = np.argsort(-last, kind="stable")
    start = cursor_place(query.cursor, most=len(order))
    able = may_see(present.catalogue, profile)[history.titles[order[start:]]]
    found = start + np.flatnonzero(able)[: query.limit + 1]
    which = order[found[: query.limit]]
    return HistoryView(
        history=_entries(present, history.take(which), last[which].tolist()),
        next=cursor_at(int(found[-1])) if len(found) > query.limit else None,
    )


def _entries(present: Present, part: History, last: list[int]) -> list[HistoryEntryView]:
    shares = progress(part)
    entries = []
    for place, row in enumerate(part.titles.tolist()):
        title = present.catalogue.titles[row]
        episode = int(part.episodes[place])
        entries.append(
            HistoryEntryView(
                title_id=title.title_id,
                name=title.name,
                kind=title.kind,
                at=Moment(last[place]),
                thumb=int(part.thumbs[place]),
                rated=seconds(part.rated[place]),
                completed=bool(part.completed[place]),
                progress=shares.get(row),
                position_s=seconds(part.positions[place]),
                duration_s=seconds(part.durations[place]),
                episode_id=None if episode < 0 else present.catalogue.episode_rows.name(episode),
                watched_s=round(float(part.watched[place]), 3),
                in_list=bool(part.listed_at[place]),
                blocked=bool(part.blocked[place]),
                artwork=present.gallery.view(present.gallery.first[row], title),
            )
        )
    return entries


def taste(present: Present, history: History) -> list[FacetView]:
    """Return the facets that speak most for titles, with their shares of all that does."""
    facets = present.engine.facets
    liking = np.maximum(facets.taste(history), 0)
    total = float(liking.sum())
    best = np.argsort(-liking, kind="stable")[:_MOST_FACETS]
    return [
        FacetView(id=(facet := facets.ids.name(place)), name=_name(facet), weight=share)
        for place in best.tolist()
        if (share := round(float(liking[place]) / total, 4) if total else 0.0) > 0
    ]


def _name(facet: str) -> str:
    family, _, name = facet.partition(":")
    return f"{name}s" if family in ("decade", "kind") and name != "series" else name


def blocked(present: Present, history: History) -> list[str]:
    """Return the titles that are never shown to this profile because it said so."""
    return present.catalogue.vocabulary.names(history.titles[history.blocked])
