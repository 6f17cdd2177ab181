"""What `matinee doctor` looks at: each check says what it found, and what to do where it is bad."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from matinee.cli import kept
from matinee.cli.finding import Finding

if TYPE_CHECKING:
    from matinee.types import Moment

__all__ = ["ENOUGH_DISK", "examine"]

ENOUGH_DISK = 500_000_000
"""Bytes: a bundle, a checkpoint and a day of events fit in it."""


def examine(home: Path, *, now: Moment) -> Iterator[Finding]:
    """Yield what every check found, in the order in which one would mend them."""
    yield _versions()
    yield _folder(home)
    if not home.is_dir():
        return
    checks: Mapping[str, Callable[[Path], Iterable[Finding]]] = {
        "owner": _owner,
        "disk": _disk,
        "settings": _settings,
        "keys": _keys,
        "private": _private,
        "databases": kept.databases,
        "segments": kept.segments,
        "clock": partial(kept.clock, now=now),
        "models": kept.bundles,
        "training": kept.training,
        "leftovers": kept.leftovers,
    }
    for name, check in checks.items():
        yield from _guarded(name, check, home)
    yield _site()


def _guarded(
    name: str, check: Callable[[Path], Iterable[Finding]], home: Path
) -> Iterator[Finding]:
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


def _owner(home: Path) -> Iterator[Finding]:
    owner, user = home.stat().st_uid, os.geteuid()
    if user not in (0, owner):
        yield Finding(
            "owner",
            f"{home} belongs to user {owner}, and this is user {user}",
            f"work as user {owner}, or: chown -R {user} {home}",
        )
        return
    strange = [path for path in sorted(home.iterdir()) if path.lstat().st_uid != owner]
    locked = [path for path in sorted(home.iterdir()) if not path.lstat().st_mode & stat.S_IWUSR]
    if strange:
        named = " ".join(map(str, strange))
        yield Finding("owner", f"not the folder's owner's: {named}", f"chown -R {owner} {home}")
    if locked:
        named = " ".join(map(str, locked))
        yield Finding("owner", f"cannot be written by their owner: {named}", f"chmod u+w {named}")
    if home.stat().st_mode & stat.S_IWOTH:
        yield Finding("owner", f"anyone may write in {home}", f"chmod 700 {home}")


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


def _site() -> Finding:
    from importlib.resources import files

    built = files("matinee.server").joinpath("static", "index.html").is_file()
    if built:
        return Finding("site", "built")
    return Finding("site", "not built: the API works, / does not", "make web")
