"""An installation, opened: all use cases in one place, for the server and for embedders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from matinee.features import Rewards
from matinee.service import erasing, past, people, recording
from matinee.service.config import Config
from matinee.service.crediting import Recent, recent
from matinee.service.dossier import DossierView, dossier
from matinee.service.edits import title_edits
from matinee.service.erasing import ErasureView, ForgottenView
from matinee.service.errors import ConflictError
from matinee.service.lists import Lists
from matinee.service.live import Live, Present
from matinee.service.pages import Pages
from matinee.service.pictures import ART, Picture
from matinee.service.queries import (
    GuestBody,
    HistoryQuery,
    HomeQuery,
    ListQuery,
    NewAccount,
    NewProfile,
    ProfileChange,
    RecommendationsQuery,
    RowsQuery,
    TitleQuery,
)
from matinee.service.secret import signing_key
from matinee.service.titles import Titles
from matinee.service.tokens import Signer
from matinee.service.upkeep import Upkeep, UpkeepReport, turn
from matinee.service.views import (
    AccountView,
    EditsView,
    HiddenView,
    HistoryView,
    HomeView,
    ProfilesView,
    ProfileView,
    ReadinessView,
    ReceiptView,
    RecommendationsView,
    RowsView,
    TilesView,
    TitlesView,
    TitleView,
    UpsertView,
)
from matinee.stores import Rejected, Stores, open_stores
from matinee.types import (
    AccountId,
    Event,
    History,
    Moment,
    PageId,
    Profile,
    ProfileId,
    Title,
    TitleId,
)

__all__ = ["Matinee"]


@dataclass(frozen=True)
class Matinee:
    """The Python API. Time and seeds are arguments; every answer is a view, as on the wire.

    All methods may be called from many threads. Each answer knows every event that was
    acknowledged before it was asked for, by this process or another on the same stores.

    Raises, wherever they apply: `UnknownError` for what is not here, `RefusedError` for what
    cannot be done as asked, `ConflictError` for what contradicts what is here.
    """

    stores: Stores
    config: Config
    key: bytes
    """Signs tokens; 32 bytes or more that nobody can guess."""
    folder: Path | None = None
    """The installation's folder, None if it is all in memory."""
    live: Live = field(init=False)
    _signer: Signer = field(init=False)
    _pages: Pages = field(init=False)
    _titles: Titles = field(init=False)
    _lists: Lists = field(init=False)
    _upkeep: Upkeep = field(init=False)

    def __post_init__(self) -> None:
        rewards = Rewards.chosen(self.config.train.rewards, home=self.folder)
        live = Live(self.stores, self.config.engine, rewards)
        signer = Signer(self.key)
        titles = Titles(self.stores, live)
        for name, value in (
            ("live", live),
            ("_signer", signer),
            ("_pages", Pages(self.stores, live, signer)),
            ("_titles", titles),
            ("_upkeep", Upkeep(self.stores, self.config.keep, self.folder)),
            ("_lists", Lists(self.stores, live, titles, rewards)),
        ):
            object.__setattr__(self, name, value)

    @classmethod
    def open(cls, home: Path, config: Config | None = None) -> Matinee:
        """Open the installation in a folder, making what is missing. Once a process."""
        stores = open_stores(home)
        return cls(stores, config or Config(), signing_key(home), home)

    def close(self) -> None:
        """Let go of files."""
        self.live.close()
        self.stores.close()

    def catch_up(self) -> Present:
        """Come up to the log's head, the newest catalogue and the live bundle, now."""
        return self.live.catch_up()

    def tend(self, *, now: Moment) -> None:
        """Carry on what was begun (erasures) and do what is due; to be called every few seconds."""
        if self.live.stale:
            self.live.catch_up()  # what was deleted is let go of, though nobody asks for a page
        self._upkeep.tend(now=now)

    def upkeep(self, *, now: Moment) -> UpkeepReport:
        """Go through all upkeep now, whenever it was done last.

        Raises:
            ConflictError: another process is at it.
        """
        with turn(self.folder) as ours:
            if not ours:
                msg = "another process is at the upkeep of this folder; try again when it is done"
                raise ConflictError(msg)
            return self._upkeep.go_through(now=now)

    def erase(self, profile_id: ProfileId, *, now: Moment, seed: int) -> ErasureView:
        """Erase a profile; at once nobody finds it, `tend` cleans what is left of it."""
        return erasing.begin(self.stores, profile_id, now=now, seed=seed)

    def erasure(self, erasure_id: str) -> ErasureView:
        """Show how far an erasure is."""
        return erasing.erasure_view(self.stores, erasure_id)

    def forget(self, profile_id: ProfileId, title_id: TitleId) -> ForgottenView:
        """Delete all that a profile did with a title."""
        people.known_profile(self.stores, profile_id)
        return erasing.forget(self.stores, profile_id, title_id)

    def dossier(self, profile_id: ProfileId) -> DossierView:
        """Return everything that is held about a profile."""
        return dossier(self.stores, profile_id, self.live.catch_up().gallery)

    def recent_plays(self) -> Recent:
        """Count the newest plays, and those that nothing is known to have led to."""
        return recent(self.stores, rewards=Rewards.default())

    def readiness(self) -> ReadinessView:
        """Say whether pages can be served, and by what."""
        try:
            present = self.live.catch_up()
            self.stores.profiles.profile(ProfileId("readiness"))
            self.stores.decisions.read(PageId("readiness"))
        except Exception as error:  # noqa: BLE001  (whatever it is, the answer is: not ready)
            return ReadinessView(ready=False, why=f"{type(error).__name__}: {error}")
        return ReadinessView(
            ready=self.live.trouble is None,
            rung=present.rung,
            bundle=present.bundle,
            why=self.live.trouble or (None if present.bundle else _UNTRAINED),
            titles=len(present.catalogue),
            catalogue_version=present.catalogue.version,
            offset=present.offset,
        )

    def home(
        self, query: HomeQuery, *, now: Moment, seed: int, request_id: str | None = None
    ) -> HomeView:
        """Make a new page, and keep the decision unless it is a preview."""
        return self._pages.new(query, now=now, seed=seed, request_id=request_id)

    def home_again(
        self, page_id: PageId, *, now: Moment, request_id: str | None = None
    ) -> HomeView:
        """Show a page as it was made; what is forbidden since is neither shown nor named."""
        return self._pages.again(page_id, now=now, request_id=request_id)

    def home_rows(
        self,
        page_id: PageId,
        query: RowsQuery,
        *,
        now: Moment,
        seed: int,
        request_id: str | None = None,
    ) -> RowsView:
        """Append rows to a page; the same `after` gives the same rows."""
        return self._pages.more(page_id, query, now=now, seed=seed, request_id=request_id)

    def recommendations(
        self, query: RecommendationsQuery, *, now: Moment, seed: int, request_id: str
    ) -> RecommendationsView:
        """Rank titles for a profile, or those like one title."""
        return self._lists.ranked(query, now=now, seed=seed, request_id=request_id)

    def guest_recommendations(
        self, bodies: Sequence[GuestBody], *, now: Moment, seed: int
    ) -> list[TilesView]:
        """Rank titles for histories of which nothing is kept."""
        return self._lists.guests(bodies, now=now, seed=seed)

    def record(
        self,
        batch: Sequence[Event | Rejected],
        *,
        now: Moment,
        request_id: str,
        decoded: bool = False,
    ) -> ReceiptView:
        """Store events from outside; `decoded` promises that they come from `decode_events`."""
        return recording.record(
            self.stores, self._signer, batch, now=now, request_id=request_id, decoded=decoded
        )

    def new_account(self, body: NewAccount, *, now: Moment, seed: int) -> AccountView:
        """Make an account."""
        return people.new_account(self.stores, body, now=now, seed=seed)

    def account(self, account_id: AccountId) -> AccountView:
        """Show an account."""
        return people.account_view(self.stores, account_id)

    def new_profile(self, body: NewProfile, *, now: Moment, seed: int) -> ProfileView:
        """Make a profile."""
        return people.new_profile(self.stores, body, now=now, seed=seed)

    def change_profile(
        self, profile_id: ProfileId, body: ProfileChange, *, now: Moment
    ) -> ProfileView:
        """Put a profile's name, language and protection anew."""
        return people.change_profile(self.stores, profile_id, body, now=now)

    def profiles(self, query: ListQuery) -> ProfilesView:
        """List profiles."""
        return people.profiles_view(self.stores, query)

    def profile(self, profile_id: ProfileId) -> ProfileView:
        """Show a profile, with its taste and what it blocked."""
        profile, present, history = self._known(profile_id)
        view = people.profile_view(profile, events=self.stores.log.counts([profile_id])[0])
        return msgspec.structs.replace(
            view, taste=past.taste(present, history), blocked=past.blocked(present, history)
        )

    def history(self, profile_id: ProfileId, query: HistoryQuery) -> HistoryView:
        """List what a profile did, the latest first, without titles that it may not see now."""
        profile, present, history = self._known(profile_id)
        return past.history_view(present, profile, history, query)

    def titles(self, query: ListQuery) -> TitlesView:
        """List titles."""
        return self._titles.all(query)

    def title(self, title_id: TitleId, query: TitleQuery, *, now: Moment) -> TitleView:
        """Show a title, and how a profile stands to it."""
        return self._titles.one(title_id, query, now=now)

    def put_titles(self, titles: Sequence[Title], *, now: Moment, request_id: str) -> UpsertView:
        """Add or replace titles, all or none."""
        return self._titles.put(titles, now=now, request_id=request_id)

    def hide_title(self, title_id: TitleId, *, now: Moment) -> HiddenView:
        """Take a title out of everything that is shown."""
        return self._titles.hide(title_id, now=now)

    def title_edits(self, title_id: TitleId, query: ListQuery) -> EditsView:
        """List every version that a title had, and what changed in each."""
        return title_edits(self.stores.catalogue, title_id, query)

    def similar(
        self, title_id: TitleId, query: TitleQuery, *, limit: int, now: Moment, seed: int
    ) -> TilesView:
        """Show titles like one title, for a profile what it may see and has not seen."""
        return self._titles.similar(title_id, query, limit=limit, now=now, seed=seed)

    def picture(self, name: str) -> Picture | None:
        """Return the picture at `/art/` + name, None if there is none."""
        folder = None if self.folder is None else self.folder / ART
        return self.live.catch_up().gallery.picture(folder, name)

    def _known(self, profile_id: ProfileId) -> tuple[Profile, Present, History]:
        present = self.live.catch_up()
        profile = people.known_profile(self.stores, profile_id)
        return profile, present, self.live.state(profile_id, present).history


_UNTRAINED = "no bundle is live: pages go by counts until a model is trained"
