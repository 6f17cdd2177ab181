"""Reading the log: rows of the database and segments together, as of one moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeVar

import numpy as np

from matinee.stores.columns import Names, Row, picked, restore
from matinee.stores.merging import Ids, Piece, by_time, gathered, known_at, merged, of_rows
from matinee.stores.segments import Folder, GoneError, Segment, SegmentReader
from matinee.stores.sqlite.asked import Asked, asked, moment_and_id
from matinee.stores.sqlite.database import Database, listed
from matinee.stores.sqlite.manifest import ManifestReader, generation, head
from matinee.stores.sqlite.words import words
from matinee.types import Event, Index, Moment, Offset, ProfileId, Signals, Tail

__all__ = ["LogReader", "row_of"]

_END = 2**63 - 1  # no offset is as large
_SCAN_ROWS = 50_000  # read at a time: bounds memory, and lets go of the snapshot in between
_PASSED = 25  # times its limit a tail of some kinds may go through: lets go of the snapshot
_NEAR = 64  # offsets that are looked through sooner than an index
_KEY = ("offsets", "profiles", "at")  # what merging goes by

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Some:
    """Which of a profile's events are asked for, and which columns."""

    after: Offset
    upto: Offset
    codes: Sequence[int] | None = None
    columns: Sequence[str] = ()

    def meets(self, segment: Segment) -> bool:
        """Whether any of a segment can be asked for."""
        return segment.last > self.after and segment.first <= self.upto

    def within(self, piece: Piece) -> Piece:
        """Return what of a piece is asked for."""
        events = piece.signals
        kept = (events.offsets > self.after) & (events.offsets <= self.upto)
        if self.codes is not None:
            kept &= np.isin(events.kinds, np.array(self.codes, np.uint8))
        return piece.take(kept)


