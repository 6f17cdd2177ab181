"""The catalogue as callers see it: titles one by one, in lists, and those like one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matinee.features import eligible, unseen
from matinee.service.alone import engine_of
from matinee.service.errors import RefusedError
from matinee.service.live import Live, Present
from matinee.service.people import known_profile
from matinee.service.queries import ListQuery, TitleQuery
from matinee.service.sights import may_open, unknown_title
from matinee.service.tiles import Showing, progress
from matinee.service.views import (
    HiddenView,
    TilesView,
    TitlesView,
    TitleView,
    UpsertView,
    ViewerView,
)
from matinee.stores import Stores
from matinee.types import (
    Cause,
    Choice,
    History,
    Line,
    Moment,
    Profile,
    ProfileId,
    Ranked,
    Reason,
    Request,
    Row,
    Title,
    TitleId,
)

__all__ = [
    "Titles",
    "cursor_at",
    "cursor_place",
    "listed",
    "seconds",
    "title_view",
    "viewer_view",
]

_FIELDS = tuple(
    field for field in TitleView.__struct_fields__ if field not in ("artwork", "viewer")
)
_NO_REASON = Reason("editorial", "")
_ANYBODY = Profile(profile_id="anybody", account_id="anybody")


class Titles:
    """The use cases of the catalogue over one worker's live state."""

    def __init__(self, stores: Stores, live: Live) -> None:
        """Take where titles are kept, and the state that shows them."""
        self._stores = stores
        self._live = live

    def put(self, titles: Sequence[Title], *, now: Moment, request_id: str) -> UpsertView:
        """Add or replace titles, all or none; every worker shows them from its next answer on.

        Raises:
            RefusedError: an id stands twice, or an episode belongs to another title.
        """
        ids = [title.title_id for title in titles]
        if len(set(ids)) < len(ids):
            twice = next(name for name in ids if ids.count(name) > 1)
            msg = f"title {twice!r} stands twice in one body"
            raise RefusedError(msg)
        try:
            version = self._stores.catalogue.upsert(titles, now=now)
        except ValueError as error:
            raise RefusedError(str(error)) from None
        return UpsertView(request_id=request_id, received=len(titles), version=version)

    def hide(self, title_id: TitleId, *, now: Moment) -> HiddenView:
        """Take a title out of everything that is shown; its row and its events stay.

        Raises:
            UnknownError: there is none of that id.
        """
        if not self._stores.catalogue.hide(title_id, now=now):
            raise unknown_title(title_id)
        return HiddenView(title_id=title_id, hidden=True)

    def all(self, query: ListQuery) -> TitlesView:
        """List the titles that are not hidden, in the order in which they came.

        Raises:
            RefusedError: the cursor is not one that this list gave.
        """
        present = self._live.catch_up()
        start = cursor_place(query.cursor, most=len(present.catalogue))
        rows = start + np.flatnonzero(~present.catalogue.hidden[start:])[: query.limit + 1]
        more = len(rows) > query.limit
        return TitlesView(
            titles=[title_view(present, row) for row in rows[: query.limit].tolist()],
            next=cursor_at(int(rows[-1])) if more else None,
        )

    def one(self, title_id: TitleId, query: TitleQuery, *, now: Moment) -> TitleView:
        """Show a title, and how a profile stands to it.

        Raises:
            UnknownError: no such title, or not for that profile, here and now.
        """
        present = self._live.catch_up()
        profile = self._profile(query)
        row = may_open(present.catalogue, title_id, profile, at=now, country=query.country)
        if profile is None:
            return title_view(present, row)
        history = self._live.state(ProfileId(profile.profile_id), present).history
        return title_view(present, row, history)

    def similar(
        self,
        title_id: TitleId,
        query: TitleQuery,
        *,
        limit: int,
        now: Moment,
        seed: int,
        model: str | None = None,
    ) -> TilesView:
        """Show titles like one title: for a profile only what it may see and has not seen.

        Raises:
            UnreadableError: the live model has no part called `model`.
            UnknownError: no such title or profile, or not for that profile, here and now.
        """
        present = self._live.catch_up()
        profile, history = self._profile(query), History.empty()
        row = may_open(present.catalogue, title_id, profile, at=now, country=query.country)
        if profile is not None:
            history = self._live.state(ProfileId(profile.profile_id), present).history
        request = Request(
            history=history,
            eligible=eligible(
                present.catalogue,
                profile=profile or _ANYBODY,
                history=history,
                at=now,
                country=query.country,
            ),
            unseen=unseen(present.catalogue, history),
            at=now,
            seed=seed,
            country=query.country,
        )
        engine = engine_of(present, model)
        found = engine.similar(request, row, limit, counters=present.counters)
        name = present.catalogue.titles[row].name
        cause = Cause("title", title_id, name, 1.0)
        reason = Reason("similar", f"Similar to {name}", (cause,))
        showing = Showing(present.catalogue, present.gallery, history, now, scores=False)
        return TilesView(
            titles=showing.tiles(listed(present, found, (reason,) * len(found)), 0, ())
        )

    def _profile(self, query: TitleQuery) -> Profile | None:
        return None if query.profile is None else known_profile(self._stores, query.profile)


