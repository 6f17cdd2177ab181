"""Splits by time: what was known before a moment, and what those who came later went on to like.

Nothing of after the moment is fitted on. A profile that acted after it is judged as it would be
served: its request holds all that it had done until some point, and wanted is what it liked next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matinee.data.cutting import begun, first, kept, owners, part_of, places, until
from matinee.data.dataset import Dataset
from matinee.types import History, Index, Longs, Moment, Request

__all__ = ["Split", "beginnings", "by_time", "request_for", "without_profiles"]


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Data to fit on, and R requests with what their profiles liked afterwards."""

    fit: Dataset
    requests: tuple[Request, ...]  # (R,)
    wanted: tuple[Index, ...]  # (R,) title rows, rising; at least one each
    profiles: Longs  # (R,) rows of the profiles, rising


def by_time(data: Dataset, *, share: float) -> Split:
    """Cut off the newest `share` of all titles that profiles began, by one moment for all.

    Of the titles that a profile began from that moment on, the older half (rounded down) joins
    its request's history, and the liked ones of the newer half are wanted. Histories are as they
    were known at the moment, or before the first wanted title. Profiles without any are left out.

    Raises:
        ValueError: the share is not between 0 and 1.
    """
    if not 0 < share < 1:
        msg = f"cannot hold out a share of {share}; it must lie between 0 and 1"
        raise ValueError(msg)
    histories = data.histories
    owner, start = owners(histories), begun(histories)
    moment = _moment(start, share, fallback=data.at)
    late = np.bincount(owner[start >= moment], minlength=len(histories))
    counts = np.diff(histories.indptr) - (late + 1) // 2
    wanted = (places(histories) >= counts[owner]) & (histories.entries.weights > 0)
    profiles = np.unique(owner[wanted])
    asked, titles = profiles.tolist(), len(data.catalogue)
    known = first(histories, _of(profiles, counts))
    before = until(histories, np.full(len(histories), moment - 1))
    return Split(
        fit=replace(data, histories=before, at=moment),
        requests=tuple(request_for(known[row], titles=titles, at=moment) for row in asked),
        wanted=tuple(np.sort(part_of(histories, row, wanted).titles) for row in asked),
        profiles=profiles,
    )


def without_profiles(data: Dataset, rows: Longs) -> Dataset:
    """Return the data with the histories of these profiles empty."""
    return replace(data, histories=kept(data.histories, ~np.isin(owners(data.histories), rows)))


def beginnings(
    data: Dataset, rows: Longs, rng: np.random.Generator, *, likes: tuple[int, int]
) -> list[tuple[Request, Index]]:
    """Return requests of profiles as they began, with the title rows that they liked afterwards.

    Each has as many likes as are drawn between the two numbers, both included; profiles without
    more are left out.
    """
    histories, place = data.histories, places(data.histories)
    liked = histories.entries.weights > 0
    counts = np.full(len(histories), -1)
    for row in rows.tolist():
        mine = slice(*histories.indptr[row : row + 2])
        likings = np.sort(place[mine][liked[mine]])
        count = int(rng.integers(likes[0], likes[1] + 1))
        if len(likings) > count:
            counts[row] = likings[count]
    known = first(histories, _of(np.flatnonzero(counts >= 0), counts))
    later = liked & (place >= counts[owners(histories)])
    return [
        (
            request_for(known[row], titles=len(data.catalogue), at=data.at),
            np.sort(part_of(histories, row, later).titles),
        )
        for row in rows[counts[rows] >= 0].tolist()
    ]


def request_for(history: History, *, titles: int, at: Moment) -> Request:
    """Return the request of a viewer for whom every title is eligible."""
    unseen = np.ones(titles, np.bool_)
    unseen[history.titles] = False
    return Request(
        history=history, eligible=np.ones(titles, np.bool_), unseen=unseen, at=at, seed=0
    )


def _of(profiles: Longs, counts: Longs) -> Longs:
    """Return the counts of these profiles, 0 of others: whose histories need not be folded."""
    found = np.zeros_like(counts)
    found[profiles] = counts[profiles]
    return found


def _moment(at: Longs, share: float, *, fallback: Moment) -> Moment:
    if not len(at):
        return fallback
    return Moment(np.quantile(at, 1 - share, method="higher"))
