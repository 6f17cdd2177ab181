"""What `matinee doctor` finds in what is kept: databases, segments, models, and what was left.

Nothing is opened for writing: a database of an older version stays one, and damage as it is.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from matinee.cli.finding import Finding

if TYPE_CHECKING:
    from matinee.types import Moment

__all__ = ["bundles", "clock", "databases", "leftovers", "segments", "training"]

_LOG = "matinee.db"
_RESTORE = "stop the servers, and restore the last export into a new folder (matinee restore)"
_AHEAD_MS = 300_000
_LEFT = ("*.part", "*.new", "*.tmp", "secret.key.*", "keys.toml.*", ".doctor")


def databases(home: Path) -> Iterator[Finding]:
    """Say of every database whether it is whole, ours, and of the version that is spoken here."""
    found = sorted(home.glob("*.db"))
    if _LOG not in {file.name for file in found}:
        # What lies beside it is of no use without it, so a new one is no remedy.
        lost = any((home / name).exists() for name in ("decisions.db", "segments", "bundles"))
        remedy = _RESTORE if lost else f"matinee init --home {home}"
        yield Finding(_LOG, f"{home / _LOG} is missing" if lost else "none yet", remedy)
    for file in found:
        try:
            with closing(_connected(file)) as database:
                yield _database(database, file)
        except sqlite3.Error as error:
            yield Finding(file.name, f"{file}: {error}", _RESTORE)
        except ValueError as error:
            yield Finding(file.name, str(error), _RESTORE)


def segments(home: Path) -> Iterator[Finding]:
    """Compare every segment with what the log's database says of it."""
    named = _named(home)
    bad = 0
    for name, size, digest in named:
        file = home / "segments" / name
        if flaw := _flaw(file, size, digest):
            bad += 1
            yield Finding(f"segment {name}", f"{file} {flaw}", _RESTORE)
    if named and not bad:
        yield Finding("segments", f"{len(named):,}, checksums agree")


def bundles(home: Path) -> Iterator[Finding]:
    """Load every bundle, and say which is live."""
    from matinee.stores.folder import FolderBundles

    train = f"matinee train --home {home}"
    folder = home / "bundles"
    if not folder.is_dir():
        yield Finding("models", "no bundle yet", train)
        return
    store = FolderBundles(folder)
    held, live = store.all(), store.live()
    if live is None:
        yield Finding("models", "no bundle is live", train)
    elif live not in held:
        yield Finding("models", f"the live bundle {live} is not in {folder}", train)
    for bundle in held:
        mark = " (live)" if bundle == live else ""
        try:
            store.load(bundle)
        except (LookupError, ValueError, OSError) as error:
            remedy = train if bundle == live else f"rm -r {folder / bundle}"
            yield Finding(f"bundle {bundle}", f"{error}{mark}", remedy)
        else:
            yield Finding(f"bundle {bundle}", f"checksums agree{mark}")


def training(home: Path) -> Iterator[Finding]:
    """Say what came of the last training that a server started by itself."""
    from matinee.server.attempts import noted
    from matinee.stores.manifest import created, is_id
    from matinee.types import BundleId, Moment

    last = noted(home)
    if last is None:
        return
    if not last.failures:
        yield Finding("training", f"by itself at {last.at}: {last.said}")
        return
    names = [one.name for one in (home / "bundles").glob("b-*") if is_id(one.name)]
    since = any(created(BundleId(name), {}) > Moment.parse(last.at) for name in names)
    times = "once" if last.failures == 1 else f"{last.failures} times in a row"
    said = f"failed {times}, last at {last.at}: {last.said}"
    if since:
        yield Finding("training", f"{said}; trained since")
    else:
        remedy = f"mend what that says; matinee train --home {home} tries at once"
        yield Finding("training", said, remedy)


def clock(home: Path, *, now: Moment) -> Iterator[Finding]:
    """Compare the newest event with this machine's clock."""
    from matinee.types import Moment

    if not (home / _LOG).exists():
        return
    with closing(_connected(home / _LOG)) as database:
        newest = database.execute(
            "SELECT received FROM events ORDER BY offset DESC LIMIT 1"
        ).fetchone()
    if newest is None:
        return
    ahead = newest[0] - now
    said = f"the newest event came at {Moment(newest[0]).iso}"
    if ahead > _AHEAD_MS:
        yield Finding(
            "clock",
            f"{said}, {_long(ahead)} after this machine's time {now.iso}",
            "set the clock right; if it jumped ahead and is right now, events are stored as"
            " ever, stamped with that time until it has come",
        )
    else:
        yield Finding("clock", said)


