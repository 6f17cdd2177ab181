"""Blocks of imports into segments: what is new of them, written before it is named."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matinee.data.readers import event_words, id_texts
from matinee.stores.absorbing import Absorbed, Block, Told, checked, told_by
from matinee.stores.columns import Draft
from matinee.stores.judging import Known
from matinee.stores.merging import by_profile_and_time
from matinee.stores.segments import Folder, Manifest, Segment, Written, import_frame
from matinee.stores.sqlite.database import Database, listed
from matinee.stores.sqlite.manifest import (
    generation,
    head,
    last_received,
    next_number,
    reserve,
    swap,
)
from matinee.stores.sqlite.reading import LogReader
from matinee.types import ORIGINS, Flags, Longs, Moment, Offset

__all__ = ["Absorber", "absorbed_before"]

_LIVE = ORIGINS.index("live")
_KEY = ["profile", "title", "at"]


class _Seen(NamedTuple):
    """The state of the log that a block was compared with."""

    manifest: Manifest
    head: Offset
    generation: int
    number: int
    profiles: Sequence[int]
    titles: int


class Absorber:
    """Writes import segments.

    The file is written before the transaction that names it, so that no one waits for it. Only
    what was appended or deleted meanwhile can make the comparison stale; then it is made again.
    """

    def __init__(self, database: Database, folder: Folder, reader: LogReader) -> None:
        self._database = database
        self._folder = folder
        self._reader = reader

    def __call__(self, block: Block, *, source: str, shift_ms: int, now: Moment) -> Absorbed:
        """Store what is new of a block; see `EventLog.absorb`."""
        with self._folder.turn():
            while True:
                seen = self._seen()
                checked(block, profiles=seen.profiles, titles=seen.titles, shift_ms=shift_ms)
                new = self._new(block, source, seen)
                absorbed = Absorbed(stored=len(new), duplicates=len(block) - len(new))
                if not len(new):
                    return absorbed
                self._folder.sweep({one.name for one in seen.manifest.segments})
                stem = f"import-{seen.number:08}"
                written = self._folder.write(import_frame(new), stem=stem)
                if self._take_up(new, written, seen, source=source, shift_ms=shift_ms, now=now):
                    return absorbed

    def _seen(self) -> _Seen:
        with self._database.reading() as connection:
            # Of an erased profile a row stays, with an id that no profile can have.
            known = connection.execute("SELECT row FROM profiles WHERE profile_id NOT GLOB '!*'")
            profiles = [row for (row,) in known.fetchall()]
            (titles,) = connection.execute("SELECT ifnull(max(row) + 1, 0) FROM titles").fetchone()
            return _Seen(
                manifest=self._reader.manifest(connection),
                head=head(connection),
                generation=generation(connection),
                number=next_number(connection),
                profiles=profiles,
                titles=titles,
            )

    def _new(self, block: Block, source: str, seen: _Seen) -> Block:
        """Return what of a block no one stored before, by (profile, at, event_id)."""
        for segment in seen.manifest.imports:
            if segment.source == source and _overlap(block, segment):
                keys = self._folder.read(segment, _KEY)
                block = block.take(~_among(block, keys, _KEY))
        block = self._distinct(block, source)  # last: it computes ids
        appended = self._appended(block, seen)
        if appended.height:
            places = np.flatnonzero(_among(block, appended, _KEY[:2]))
            ids = id_texts(self._words(block.take(places), source))
            held = set(appended["event_id"])
            known = places[[name in held for name in ids]] if len(ids) else places
            block = block.take(np.isin(np.arange(len(block)), known, invert=True))
        return block

    def _distinct(self, block: Block, source: str) -> Block:
        """Return a block in order, the first of each (profile, title, at) only."""
        places = by_profile_and_time(block.profiles, block.at)
        block = block if places is None else block.take(places)
        level = (np.diff(block.profiles) == 0) & (np.diff(block.at) == 0)
        if not level.any():
            return block
        tied = np.flatnonzero(np.append(level, False) | np.insert(level, 0, False))
        some = block.take(tied)
        words = self._words(some, source)
        order = np.lexsort((words[:, 1], words[:, 0], some.at, some.profiles))
        words = words[order]
        again = np.insert(np.all(words[1:] == words[:-1], axis=1), 0, False)
        whole = np.arange(len(block))
        whole[tied] = tied[order]
        kept = np.ones(len(block), np.bool_)
        kept[tied] = ~again
        return block.take(whole[kept])

    def _words(self, block: Block, source: str) -> NDArray[np.uint64]:
        profiles, titles = self._reader.names(block.profiles, block.titles)
        return event_words(source, profiles, titles, block.at.tolist())

    def _appended(self, block: Block, seen: _Seen) -> pl.DataFrame:
        """Return profile, title and id of what a block's profiles have, or had, that it may repeat.

        Of what imports appended, and of what was forgotten.
        """
        schema = {"profile": pl.Int32, "title": pl.Int32, "event_id": pl.String}
        if not len(block):
            return pl.DataFrame(schema=schema)
        low, high = int(block.profiles.min()), int(block.profiles.max())
        with self._database.reading() as connection:
            cooled = self._reader.manifest(connection).cooled
            rows = connection.execute(
                """SELECT profile, title, event_id FROM events
                WHERE profile BETWEEN ? AND ? AND origin <> ? AND title IS NOT NULL
                AND offset > ?""",
                (low, high, _LIVE, cooled),
            ).fetchall()
            rows += connection.execute(
                "SELECT profile, title, event_id FROM forgotten WHERE profile BETWEEN ? AND ?",
                (low, high),
            ).fetchall()
        frames = [pl.DataFrame(rows, schema=schema, orient="row")]
        theirs = (pl.col("origin") != _LIVE) & pl.col("profile").is_between(low, high)
        mine = pl.col("profile").is_between(low, high)
        frames += [
            self._folder.read(
                segment, list(schema), where=theirs if segment.kind == "day" else mine
            )
            for segment in seen.manifest.alone
            if segment.whole and _overlap(block, segment)
        ]
        return pl.concat(frames)

    def _take_up(
        self,
        block: Block,
        written: Written,
        seen: _Seen,
        *,
        source: str,
        shift_ms: int,
        now: Moment,
    ) -> bool:
        """Name a written block in the manifest; False, and nothing done, if it may be stale."""
        with self._database.writing() as connection:
            came = connection.execute(
                "SELECT 1 FROM events WHERE offset > ? AND origin <> ? LIMIT 1", (seen.head, _LIVE)
            )
            if came.fetchone() or generation(connection) != seen.generation:
                return False
            received = Moment(max(last_received(connection), now))
            first = reserve(connection, len(block))
            segment = Segment(
                number=seen.number,
                name=written.name,
                kind="import",
                first=first,
                last=first + len(block) - 1,
                rows=len(block),
                received=received,
                source=source,
                shift_ms=shift_ms,
                day=None,
                cold=False,
                lowest_profile=int(block.profiles[0]),
                highest_profile=int(block.profiles[-1]),
                bytes=written.bytes,
                digest=written.digest,
            )
            swap(connection, [], [segment])
        return True


def absorbed_before(
    reader: LogReader, connection: sqlite3.Connection, drafts: Sequence[Draft], known: Known
) -> dict[str, Told]:
    """Return what absorbed events say that have the ids of some imported ones.

    One that was forgotten is taken to have said whatever is said now.
    """
    imports = reader.manifest(connection).imports
    bare = [one for one in imports if not one.whole]
    wanted: dict[int, set[int]] = {}
    keys: list[tuple[int, int, str]] = []
    for one in drafts if imports else ():
        if one.flaw or not _is_named_by_content(one.event.event_id):
            continue
        profile = known.profiles.get(one.event.profile_id)
        title = known.titles.get(one.event.title_id or "")
        if profile is not None:
            keys.append((profile, int(one.event.at), one.event.event_id))
            if title is not None:
                wanted.setdefault(profile, set()).add(title)
    found: dict[str, Told] = {}
    for profile, some in wanted.items():
        for segment in bare:
            found |= reader.segments.told(segment, profile, some)
    found |= _told_whole(reader, [one for one in imports if one.whole], keys)
    return found | _forgotten(connection, drafts)


def _told_whole(
    reader: LogReader, segments: Sequence[Segment], keys: Sequence[tuple[int, int, str]]
) -> dict[str, Told]:
    """Return what whole segments say of events by their profile, time and id."""
    schema = {"profile": pl.Int32, "at": pl.Int64, "event_id": pl.String}
    wanted = pl.DataFrame(keys, schema=schema, orient="row").unique("event_id")
    found: dict[str, Told] = {}
    for segment in segments if keys else ():
        told = reader.segments.named(segment, wanted).join(wanted, on="event_id")
        rows = told.select("event_id", "told_kind", "told_value", "at").iter_rows()
        found |= {name: (kind, value, at) for name, kind, value, at in rows}
    return found


def _forgotten(connection: sqlite3.Connection, drafts: Sequence[Draft]) -> dict[str, Told]:
    if connection.execute("SELECT 1 FROM forgotten LIMIT 1").fetchone() is None:
        return {}
    said = {one.event.event_id: told_by(one) for one in drafts if not one.flaw}
    rows = connection.execute(
        "SELECT event_id FROM forgotten WHERE event_id IN (SELECT value FROM json_each(?))",
        (listed(sorted(said)),),
    )
    return {name: said[name] for (name,) in rows.fetchall()}


def _is_named_by_content(event_id: str) -> bool:
    """Whether an id can be a UUIDv5, as importers make them."""
    return len(event_id) == 36 and event_id[14] == "5"


def _overlap(block: Block, segment: Segment) -> bool:
    return (
        len(block) > 0
        and segment.rows > 0
        and int(block.profiles.min()) <= segment.highest_profile
        and int(block.profiles.max()) >= segment.lowest_profile
    )


def _among(block: Block, held: pl.DataFrame, key: Sequence[str]) -> Flags:
    """Return which events of a block have a key that a frame holds."""
    columns = {"profile": block.profiles, "title": block.titles, "at": block.at}
    mine = pl.DataFrame({name: columns[name] for name in key}).with_row_index("place")
    places: Longs = mine.join(held, on=list(key), how="semi")["place"].to_numpy()
    found = np.zeros(len(block), np.bool_)
    found[places] = True
    return found
