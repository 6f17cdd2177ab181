"""The event log in SQLite: durable before acknowledged, one transaction for all who wait."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from matinee.stores.absorbing import Absorbed, Block, checked, event_ids, row, told
from matinee.stores.columns import (
    EVENT_ID,
    Draft,
    Names,
    Row,
    code,
    draft,
    known_at,
    picked,
    restore,
    signals,
)
from matinee.stores.compacting import hot_enough
from matinee.stores.erasures import about, named_by
from matinee.stores.group_commit import GroupCommit
from matinee.stores.judging import (
    REJECTED_LIMIT,
    SEEN_DAYS,
    SETTLED_EVENTS,
    Known,
    Verdict,
    judge,
    named_in,
)
from matinee.stores.protocols import Progress, Receipt, Rejected
from matinee.stores.sqlite.database import Database, listed
from matinee.stores.sqlite.deleting import (
    delete_events,
    delete_offsets,
    erased_of,
    raise_generation,
)
from matinee.stores.sqlite.deleting import rejected as kept
from matinee.stores.sqlite.words import named, words
from matinee.types import (
    DAY_MS,
    Event,
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
_END = 2**63 - 1  # no offset is as large
_SCAN_ROWS = 50_000  # read at a time: bounds memory, and lets go of the snapshot in between
_LOOK_ROWS = 2_000  # ids an append looks at, so that no one waits for all of them


_MOMENT_AND_ID = itemgetter(-2, -1)


class _Append(NamedTuple):
    drafts: list[Draft]
    now: Moment
    origin: Origin


class SqliteEventLog:
    """An `EventLog` over the file that also holds catalogue and profiles."""

    def __init__(self, database: Database) -> None:
        self._database = database
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
            known = _known(connection, [one for append in appends for one in append.drafts])
            received = _last_received(connection)
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
            _forget(connection, received)
        return [verdict.receipt for verdict in verdicts]

    def absorb(self, block: Block, *, source: str, shift_ms: int, now: Moment) -> Absorbed:
        """Store what is new of a block; see `EventLog.absorb`."""
        with self._database.writing() as connection:
            names = dict(connection.execute("SELECT row, profile_id FROM profiles").fetchall())
            titles = dict(connection.execute("SELECT row, title_id FROM titles").fetchall())
            checked(block, profiles=names, titles=len(titles), shift_ms=shift_ms)
            ids = event_ids(
                source,
                [names[one] for one in block.profiles.tolist()],
                [titles[one] for one in block.titles.tolist()],
                block.at.tolist(),
            )
            held = dict(
                connection.execute(
                    """SELECT event_id, digest FROM seen
                    WHERE event_id IN (SELECT value FROM json_each(?))""",
                    (_distinct(ids),),
                ).fetchall()
            )
            places: dict[str, int] = {}
            for place, name in enumerate(ids):
                if name not in held:
                    places.setdefault(name, place)
            received = Moment(max(_last_received(connection), now))
            rows = sorted(
                (
                    row(
                        int(block.profiles[place]),
                        int(block.titles[place]),
                        told(block, place, shift_ms=shift_ms),
                        received=received,
                        event_id=name,
                    )
                    for name, place in places.items()
                ),
                key=lambda one: (one[0], one[4], one[16]),
            )
            connection.executemany(_INSERT, rows)
            connection.executemany(
                "INSERT INTO seen (event_id, digest, day) VALUES (?, ?, NULL)",
                [(one[16], draft(_whole(one, names, titles)).digest) for one in rows],
            )
        return Absorbed(stored=len(rows), duplicates=len(block) - len(rows))

    def compact(self, *, now: Moment, hot_days: int, progress: Progress | None = None) -> int:  # noqa: ARG002  (every event is a row)
        """Copy nothing: every event is a row of the file."""
        hot_enough(hot_days)
        return 0

    def generation(self) -> int:
        """Return a number that every deletion of events raises."""
        with self._database.reading() as connection:
            found = connection.execute("SELECT value FROM meta WHERE name = 'generation'")
            return int(found.fetchone()[0])

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
        """Return the offset of the newest event (0: none yet)."""
        with self._database.reading() as connection:
            (newest,) = connection.execute("SELECT max(offset) FROM events").fetchone()
        return newest or 0

    def tail(
        self, after: Offset, *, limit: int = 20_000, columns: Sequence[str] | None = None
    ) -> Tail:
        """Return what came after an offset, in log order."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"""SELECT {words(columns)}, offset FROM signals
                WHERE offset > ? ORDER BY offset LIMIT ?""",  # noqa: S608  (our own words)
                (after, limit + 1),
            ).fetchall()
        more = len(rows) > limit
        kept = rows[:limit] if more else rows
        following = kept[-1][-1] if kept else after
        return Tail(picked(kept, named(columns)), next=following, more=more)

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
        codes = None if kinds is None else listed([code(kind) for kind in kinds])
        with self._database.reading() as connection:
            rows = connection.execute(
                f"""SELECT {words(columns)}, at, event_id FROM signals
                WHERE profile = (SELECT row FROM profiles WHERE profile_id = :profile)
                AND offset > :after AND offset <= :upto
                AND (:kinds IS NULL OR kind IN (SELECT value FROM json_each(:kinds)))""",  # noqa: S608  (our own words)
                {
                    "profile": profile,
                    "after": after,
                    "upto": _END if upto is None else upto,
                    "kinds": codes,
                },
            ).fetchall()
        rows.sort(key=_MOMENT_AND_ID)
        return picked(rows, named(columns))

    def scan(self, *, at: Moment, upto: Offset) -> Signals:
        """Return all that was known at `at`, by `(profile row, at, event_id)`."""
        pieces, ids = [signals(())], [np.empty(0, np.bytes_)]
        after = 0
        while after < upto:
            with self._database.reading() as connection:
                rows = connection.execute(
                    """SELECT * FROM signals WHERE offset > ? AND offset <= ?
                    ORDER BY offset LIMIT ?""",
                    (after, upto, _SCAN_ROWS),
                ).fetchall()
            if not rows:
                break
            after = rows[-1][0]
            pieces.append(signals(rows))
            ids.append(np.array([row[EVENT_ID] for row in rows], np.bytes_))
        return known_at(pieces, ids, at=at)

    def events(
        self, profile: ProfileId, *, limit: int = 1000, before: Offset | None = None
    ) -> list[tuple[Offset, Event]]:
        """Return one profile's whole events, newest offset first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT s.*, e.rest, t.title_id, p.episode_id
                FROM events e JOIN signals s USING (offset)
                LEFT JOIN titles t ON t.row = e.title
                LEFT JOIN episodes p ON p.row = e.episode
                WHERE e.profile = (SELECT row FROM profiles WHERE profile_id = :profile)
                AND e.offset < :before
                ORDER BY e.offset DESC LIMIT :limit""",
                {"profile": profile, "before": _END if before is None else before, "limit": limit},
            ).fetchall()
        return [
            restore(row[0], row[1:19], Names(profile, title_id=row[19], episode_id=row[20]))
            for row in rows
        ]

    def counts(self, profiles: Sequence[ProfileId]) -> list[int]:
        """Return how many events each profile has."""
        with self._database.reading() as connection:
            found = dict(
                connection.execute(
                    """SELECT profile_id,
                    (SELECT count(*) FROM events e WHERE e.profile = profiles.row)
                    FROM profiles WHERE profile_id IN (SELECT value FROM json_each(?))""",
                    (listed(list(profiles)),),
                ).fetchall()
            )
        return [found.get(profile, 0) for profile in profiles]

    def forget(self, profile: ProfileId, title: TitleId) -> int:
        """Delete a profile's events about one title; see `EventLog.forget`."""
        with self._database.writing() as connection:
            rows = connection.execute(
                """SELECT profiles.row, titles.row FROM profiles, titles
                WHERE profile_id = ? AND title_id = ?""",
                (profile, title),
            ).fetchone()
            count = delete_events(connection, rows[0], title=rows[1]) if rows else 0
            if count:
                raise_generation(connection)
        return count

    def expire(self, before: Moment) -> int:
        """Delete every profile's events that happened before that; see `EventLog.expire`."""
        with self._database.reading() as connection:
            found = connection.execute("SELECT offset FROM events WHERE at < ?", (before,))
            offsets = [offset for (offset,) in found.fetchall()]
        for start in range(0, len(offsets), _SCAN_ROWS):  # writers come in between
            with self._database.writing() as connection:
                delete_offsets(connection, offsets[start : start + _SCAN_ROWS])
                raise_generation(connection)
        return len(offsets)

    def drop_rejected(self, before: Moment) -> int:
        """Delete rejected events that came before that; return how many."""
        with self._database.writing() as connection:
            return connection.execute("DELETE FROM rejected WHERE received < ?", (before,)).rowcount

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def _whole(row: Row, profiles: Mapping[int, str], titles: Mapping[int, str]) -> Event:
    """Return the event that a row of a block tells of."""
    return restore(0, row, Names(profiles[row[0]], titles[row[2]], None))[1]