def leftovers(home: Path) -> Iterator[Finding]:
    """Name files that nothing uses: of writes that were cut short."""
    left = [path for pattern in _LEFT for path in home.glob(pattern)]
    left += home.glob("bundles/.writing-*")
    left += home.resolve().parent.glob(f".{home.resolve().name}.part")
    left += _orphans(home)
    if left:
        named = " ".join(map(str, sorted(left)))
        yield Finding(
            "leftovers",
            f"of work that was cut short: {named}",
            f"unless something is at work just now: rm -r {named}",
        )
    else:
        yield Finding("leftovers", "none")


def _database(database: sqlite3.Connection, file: Path) -> Finding:
    from matinee.stores.sqlite.migrations import DECISIONS, MATINEE, verify

    known = {_LOG: MATINEE, "decisions.db": DECISIONS}.get(file.name)
    version = None if known is None else verify(database, known, path=file)
    said = str(database.execute("PRAGMA integrity_check(1)").fetchone()[0])
    if said != "ok":
        return Finding(file.name, f"{file} is damaged: {said}", _RESTORE)
    if database.execute("PRAGMA foreign_key_check").fetchone():
        return Finding(file.name, f"{file} names rows that are not there", _RESTORE)
    if known is None or version == len(known):
        unread = _unread(database) if file.name == _LOG else None
        return Finding(file.name, f"{file} {unread}", _RESTORE) if unread else _whole(file)
    return Finding(
        file.name,
        f"whole, but of schema version {version}; this Matinee writes {len(known)}",
        "export it to keep the way back; whatever opens it next brings it up to date",
    )


def _whole(file: Path) -> Finding:
    return Finding(file.name, f"whole, {file.stat().st_size / 1e6:,.1f} MB")


def _unread(database: sqlite3.Connection) -> str | None:
    """Decode everything that SQLite only carries: a flipped bit in it is no damage to SQLite."""
    from msgspec import MsgspecError, msgpack

    from matinee.stores.people import decode_account, decode_profile
    from matinee.stores.titles import decode_title

    read = (
        ("SELECT 'title ' || title_id, body FROM titles", decode_title),
        # Of who was erased an empty row stays, under a name that nobody can have.
        (
            "SELECT 'profile ' || profile_id, body FROM profiles WHERE profile_id NOT GLOB '!*'",
            decode_profile,
        ),
        (
            "SELECT 'account ' || account_id, body FROM accounts WHERE account_id NOT GLOB '!*'",
            decode_account,
        ),
        ("SELECT 'event ' || event_id, rest FROM events WHERE rest NOTNULL", msgpack.decode),
    )
    for query, decode in read:
        for name, body in database.execute(query):
            try:
                decode(body)
            except (MsgspecError, ValueError) as error:
                return f"holds a {name} that cannot be read: {error}"
    return None


def _named(home: Path) -> list[tuple[str, int, str]]:
    if not (home / _LOG).exists():
        return []
    with closing(_connected(home / _LOG)) as database:
        if not database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'segments'").fetchone():
            return []
        return database.execute("SELECT name, bytes, digest FROM segments ORDER BY name").fetchall()


def _flaw(file: Path, size: int, digest: str) -> str:
    try:
        if file.stat().st_size != size:
            return f"has {file.stat().st_size} bytes, not {size}"
        with file.open("rb") as data:
            found = hashlib.file_digest(data, lambda: hashlib.blake2b(digest_size=32))
    except FileNotFoundError:
        return "is missing"
    return "" if found.hexdigest() == digest else "is damaged, its checksum differs"


def _orphans(home: Path) -> list[Path]:
    folder = home / "segments"
    if not folder.is_dir():
        return []
    there = [path for path in folder.iterdir() if path.name != "lock"]  # before what is named
    try:
        named = {name for name, _, _ in _named(home)}
    except sqlite3.Error:
        return []  # told of the database; without it nothing can be called unused
    return [path for path in there if path.name not in named]


def _connected(file: Path) -> sqlite3.Connection:
    # Where nothing can be written, SQLite cannot lock, and nobody else writes either.
    fixed = "" if os.access(file.parent, os.W_OK) else "&immutable=1"
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro{fixed}", uri=True)


def _long(ms: int) -> str:
    days = ms / 86_400_000
    return f"{days:,.1f} days" if days >= 1 else f"{ms / 60_000:,.0f} minutes"
