"""Histories taken apart: by a mask, as of a moment, and when only the first titles were known.

Who asks a cut-off history what a viewer did next must fold it from the acts before the cut: an
entry folded from all acts holds the later ones of a title that was played before and after.
"""

from __future__ import annotations

import numpy as np

from matinee.types import Flags, Histories, History, Longs

__all__ = ["begun", "first", "kept", "owners", "part_of", "places", "until"]

_NEVER = int(np.iinfo(np.int64).max)


def kept(histories: Histories, keep: Flags) -> Histories:
    """Return the entries where the mask holds, without record; every profile keeps its row."""
    until = np.concatenate(([0], np.cumsum(keep)))
    return Histories(until[histories.indptr], histories.entries.take(keep))


def owners(histories: Histories) -> Longs:
    """Return the profile row of each entry."""
    return np.repeat(np.arange(len(histories)), np.diff(histories.indptr))


def part_of(histories: Histories, profile: int, keep: Flags) -> History:
    """Return a profile's entries where a mask over all entries holds."""
    start, stop = histories.indptr[profile : profile + 2]
    return histories.entries.take(start + np.flatnonzero(keep[start:stop]))


def begun(histories: Histories) -> Longs:
    """Return when each entry's title was first acted on, epoch ms."""
    return histories.entries.at if histories.record is None else histories.record.begun


def places(histories: Histories) -> Longs:
    """Return the manieth of its profile's titles each entry is, from 0, by when they were begun.

    Ties: as they lie.
    """
    owner = owners(histories)
    order = np.lexsort((begun(histories), owner))
    found = np.empty(len(owner), np.int64)
    found[order] = np.arange(len(owner)) - histories.indptr[owner]
    return found


def until(histories: Histories, at: Longs) -> Histories:
    """Return the histories as they were known at a moment for each profile: (P,) epoch ms."""
    if histories.record is not None:
        return histories.record.until(at)
    return kept(histories, histories.entries.at <= at[owners(histories)])


def first(histories: Histories, counts: Longs) -> Histories:
    """Return each history just before its next title was begun after the first `counts`, (P,).

    What else was begun in the same moment is left out; so is the record.
    """
    owner, place = owners(histories), places(histories)
    early = place < counts[owner]
    if histories.record is None:
        return kept(histories, early)
    start = begun(histories)
    moment = np.full(len(histories), _NEVER)
    following = place == counts[owner]
    moment[owner[following]] = start[following] - 1
    newest = place == counts[owner] - 1
    moment[owner[newest]] = np.maximum(moment[owner[newest]], start[newest])
    found = until(histories, moment)
    return kept(found, ~np.isin(_pairs(found), _pairs(histories)[~early]))


def _pairs(histories: Histories) -> Longs:
    """Return a number for each entry's profile and title."""
    return owners(histories) << 32 | histories.entries.titles
