"""Pages for profiles: made by the engine, kept as decisions, read again, made longer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from matinee.features import eligible, unseen
from matinee.service.decisions import Decision, pack, unpack
from matinee.service.discreet import discreet
from matinee.service.errors import ConflictError, RefusedError, UnknownError
from matinee.service.ids import new_id
from matinee.service.live import Live, Present
from matinee.service.people import known_profile
from matinee.service.queries import MOST_TILES, HomeQuery, RowsQuery
from matinee.service.sights import may_hear
from matinee.service.states import ProfileState
from matinee.service.tiles import Showing
from matinee.service.tokens import Signer
from matinee.service.views import HomeView, RowsView
from matinee.stores import Stores
from matinee.types import BundleId, Flags, Moment, Page, PageId, Profile, ProfileId, Request

__all__ = ["Asked", "Pages", "request_for"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A profile asking now: what of the worker's state concerns it."""

    present: Present
    profile: Profile
    state: ProfileState
    home: str | None = None
    """The country in which its account signed up; what may be shown does not go by it."""


class Pages:
    """The use cases of pages over one worker's live state."""

    def __init__(self, stores: Stores, live: Live, signer: Signer) -> None:
        """Take what pages are made of and kept in."""
        self._stores = stores
        self._live = live
        self._signer = signer

    def new(self, query: HomeQuery, *, now: Moment, seed: int, request_id: str | None) -> HomeView:
        """Make a page, and keep its decision unless it is a preview."""
        if query.rows * query.columns > MOST_TILES:
            msg = f"rows × columns is {query.rows * query.columns}; at most {MOST_TILES:,} tiles"
            raise RefusedError(msg)
        asked = self._made_by(query, self.asked(ProfileId(query.profile)))
        page_id = PageId(new_id(now, "page", query.profile, seed))
        request = request_for(asked, query, at=now, seed=seed)
        [page] = asked.present.engine.pages([request], asked.present.counters)
        decision = Decision(
            page_id=page_id,
            request_id=request_id or page_id,
            query=query,
            at=now,
            seed=seed,
            offset=asked.present.offset,
            catalogue_version=asked.present.catalogue.version,
            bundle=asked.present.bundle,
            rung=asked.present.rung,
            first_rank=0,
            more=len(page.rows) >= query.rows and not query.preview,
            page=page,
            kids=asked.profile.kids,
            maturity=asked.profile.maturity,
        )
        if not query.preview:
            try:
                self._keep(page_id, decision, asked)
            except ValueError:
                msg = f"this profile, time and seed made page {page_id} already; give another seed"
                raise ConflictError(msg) from None
        return self._home(decision, asked, now=now, request_id=decision.request_id)

    def again(self, page_id: PageId, *, now: Moment, request_id: str | None) -> HomeView:
        """Show a page as it was made; what is forbidden since is neither shown nor named."""
        decision, asked = self._kept(page_id)
        allowed = self._allowed(decision, asked, now)
        said = request_id or decision.request_id
        decision = replace(decision, page=_discreet(decision.page, asked))
        return self._home(decision, asked, now=now, request_id=said, allowed=allowed)

    def more(
        self, page_id: PageId, query: RowsQuery, *, now: Moment, seed: int, request_id: str | None
    ) -> RowsView:
        """Append rows below the first `after` of a page; the same `after` gives the same rows."""
        decision, asked = self._kept(page_id)
        above = self._above(page_id, decision, query.after, asked)
        addition_id = PageId(f"{page_id}~{query.after}")
        held = self._stores.decisions.read(addition_id)
        if held is None:
            by = self._made_by(decision.query, asked)
            made = self._addition(above, decision, by, query.after, now=now, seed=seed)
            try:
                self._keep(addition_id, made, asked)
            except ValueError:  # another worker was first: its rows count
                held = self._stores.decisions.read(addition_id)
        added = made if held is None else unpack(held, asked.present.gallery)
        showing = self._showing(decision, asked, now, self._allowed(decision, asked, now))
        return RowsView(
            request_id=request_id or new_id(now, "request", seed),
            page_id=page_id,
            rows=showing.rows(_discreet(added.page, asked), added.first_rank),
            next=_next(page_id, added),
        )

    def asked(self, profile_id: ProfileId) -> Asked:
        """Come up to the log's head and return what concerns a profile.

        Raises:
            UnknownError: there is none of that id.
        """
        present = self._live.catch_up()
        profile = known_profile(self._stores, profile_id)
        home = self._stores.profiles.country(profile_id)
        return Asked(present, profile, self._live.state(profile_id, present), home)

    def _made_by(self, query: HomeQuery, asked: Asked) -> Asked:
        """Return the same profile, asking the bundle that the query names."""
        bundle = None if query.bundle is None else BundleId(query.bundle)
        return replace(asked, present=self._live.by(bundle, asked.present))

    def _addition(
        self,
        above: list[Decision],
        first: Decision,
        asked: Asked,
        after: int,
        *,
        now: Moment,
        seed: int,
    ) -> Decision:
        """Ask the engine for a longer page of what was not shown, and drop the rows that were."""
        query = first.query
        shown = [row for decision in above for row in decision.page.rows]
        request = request_for(asked, query, at=now, seed=seed)
        for row in shown:
            request.eligible[row.titles] = False
        longer = replace(request, rows=query.rows + len(shown))
        [page] = asked.present.engine.pages([longer], asked.present.counters)
        keys = {row.line.key for row in shown}
        fresh = tuple(row for row in page.rows if row.line.key not in keys)[: query.rows]
        present = asked.present
        return replace(
            first,
            at=now,
            seed=seed,
            offset=present.offset,
            catalogue_version=present.catalogue.version,
            bundle=present.bundle,
            rung=present.rung,
            first_rank=after,
            more=len(fresh) >= query.rows,
            page=replace(page, rows=fresh),
            kids=asked.profile.kids,
            maturity=asked.profile.maturity,
        )

    def _above(self, page_id: PageId, first: Decision, after: int, asked: Asked) -> list[Decision]:
        """Return the page and what was added to it, down to row `after`."""
        above = [first]
        while (stood := above[-1].first_rank + len(above[-1].page.rows)) < after:
            held = self._stores.decisions.read(PageId(f"{page_id}~{stood}"))
            if held is None:
                break
            above.append(unpack(held, asked.present.gallery))
        if stood != after:
            msg = f"page {page_id} has no row {after} to go on from; follow its `next`"
            raise RefusedError(msg)
        return above

    def _keep(self, page_id: PageId, decision: Decision, asked: Asked) -> None:
        record = pack(decision, asked.present.gallery)
        profile = ProfileId(asked.profile.profile_id)
        self._stores.decisions.write(page_id, profile, decision.at, record)
        if self._stores.profiles.profile(profile) is None:  # erased while the page was made
            self._stores.decisions.erase(profile)
            known_profile(self._stores, profile)

    def _kept(self, page_id: PageId) -> tuple[Decision, Asked]:
        record = self._stores.decisions.read(page_id)
        if record is None or "~" in page_id:
            msg = f"no page {page_id!r}; pages are kept for 30 days, previews not at all"
            raise UnknownError(msg)
        decision = unpack(record, self._live.catch_up().gallery)
        return decision, self.asked(ProfileId(decision.query.profile))

    def _allowed(self, decision: Decision, asked: Asked, now: Moment) -> Flags:
        return request_for(asked, decision.query, at=now, seed=0).eligible

    def _showing(
        self, decision: Decision, asked: Asked, now: Moment, allowed: Flags | None
    ) -> Showing:
        profile = ProfileId(asked.profile.profile_id)
        tokens = partial(self._signer.row, decision.page_id, profile)
        return Showing(
            catalogue=asked.present.catalogue,
            gallery=asked.present.gallery,
            history=asked.state.history,
            at=now,
            scores="scores" in decision.query.include,
            page=decision.page_id,
            tokens=None if decision.query.preview else tokens,
            allowed=allowed,
        )

    def _home(
        self,
        decision: Decision,
        asked: Asked,
        *,
        now: Moment,
        request_id: str,
        allowed: Flags | None = None,
    ) -> HomeView:
        showing = self._showing(decision, asked, now, allowed)
        return HomeView(
            request_id=request_id,
            page_id=decision.page_id,
            profile_id=decision.query.profile,
            at=decision.at,
            device=decision.query.device,
            layout=decision.page.layout,
            rung=decision.rung,
            bundle=decision.bundle,
            cells={},
            rows=showing.rows(decision.page, decision.first_rank),
            next=_next(decision.page_id, decision),
        )