class LogReader:
    """What `EventLog` promises of reading.

    The manifest is read in one transaction with the rows; segments are opened after it. One that
    was replaced in between is not there any more, and all is read again.
    """

    def __init__(self, database: Database, folder: Folder, *, tail_rows: int = 1_000_000) -> None:
        """`tail_rows` are returned of a segment at a time, at most."""
        self._database = database
        self._tail_rows = tail_rows
        self.manifest = ManifestReader()
        self.segments = SegmentReader(folder, self.names)

    def generation(self) -> int:
        """Return a number that every deletion of events raises."""
        with self._database.reading() as connection:
            return generation(connection)

    def head(self) -> Offset:
        """Return the newest offset that was given."""
        with self._database.reading() as connection:
            return head(connection)

    def tail(
        self,
        after: Offset,
        *,
        limit: int,
        kinds: Sequence[str] | None,
        columns: Sequence[str] | None,
    ) -> Tail:
        """Return what came after an offset, in log order."""
        question = asked(kinds, columns)
        return self._steadily(lambda: self._tail(after, limit, question))

    def _tail(self, after: Offset, limit: int, question: Asked) -> Tail:
        names, codes = question.names, question.codes
        with self._database.reading() as connection:
            manifest, newest = self.manifest(connection), head(connection)
            segment = manifest.after(after)
            begin = max(after, manifest.copied)
            end = segment.first - 1 if segment else max(begin, newest)
            upto = end if codes is None else min(end, begin + _PASSED * limit)
            rows = connection.execute(
                f"""SELECT {words(names)}, offset FROM signals WHERE offset > ? AND offset <= ?
                {question.among} ORDER BY offset LIMIT ?""",  # noqa: S608  (our own words and numbers)
                (begin, upto, limit + 1),
            ).fetchall()
        if len(rows) > limit:
            kept = rows[:limit]
            return Tail(picked(kept, names), next=kept[-1][-1], more=True)
        if segment is None or rows or upto < end:
            return Tail(picked(rows, names), next=max(after, upto), more=upto < newest)
        upto = min(segment.last, max(after, end) + self._tail_rows)
        wanted = names if codes is None else tuple(dict.fromkeys((*names, "kinds")))
        found = self.segments.between(segment, after, upto, columns=wanted)
        if codes is not None:
            found = found.take(np.isin(found.kinds, np.array(codes, np.uint8)))
        return Tail(found, next=upto, more=upto < newest)

    def about(
        self, after: Offset, upto: Offset, *, kinds: Sequence[str], each_ms: int
    ) -> dict[int, Index]:
        """Return which titles events of some kinds were about, by time."""
        question = asked(kinds, ())
        return self._steadily(lambda: self._about(after, upto, question, each_ms))

    def _about(
        self, after: Offset, upto: Offset, question: Asked, each_ms: int
    ) -> dict[int, Index]:
        with self._database.reading() as connection:
            manifest = self.manifest(connection)
            rows = connection.execute(
                f"""SELECT at / :each - (at % :each < 0), group_concat(title) FROM signals
                WHERE offset > :after AND offset <= :upto {question.among} GROUP BY 1""",  # noqa: S608  (our own numbers)
                {"each": each_ms, "after": max(after, manifest.copied), "upto": upto},
            ).fetchall()
        pieces = [(when, np.fromstring(text, np.int32, sep=",")) for when, text in rows]
        some = _Some(after=after, upto=upto)
        for segment in filter(some.meets, manifest.segments):
            found = self.segments.between(segment, after, upto, columns=("kinds", "titles", "at"))
            kept = np.isin(found.kinds, np.array(question.codes, np.uint8))
            pieces += by_time(found.at[kept], found.titles[kept], each_ms)
        return gathered(pieces)

    def history(
        self,
        profile: ProfileId,
        *,
        after: Offset,
        upto: Offset | None,
        kinds: Sequence[str] | None,
        columns: Sequence[str] | None,
    ) -> Signals:
        """Return one profile's events with after < offset ≤ upto, by `(at, event_id)`."""
        question = asked(kinds, columns if columns is None else (*columns, "at"))
        upto = _END if upto is None else upto
        newer = self._newer(profile, after, upto, question) if after else None
        if newer is not None:
            return newer
        some = _Some(after=after, upto=upto, codes=question.codes, columns=question.names)
        return self._steadily(lambda: self._history(profile, some, question))

    def _newer(
        self, profile: ProfileId, after: Offset, upto: Offset, question: Asked
    ) -> Signals | None:
        """Return events later than all in segments by one statement; None: that cannot be told."""
        manifest = self.manifest.held
        if manifest is None or after < manifest.apart:
            return None
        statement = question.newest if upto - after <= _NEAR else question.newer
        with self._database.reading() as connection:
            rows = connection.execute(statement, (profile, after, upto)).fetchall()
        if not rows or rows[0][-2] != manifest.number:
            return None
        rows.sort(key=moment_and_id(question.names))
        return picked(rows, question.names)

    def _history(self, profile: ProfileId, some: _Some, question: Asked) -> Signals:
        with self._database.reading() as connection:
            manifest, row = self.manifest(connection), row_of(connection, profile)
            apart = [one for one in manifest.alone if one.may_have(row) and some.meets(one)]
            columns = tuple(dict.fromkeys((*some.columns, *_KEY))) if apart else some.columns
            which = f"""FROM signals WHERE profile = ? AND offset > ? AND offset <= ?
                {question.among} ORDER BY offset"""
            said = (row, max(some.after, manifest.cooled), some.upto)
            rows = connection.execute(f"SELECT {words(columns)} {which}", said).fetchall()
            moment: Callable[[Row], Any] = itemgetter(columns.index("at"))
            if apart or len(set(map(moment, rows))) < len(rows):  # else no id decides anything
                ids = connection.execute(f"SELECT event_id {which}", said)
                rows = [(*one, name) for one, (name,) in zip(rows, ids, strict=True)]
                moment = moment_and_id(columns)
        rows.sort(key=moment)
        held = picked(rows, columns)
        found = [self.segments.of_profile(segment, row) for segment in apart]
        pieces = [some.within(piece) for piece in found if piece is not None]
        if not pieces:
            return held
        return merged(
            [Piece(held, lambda k: _texts(rows[one][-1] for one in k), ordered=True), *pieces]
        )

    def scan(self, *, at: Moment, upto: Offset) -> Signals:
        """Return all that was known at `at`, by `(profile row, at, event_id)`."""
        while True:
            found = self._steadily(lambda: self._scanned(at, upto))
            if found is not None:
                return found

    def _scanned(self, at: Moment, upto: Offset) -> Signals | None:
        """Return what was known, None if rows were taken out of the database meanwhile."""
        with self._database.reading() as connection:
            manifest = self.manifest(connection)
        some = _Some(after=0, upto=upto)
        pieces = [
            known_at(some.within(self.segments.whole(segment)), at=at)
            for segment in manifest.segments
            if some.meets(segment)
        ]
        after = manifest.copied
        while after < upto:
            with self._database.reading() as connection:
                if self.manifest(connection).cooled > manifest.copied:
                    return None
                rows = connection.execute(
                    """SELECT * FROM signals WHERE offset > ? AND offset <= ?
                    ORDER BY offset LIMIT ?""",
                    (after, upto, _SCAN_ROWS),
                ).fetchall()
            if not rows:
                break
            after = rows[-1][0]
            pieces.append(known_at(of_rows(rows), at=at))
        return merged(pieces)

    def events(
        self, profile: ProfileId, *, limit: int, before: Offset | None
    ) -> list[tuple[Offset, Event]]:
        """Return one profile's whole events, newest offset first."""
        end = _END if before is None else before
        rows = self._steadily(lambda: self._rows(profile, limit, end))
        titles, episodes = self._shown([row for _, row in rows])
        return [
            restore(offset, row, Names(profile, titles.get(row[2]), episodes.get(row[3])))
            for offset, row in rows
        ]

    def _rows(self, profile: ProfileId, limit: int, before: Offset) -> list[tuple[Offset, Row]]:
        with self._database.reading() as connection:
            manifest = self.manifest(connection)
            row = row_of(connection, profile)
            held = connection.execute(
                """SELECT s.*, e.rest FROM events e JOIN signals s USING (offset)
                WHERE e.profile = ? AND e.offset > ? AND e.offset < ?
                ORDER BY e.offset DESC LIMIT ?""",
                (row, manifest.cooled, before, limit),
            ).fetchall()
        found = [(one[0], one[1:]) for one in held]
        for segment in reversed(manifest.alone):
            enough = len(found) == limit and (not limit or found[-1][0] > segment.last)
            if row < 0 or enough or segment.first >= before:
                continue
            older = [one for one in self.segments.rows(segment, row) if one[0] < before]
            found = sorted(found + older, key=lambda one: one[0], reverse=True)[:limit]
        return found

    def counts(self, profiles: Sequence[ProfileId]) -> list[int]:
        """Return how many events each profile has."""
        return self._steadily(lambda: self._counts(profiles))

    def _counts(self, profiles: Sequence[ProfileId]) -> list[int]:
        with self._database.reading() as connection:
            manifest = self.manifest(connection)
            held = connection.execute(
                """SELECT profile_id, row, (SELECT count(*) FROM events e
                WHERE e.profile = profiles.row AND e.offset > ?)
                FROM profiles WHERE profile_id IN (SELECT value FROM json_each(?))""",
                (manifest.cooled, listed(list(profiles))),
            ).fetchall()
        found = {
            name: count + sum(self.segments.count(one, row) for one in manifest.alone)
            for name, row, count in held
        }
        return [found.get(profile, 0) for profile in profiles]

    def _steadily(self, read: Callable[[], T]) -> T:
        while True:
            try:
                return read()
            except GoneError as error:
                with self._database.reading() as connection:
                    manifest = self.manifest(connection)
                if any(one.name == error.name for one in manifest.segments):
                    raise

    def names(self, profiles: Index, titles: Index) -> tuple[list[str], list[str]]:
        """Return the ids of profile and title rows."""
        with self._database.reading() as connection:
            some = np.unique(profiles).tolist()
            who = _by_row(connection, "SELECT row, profile_id FROM profiles", some)
            some = np.unique(titles).tolist()
            what = _by_row(connection, "SELECT row, title_id FROM titles", some)
        return _each(profiles, who), _each(titles, what)

    def _shown(self, rows: Sequence[Row]) -> tuple[dict[int, str], dict[int, str]]:
        """Return the ids of the titles and episodes in some rows."""
        with self._database.reading() as connection:
            titles, episodes = ({row[place] for row in rows} for place in (2, 3))
            return (
                _by_row(connection, "SELECT row, title_id FROM titles", titles),
                _by_row(connection, "SELECT row, episode_id FROM episodes", episodes),
            )


def row_of(connection: sqlite3.Connection, profile: ProfileId) -> int:
    """Return a profile's row, −1 if there is none."""
    found = connection.execute("SELECT row FROM profiles WHERE profile_id = ?", (profile,))
    return next((int(row) for (row,) in found.fetchall()), -1)


def _texts(ids: Iterable[str]) -> Ids:
    return np.array(list(ids), np.bytes_)


def _each(rows: Index, names: Mapping[int, str]) -> list[str]:
    """Return the name of each row; for millions of rows of thousands of names."""
    distinct, place = np.unique(rows, return_inverse=True)
    found: list[str] = np.array([names[row] for row in distinct.tolist()], object)[place].tolist()
    return found


def _by_row(connection: sqlite3.Connection, names: str, rows: Collection[int]) -> dict[int, str]:
    distinct = listed(sorted(set(rows)))
    where = " WHERE row IN (SELECT value FROM json_each(?))"
    return dict(connection.execute(names + where, (distinct,)).fetchall())
