"""What all protocols share: reading interactions as likes, and taking histories apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np

from matinee.data import Dataset
from matinee.data.splits import request_for
from matinee.types import Flags, Histories, History, Index, Longs, Moment, Request

__all__ = ["Part", "Positives", "few", "kept", "owners", "part_of", "read_as", "request"]

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
    entries = data.histories.entries
    if positives == "any":
        keep = entries.seen
    elif np.isnan(entries.rated).all():
        msg = "these data hold no ratings to take as likes; set positives to 'liked' or 'any'"
        raise ValueError(msg)
    else:
        keep = entries.rated >= _FOUR_OF_FIVE
    histories = kept(data.histories, keep)
    alike = np.full(len(histories.entries), _FULL)
    return replace(
        data, histories=Histories(histories.indptr, replace(histories.entries, weights=alike))
    )


def kept(histories: Histories, keep: Flags) -> Histories:
    """Return the entries where the mask holds; every profile keeps its row."""
    until = np.concatenate(([0], np.cumsum(keep)))
    return Histories(until[histories.indptr], histories.entries.take(keep))


def owners(histories: Histories) -> Longs:
    """Return the profile row of each entry."""
    return np.repeat(np.arange(len(histories)), np.diff(histories.indptr))


def part_of(histories: Histories, profile: int, keep: Flags) -> History:
    """Return a profile's entries where a mask over all entries holds."""
    start, stop = histories.indptr[profile : profile + 2]
    return histories.entries.take(start + np.flatnonzero(keep[start:stop]))


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
