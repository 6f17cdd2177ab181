"""The catalogue in SQLite: titles with durable rows, and every version that they had."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from threading import Lock

import msgspec

from matinee.data import Catalogue
from matinee.stores.protocols import Edit
from matinee.stores.sqlite.database import Database, listed
from matinee.stores.titles import check_owner, decode_title, encode_title, filled, merged
from matinee.types import Moment, Title, TitleId

__all__ = ["SqliteCatalogue"]


class SqliteCatalogue:
    """A `CatalogueStore` over the file that also holds the log."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._building = Lock()
        self._newest = Catalogue.of((), version=0)

    def upsert(self, titles: Sequence[Title], *, now: Moment) -> int:
        """Add or replace titles; see `CatalogueStore.upsert`."""
        with self._database.writing() as connection:
            return _upsert(connection, titles, now=now)

    def take(self, titles: Sequence[Title], *, now: Moment) -> int:
        """Add titles of a source, or what it says anew; see `CatalogueStore.take`."""
        said = {title.title_id: encode_title(title) for title in titles}
        with self._database.writing() as connection:
            known = _taken(connection, list(said))
            wanted = []
            for name, body in said.items():
                title = decode_title(body)
                if name in known:
                    held, first, before = known[name]
                    title = merged(title, held=held, said=before, first=first)
                wanted.append(title)
            version = _upsert(connection, wanted, now=now)
            connection.executemany(
                """INSERT INTO titles_taken (title_id, body) VALUES (?, ?)
                ON CONFLICT (title_id) DO UPDATE SET body = excluded.body""",
                list(said.items()),
            )
            return version

    def hide(self, title: TitleId, *, now: Moment) -> bool:
        """Hide a title, keeping its row; False if unknown."""
        with self._database.writing() as connection:
            body = _held(connection, [title]).get(title)
            if body is None:
                return False
            held = decode_title(body)
            if not held.hidden:
                hidden = encode_title(msgspec.structs.replace(held, hidden=True))
                version = _version(connection) + 1
                _write(connection, {title: hidden}, version=version, now=now)
            return True

    def version(self) -> int:
        """Return the newest version, from the file."""
        with self._database.reading() as connection:
            return _version(connection)

    def snapshot(self) -> Catalogue:
        """Return the newest version as arrays; only changed titles are read."""
        newest = self._newest
        if newest.version == self.version():
            return newest
        with self._building:
            newest = self._newest
            with self._database.reading() as connection:
                version = _version(connection)
                changed = connection.execute(
                    "SELECT row, body FROM titles WHERE version > ? ORDER BY row",
                    (newest.version,),
                ).fetchall()
                episodes = connection.execute(
                    "SELECT episode_id FROM episodes WHERE row >= ? ORDER BY row",
                    (len(newest.episode_rows),),
                ).fetchall()
            if version != newest.version:
                titles = dict(enumerate(newest.titles))
                titles |= {row: decode_title(body) for row, body in changed}
                self._newest = Catalogue.of(
                    tuple(titles.values()),
                    version=version,
                    episodes=(*newest.episode_rows.ids, *(name for (name,) in episodes)),
                )
            return self._newest

    def edits(self, title: TitleId) -> list[Edit]:
        """Return every version that a title had, oldest first; unknown: none."""
        with self._database.reading() as connection:
            rows = connection.execute(
                """WITH one AS (SELECT row, version, changed, body FROM titles WHERE title_id = ?)
                SELECT h.version, h.changed, h.body FROM titles_history h JOIN one USING (row)
                UNION ALL SELECT version, changed, body FROM one ORDER BY 1""",
                (title,),
            ).fetchall()
        return [Edit(version, Moment(at), decode_title(body)) for version, at, body in rows]


def _upsert(connection: sqlite3.Connection, titles: Sequence[Title], *, now: Moment) -> int:
    held = _held(connection, [title.title_id for title in titles])
    version = _version(connection)
    bodies: dict[str, bytes] = {}
    claims: list[tuple[str, str]] = []
    for name, title in {title.title_id: title for title in titles}.items():
        body, before = held.get(name), None
        if body is not None:
            before = decode_title(body)
        bodies[name] = encode_title(filled(title, held=before, now=now))
        claims += [(episode.episode_id, name) for episode in title.episodes]
    changes = {name: body for name, body in bodies.items() if body != held.get(name)}
    if not changes:
        return version
    _write(connection, changes, version=version + 1, now=now)
    _number_episodes(connection, claims)
    return version + 1


def _taken(
    connection: sqlite3.Connection, ids: Sequence[str]
) -> dict[str, tuple[Title, Title, Title | None]]:
    """Return of known titles how they are, how they first were, and what a source said last."""
    rows = connection.execute(
        """SELECT t.title_id, t.body, ifnull(
            (SELECT body FROM titles_history WHERE row = t.row ORDER BY version LIMIT 1), t.body
        ), k.body
        FROM titles t LEFT JOIN titles_taken k USING (title_id)
        WHERE t.title_id IN (SELECT value FROM json_each(?))""",
        (listed(ids),),
    ).fetchall()
    return {
        name: (decode_title(body), decode_title(first), decode_title(said) if said else None)
        for name, body, first, said in rows
    }


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("SELECT max(version) FROM titles").fetchone()
    return version or 0


def _held(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, bytes]:
    return dict(
        connection.execute(
            "SELECT title_id, body FROM titles WHERE title_id IN (SELECT value FROM json_each(?))",
            (listed(ids),),
        ).fetchall()
    )


def _write(
    connection: sqlite3.Connection, bodies: dict[str, bytes], *, version: int, now: Moment
) -> None:
    """Give new titles the next rows, and keep what known ones were."""
    connection.execute(
        """INSERT INTO titles_history (row, version, changed, body)
        SELECT row, version, changed, body FROM titles
        WHERE title_id IN (SELECT value FROM json_each(?))""",
        (listed(list(bodies)),),
    )
    connection.executemany(
        """INSERT INTO titles (row, title_id, version, changed, body)
        VALUES ((SELECT ifnull(max(row) + 1, 0) FROM titles), ?, ?, ?, ?)
        ON CONFLICT (title_id) DO UPDATE
        SET version = excluded.version, changed = excluded.changed, body = excluded.body""",
        [(name, version, now, body) for name, body in bodies.items()],
    )


def _number_episodes(connection: sqlite3.Connection, claims: Sequence[tuple[str, str]]) -> None:
    """Give new episodes, claimed as (episode, title), the next rows.

    Raises:
        ValueError: an episode belongs to another title.
    """
    connection.executemany(
        """INSERT INTO episodes (row, episode_id, title)
        SELECT (SELECT ifnull(max(row) + 1, 0) FROM episodes), ?, row
        FROM titles WHERE title_id = ?
        ON CONFLICT (episode_id) DO NOTHING""",
        claims,
    )
    owners = dict(
        connection.execute(
            """SELECT e.episode_id, t.title_id FROM episodes e JOIN titles t ON t.row = e.title
            WHERE e.episode_id IN (SELECT value FROM json_each(?))""",
            (listed([episode for episode, _ in claims]),),
        ).fetchall()
    )
    for episode, title in claims:
        check_owner(episode, title=title, owner=owners[episode])
