"""A whole data folder copied as it is at one moment, while servers go on; and put back."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from matinee import __version__
from matinee.service.archive import (
    FORMAT,
    MANIFEST,
    Contents,
    flush,
    is_tar,
    members,
    unpack,
    write_tar,
)
from matinee.service.keys import KEYS_FILE
from matinee.service.secret import SIGNING_FILE
from matinee.stores.folder import FolderBundles
from matinee.stores.manifest import is_id
from matinee.stores.sqlite.migrations import DECISIONS, MATINEE, verify
from matinee.stores.sqlite.snapshot import snapshot

__all__ = ["export", "gather_bundles", "restore"]

_LOG, _DECIDED = "matinee.db", "decisions.db"
_SEGMENTS, _BUNDLES, _LIVE = "segments", "bundles", "live"
_SECRETS = (SIGNING_FILE, KEYS_FILE)
_PASSING = (".part", ".new", ".lock", ".tmp", "-wal", "-shm", "-journal")
_DERIVED = ("cache",)
_TRIES = 5


def export(home: Path, target: Path, *, secrets: bool = False) -> Contents:
    """Copy a data folder to a new folder, or to one file if the name ends in `.tar`.

    What was acknowledged before the call is in it; servers may go on writing meanwhile. Without
    `secrets` the installation's signing secret and its API keys (hashes) stay behind.

    Raises:
        ValueError: the target is there already or lies in the data folder, or a segment is
            damaged.
        StoreError: a database is damaged, or the target's disk is full.
    """
    as_tar = is_tar(target)
    if target.exists():
        msg = f"{target} is there already; name another place, or remove it first"
        raise ValueError(msg)
    if target.resolve().is_relative_to(home.resolve()):
        msg = f"{target} lies in the data folder {home}; name a place outside of it"
        raise ValueError(msg)
    with _staging(target) as staging:
        gathered = staging / "home"
        gathered.mkdir(mode=0o700)
        _gather(home, gathered, secrets=secrets)
        files = members(gathered)
        held = any(member.path in _SECRETS for member in files)
        contents = Contents(format=FORMAT, matinee=__version__, secrets=held, files=files)
        if as_tar:
            write_tar(staging / "tar", contents, gathered)
            (staging / "tar").rename(target)
        else:
            (gathered / MANIFEST).write_bytes(contents.encode())
            _flush_all(gathered)
            gathered.rename(target)
    flush(target.parent)
    return contents


def restore(source: Path, home: Path) -> Contents:
    """Put an export back as a new data folder, whole or not at all.

    Raises:
        ValueError: the folder holds something, or the export is damaged or of a newer Matinee.
    """
    if not source.exists():
        msg = f"there is no export {source}; name a folder or a .tar file of `matinee export`"
        raise ValueError(msg)
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        msg = f"{home} is not empty, and nothing is restored over it; name a new folder"
        raise ValueError(msg)
    with _staging(home) as staging:
        fresh = staging / "home"
        fresh.mkdir(mode=0o700)
        contents = unpack(source, fresh)
        for name, migrations in ((_LOG, MATINEE), (_DECIDED, DECISIONS)):
            if (fresh / name).exists():
                with closing(_read_only(fresh / name)) as database:
                    verify(database, migrations, path=source / name)
        _flush_all(fresh)
        fresh.rename(home)
    flush(home.parent)
    return contents


@contextmanager
def _staging(target: Path) -> Iterator[Path]:
    """Lend a folder beside the target; what an earlier one that was cut short left is removed."""
    place = target.resolve().parent / f".{target.name}.part"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(mode=0o700, parents=True)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _gather(home: Path, target: Path, *, secrets: bool) -> None:
    # In this order, so that a decision's offset and bundle are in what is copied after it.
    databases = sorted(path.name for path in home.glob("*.db"))
    for name in sorted(databases, key=lambda name: name == _LOG):
        if name != _LOG:
            snapshot(home / name, target / name)
    if _LOG in databases:
        _gather_log(home, target)
    if (home / _BUNDLES).is_dir():
        gather_bundles(home / _BUNDLES, target / _BUNDLES, _copy)
    for entry in sorted(home.iterdir()):
        name = entry.name
        if name in (*databases, _SEGMENTS, _BUNDLES, *_DERIVED) or _passing(entry):
            continue
        if name.startswith(("secret", "keys")) and not (secrets and name in _SECRETS):
            continue
        for file in sorted(entry.rglob("*")) if entry.is_dir() else [entry]:
            if file.is_file() and not _passing(file):
                _copy(file, target / file.relative_to(home))


def _passing(path: Path) -> bool:
    return path.name.startswith(".") or path.name.endswith(_PASSING)


def _gather_log(home: Path, target: Path) -> None:
    """Copy the log's database, and the segments that this copy of it names."""
    for tries in range(_TRIES):
        snapshot(home / _LOG, target / _LOG)
        try:
            for name, digest in _segments(target / _LOG):
                _copy(home / _SEGMENTS / name, target / _SEGMENTS / name)
                _compare(target / _SEGMENTS / name, digest, home / _SEGMENTS / name)
        except FileNotFoundError as error:  # replaced since, as erasure and compaction do
            shutil.rmtree(target / _SEGMENTS, ignore_errors=True)
            if tries == _TRIES - 1:
                msg = f"the segment {error.filename} is missing; see `matinee doctor`"
                raise ValueError(msg) from error
            (target / _LOG).unlink()
        else:
            return


def _segments(database: Path) -> list[tuple[str, str]]:
    with closing(_read_only(database)) as connection:
        if not connection.execute(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'segments'"
        ).fetchone():
            return []
        return connection.execute("SELECT name, digest FROM segments ORDER BY name").fetchall()


def _compare(copy: Path, digest: str, original: Path) -> None:
    with copy.open("rb") as data:
        found = hashlib.file_digest(data, lambda: hashlib.blake2b(digest_size=32)).hexdigest()
    if found != digest:
        msg = (
            f"the segment {original} is damaged, its checksum differs;"
            " put it back from an earlier export, then export again"
        )
        raise ValueError(msg)


def gather_bundles(folder: Path, target: Path, copy: Callable[[Path, Path], None]) -> None:
    """Copy all bundles, and which is live, with `copy(file, to)`; as they are at one moment.

    Raises:
        ValueError: they are replaced again and again.
    """
    for _ in range(_TRIES):
        live = FolderBundles(folder).live()
        lost = live is not None and not (folder / live).is_dir()  # no reason to keep no events
        try:
            _copy_bundles(folder, target, copy)
        except FileNotFoundError:  # removed since, as erasure does
            pass
        else:
            if live is None or lost or (target / live).is_dir():
                return
        shutil.rmtree(target, ignore_errors=True)
    msg = f"bundles in {folder} are replaced again and again; export when that is done"
    raise ValueError(msg)


def _copy_bundles(folder: Path, target: Path, copy: Callable[[Path, Path], None]) -> None:
    live = folder / _LIVE
    said = live.read_bytes() if live.exists() else None
    for bundle in sorted(folder.iterdir()):
        if is_id(bundle.name) and bundle.is_dir():
            (target / bundle.name).mkdir(mode=0o700, parents=True)
            for file in sorted(bundle.iterdir()):
                copy(file, target / bundle.name / file.name)
    if said is not None:
        target.mkdir(mode=0o700, exist_ok=True)
        (target / _LIVE).write_bytes(said)


def _copy(file: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    target.chmod(0o600)


def _flush_all(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        flush(path)


def _read_only(database: Path) -> sqlite3.Connection:
    # Immutable: nobody else has this copy, and nothing may be made beside it.
    uri = f"{database.resolve().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True)
