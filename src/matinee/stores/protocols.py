"""What a store promises, whatever it is made of; each has a contract class in `matinee.testing`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from matinee.data import Catalogue
from matinee.stores.absorbing import Absorbed, Block
from matinee.stores.promotions import Promotion
from matinee.types import (
    Account,
    AccountId,
    BundleId,
    Event,
    EventId,
    Moment,
    Offset,
    Origin,
    PageId,
    Profile,
    ProfileId,
    Signals,
    Tail,
    Title,
    TitleId,
)

__all__ = [
    "Absorbed",
    "Block",
    "BundleStore",
    "CatalogueStore",
    "DecisionStore",
    "Edit",
    "EventLog",
    "Outcome",
    "OutcomeCode",
    "ProfilePage",
    "ProfileStore",
    "Progress",
    "Promotion",
    "Receipt",
    "Rejected",
]

Progress = Callable[[int, int], None]
"""Called now and then with (done, in all)."""

OutcomeCode = Literal[
    "stored",
    "duplicate",
    "invalid",
    "unknown_kind",
    "unknown_profile",
    "unknown_title",
    "too_old",
    "conflict",
    "erased",
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one event. `detail` names the value and the remedy where it was rejected."""

    event_id: EventId | None
    code: OutcomeCode
    detail: str = ""

    @property
    def rejected(self) -> bool:
        """Whether the event is not in the log now."""
        return self.code not in ("stored", "duplicate")


