"""What an installation needs from time to time: erasures carried through, old things let go of.

A server's workers see to it; without a server `matinee upkeep` does. One process at a time: the
lock of a file says which, and the file itself when all was last gone through.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from matinee.service.config import KeepSettings
from matinee.service.erasing import advance, clean_bundles
from matinee.stores import BundleStore, Stores, placeholder
from matinee.stores.ages import by_age
from matinee.stores.promotions import earlier
from matinee.types import DAY_MS, Moment
from matinee.types.moment import MINUTE_MS

__all__ = ["TURN", "Upkeep", "UpkeepReport", "turn"]

_log = logging.getLogger("matinee.service")

TURN = "upkeep.lock"
"""The file whose lock says whose turn it is; it holds the moment of the last going through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpkeepReport:
    """What one going through did."""

    erasures: int
    """Carried through to the end."""
    unfinished: int
    """Erasures that have parts to clean yet."""
    events: int
    """Deleted because they were older than they are kept."""
    rejected: int
    """As `events`, of those that were turned away."""
    decisions: int
    """As `events`, of pages' records."""
    bundles: int
    """Deleted because newer ones are enough."""
    compacted: int
    """Events copied to where scans are fast."""


class Upkeep:
    """The upkeep of one installation, as one process sees it."""

    def __init__(self, stores: Stores, keep: KeepSettings, folder: Path | None) -> None:
        """Take what is kept up; `folder` is None where all is in memory."""
        self._stores = stores
        self._keep = keep
        self._folder = folder
        self._last = Moment(0)

    def tend(self, *, now: Moment) -> None:
        """Do what must not wait, and all that is due.

        Cheap when there is nothing: a server's workers call it every few seconds.
        """
        if not self._due(now) and not self._stores.erasures.unfinished():
            return
        with turn(self._folder) as ours:
            if ours and self._due(now):
                self.go_through(now=now)
            elif ours:
                self.carry_through(now=now)

    def go_through(self, *, now: Moment) -> UpkeepReport:
        """Carry erasures through, let go of what is older than it is kept, compact the log.

        For whoever has the `turn`.
        """
        stores, keep = self._stores, self._keep
        erased, unfinished = self.carry_through(now=now)
        self._clean_late_bundles(now=now)
        self._clean_late_decisions()
        report = UpkeepReport(
            erasures=erased,
            unfinished=unfinished,
            events=_older(keep.events_days, now, stores.log.expire),
            rejected=_older(keep.rejected_days, now, stores.log.drop_rejected),
            decisions=_older(keep.decisions_days, now, stores.decisions.prune),
            bundles=_spare(stores.bundles, keep.bundles),
            compacted=stores.log.compact(now=now, hot_days=keep.hot_days),
        )
        swept = [stores.erasures.sweep(), stores.decisions.overwritten(None)]
        if not all(swept):
            _log.warning("someone reads an older state: what was deleted is not overwritten yet")
        self._last = now
        if self._folder is not None:
            (self._folder / TURN).write_text(f"{int(now)}\n")
        return report

    def carry_through(self, *, now: Moment) -> tuple[int, int]:
        """Do all of the unfinished erasures that can be done now; return how many are and are not.

        For whoever has the `turn`. One that fails keeps no other waiting.
        """
        done, left = 0, 0
        for erasure in self._stores.erasures.unfinished():
            try:
                reached = advance(self._stores, erasure, folder=self._folder, now=now)
            except Exception:  # noqa: BLE001  (whatever it is, the next time may succeed)
                _log.exception("erasure %s could not be gone on with", erasure.erasure_id)
                left += 1
            else:
                done, left = done + reached.done, left + (not reached.done)
        return done, left

    def _due(self, now: Moment) -> bool:
        last = self._last
        if self._folder is not None:
            try:
                last = Moment(int((self._folder / TURN).read_text()))
            except (FileNotFoundError, ValueError):
                last = Moment(0)
        return not 0 <= now - last < self._keep.every_minutes * MINUTE_MS

    def _clean_late_bundles(self, *, now: Moment) -> None:
        """Clean bundles that were trained while somebody was erased."""
        ids = self._stores.profiles.ids()
        rows = [row for row, name in enumerate(ids) if name == placeholder(row)]
        if rows:
            clean_bundles(self._stores.bundles, rows, now=now)

    def _clean_late_decisions(self) -> None:
        """Delete records of pages that were under way in a process that died, as they were kept."""
        kept = self._stores.decisions.profiles()
        for profile in set(kept).difference(self._stores.profiles.ids()):
            self._stores.decisions.erase(profile)
            if not self._stores.decisions.overwritten(profile):
                _log.warning("someone reads an older state of the records of an erased profile")


def _older(days: int, now: Moment, drop: Callable[[Moment], int]) -> int:
    """Let go of what is older than so many days; 0 keeps it for ever."""
    return drop(Moment(now - days * DAY_MS)) if days else 0


def _spare(bundles: BundleStore, count: int) -> int:
    """Delete all bundles but the newest, the live one, and the one that a rollback returns to.

    Returns how many those were; 0 keeps all.
    """
    held = [one.bundle for one in by_age(bundles)]
    before = earlier(bundles.promotions(), held.__contains__)
    spare = [one for one in held[:-count] if one not in (bundles.live(), before)] if count else []
    gone = 0
    for one in spare:
        with suppress(LookupError, ValueError):  # deleted, or promoted, by somebody meanwhile
            bundles.remove(one)
            gone += 1
    return gone


@contextmanager
def turn(folder: Path | None) -> Iterator[bool]:
    """Yield whether upkeep is this process's to do now; in memory it always is."""
    if folder is None:
        yield True
        return
    handle = os.open(folder / TURN, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)
