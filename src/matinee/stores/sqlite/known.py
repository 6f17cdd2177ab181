"""What is known of the ids that events name: whose rows they are, and which events came before.

Ids of events are remembered for as long as the same event may come again, and then forgotten.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from matinee.stores.columns import Draft
from matinee.stores.judging import SEEN_DAYS, SETTLED_EVENTS, Known, named_in
from matinee.stores.sqlite.database import listed
from matinee.stores.sqlite.deleting import erased_of
from matinee.types import DAY_MS, Moment

__all__ = ["forget_old", "known_of"]

_LOOK_ROWS = 2_000  # ids an append looks at, so that no one waits for all of them


def known_of(connection: sqlite3.Connection, drafts: Sequence[Draft]) -> Known:
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


def forget_old(connection: sqlite3.Connection, received: Moment) -> None:
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
