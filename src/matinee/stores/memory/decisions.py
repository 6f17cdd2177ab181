"""Decision records in memory."""

from __future__ import annotations

from threading import RLock

from matinee.types import Moment, PageId, ProfileId

__all__ = ["MemoryDecisions"]


class MemoryDecisions:
    """A `DecisionStore` that is gone with the process."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._records: dict[PageId, tuple[ProfileId, Moment, bytes]] = {}

    def write(self, page: PageId, profile: ProfileId, at: Moment, record: bytes) -> None:
        """Keep a record."""
        with self._lock:
            if page in self._records:
                msg = f"page {page!r} has a record already; records never change"
                raise ValueError(msg)
            self._records[page] = (profile, at, bytes(record))

    def read(self, page: PageId) -> bytes | None:
        """Return a page's record, None if there is none."""
        found = self._records.get(page)
        return None if found is None else found[2]

    def recent(self, profile: ProfileId, *, limit: int = 10) -> list[PageId]:
        """Return a profile's newest pages, newest first."""
        with self._lock:
            mine = [(at, page) for page, (of, at, _) in self._records.items() if of == profile]
        mine.reverse()
        mine.sort(key=lambda one: -one[0])
        return [page for _, page in mine[:limit]]

    def prune(self, before: Moment) -> int:
        """Drop records older than that; return how many."""
        with self._lock:
            old = [page for page, (_, at, _) in self._records.items() if at < before]
            for page in old:
                del self._records[page]
        return len(old)

    def erase(self, profile: ProfileId) -> int:
        """Delete a profile's records; return how many."""
        with self._lock:
            mine = [page for page, (of, _, _) in self._records.items() if of == profile]
            for page in mine:
                del self._records[page]
        return len(mine)

    def profiles(self) -> list[ProfileId]:
        """Return every profile that has records."""
        with self._lock:
            return list({of for of, _, _ in self._records.values()})

    def overwritten(self, profile: ProfileId | None) -> bool:  # noqa: ARG002  (memory leaves no trace)
        """Return True: what is deleted is gone."""
        return True

    def close(self) -> None:
        """Hold nothing that needs letting go."""