def _known(connection: sqlite3.Connection, drafts: Sequence[Draft]) -> Known:
    """Look up every id in some events, in four questions however many there are."""
    events = [one.event for one in drafts if not one.flaw]
    seen = connection.execute(
        "SELECT event_id, digest FROM seen WHERE event_id IN (SELECT value FROM json_each(?))",
        (_distinct(event.event_id for event in events),),
    )
    profiles = connection.execute(
        "SELECT profile_id, row FROM profiles WHERE profile_id IN (SELECT value FROM json_each(?))",
        (_distinct(event.profile_id for event in events),),
    )
    titles = connection.execute(
        "SELECT title_id, row FROM titles WHERE title_id IN (SELECT value FROM json_each(?))",
        (_distinct(event.title_id for event in events),),
    )
    episodes = connection.execute(
        """SELECT episode_id, row, title FROM episodes
        WHERE episode_id IN (SELECT value FROM json_each(?))""",
        (_distinct(event.episode_id for event in events),),
    )
    rows = dict(profiles.fetchall())
    unknown = named_in(drafts) - rows.keys()
    return Known(
        seen=dict(seen.fetchall()),
        profiles=rows,
        titles=dict(titles.fetchall()),
        episodes={name: (row, title) for name, row, title in episodes.fetchall()},
        erased=erased_of(connection, unknown) if unknown else frozenset(),
    )


