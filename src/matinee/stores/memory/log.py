"""The event log in memory, for embedders and tests: the same rules, gone with the process."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from itertools import islice
from threading import RLock

from matinee.data.readers import EventBlock
from matinee.stores.absorbing import Absorbed, Block, Told, checked, event_ids, row, told, told_by
from matinee.stores.columns import (
    AT,
    EVENT_ID,
    Names,
    Row,
    code,
    draft,
    known_columns,
    restore,
    signals,
)
from matinee.stores.compacting import hot_enough
from matinee.stores.erasures import about, named_by, names_it
from matinee.stores.judging import REJECTED_LIMIT, SEEN_DAYS, SETTLED_EVENTS, Known, judge, named_in
from matinee.stores.memory.catalogue import MemoryCatalogue
from matinee.stores.memory.profiles import MemoryProfiles
from matinee.stores.merging import by_time, gathered, known_at, merged, of_rows
from matinee.stores.protocols import BlockReceipt, Progress, Receipt, Rejected
from matinee.types import (
    DAY_MS,
    Event,
    Index,
    Moment,
    Offset,
    Origin,
    ProfileId,
    Signals,
    Tail,
    TitleId,
)

__all__ = ["MemoryEventLog"]

_RECEIVED = 5  # place in a row


class MemoryEventLog:
    """An `EventLog` that asks a catalogue and profiles in memory which ids there are."""

    def __init__(self, catalogue: MemoryCatalogue, profiles: MemoryProfiles) -> None:
        self._catalogue = catalogue
        self._profiles = profiles
        self._lock = RLock()
        self._rows: list[Row | None] = []  # the event with offset k lies at k − 1; None: deleted
        self._of: defaultdict[int, list[Offset]] = defaultdict(list)
        self._seen: dict[str, bytes] = {}
        self._days: defaultdict[int, list[str]] = defaultdict(list)
        self._absorbed: dict[str, Told] = {}
        self._forgotten: set[str] = set()  # absorbed events that were deleted singly
        self._generation = 0
        self._rejected: deque[Rejected] = deque(maxlen=REJECTED_LIMIT)
        self._received = Moment(0)

    def append(
        self,
        events: Sequence[Event],
        *,
        now: Moment,
        origin: Origin = "live",
        decoded: bool = False,
    ) -> Receipt:
        """Store what is new and valid; see `EventLog.append`."""
        drafts = [draft(event, decoded=decoded) for event in events]
        with self._lock:
            received = Moment(max(self._received, now))
            for one in drafts:  # what was forgotten is taken to have said what is said now
                if not one.flaw and one.event.event_id in self._forgotten:
                    self._absorbed[one.event.event_id] = told_by(one)
            known = Known(
                seen=self._seen,
                profiles=self._profiles.rows,
                titles=self._catalogue.rows,
                episodes=self._catalogue.episodes,
                absorbed={} if origin == "live" else self._absorbed,
                erased=self._profiles.erased(named_in(drafts)),
            )
            verdict = judge(drafts, known, received=received, origin=origin, now=now)
            for row in verdict.rows:
                self._rows.append(row)
                self._of[row[0]].append(len(self._rows))
                self._received = received
            for event_id, _, day in verdict.seen:
                if day is not None:
                    self._days[day].append(event_id)
            self._rejected.extend(verdict.rejected)
            self._forget(received)
        return verdict.receipt

    def absorb(self, block: Block, *, source: str, shift_ms: int, now: Moment) -> Absorbed:
        """Store what is new of a block; see `EventLog.absorb`."""
        with self._lock:
            names = {row: name for name, row in self._profiles.rows.items()}
            titles = self._catalogue.title_ids
            checked(block, profiles=names, titles=len(titles), shift_ms=shift_ms)
            ids = event_ids(
                source,
                [names[one] for one in block.profiles.tolist()],
                [titles[one] for one in block.titles.tolist()],
                block.at.tolist(),
            )
            places: dict[str, int] = {}
            for place, name in enumerate(ids):
                if name not in self._seen and name not in self._absorbed:
                    places.setdefault(name, place)
            if places:
                self._received = Moment(max(self._received, now))
            new = sorted(
                places.items(), key=lambda one: (block.profiles[one[1]], block.at[one[1]], one[0])
            )
            for name, place in new:
                said = told(block, place, shift_ms=shift_ms)
                profile, title = int(block.profiles[place]), int(block.titles[place])
                self._rows.append(row(profile, title, said, received=self._received, event_id=name))
                self._of[profile].append(len(self._rows))
                self._absorbed[name] = said
        return Absorbed(stored=len(new), duplicates=len(block) - len(new))

    def append_block(self, block: EventBlock, *, now: Moment) -> BlockReceipt:
        """Store what `append` would; see `EventLog.append_block`."""
        events = sorted(block.events(), key=lambda one: one[0])
        with self._lock:
            before = len(self._rows)
            receipt = self.append([event for _, event in events], now=now, origin="import")
            self._put_in_order(before)
        said = zip(events, receipt.outcomes, strict=True)
        return BlockReceipt(
            stored=receipt.count("stored"),
            duplicates=receipt.count("duplicate"),
            rejected=tuple((line, one) for (line, _), one in said if one.rejected),
        )

    def _put_in_order(self, before: Offset) -> None:
        """Number what came after an offset by (profile row, at, event_id)."""
        new = [one for one in self._rows[before:] if one is not None]
        new.sort(key=lambda one: (one[0], one[AT - 1], one[EVENT_ID - 1]))
        for profile in {one[0] for one in new}:
            mine = self._of[profile]
            del mine[bisect_right(mine, before) :]
        for offset, one in enumerate(new, start=before + 1):
            self._rows[offset - 1] = one
            self._of[one[0]].append(offset)

    def compact(self, *, now: Moment, hot_days: int, progress: Progress | None = None) -> int:  # noqa: ARG002  (there is nothing to do)
        """Copy nothing: memory is as fast as it gets."""
        hot_enough(hot_days)
        return 0

    def generation(self) -> int:
        """Return a number that every deletion of events raises."""
        return self._generation

    def _forget(self, received: Moment) -> None:
        """Drop ids that are too old to come again, by a clock that was not moved lately."""
        newest = islice(self._rows, max(0, len(self._rows) - SETTLED_EVENTS), None)
        settled = next((one[_RECEIVED] for one in newest if one is not None), 0)
        oldest = min(received, settled) // DAY_MS - SEEN_DAYS
        for day in [day for day in self._days if day < oldest]:
            for event_id in self._days.pop(day):
                self._seen.pop(event_id, None)

    def turn_away(self, rejected: Sequence[Rejected]) -> None:
        """Keep aside what could not even be decoded."""
        erased = self._profiles.erased(named_by(rejected))
        with self._lock:
            self._rejected.extend(one for one in rejected if not about(one, erased))

    def rejected(self, *, limit: int = 100) -> list[Rejected]:
        """Return the newest rejected events, newest first."""
        with self._lock:
            return list(self._rejected)[::-1][:limit]

    def head(self) -> Offset:
        """Return the offset of the newest event (0: none yet)."""
        return len(self._rows)

    def tail(
        self,
        after: Offset,
        *,
        limit: int = 20_000,
        kinds: Sequence[str] | None = None,
        columns: Sequence[str] | None = None,
    ) -> Tail:
        """Return what came after an offset, in log order; always with every column."""
        known_columns(columns or ())
        codes = None if kinds is None else {code(kind) for kind in kinds}
        with self._lock:
            upto = min(after + limit, len(self._rows))
            rows = self._numbered(range(after + 1, upto + 1))
            if codes is not None:
                rows = [row for row in rows if row[2] in codes]
            return Tail(signals(rows), next=max(after, upto), more=upto < len(self._rows))

    def about(
        self, after: Offset, upto: Offset, *, kinds: Sequence[str], each_ms: int
    ) -> Mapping[int, Index]:
        """Return which titles events of some kinds were about, by time."""
        codes = [code(kind) for kind in kinds]
        with self._lock:
            rows = self._numbered(range(after + 1, min(upto, len(self._rows)) + 1))
        found = signals([row for row in rows if row[2] in codes])
        return gathered(by_time(found.at, found.titles, each_ms))

    def history(
        self,
        profile: ProfileId,
        *,
        after: Offset = 0,
        upto: Offset | None = None,
        kinds: Sequence[str] | None = None,
        columns: Sequence[str] | None = None,
    ) -> Signals:
        """Return one profile's events with after < offset ≤ upto, by `(at, event_id)`."""
        known_columns(columns or ())
        codes = None if kinds is None else {code(kind) for kind in kinds}
        with self._lock:
            mine = self._mine(profile)
            end = None if upto is None else bisect_right(mine, upto)
            rows = self._numbered(mine[bisect_right(mine, after) : end])
        kept = [row for row in rows if codes is None or row[2] in codes]
        return signals(sorted(kept, key=lambda row: (row[AT], row[EVENT_ID])))

    def scan(self, *, at: Moment, upto: Offset) -> Signals:
        """Return all that was known at `at`, by `(profile row, at, event_id)`."""
        with self._lock:
            rows = self._numbered(range(1, min(upto, len(self._rows)) + 1))
        return merged([known_at(of_rows(rows), at=at)])

    def events(
        self, profile: ProfileId, *, limit: int = 1000, before: Offset | None = None
    ) -> list[tuple[Offset, Event]]:
        """Return one profile's whole events, newest offset first."""
        with self._lock:
            mine = [k for k in self._mine(profile) if before is None or k < before]
            found = self._numbered(mine[::-1][:limit])
        return [restore(row[0], row[1:], self._names(profile, row[1:])) for row in found]

    def counts(self, profiles: Sequence[ProfileId]) -> list[int]:
        """Return how many events each profile has."""
        with self._lock:
            return [len(self._mine(profile)) for profile in profiles]

    def forget(self, profile: ProfileId, title: TitleId) -> int:
        """Delete a profile's events about one title; see `EventLog.forget`."""
        with self._lock:
            row, about_it = self._profiles.rows.get(profile, -1), self._catalogue.rows.get(title)
            gone = [one[0] for one in self._numbered(self._of.get(row, [])) if one[3] == about_it]
            names = {self._rows[k - 1][EVENT_ID - 1] for k in gone}
            self._forgotten |= names & self._absorbed.keys()
            self._drop(row, gone)
            self._generation += bool(gone)
        return len(gone)

    def expire(self, before: Moment) -> int:
        """Delete every profile's events that happened before that; see `EventLog.expire`."""
        with self._lock:
            old = [row for row in self._numbered(range(1, len(self._rows) + 1)) if row[AT] < before]
            self._forgotten |= {row[EVENT_ID] for row in old} & self._absorbed.keys()
            for row in old:
                self._drop(row[1], [row[0]])
            self._generation += bool(old)
        return len(old)

    def drop_rejected(self, before: Moment) -> int:
        """Delete rejected events that came before that; return how many."""
        with self._lock:
            kept = [one for one in self._rejected if one.received >= before]
            count = len(self._rejected) - len(kept)
            self._rejected.clear()
            self._rejected.extend(kept)
        return count

    def erase(self, profile: int, names: Sequence[str]) -> None:
        """Delete all events of a profile row, and the rejected ones that name one of these ids."""
        with self._lock:
            for row in self._numbered(self._of.get(profile, [])):
                self._seen.pop(row[EVENT_ID], None)
                self._absorbed.pop(row[EVENT_ID], None)
            self._drop(profile, self._of.get(profile, []))
            kept = [one for one in self._rejected if not any(names_it(one, name) for name in names)]
            self._rejected.clear()
            self._rejected.extend(kept)
            self._generation += 1

    def _drop(self, profile: int, offsets: Sequence[Offset]) -> None:
        gone = set(offsets)
        for offset in gone:
            self._rows[offset - 1] = None
        if gone:
            self._of[profile] = [one for one in self._of[profile] if one not in gone]

    def close(self) -> None:
        """Hold nothing that needs letting go."""

    def _mine(self, profile: ProfileId) -> list[Offset]:
        return self._of.get(self._profiles.rows.get(profile, -1), [])

    def _numbered(self, offsets: Sequence[Offset]) -> list[Row]:
        return [(k, *row) for k in offsets if (row := self._rows[k - 1]) is not None]

    def _names(self, profile: ProfileId, row: Row) -> Names:
        title, episode = row[2], row[3]
        return Names(
            profile,
            title_id=None if title < 0 else self._catalogue.title_ids[title],
            episode_id=None if episode < 0 else self._catalogue.episode_ids[episode],
        )
