"""Erasures in memory: what is deleted leaves no trace, so that all is clean at once."""

from __future__ import annotations

from dataclasses import replace
from threading import RLock

from matinee.stores.erasures import Erasure, Part
from matinee.stores.memory.log import MemoryEventLog
from matinee.stores.memory.profiles import MemoryProfiles
from matinee.types import Moment, ProfileId

__all__ = ["MemoryErasures"]


class MemoryErasures:
    """An `ErasureStore` over a log and profiles that are gone with the process."""

    def __init__(self, log: MemoryEventLog, profiles: MemoryProfiles) -> None:
        self._log = log
        self._profiles = profiles
        self._lock = RLock()
        self._erasures: dict[str, Erasure] = {}

    def begin(self, profile: ProfileId, *, erasure_id: str, now: Moment) -> Erasure:
        """Erase a profile from log and profiles."""
        with self._lock:
            before = self._profiles.erased_row(profile)
            if before is not None:
                return next(one for one in self._erasures.values() if one.row == before)
            row, account = self._profiles.erase(profile)
            self._log.erase(row, [name for name in (profile, account) if name is not None])
            begun = Erasure(erasure_id, now, row, profile, account, {"state": now})
            self._erasures[erasure_id] = begun
            return begun

    def erased(self, profile: ProfileId) -> bool:
        """Whether a profile of that id was erased."""
        return bool(self._profiles.erased([profile]))

    def get(self, erasure_id: str) -> Erasure | None:
        """Return an erasure, None if unknown."""
        return self._erasures.get(erasure_id)

    def unfinished(self) -> list[Erasure]:
        """Return those that have parts to clean, the oldest first."""
        with self._lock:
            return [erasure for erasure in self._erasures.values() if not erasure.done]

    def mark(self, erasure_id: str, part: Part, *, now: Moment) -> None:
        """Keep that a part is clean since `now`; what was marked before stays."""
        with self._lock:
            erasure = self._erasures[erasure_id]
            clean = {part: now, **erasure.clean}
            self._erasures[erasure_id] = replace(erasure, clean=clean)

    def sweep_segments(self) -> None:
        """Do nothing: there are none."""

    def sweep(self) -> bool:
        """Return True: what is deleted is gone."""
        return True

    def finish(self, erasure_id: str, *, now: Moment) -> bool:
        """Forget the id itself; then `log` is clean."""
        with self._lock:
            erasure = self._erasures[erasure_id]
            self._erasures[erasure_id] = replace(erasure, subject=None, account=None)
            self.mark(erasure_id, "log", now=now)
        return True
