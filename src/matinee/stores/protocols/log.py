"""What an event log promises, and what it says of each event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from matinee.data.readers import EventBlock
from matinee.stores.absorbing import Absorbed, Block
from matinee.types import (
    Event,
    EventId,
    Index,
    Moment,
    Offset,
    Origin,
    ProfileId,
    Signals,
    Tail,
    TitleId,
)

__all__ = [
    "BlockReceipt",
    "EventLog",
    "Outcome",
    "OutcomeCode",
    "Progress",
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
class BlockReceipt:
    """What became of the events of a block; together they are all of them."""

    stored: int
    duplicates: int
    rejected: tuple[tuple[int, Outcome], ...]
    """Each with its line, in their order."""


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

    def append_block(self, block: EventBlock, *, now: Moment) -> BlockReceipt:
        """Store what `append` would of an import's events, with the same outcomes, by the million.

        Durable on return. What is new gets offsets in order of (profile row, at, event_id). Cut
        short, some of it may be stored and some not; what is stored is known when it comes again,
        by block or one by one. Ids that are made of all that an event says are compared with
        those of other imports only, and not with those of live events.
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

    def about(
        self, after: Offset, upto: Offset, *, kinds: Sequence[str], each_ms: int
    ) -> Mapping[int, Index]:
        """Return what events of some kinds with after < offset ≤ upto were about.

        By `at ÷ each_ms`, rounded down: the title row of each event (−1: none), in any order.
        For kinds of which there are many: several times as fast as a `tail` of two columns.

        Raises:
            ValueError: there is no such kind.
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
