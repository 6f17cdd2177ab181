"""What all protocols share: reading interactions as likes, and taking histories apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from matinee.data import Dataset
from matinee.data.cutting import begun, kept
from matinee.data.splits import request_for
from matinee.types import Flags, Histories, History, Index, Longs, Moment, Record, Request

__all__ = ["Part", "Positives", "few", "read_as", "request"]

Part: TypeAlias = Literal["test", "validation"]
Positives: TypeAlias = Literal["rating>=4", "liked", "any"]

_FOUR_OF_FIVE = np.float32(0.8)
_FULL = np.float32(10)  # above what any recipe counts as a full like, so that all are alike


def read_as(data: Dataset, positives: Positives) -> Dataset:
    """Return the data with likes as a protocol reads them.

    `rating>=4`: ratings of four fifths or more, all alike; nothing else is known. `any`: all that
    was played or rated, all alike. `liked`: as the reward file weighs it, dislikes included.

    Raises:
        ValueError: ratings are asked for and there are none.
    """
    if positives == "liked":
        return data
    if positives == "rating>=4" and np.isnan(data.histories.entries.rated).all():
        msg = "these data hold no ratings to take as likes; set positives to 'liked' or 'any'"
        raise ValueError(msg)
    return replace(data, histories=_read(data.histories, positives))


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """A record of which earlier histories are read the same way."""

    record: Record
    positives: Positives
    begun: Longs  # (E,) of the entries that are kept

    def until(self, at: Longs) -> Histories:
        """Return the histories as they were known then, so read."""
        return _read(self.record.until(at), self.positives)


def _read(histories: Histories, positives: Positives) -> Histories:
    entries = histories.entries
    keep = entries.seen if positives == "any" else entries.rated >= _FOUR_OF_FIVE
    found, record = kept(histories, keep), histories.record
    alike = np.full(len(found.entries), _FULL)
    return Histories(
        found.indptr,
        replace(found.entries, weights=alike),
        record and _Reading(record, positives, begun(histories)[keep]),
    )


def request(history: History, *, at: Moment, eligible: Flags, seen: Index | None = None) -> Request:
    """Return a request that may be answered with eligible titles not in its history.

    `seen` are more titles that it must not be answered with.
    """
    asked = replace(request_for(history, titles=len(eligible), at=at), eligible=eligible)
    if seen is not None:
        asked.unseen[seen] = False
    return asked


def few(what: str, count: int, need: int) -> ValueError:
    """Return the error of data that a protocol cannot cut."""
    return ValueError(f"the data have {count} {what}, this protocol needs at least {need}")
