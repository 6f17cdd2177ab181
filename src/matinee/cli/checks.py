"""What `matinee doctor` looks at: each check says what it found, and what to do where it is bad."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Finding", "examine"]

ENOUGH_DISK = 500_000_000
"""Bytes: a bundle, a checkpoint and a day of events fit in it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `remedy` is empty where all is well."""

    check: str
    detail: str
    remedy: str = ""

    @property
    def ok(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.remedy


def examine(home: Path) -> Iterator[Finding]:
    """Yield what every check found, in the order in which one would mend them."""
    yield _versions()
    folder = _folder(home)
    yield folder
    if not folder.ok:
        return
    for check in (_disk, _settings, _keys, _private, _databases, _bundles):
        yield from _guarded(check, home)
    yield _site()


def _guarded(check: Callable[[Path], Iterator[Finding]], home: Path) -> Iterator[Finding]:
    name = check.__name__.removeprefix("_")
    try:
        yield from check(home)
    except (OSError, ValueError, LookupError, sqlite3.Error) as error:
        yield Finding(name, str(error), "mend what the line names")


def _versions() -> Finding:
    from importlib.metadata import version

    parts = ", ".join(f"{name} {version(name)}" for name in ("numpy", "msgspec", "litestar"))
    said = f"Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}, {parts}"
    old = sqlite3.sqlite_version_info < (3, 35)
    return Finding("versions", said, "install SQLite 3.35 or newer" if old else "")


def _folder(home: Path) -> Finding:
    if not home.is_dir():
        return Finding("folder", f"no folder {home}", f"matinee init --home {home}")
    probe = home / ".doctor"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Finding(
            "folder", f"{home}: {error.strerror}", "give this user the right to write there"
        )
    return Finding("folder", f"{home.resolve()} can be written")


def _disk(home: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(home).free
    remedy = "make room, or move the folder; a full disk stops all writes"
    yield Finding("disk", f"{free / 1e9:.1f} GB free", remedy if free < ENOUGH_DISK else "")


def _settings(home: Path) -> Iterator[Finding]:
    from matinee.cli.settings import FILE, configuration

    try:
        configuration(home)
    except ValueError as error:
        yield Finding("settings", str(error), f"edit {home / FILE} or the environment")
    else:
        yield Finding("settings", "hold")


def _keys(home: Path) -> Iterator[Finding]:
    from matinee.service.keys import keys

    held = keys(home)
    names = ", ".join(key.name for key in held) or "none; this machine only"
    yield Finding("keys", names)


def _private(home: Path) -> Iterator[Finding]:
    open_to_all = [
        file.name
        for file in sorted(home.iterdir())
        if file.name.startswith(("keys", "secret")) and file.stat().st_mode & stat.S_IRWXO
    ]
    if open_to_all:
        named = " ".join(str(home / name) for name in open_to_all)
        yield Finding("private", "others can read secrets", f"chmod 600 {named}")
    else:
        yield Finding("private", "secrets are this user's own")


def _databases(home: Path) -> Iterator[Finding]:
    found = sorted(home.glob("*.db"))
    if not found:
        yield Finding("databases", "none yet", f"matinee init --home {home}")
    for file in found:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
            try:
                said = str(database.execute("PRAGMA integrity_check(1)").fetchone()[0])
            except sqlite3.Error as error:
                said = str(error)
        remedy = "" if said == "ok" else "stop the servers and put a copy of the folder back"
        yield Finding(file.name, "whole" if said == "ok" else said, remedy)


def _bundles(home: Path) -> Iterator[Finding]:
    from matinee.cli.homes import opened

    with opened(home) as stores:
        live = stores.bundles.live()
        if live is None:
            yield Finding("models", "no bundle is live", f"matinee train --home {home}")
        for bundle in stores.bundles.all():
            mark = " (live)" if bundle == live else ""
            try:
                stores.bundles.load(bundle)
            except ValueError as error:
                yield Finding(f"bundle {bundle}", str(error), f"matinee train --home {home}")
            else:
                yield Finding(f"bundle {bundle}", f"checksums agree{mark}")


def _site() -> Finding:
    from importlib.resources import files

    built = files("matinee.server").joinpath("static", "index.html").is_file()
    if built:
        return Finding("site", "built")
    return Finding("site", "not built: the API works, / does not", "make web")