def request_for(asked: Asked, query: HomeQuery, *, at: Moment, seed: int) -> Request:
    """Return the engine's request for a page: history, hard rules and context."""
    catalogue, history = asked.present.catalogue, asked.state.history
    unknown = [genre for genre in query.genre if genre not in catalogue.genres]
    if unknown:
        there_are = ", ".join(sorted(catalogue.genres.ids)) or "none"
        msg = f"no genre called {unknown[0]!r}; there are {there_are}"
        raise RefusedError(msg)
    excluded = catalogue.vocabulary.rows(query.exclude)
    return Request(
        history=history,
        eligible=eligible(
            catalogue,
            profile=asked.profile,
            history=history,
            at=at,
            country=query.country,
            exclude=excluded[excluded >= 0].tolist(),
            genres=query.genre,
        ),
        unseen=unseen(catalogue, history),
        at=at,
        seed=seed,
        device=query.device,
        country=query.country or asked.home,
        tz_offset_min=query.tz_offset_min,
        rows=query.rows,
        columns=query.columns,
    )


def _discreet(page: Page, asked: Asked) -> Page:
    catalogue, history = asked.present.catalogue, asked.state.history
    named = may_hear(catalogue, asked.profile, history)
    return discreet(page, catalogue, named, history)


def _next(page_id: PageId, decision: Decision) -> str | None:
    if not decision.more:
        return None
    return f"/v1/home/{page_id}/rows?after={decision.first_rank + len(decision.page.rows)}"
