"""Profiles erased: begun in one transaction, then carried through all that is held elsewhere.

Whatever is cut short (a crash, a full disk, a reader that pins an older state) is gone on with
from what the erasure says is not clean yet; every step may be done twice.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from matinee.parts import Forgetful
from matinee.service.errors import UnknownError
from matinee.service.ids import new_id
from matinee.service.views import View
from matinee.stores import PARTS, BundleStore, Erasure, Stores, naming
from matinee.types import BundleId, Moment, ProfileId, TitleId

__all__ = [
    "ErasureView",
    "ForgottenView",
    "advance",
    "begin",
    "clean_bundles",
    "erasure_view",
    "forget",
]

_log = logging.getLogger("matinee.service")
_OURS = ("bundle", "created", "files", "format", "models")


class ErasureView(View, frozen=True):
    """An erasure: since when each part has held nothing of the profile, null where it still may."""

    erasure_id: str
    asked: Moment
    clean: bool
    log: Moment | None
    segments: Moment | None
    state: Moment | None
    decisions: Moment | None
    bundles: Moment | None


class ForgottenView(View, frozen=True):
    """A title that was taken out of a history, and how many events that were."""

    profile_id: str
    title_id: str
    events: int


def begin(stores: Stores, profile: ProfileId, *, now: Moment, seed: int) -> ErasureView:
    """Erase a profile: from here on nobody finds it; `advance` cleans the rest.

    Asked again it gives the same erasure.

    Raises:
        UnknownError: there is and was no such profile.
    """
    try:
        begun = stores.erasures.begin(profile, erasure_id=new_id(now, "erasure", seed), now=now)
    except LookupError as error:
        raise UnknownError(str(error)) from None
    return _view(begun)


def erasure_view(stores: Stores, erasure_id: str) -> ErasureView:
    """Show how far an erasure is.

    Raises:
        UnknownError: there is none of that id.
    """
    found = stores.erasures.get(erasure_id)
    if found is None:
        msg = f"no erasure {erasure_id!r}; DELETE /v1/profiles/{{id}} begins one and tells its id"
        raise UnknownError(msg)
    return _view(found)


def forget(stores: Stores, profile: ProfileId, title: TitleId) -> ForgottenView:
    """Delete all that a profile did with a title.

    Raises:
        UnknownError: it did nothing with it, or not any more.
    """
    count = stores.log.forget(profile, title)
    if not count:
        msg = f"nothing of title {title!r} is in the history of profile {profile!r}"
        raise UnknownError(msg)
    return ForgottenView(profile_id=profile, title_id=title, events=count)


def advance(stores: Stores, erasure: Erasure, *, folder: Path | None, now: Moment) -> Erasure:
    """Do all of an erasure that can be done now, and return how far it is.

    One process at a time; see `matinee.service.upkeep`.
    """
    if "bundles" not in erasure.clean and clean_bundles(stores.bundles, [erasure.row], now=now):
        stores.erasures.mark(erasure.erasure_id, "bundles", now=now)
    if "segments" not in erasure.clean:
        stores.erasures.sweep_segments()
        stores.erasures.mark(erasure.erasure_id, "segments", now=now)
    if folder is not None:
        _clean_reports(folder, erasure.names)
    if _decisions_clean(stores, erasure):
        stores.erasures.mark(erasure.erasure_id, "decisions", now=now)
    reached = stores.erasures.get(erasure.erasure_id) or erasure
    if {"bundles", "decisions", "segments", "state"} <= reached.clean.keys():
        stores.erasures.finish(erasure.erasure_id, now=now)
    return stores.erasures.get(erasure.erasure_id) or erasure


def clean_bundles(bundles: BundleStore, rows: Sequence[int], *, now: Moment) -> bool:
    """Take profiles out of every bundle that keeps something of them; False: one still does.

    A bundle is written anew under another id, made live where the old one was, and the old one
    removed. One that cannot be read can serve nobody, and is removed unless it is live.
    """
    each = [_clean_bundle(bundles, one, rows, now=now) for one in bundles.all()]  # to the last
    return all(each)


def _clean_bundle(
    bundles: BundleStore, bundle: BundleId, rows: Sequence[int], *, now: Moment
) -> bool:
    try:
        manifest = bundles.manifest(bundle)
        held = bundles.load(bundle)
    except (LookupError, ValueError):
        if bundle not in bundles.all():
            return True
        if bundles.live() == bundle:
            _log.warning("the live bundle %s cannot be read, nor cleaned; train again", bundle)
            return False
        _log.warning("bundle %s cannot be read, and is removed: it may hold the erased", bundle)
        bundles.remove(bundle)
        return True
    gone = np.asarray(rows, np.int32)
    left: dict[str, Any] = {
        name: model.without_profiles(gone) if isinstance(model, Forgetful) else model
        for name, model in held.items()
    }
    if all(left[name] is held[name] for name in held):
        return True
    parts = {name: (of["family"], of["part"]) for name, of in manifest["models"].items()}
    about = {key: value for key, value in manifest.items() if key not in _OURS}
    texts = [name for name in manifest["files"] if name.endswith(".md")]
    fresh = bundles.save(
        {name: (*parts[name], model) for name, model in left.items()},
        now=now,
        about={**about, "instead_of": bundle},
        documents={name: bundles.document(bundle, name) for name in texts},
    )
    if bundles.live() == bundle:
        bundles.promote(fresh, now=now)
    bundles.remove(bundle)
    return True


def _decisions_clean(stores: Stores, erasure: Erasure) -> bool:
    """Delete the records; again each time, for a page may have been under way."""
    if erasure.subject is None:
        return "decisions" in erasure.clean
    late = stores.decisions.erase(erasure.subject)
    if "decisions" in erasure.clean and not late:
        return True
    return stores.decisions.overwritten(erasure.subject)


def _clean_reports(folder: Path, names: Sequence[str]) -> None:
    """Take the lines that name somebody out of what commands listed: `rejected.jsonl`."""
    whole = [naming(name) for name in names]
    for report in folder.glob("*.jsonl"):
        lines = report.read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if not any(one.search(line) for one in whole)]
        if len(kept) < len(lines):
            half = report.with_name(f"{report.name}.{os.getpid()}.part")
            half.write_bytes(b"".join(kept))
            half.replace(report)


def _view(erasure: Erasure) -> ErasureView:
    since = {part: erasure.clean.get(part) for part in PARTS}
    return ErasureView(
        erasure_id=erasure.erasure_id, asked=erasure.asked, clean=erasure.done, **since
    )
