"""Splits by time: what was known before a moment, and what those who came later went on to like.

Nothing of after the moment is fitted on. A profile that acted after it is judged as it would be
served: its request holds all that it had done until some point, and wanted is what it liked next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matinee.data.dataset import Dataset
from matinee.types import Flags, Histories, History, Index, Longs, Moment, Request

__all__ = ["Split", "beginnings", "by_time", "request_for", "without_profiles"]


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Data to fit on, and R requests with what their profiles liked afterwards."""

    fit: Dataset
    requests: tuple[Request, ...]  # (R,)
    wanted: tuple[Index, ...]  # (R,) title rows, rising; at least one each
    profiles: Longs  # (R,) rows of the profiles, rising


def by_time(data: Dataset, *, share: float) -> Split:
    """Cut off the newest `share` of all interactions by one moment for all profiles.

    Of a profile's entries from that moment on, the older half (rounded down) joins its request's
    history, and the liked ones of the newer half are wanted. Profiles without any are left out.

    Raises:
        ValueError: the share is not between 0 and 1.
    """
    if not 0 < share < 1:
        msg = f"cannot hold out a share of {share}; it must lie between 0 and 1"
        raise ValueError(msg)
    entries, indptr = data.histories.entries, data.histories.indptr
    moment = _moment(entries.at, share, fallback=data.at)
    late = entries.at >= moment
    owner = np.repeat(np.arange(len(data.histories)), np.diff(indptr))
    late_until = np.concatenate(([0], np.cumsum(late)))
    lateness = late_until[:-1] - late_until[indptr[owner]]  # (E,) how manieth late one it is
    count = (late_until[indptr[1:]] - late_until[indptr[:-1]])[owner]
    after = late & (lateness >= count // 2)
    wanted = after & (entries.weights > 0)
    profiles = np.unique(owner[wanted])
    titles = len(data.catalogue)
    found = [
        (
            request_for(_part(data.histories, row, ~after), titles=titles, at=moment),
            np.sort(_part(data.histories, row, wanted).titles),
        )
        for row in profiles.tolist()
    ]
    return Split(
        fit=Dataset(data.catalogue, data.profiles, _kept(data, ~late), moment, data.upto),
        requests=tuple(request for request, _ in found),
        wanted=tuple(rows for _, rows in found),
        profiles=profiles,
    )


def without_profiles(data: Dataset, rows: Longs) -> Dataset:
    """Return the data with the histories of these profiles empty."""
    indptr = data.histories.indptr
    gone = np.isin(np.repeat(np.arange(len(data.histories)), np.diff(indptr)), rows)
    return replace(data, histories=_kept(data, ~gone))


def beginnings(
    data: Dataset, rows: Longs, rng: np.random.Generator, *, likes: tuple[int, int]
) -> list[tuple[Request, Index]]:
    """Return requests of profiles as they began, with the title rows that they liked afterwards.

    Each has as many likes as are drawn between the two numbers, both included; profiles without
    more are left out.
    """
    found = []
    for row in rows.tolist():
        history = data.histories[row]
        liked = np.flatnonzero(history.weights > 0)
        count = int(rng.integers(likes[0], likes[1] + 1))
        if len(liked) > count:
            known = history.take(np.arange(len(history)) < liked[count])
            wanted = np.sort(history.titles[liked[count:]])
            found.append((request_for(known, titles=len(data.catalogue), at=data.at), wanted))
    return found


def request_for(history: History, *, titles: int, at: Moment) -> Request:
    """Return the request of a viewer for whom every title is eligible."""
    unseen = np.ones(titles, np.bool_)
    unseen[history.titles] = False
    return Request(
        history=history, eligible=np.ones(titles, np.bool_), unseen=unseen, at=at, seed=0
    )


def _moment(at: Longs, share: float, *, fallback: Moment) -> Moment:
    if not len(at):
        return fallback
    return Moment(np.quantile(at, 1 - share, method="higher"))


def _part(histories: Histories, row: int, keep: Flags) -> History:
    start, stop = histories.indptr[row : row + 2]
    return histories.entries.take(start + np.flatnonzero(keep[start:stop]))


def _kept(data: Dataset, keep: Flags) -> Histories:
    until = np.concatenate(([0], np.cumsum(keep)))
    return Histories(until[data.histories.indptr], data.histories.entries.take(keep))
