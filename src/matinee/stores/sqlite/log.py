"""The event log in SQLite: durable before acknowledged, one transaction for all who wait."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from matinee.data.readers import EventBlock
from matinee.stores.absorbing import Absorbed, Block
from matinee.stores.columns import Draft, draft
from matinee.stores.erasures import about, named_by
from matinee.stores.group_commit import GroupCommit
from matinee.stores.judging import REJECTED_LIMIT, Verdict, judge
from matinee.stores.protocols import BlockReceipt, Progress, Receipt, Rejected
from matinee.stores.segments import SEGMENTS, Folder
from matinee.stores.sqlite.blocks import Absorber, absorbed_before
from matinee.stores.sqlite.compacting import Compactor
from matinee.stores.sqlite.database import Database
from matinee.stores.sqlite.deleting import (
    delete_events,
    delete_offsets,
    erased_of,
    forget,
    raise_generation,
)
from matinee.stores.sqlite.deleting import rejected as kept
from matinee.stores.sqlite.known import forget_old, known_of
from matinee.stores.sqlite.manifest import last_received
from matinee.stores.sqlite.reading import LogReader
from matinee.stores.sqlite.thinning import one_by_one, without
from matinee.stores.sqlite.whole import BlockAppender
from matinee.types import (
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

__all__ = ["SqliteEventLog"]

_INSERT = """INSERT INTO events (profile, kind, title, episode, at, received, value, position,
    duration, watched, device, tz_offset, origin, session, tile, unasked, event_id, rest)
    VALUES (?, ?, nullif(?, -1), nullif(?, -1), ?, ?, ?, ?, ?, ?, ?, ?, ?,
    nullif(?, 0), nullif(?, 0), ?, ?, ?)"""
_DELETE_ROWS = 50_000  # a transaction, of events that are expired

T = TypeVar("T")


class _Append(NamedTuple):
    drafts: list[Draft]
    now: Moment
    origin: Origin


class SqliteEventLog:
    """An `EventLog` over the file that also holds catalogue and profiles."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._folder = Folder(database.path.parent / SEGMENTS)
        self._reader = LogReader(database, self._folder)
        self._group: GroupCommit[_Append, Receipt] = GroupCommit(self._commit)

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
        return self._group(_Append(drafts, now, origin))

    def _commit(self, appends: Sequence[_Append]) -> list[Receipt]:
        with self._database.writing() as connection:
            known = known_of(connection, [one for append in appends for one in append.drafts])
            imported = [
                one for append in appends if append.origin != "live" for one in append.drafts
            ]
            if imported:
                known = replace(
                    known, absorbed=absorbed_before(self._reader, connection, imported, known)
                )
            received = last_received(connection)
            verdicts = []
            for append in appends:
                received = Moment(max(received, append.now))
                verdicts.append(
                    judge(
                        append.drafts,
                        known,
                        received=received,
                        origin=append.origin,
                        now=append.now,
                    )
                )
            _write(connection, verdicts)
            forget_old(connection, received)
        return [verdict.receipt for verdict in verdicts]

    def absorb(self, block: Block, *, source: str, shift_ms: int, now: Moment) -> Absorbed:
        """Store what is new of a block; see `EventLog.absorb`."""
        absorber = Absorber(self._database, self._folder, self._reader)
        return absorber(block, source=source, shift_ms=shift_ms, now=now)

    def append_block(self, block: EventBlock, *, now: Moment) -> BlockReceipt:
        """Store what `append` would; see `EventLog.append_block`."""

        def one_by_one(events: Sequence[Event], now: Moment) -> Receipt:
            return self.append(events, now=now, origin="import")

        appender = BlockAppender(self._database, self._folder, self._reader, one_by_one)
        return appender(block, now=now)

    def compact(self, *, now: Moment, hot_days: int, progress: Progress | None = None) -> int:
        """Copy closed days to segments, and let go of old ones; see `EventLog.compact`."""
        compactor = Compactor(self._database, self._folder, self._reader)
        return compactor(now=now, hot_days=hot_days, progress=progress)

    def generation(self) -> int:
        """Return a number that every deletion of events raises."""
        return self._reader.generation()

    def turn_away(self, rejected: Sequence[Rejected]) -> None:
        """Keep aside what could not even be decoded."""
        with self._database.writing() as connection:
            erased = erased_of(connection, named_by(rejected))
            _set_aside(connection, [one for one in rejected if not about(one, erased)])

    def rejected(self, *, limit: int = 100) -> list[Rejected]:
        """Return the newest rejected events, newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT received, event_id, code, detail, body FROM rejected
                ORDER BY number DESC LIMIT ?""",
                (limit,),
            ).fetchall()
        return [kept(*row) for row in rows]

    def head(self) -> Offset:
        """Return the newest offset that was given (0: none yet)."""
        return self._reader.head()

    def tail(
        self,
        after: Offset,
        *,
        limit: int = 20_000,
        kinds: Sequence[str] | None = None,
        columns: Sequence[str] | None = None,
    ) -> Tail:
        """Return what came after an offset, in log order."""
        return self._reader.tail(after, limit=limit, kinds=kinds, columns=columns)

    def about(
        self, after: Offset, upto: Offset, *, kinds: Sequence[str], each_ms: int
    ) -> Mapping[int, Index]:
        """Return which titles events of some kinds were about, by time."""
        return self._reader.about(after, upto, kinds=kinds, each_ms=each_ms)

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
        return self._reader.history(profile, after=after, upto=upto, kinds=kinds, columns=columns)

    def scan(self, *, at: Moment, upto: Offset) -> Signals:
        """Return all that was known at `at`, by `(profile row, at, event_id)`."""
        return self._reader.scan(at=at, upto=upto)

    def events(
        self, profile: ProfileId, *, limit: int = 1000, before: Offset | None = None
    ) -> list[tuple[Offset, Event]]:
        """Return one profile's whole events, newest offset first."""
        return self._reader.events(profile, limit=limit, before=before)

    def counts(self, profiles: Sequence[ProfileId]) -> list[int]:
        """Return how many events each profile has."""
        return self._reader.counts(profiles)

    def forget(self, profile: ProfileId, title: TitleId) -> int:
        """Delete a profile's events about one title; see `EventLog.forget`."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT profiles.row, titles.row FROM profiles, titles
                WHERE profile_id = ? AND title_id = ?""",
                (profile, title),
            ).fetchone()
        if rows is None:
            return 0
        who, what = rows
        with (
            without(self._database, self._folder, self._reader, profile=who, title=what) as thinned,
            self._database.writing() as connection,
        ):
            count = delete_events(connection, who, title=what) + thinned.count
            forget(connection, thinned.imported)
            thinned.name(connection)
            if count:
                raise_generation(connection)
        return count

    def expire(self, before: Moment) -> int:
        """Delete every profile's events that happened before that; see `EventLog.expire`."""
        count = 0
        with one_by_one(self._database, self._folder, self._reader, before=before) as segments:
            for thinned in segments:
                count += thinned.count
                for some in _parts(thinned.imported):
                    with self._database.writing() as connection:
                        forget(connection, some)
                with self._database.writing() as connection:
                    thinned.name(connection)
                    raise_generation(connection)
            with self._database.reading() as connection:
                found = connection.execute(
                    "SELECT offset FROM events WHERE at < ? AND offset > ?",
                    (before, self._reader.manifest(connection).cooled),
                )
                offsets = [offset for (offset,) in found.fetchall()]
            for part in _parts(offsets):
                with self._database.writing() as connection:
                    delete_offsets(connection, part)
                    raise_generation(connection)
        return len(offsets) + count

    def drop_rejected(self, before: Moment) -> int:
        """Delete rejected events that came before that; return how many."""
        with self._database.writing() as connection:
            return connection.execute("DELETE FROM rejected WHERE received < ?", (before,)).rowcount

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def _parts(many: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield as many at a time as one transaction takes; other writers come in between."""
    for start in range(0, len(many), _DELETE_ROWS):
        yield many[start : start + _DELETE_ROWS]


def _write(connection: sqlite3.Connection, verdicts: Sequence[Verdict]) -> None:
    connection.executemany(_INSERT, [row for verdict in verdicts for row in verdict.rows])
    connection.executemany(
        "INSERT INTO seen (event_id, digest, day) VALUES (?, ?, ?)",
        sorted(one for verdict in verdicts for one in verdict.seen),
    )
    _set_aside(connection, [one for verdict in verdicts for one in verdict.rejected])


def _set_aside(connection: sqlite3.Connection, rejected: Sequence[Rejected]) -> None:
    if not rejected:
        return
    connection.executemany(
        "INSERT INTO rejected (received, event_id, code, detail, body) VALUES (?, ?, ?, ?, ?)",
        [
            (one.received, one.outcome.event_id, one.outcome.code, one.outcome.detail, one.body)
            for one in rejected
        ],
    )
    connection.execute(
        "DELETE FROM rejected WHERE number <= (SELECT max(number) FROM rejected) - ?",
        (REJECTED_LIMIT,),
    )