@dataclass(frozen=True, slots=True)
class Receipt:
    """One outcome an event, in the order they were given; all that was stored is durable."""

    received: Moment
    outcomes: tuple[Outcome, ...]

    def count(self, *codes: OutcomeCode) -> int:
        """Return how many outcomes have one of these codes."""
        return sum(outcome.code in codes for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class Rejected:
    """An event that was turned away, kept aside with the reason."""

    received: Moment
    outcome: Outcome
    body: bytes  # JSON as sent, cut at 64 KiB


class EventLog(Protocol):
    """Append-only, durable before acknowledged, idempotent by event id."""

    def append(
        self,
        events: Sequence[Event],
        *,
        now: Moment,
        origin: Origin = "live",
        decoded: bool = False,
    ) -> Receipt:
        """Store what is new and valid, all in one transaction; durable on return.

        `received` is max(now, last received), stamped inside the transaction. The same id and
        body again is a duplicate, the same id with another body a conflict. Only `live` events
        can be too old (30 days), and are clamped to `received` when more than 5 minutes ahead.
        Rejected events are kept for `rejected`. An event with the id of an absorbed one is a
        duplicate if it is of the same kind and time and its value is equal as a float32.
        `decoded` promises that all events are just as a decoder of `Event` returned them, so that
        they need not be checked against it again.
        """
        ...

    def absorb(self, block: Block, *, source: str, shift_ms: int, now: Moment) -> Absorbed:
        """Store what is new of an import's block, all of it or nothing; durable on return.

        For millions of events at 16 bytes each, origin `import`. `received` is stamped as by
        `append`; `at` is the block's plus `shift_ms`. The id of each event is what
        `data.readers.event_id` says of source, profile, title and the unshifted time; one that
        is in the block twice (the first counts), was absorbed before or, whatever else it says,
        appended by an import under that id, is a duplicate. What is new gets offsets in order of
        (profile row, at, event_id).

        Raises:
            ValueError: the block holds what no log can; see `Block`. Nothing is stored then.
        """
        ...

    def compact(self, *, now: Moment, hot_days: int, progress: Progress | None = None) -> int:
        """Copy what was received on UTC days before that of `now` to where scans are fast.

        Returns how many events were copied. Events received more than `hot_days` before `now`
        are kept only there. Changes nothing that any method answers. May be interrupted at any
        moment and run again; only one runs at a time, others wait.

        Raises:
            ValueError: `hot_days` is not above 31, the days in which an event may come again.
        """
        ...

    def generation(self) -> int:
        """Return a number that every deletion of events raises; cheap, asked before every page."""
        ...

    def forget(self, profile: ProfileId, title: TitleId) -> int:
        """Delete a profile's events about one title; return how many there were.

        They stay known by their ids, so that sending them again does not bring them back.
        """
        ...

    def expire(self, before: Moment) -> int:
        """Delete every profile's events that happened before that; return how many.

        As by `forget`, sending them again does not bring them back.
        """
        ...

    def drop_rejected(self, before: Moment) -> int:
        """Delete rejected events that came before that; return how many."""
        ...

    def turn_away(self, rejected: Sequence[Rejected]) -> None:
        """Keep aside what could not even be decoded."""
        ...

    def rejected(self, *, limit: int = 100) -> list[Rejected]:
        """Return the newest rejected events, newest first."""
        ...

    def head(self) -> Offset:
        """Return the offset of the newest event (0: none yet)."""
        ...

    def tail(
        self,
        after: Offset,
        *,
        limit: int = 20_000,
        kinds: Sequence[str] | None = None,
        columns: Sequence[str] | None = None,
    ) -> Tail:
        """Return what came after an offset, in log order. No cursor stays open.

        Of `columns` every one is filled; others may be blank (None: all are filled), which is
        several times as fast where few are asked for.
        Of events that were absorbed or compacted it may return more than `limit`, a million at
        most, and fewer where those begin or end: whether there are more, only `Tail.more` says.
        Where all of a column is one value it may be a read-only view of that value.
        With `kinds` only those events, which is faster where they are few; what lies between is
        passed over, so that a tail may be empty though there are more.

        Raises:
            ValueError: there is no such kind, or no such column.
        """
        ...

    def history(
        self,
        profile: ProfileId,
        *,
        after: Offset = 0,
        upto: Offset | None = None,
        kinds: Sequence[str] | None = None,
        columns: Sequence[str] | None = None,
    ) -> Signals:
        """Return one profile's events with after < offset ≤ upto, by `(at, event_id)`.

        `upto` None is the head; an unknown profile has none; `columns` as in `tail`.

        Raises:
            ValueError: there is no such kind, or no such column.
        """
        ...

    def scan(self, *, at: Moment, upto: Offset) -> Signals:
        """Return all that was known at `at`, by `(profile row, at, event_id)`.

        Known means: offset ≤ upto and `received ≤ at`, but `at ≤ at` for import and demo events.
        """
        ...

    def events(
        self, profile: ProfileId, *, limit: int = 1000, before: Offset | None = None
    ) -> list[tuple[Offset, Event]]:
        """Return one profile's whole events, newest offset first (history pages, export)."""
        ...

    def counts(self, profiles: Sequence[ProfileId]) -> list[int]:
        """Return how many events each profile has."""
        ...

    def close(self) -> None:
        """Let go of files and threads."""
        ...


@dataclass(frozen=True, slots=True)
class Edit:
    """What a title was from a catalogue version on, and when it was written so."""

    version: int
    at: Moment
    title: Title


class CatalogueStore(Protocol):
    """Titles with durable rows, and versions that only grow."""

    def upsert(self, titles: Sequence[Title], *, now: Moment) -> int:
        """Add or replace titles; return the new version (unchanged if nothing differs).

        A new title gets the next row; rows are dense and never move. `added` is filled with
        `now` where it is None and the title is new; later it is kept where it is None. All
        or nothing: the last one counts where a title is given twice.

        Raises:
            ValueError: a title breaks its schema, or an episode belongs to another title.
        """
        ...

    def take(self, titles: Sequence[Title], *, now: Moment) -> int:
        """Add titles of a source, or what it says anew of those it gave before; as `upsert`.

        A field of a known title is replaced only if the source said something else of it when
        the title was last taken: what was written since (`hide`, `upsert`) stays. A title that
        was never taken counts as taken when it first came.

        Raises:
            ValueError: as `upsert`.
        """
        ...

    def hide(self, title: TitleId, *, now: Moment) -> bool:
        """Hide a title, keeping its row; False if unknown."""
        ...

    def version(self) -> int:
        """Return the newest version; cheap, asked before every page."""
        ...

    def snapshot(self) -> Catalogue:
        """Return the newest version as arrays; the same object while the version stands."""
        ...

    def edits(self, title: TitleId) -> list[Edit]:
        """Return every version that a title had, the newest last; unknown: none."""
        ...


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """Some profiles, and the cursor for more (None: no more)."""

    profiles: tuple[Profile, ...]
    next: str | None


class ProfileStore(Protocol):
    """Accounts and profiles, with durable profile rows."""

    def put_account(self, account: Account, *, now: Moment) -> bool:
        """Add or replace an account; return whether it is new.

        `created` is filled as `added` is for titles.
        """
        ...

    def account(self, account: AccountId) -> Account | None:
        """Return an account, None if unknown."""
        ...

    def add_account(self, account: Account, *, now: Moment) -> bool:
        """Add an account, `created` filled as above; False, and nothing changed, if it is known.

        Of several that add the same one at once, in any process, one gets True.
        """
        ...

    def put_profile(self, profile: Profile, *, now: Moment) -> bool:
        """Add or replace a profile; return whether it is new; `created` is filled as above.

        Raises:
            LookupError: its account is unknown.
        """
        ...

    def add_profile(self, profile: Profile, *, now: Moment) -> bool:
        """Add a profile; False, and nothing changed, if it is known; as `add_account`.

        Raises:
            LookupError: it is new, and its account is unknown.
        """
        ...

    def add_all(
        self, accounts: Sequence[Account], profiles: Sequence[Profile], *, now: Moment
    ) -> int:
        """Add accounts, then profiles, in one transaction; return how many profiles are new.

        Those that are known stay as they are. For imports: a durable write for each of thousands
        of profiles would take minutes, and what a profile may see is not a data set's to change.

        Raises:
            LookupError: a new profile's account is unknown; nothing of the call is kept then.
        """
        ...

    def profile(self, profile: ProfileId) -> Profile | None:
        """Return a profile, None if unknown; reads the store, so it is never stale."""
        ...

    def profiles(self, *, limit: int = 50, cursor: str | None = None) -> ProfilePage:
        """Return profiles in order of row.

        Raises:
            ValueError: the cursor is not one that this store gave.
        """
        ...

    def ids(self) -> tuple[ProfileId, ...]:
        """Return every profile id by durable row; of one that was erased a placeholder."""
        ...


class DecisionStore(Protocol):
    """One record a served page: appended at once, never changed, pruned by age."""

    def write(self, page: PageId, profile: ProfileId, at: Moment, record: bytes) -> None:
        """Keep a record; visible to every worker on return.

        Raises:
            ValueError: there is one for that page already.
        """
        ...

    def read(self, page: PageId) -> bytes | None:
        """Return a page's record, None if there is none."""
        ...

    def recent(self, profile: ProfileId, *, limit: int = 10) -> list[PageId]:
        """Return a profile's newest pages, newest first."""
        ...

    def prune(self, before: Moment) -> int:
        """Drop records older than that; return how many."""
        ...

    def erase(self, profile: ProfileId) -> int:
        """Delete a profile's records; return how many."""
        ...

    def profiles(self) -> list[ProfileId]:
        """Return every profile that has records, in no order."""
        ...

    def overwritten(self, profile: ProfileId | None) -> bool:
        """Make sure that nothing of an erased profile's records is left, in no file either.

        None: nothing of pruned records in what is beside the store's own pages. False: not yet,
        for someone still reads an older state; to be asked again.
        """
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


class BundleStore(Protocol):
    """Versions of all fitted models together; written once, swapped as a whole."""

    def save(
        self,
        models: Mapping[str, tuple[str, str, Any]],
        *,
        now: Moment,
        about: Mapping[str, Any],
        documents: Mapping[str, str] = ...,
    ) -> BundleId:
        """Write a bundle, atomically; it is not live until promoted.

        `models` maps a name to (family, part name, fitted model); `about` is what the manifest
        says besides checksums: data fingerprint, settings, seed, metrics, versions. `documents`
        are texts for people by file name, as `ease.md`; none if left out.
        """
        ...

    def load(self, bundle: BundleId) -> dict[str, Any]:
        """Return the fitted models by name, arrays memory-mapped and read-only.

        Raises:
            LookupError: no such bundle.
            ValueError: it is damaged or of another format; names the file and the remedy.
        """
        ...

    def manifest(self, bundle: BundleId) -> dict[str, Any]:
        """Return what `about` said, with files, sizes and checksums.

        Raises:
            LookupError: no such bundle.
        """
        ...

    def document(self, bundle: BundleId, name: str) -> str:
        """Return a text that was saved with a bundle.

        Raises:
            LookupError: no such bundle, or it has no such document.
        """
        ...

    def promote(self, bundle: BundleId, *, now: Moment | None = None) -> None:
        """Make a bundle the live one, atomically; `now` is only remembered.

        Raises:
            LookupError: no such bundle.
        """
        ...

    def rollback(self, *, now: Moment | None = None) -> BundleId:
        """Undo the live bundle's promotion: make live, atomically, what was so before it.

        Bundles that were removed are passed over. Returns the bundle that is live now.

        Raises:
            LookupError: none was live before.
        """
        ...

    def promotions(self) -> list[Promotion]:
        """Return which bundles were made live and when, the live one last."""
        ...

    def remove(self, bundle: BundleId) -> None:
        """Delete a bundle that is not the live one; models that were loaded stay usable.

        Raises:
            LookupError: no such bundle.
            ValueError: it is the live one.
        """
        ...

    def live(self) -> BundleId | None:
        """Return the live bundle; cheap, asked before every page."""
        ...

    def all(self) -> list[BundleId]:
        """Return every bundle, oldest first."""
        ...