def _distinct(ids: Iterable[str | None]) -> str:
    """Return the ids as sorted JSON: neighbours share pages of an index."""
    return listed(sorted({name for name in ids if name is not None}))


def _last_received(connection: sqlite3.Connection) -> Moment:
    (newest,) = connection.execute(
        """SELECT max(ifnull((SELECT received FROM events ORDER BY offset DESC LIMIT 1), 0),
        ifnull((SELECT value FROM meta WHERE name = 'received'), 0))"""
    ).fetchone()
    return Moment(newest)


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


def _settled(connection: sqlite3.Connection) -> Moment:
    """Return when the oldest of the newest events came.

    A clock that jumps ahead moves it only once it has stamped all of them, so no id is forgotten
    for a jump that was short.
    """
    (came,) = connection.execute(
        """SELECT received FROM events WHERE offset > (SELECT max(offset) FROM events) - ?
        ORDER BY offset LIMIT 1""",
        (SETTLED_EVENTS,),
    ).fetchone() or (0,)
    return Moment(came)


def _forget(connection: sqlite3.Connection, received: Moment) -> None:
    """Drop ids that are too old to come again: once a day all are looked at, some an append.

    An index by day would find them at once, and make every append write twice as many pages.
    """
    oldest = received // DAY_MS - SEEN_DAYS
    day, after = connection.execute("SELECT day, after FROM seen_looked").fetchone()
    if after is None:
        if day < oldest:
            oldest = min(oldest, _settled(connection) // DAY_MS - SEEN_DAYS)
        if day >= oldest:
            return
        day, after = oldest, ""
    last, count = connection.execute(
        """SELECT max(event_id), count(*) FROM
        (SELECT event_id FROM seen WHERE event_id > ? ORDER BY event_id LIMIT ?)""",
        (after, _LOOK_ROWS),
    ).fetchone()
    connection.execute(
        "DELETE FROM seen WHERE event_id > ? AND event_id <= ? AND day < ?", (after, last, day)
    )
    after = last if count == _LOOK_ROWS else None
    connection.execute("UPDATE seen_looked SET day = ?, after = ?", (day, after))
