"""What a store of pages' records promises."""

from __future__ import annotations

from typing import Protocol

from matinee.types import Moment, PageId, ProfileId

__all__ = ["DecisionStore"]


class DecisionStore(Protocol):
    """One record a served page: appended at once, never changed, pruned by age."""

    def write(self, page: PageId, profile: ProfileId, at: Moment, record: bytes) -> None:
        """Keep a record; visible to every worker on return.

        Raises:
            ValueError: there is one for that page already.
        """
        ...

    def read(self, page: PageId) -> bytes | None:
        """Return a page's record, None if there is none."""
        ...

    def recent(self, profile: ProfileId, *, limit: int = 10) -> list[PageId]:
        """Return a profile's newest pages, newest first."""
        ...

    def prune(self, before: Moment) -> int:
        """Drop records older than that; return how many."""
        ...

    def erase(self, profile: ProfileId) -> int:
        """Delete a profile's records; return how many."""
        ...

    def profiles(self) -> list[ProfileId]:
        """Return every profile that has records, in no order."""
        ...

    def overwritten(self, profile: ProfileId | None) -> bool:
        """Make sure that nothing of an erased profile's records is left, in no file either.

        None: nothing of pruned records in what is beside the store's own pages. False: not yet,
        for someone still reads an older state; to be asked again.
        """
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...
