"""What becomes of each event of a block, compared with all that a log holds, by the column."""

from __future__ import annotations

import sqlite3

import polars as pl

from matinee.stores.columns import draft
from matinee.stores.laying import Laid
from matinee.stores.segments import Folder, Manifest
from matinee.stores.sqlite.database import listed
from matinee.stores.sqlite.reading import LogReader

__all__ = ["ORDER", "Fates"]

ORDER = ("profile", "at", "event_id")
"""By which events stand in a segment."""

_MADE = r"^.{14}5.{21}$"  # an id that can be a UUIDv5, as importers make them


class Fates:
    """Says of events whether they are `new`, a `duplicate`, or `asked`: for `append` to judge."""

    def __init__(self, folder: Folder, reader: LogReader, whole: Laid, *, own_ids: bool) -> None:
        self._folder = folder
        self._reader = reader
        self._whole = whole
        self._own_ids = own_ids

    def of(
        self, connection: sqlite3.Connection, frame: pl.DataFrame, manifest: Manifest
    ) -> pl.DataFrame:
        """Return events in order of lines, with their rows and their `fate`."""
        frame = _with_rows(connection, frame)
        frame = frame.join(
            self._came_before(connection, frame), on="line", how="left", maintain_order="left"
        )
        frame = frame.join(
            self._in_segments(frame, manifest), on="event_id", how="left", maintain_order="left"
        )
        value = pl.col("value").cast(pl.Float32)
        told = (pl.col("kind") == pl.col("told_kind")) & value.eq_missing(pl.col("told_value"))
        frame = frame.with_columns(
            fate=pl.when("asked")
            .then(pl.lit("asked"))
            .when(pl.col("same").is_not_null())
            .then(_same(pl.col("same")))
            .when(pl.col("told_kind").is_not_null())
            .then(_same(told))
            .otherwise(pl.lit("new"))
        )
        return self._repeated(self._of_bare(frame, manifest))

    def _came_before(self, connection: sqlite3.Connection, frame: pl.DataFrame) -> pl.DataFrame:
        """Return which events that came before say the `same` as then, by line."""
        held = _known(connection, frame, own_ids=self._own_ids)
        if not held.height:
            return pl.DataFrame(schema={"line": pl.Int64, "same": pl.Boolean})
        mine = frame.filter(~pl.col("asked")).join(held, on="event_id", how="inner")
        rows = mine.select("group", "place", "digest", "held").iter_rows()
        same = [
            # What was forgotten is taken to have said whatever is said now.
            then is None or then == (now or draft(self._whole.event(group, place)).digest)
            for group, place, now, then in rows
        ]
        return mine.select("line").with_columns(same=pl.Series(same, dtype=pl.Boolean))

    def _in_segments(self, frame: pl.DataFrame, manifest: Manifest) -> pl.DataFrame:
        """Return what segments say of events that are not known otherwise, by id."""
        open_ = frame.filter(~pl.col("asked") & pl.col("same").is_null())
        if self._own_ids:
            open_ = open_.filter(pl.col("event_id").str.contains(_MADE))
        wanted = open_.select(ORDER)
        segments = [one for one in manifest.imports if one.whole]
        found = [self._reader.segments.named(one, wanted) for one in segments]
        return pl.concat([_NOTHING_TOLD, *found]).unique("event_id")

    def _of_bare(self, frame: pl.DataFrame, manifest: Manifest) -> pl.DataFrame:
        """Have new events asked that may stand in a segment of which ids are made when read.

        Only an id of the source's own can be one of those: made ids differ by their source.
        """
        bare = [one for one in manifest.imports if not one.whole]
        new = frame.filter(fate="new") if self._own_ids and bare else frame.clear()
        new = new.filter(pl.col("event_id").str.contains(_MADE)).select("profile", "title", "line")
        if not new.height:
            return frame
        pairs = [
            self._folder.read(one, ["profile", "title"]).join(
                new, on=["profile", "title"], how="semi"
            )
            for one in bare
        ]
        lines = new.join(pl.concat(pairs), on=["profile", "title"], how="semi")["line"]
        asked = pl.col("line").is_in(lines.implode())
        return frame.with_columns(fate=pl.when(asked).then(pl.lit("asked")).otherwise("fate"))

    def _repeated(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Compare new events with the first new one of their id."""
        new = frame.filter(fate="new")["event_id"]
        if new.n_unique() == len(new):
            return frame
        first = frame.filter(fate="new").unique("event_id", keep="first", maintain_order=True)
        first = first.select("event_id", first="line", first_digest="digest")
        frame = frame.join(first, on="event_id", how="left", maintain_order="left")
        again = (pl.col("fate") == "new") & (pl.col("line") != pl.col("first"))
        made = pl.lit(not self._own_ids)
        equal = made | (pl.col("digest") == pl.col("first_digest"))
        fate = pl.when(again).then(_same(equal)).otherwise("fate")
        return frame.with_columns(fate=fate).drop("first", "first_digest")


_NOTHING_TOLD = pl.DataFrame(
    schema={"event_id": pl.String, "told_kind": pl.UInt8, "told_value": pl.Float32}
)


def _same(condition: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(pl.lit("duplicate")).otherwise(pl.lit("asked"))


def _with_rows(connection: sqlite3.Connection, frame: pl.DataFrame) -> pl.DataFrame:
    """Return events with rows in place of ids, −1 where there is none, and which to ask for."""
    for name, sql, columns in _NAMES:
        ids = frame[name].drop_nulls().unique().to_list()
        rows = connection.execute(sql, (listed(sorted(ids)),)).fetchall()
        known = pl.DataFrame(rows, schema=columns, orient="row")
        frame = frame.join(known, on=name, how="left", maintain_order="left")
    unknown_title = pl.col("title_id").is_not_null() & pl.col("title").is_null()
    episode = pl.col("episode_id").is_not_null()
    astray = episode & ~pl.col("of").eq_missing(pl.col("title")).fill_null(value=False)
    return frame.with_columns(
        asked=pl.col("odd") | pl.col("profile").is_null() | unknown_title | astray,
        profile=pl.col("profile").fill_null(-1),
        title=pl.col("title").fill_null(-1),
        episode=pl.col("episode").fill_null(-1),
    )


_NAMES = (
    (
        "profile_id",
        """SELECT profile_id, row FROM profiles
        WHERE profile_id IN (SELECT value FROM json_each(?))""",
        {"profile_id": pl.String, "profile": pl.Int32},
    ),
    (
        "title_id",
        "SELECT title_id, row FROM titles WHERE title_id IN (SELECT value FROM json_each(?))",
        {"title_id": pl.String, "title": pl.Int32},
    ),
    (
        "episode_id",
        """SELECT episode_id, row, title FROM episodes
        WHERE episode_id IN (SELECT value FROM json_each(?))""",
        {"episode_id": pl.String, "episode": pl.Int32, "of": pl.Int32},
    ),
)


def _known(connection: sqlite3.Connection, frame: pl.DataFrame, *, own_ids: bool) -> pl.DataFrame:
    """Return the ids that came before with their digests; null: forgotten, whatever it said."""
    ids = frame.filter(~pl.col("asked"))["event_id"]
    found: dict[str, bytes | None] = {}
    for table, digest, some in (
        ("forgotten", "NULL", ""),
        ("seen", "digest", "" if own_ids else "WHERE day IS NULL"),
    ):
        if connection.execute(f"SELECT 1 FROM {table} {some} LIMIT 1").fetchone() is not None:  # noqa: S608  (our own words)
            rows = connection.execute(
                f"""SELECT event_id, {digest} FROM {table}
                WHERE event_id IN (SELECT value FROM json_each(?))""",  # noqa: S608  (our own words)
                (listed(ids.unique().sort().to_list()),),
            )
            found |= dict(rows.fetchall())
    schema = {"event_id": pl.String, "held": pl.Binary}
    return pl.DataFrame(list(found.items()), schema=schema, orient="row")
