"""What one worker holds in memory, and how it comes up to the log's head before every page."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from threading import Lock, Thread

from matinee.data import Catalogue
from matinee.engine import Engine, EngineSettings
from matinee.features import COUNTED, TELLING, Counters, Rewards
from matinee.parts import Source
from matinee.service.alongside import Alongside
from matinee.service.counted import Counted
from matinee.service.pictures import Gallery
from matinee.service.sighting import met
from matinee.service.states import ProfileState, States, read_state
from matinee.service.views import Rung
from matinee.stores import StoreError, Stores
from matinee.types import BundleId, Offset, ProfileId

__all__ = ["Live", "Present"]

_log = logging.getLogger("matinee.service")
_UNUSABLE = (LookupError, OSError, ValueError)
_MOST_WAIT = 512  # catch-ups between two tries of a bundle that cannot be used
_AT_ONCE = 50_000  # events folded anew while a page waits: 50 ms


@dataclass(frozen=True, slots=True, eq=False)
class Present:
    """One consistent state of a worker: a page is made from one of these and nothing else."""

    offset: Offset
    counters: Counters
    catalogue: Catalogue
    engine: Engine
    gallery: Gallery
    bundle: BundleId | None
    rung: Rung


class Live:
    """A worker's state: a pure function of log, catalogue and live bundle, refreshed when asked."""

    def __init__(
        self,
        stores: Stores,
        settings: EngineSettings,
        rewards: Rewards,
        *,
        most_profiles: int = 20_000,
        most_bytes: int = 256 * 2**20,
        at_once: int = _AT_ONCE,
    ) -> None:
        """Start empty; the first `catch_up` reads everything. The bounds are of kept states.

        After a deletion a log of more events than `at_once` is folded anew beside the pages.
        """
        self._stores = stores
        self._settings = settings
        self._rewards = rewards
        self._turn = Lock()
        self._present: Present | None = None
        self._source: tuple[BundleId, Source] | None = None
        self._considered: BundleId | None = None
        self._tries, self._wait = 0, 1  # of a bundle that cannot be used, and catch-ups to wait
        self._states = States(most_profiles, most_bytes)
        self._alongside = Alongside(stores, settings)
        self._at_once = at_once
        self._generation = -1  # of the log that counters were made of
        self._states_of = -1  # the generation that states were made of
        self._renewing: Thread | None = None
        self._renewed: tuple[int, Offset, Counters] | None = None
        self._closed = False
        self.trouble: str | None = None
        """Why the live bundle is not the one in use; None: it is."""

    def catch_up(self) -> Present:
        """Read the log to its head, take up a newer catalogue or bundle, return the state."""
        with self._turn:
            held = self._present
            offset, counters = self._folded(held)
            catalogue = self._stores.catalogue.snapshot()  # after the log: it has all its titles
            if held is None or held.catalogue is not catalogue:
                self._states.clear()
            self._present = self._equipped(held, offset, counters, catalogue)
            return self._present

    @property
    def stale(self) -> bool:
        """Whether what was deleted or replaced since may still be held; `catch_up` lets go."""
        if self._present is None:
            return False
        deleted = self._generation != self._stores.log.generation()
        return deleted or self._considered != self._stores.bundles.live()

    def by(self, bundle: BundleId | None, present: Present) -> Present:
        """Return the same state with another bundle's models; None: as it is.

        Raises:
            RefusedError: there is no such bundle, or it cannot be used.
        """
        if bundle is None or bundle == present.bundle:
            return present
        engine = self._alongside.engine(bundle, present.catalogue)
        return replace(present, engine=engine, bundle=bundle, rung="fresh")

    def state(self, profile: ProfileId, present: Present) -> ProfileState:
        """Return a profile's history over the present catalogue, up to the present's offset.

        Read and kept under one lock with `catch_up`, so that no event can fall between. What
        came after the present is left out: a page tells the offset that it can be made from.
        """
        with self._turn:
            newest = self._present
            known = newest is not None and newest.catalogue is present.catalogue
            held = self._states.get(profile) if known else None
            if held is not None and held.newest <= present.offset:
                if held.read >= present.offset or not self._states.behind(held):
                    return held
            else:
                held = None
            state = read_state(
                self._stores.log,
                profile,
                held,
                upto=present.offset,
                catalogue=present.catalogue,
                rewards=self._rewards,
            )
            if known and newest is not None and newest.offset == present.offset:
                self._states.put(profile, state)
            return state

    def close(self) -> None:
        """Stop reading, so that the stores can be closed."""
        self._closed = True
        renewing = self._renewing
        if renewing is not None:
            renewing.join()

    def _folded(self, held: Present | None) -> tuple[Offset, Counters]:
        generation = self._stores.log.generation()  # before reading: what goes later is seen then
        if generation != self._states_of:
            self._states.clear()
            self._states_of = generation
        began, counters = self._base(held, generation)
        offset = began
        more = self._stores.log.head() > offset
        while more:
            tail = self._stores.log.tail(offset, kinds=TELLING, columns=COUNTED)
            counters = counters.fold(tail.signals, len(self._stores.catalogue.snapshot()))
            self._states.came(tail.signals.profiles)
            offset, more = tail.next, tail.more
        return offset, self._met(counters, began, offset)

    def _met(self, counters: Counters, after: Offset, upto: Offset) -> Counters:
        titles = len(self._stores.catalogue.snapshot())
        return met(self._stores.log, counters, after=after, upto=upto, titles=titles)

    def _base(self, held: Present | None, generation: int) -> tuple[Offset, Counters]:
        """Return counters to go on from, without what was deleted once they are made anew."""
        if held is None or (generation != self._generation and held.offset <= self._at_once):
            self._generation = generation
            return 0, Counters.empty(self._rewards)
        offset, counters = held.offset, held.counters
        if self._renewed is not None:
            self._generation, offset, counters = self._renewed
            self._renewing = self._renewed = None
        if generation != self._generation and not (self._renewing and self._renewing.is_alive()):
            self._renewing = Thread(target=self._renew, args=(generation,), daemon=True)
            self._renewing.start()
        return offset, counters

    def _renew(self, generation: int) -> None:
        """Fold the whole log anew beside the pages; the next `catch_up` takes it up.

        What is deleted meanwhile may or may not be in it, and makes it be done again.
        """
        offset, counters, more = 0, Counters.empty(self._rewards), True
        try:
            while more and not self._closed:
                tail = self._stores.log.tail(offset, kinds=TELLING, columns=COUNTED)
                counters = counters.fold(tail.signals, len(self._stores.catalogue.snapshot()))
                offset, more = tail.next, tail.more
            counters = self._met(counters, 0, offset)
        except (StoreError, *_UNUSABLE):
            _log.exception("counters could not be made anew after a deletion; trying again")
            return
        if not self._closed:
            self._renewed = (generation, offset, counters)

    def _equipped(
        self, held: Present | None, offset: Offset, counters: Counters, catalogue: Catalogue
    ) -> Present:
        live = self._stores.bundles.live()
        same = held is not None and held.catalogue is catalogue and live == self._considered
        if held is not None and same and not self._mended(live, catalogue):
            return _moved(held, offset, counters)
        if not same:
            self._considered, self._tries, self._wait = live, 0, 1
        bundle, source, rung = self._chosen(live, catalogue, counters)
        return Present(
            offset=offset,
            counters=counters,
            catalogue=catalogue,
            engine=Engine.assemble(self._settings, catalogue=catalogue, source=source),
            gallery=Gallery(catalogue),
            bundle=bundle,
            rung=rung,
        )

    def _mended(self, live: BundleId | None, catalogue: Catalogue) -> bool:
        """Return whether a live bundle that could not be used now can.

        It is tried again after 1, 2, 4, … catch-ups: soon where the failure was brief, and
        seldom enough where it lasts for pages not to wait for it.
        """
        if self.trouble is None or live is None:
            return False
        self._wait -= 1
        if self._wait > 0:
            return False
        self._tries += 1
        self._wait = min(2**self._tries, _MOST_WAIT)
        try:
            self._fitted(live, catalogue)
        except _UNUSABLE as error:
            self.trouble = f"bundle {live} cannot be used: {error}"
            _log.warning("bundle %s still cannot be used: %s", live, error)
            return False
        return True

    def _chosen(
        self, live: BundleId | None, catalogue: Catalogue, counters: Counters
    ) -> tuple[BundleId | None, Source, Rung]:
        """Return the live bundle's model; if it cannot be had, the one before, or counts."""
        self.trouble = None
        wanted = () if live is None else (live, *([self._source[0]] if self._source else ()))
        for bundle in dict.fromkeys(wanted):
            try:
                source = self._fitted(bundle, catalogue)
            except _UNUSABLE as error:
                self.trouble = self.trouble or f"bundle {bundle} cannot be used: {error}"
                _log.exception("bundle %s cannot be used; going on without it", bundle)
            else:
                return bundle, source, "fresh" if bundle == live else "last"
        return None, Counted(counters, len(catalogue)), "popular"

    def _fitted(self, bundle: BundleId, catalogue: Catalogue) -> Source:
        """Return a bundle's model for a catalogue, and keep what was read if that succeeds."""
        if self._source is None or self._source[0] != bundle:
            source = self._stores.bundles.load(bundle)["source"]
        else:
            source = self._source[1]
        extended: Source = source.with_titles(catalogue)
        self._source = (bundle, source)
        return extended


def _moved(held: Present, offset: Offset, counters: Counters) -> Present:
    """Return a state at a later place of the log; what goes by counts goes by the new ones."""
    engine = held.engine
    if isinstance(engine.source, Counted) and counters is not held.counters:
        engine = replace(engine, source=replace(engine.source, counters=counters))
    return replace(held, offset=offset, counters=counters, engine=engine)