def listed(present: Present, found: Ranked, reasons: tuple[Reason, ...]) -> Row:
    """Return a ranked list as a row without a label of its own, a reason a title."""
    return Row(
        line=Line("list", "list", "", _NO_REASON, found.titles, 0.0, "list"),
        titles=found.titles,
        scores=found.scores,
        probability=found.probability,
        reasons=reasons,
        artworks=tuple(Choice(present.gallery.first[row]) for row in found.titles.tolist()),
        sources=found.sources,
    )


def title_view(present: Present, row: int, history: History | None = None) -> TitleView:
    """Show a title; with a history, how its viewer stands to it."""
    title = present.catalogue.titles[row]
    artwork_id = present.gallery.first[row]
    return TitleView(
        **{name: getattr(title, name) for name in _FIELDS},
        artwork=present.gallery.view(artwork_id, title),
        viewer=None if history is None else viewer_view(present, row, history),
    )


def viewer_view(present: Present, row: int, history: History) -> ViewerView:
    """Show how a viewer stands to a title."""
    places = np.flatnonzero(history.titles == row)
    if not len(places):
        return ViewerView(
            thumb=0,
            in_list=False,
            progress=None,
            position_s=None,
            duration_s=None,
            episode_id=None,
            completed=False,
            blocked=False,
        )
    one = history.take(places)
    episode = int(one.episodes[0])
    return ViewerView(
        thumb=int(one.thumbs[0]),
        in_list=bool(one.listed_at[0]),
        progress=progress(one).get(row),
        position_s=seconds(one.positions[0]),
        duration_s=seconds(one.durations[0]),
        episode_id=None if episode < 0 else present.catalogue.episode_rows.name(episode),
        completed=bool(one.completed[0]),
        blocked=bool(one.blocked[0]),
    )


def seconds(value: float) -> float | None:
    """Return a duration, None where it is unknown (NaN)."""
    return None if np.isnan(value) else round(float(value), 3)


def cursor_at(row: int) -> str:
    """Return the cursor of a list that goes on at a place."""
    return f"at-{row}"


def cursor_place(cursor: str | None, *, most: int) -> int:
    """Return the place where a list goes on, 0 without a cursor.

    Raises:
        RefusedError: it is not a cursor that a list of that length gave.
    """
    if cursor is None:
        return 0
    digits = cursor.removeprefix("at-")
    place = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else -1
    if cursor != cursor_at(place) or not 0 <= place <= most:
        msg = f"{cursor!r} is not a cursor of this list; use `next` as it was given"
        raise RefusedError(msg)
    return place
