"""The steps of the demo, each done once: what is done is noted in the data folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from matinee.cli.clock import now
from matinee.cli.homes import opened
from matinee.cli.importing import bring_in
from matinee.cli.screen import Screen
from matinee.cli.settings import FILE, template
from matinee.cli.train import SEED, fit

if TYPE_CHECKING:
    from matinee.stores import Stores

__all__ = ["prepare", "start_over"]

NOTES = "demo.json"
KEPT = frozenset({FILE, "keys.toml"})
"""What starting over leaves: what a person wrote or has handed out."""


class _Notes(msgspec.Struct, kw_only=True):
    """How far the demo of a data folder has come."""

    data: str
    done: list[str] = msgspec.field(default_factory=list)
    bundle: str | None = None


def prepare(screen: Screen, home: Path, data: str) -> dict[str, Any]:
    """Do what is not done yet; return what there is now.

    Raises:
        ValueError: the folder holds the demo of other data, or something else altogether.
    """
    notes = _read(home, data)
    with opened(home, create=True) as stores:
        if not (home / FILE).exists():
            (home / FILE).write_text(template(), encoding="utf-8")
        for name, step in STEPS.items():
            if name not in notes.done:
                step(screen, stores, home, notes)
                notes.done.append(name)
                _write(home, notes)
        return {
            "home": str(home),
            "data": notes.data,
            "bundle": stores.bundles.live(),
            "titles": len(stores.catalogue.snapshot()),
            "profiles": len(stores.profiles.ids()),
        }


def start_over(home: Path) -> None:
    """Remove all that the demo made; settings and keys stay.

    Raises:
        ValueError: the folder does not look like a data folder of ours, so nothing is removed.
    """
    if not home.is_dir():
        return
    inside = {entry.name for entry in home.iterdir()}
    if inside and not inside & {NOTES, "matinee.db"}:
        msg = f"{home} is no data folder of Matinee's, so --fresh leaves it alone; name another"
        raise ValueError(msg)
    for entry in home.iterdir():
        if entry.name in KEPT:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _bring(data: Callable[[_Notes], str]) -> Callable[[Screen, Stores, Path, _Notes], None]:
    def step(screen: Screen, stores: Stores, home: Path, notes: _Notes) -> None:
        bring_in(screen, stores, data(notes), home=home)

    return step


def _sessions(screen: Screen, stores: Stores, home: Path, _notes: _Notes) -> None:
    from matinee.service import signing_key
    from matinee.service.tokens import Signer
    from matinee.simulation import demo_sessions

    signer = Signer(signing_key(home))
    with screen.bar("playing the last two weeks") as moved:
        played = demo_sessions(stores, signer=signer, now=now(), seed=SEED, progress=moved)
    screen.say(f"demo: {played.stored:,} events")


def _train(screen: Screen, stores: Stores, home: Path, notes: _Notes) -> None:
    notes.bundle, _ = fit(screen, stores, home=home, seed=SEED)


STEPS: Mapping[str, Callable[[Screen, Stores, Path, _Notes], None]] = {
    "data": _bring(lambda notes: notes.data),
    "originals": _bring(lambda _: "originals"),
    "sessions": _sessions,
    "training": _train,
}


def _read(home: Path, data: str) -> _Notes:
    file = home / NOTES
    if not file.exists():
        return _Notes(data=data)
    notes = msgspec.json.decode(file.read_bytes(), type=_Notes)
    if notes.data != data:
        msg = (
            f"{home} holds the demo of {notes.data!r}, not of {data!r};"
            " start over with --fresh (make: FRESH=1), or name another --home"
        )
        raise ValueError(msg)
    return notes


def _write(home: Path, notes: _Notes) -> None:
    draft = home / f"{NOTES}.new"
    with draft.open("wb") as file:
        file.write(msgspec.json.encode(notes))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(home / NOTES)
