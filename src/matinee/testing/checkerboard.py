"""Small data whose right answers are known by thought: two camps of taste on a checkerboard.

Profiles and titles of even number are one camp, those of odd number the other. Everybody likes
the titles of his camp, all but one, which is his to be found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matinee.data import Catalogue, Dataset
from matinee.types import (
    DAY_MS,
    Floats,
    Histories,
    History,
    Index,
    Longs,
    Moment,
    Request,
    Title,
)

__all__ = [
    "NOW",
    "catalogue_of",
    "checkerboard",
    "dataset_of",
    "history_of",
    "rated",
    "request_of",
]

NOW = Moment(1_700_000_000_000)


def catalogue_of(count: int, *, version: int = 1, described: bool = False) -> Catalogue:
    """Return a catalogue of the films `t0`, `t1`, … and nothing else known of them.

    Described ones have the genre `Even` or `Odd`, as their number is.
    """
    genres = [("Even",), ("Odd",)] if described else [(), ()]
    return Catalogue.of(
        [
            Title(title_id=f"t{row}", name=f"Film {row}", genres=genres[row % 2])
            for row in range(count)
        ],
        version=version,
    )


def history_of(
    titles: Sequence[int], *, weights: Sequence[float] | None = None, days: float = 1.0
) -> History:
    """Return a history of these titles, all acted on `days` before `NOW`; weights 1 unless said."""
    history = History.of_titles(np.array(titles, np.int32))
    at = np.full(len(titles), NOW - round(days * DAY_MS), np.int64)
    if weights is None:
        return replace(history, at=at)
    return replace(history, at=at, weights=np.array(weights, np.float32))


def dataset_of(histories: Sequence[History], *, titles: int, described: bool = False) -> Dataset:
    """Return the data of these profiles over `titles` films, as of `NOW`."""

    def laid(column: str) -> Index | Floats | Longs:
        parts = [getattr(history, column) for history in (History.empty(), *histories)]
        return np.concatenate(parts)

    indptr = np.cumsum([0, *(len(history) for history in histories)])
    entries = History(*(laid(column) for column in History.__slots__))  # type: ignore[arg-type]  # column by column
    return Dataset(
        catalogue=catalogue_of(titles, described=described),
        profiles=tuple(f"p{row}" for row in range(len(histories))),
        histories=Histories(indptr, entries),
        at=NOW,
        upto=0,
    )


def request_of(history: History, *, titles: int) -> Request:
    """Return a request at `NOW` for whom every title is eligible and unseen."""
    every = np.ones(titles, np.bool_)
    return Request(history=history, eligible=every, unseen=every, at=NOW, seed=0)


def checkerboard(*, profiles: int = 24, titles: int = 12, described: bool = False) -> Dataset:
    """Return the two camps; profile p misses the title number p ÷ 2 of its camp, in turn.

    With the numbers given all titles are equally popular.
    """
    histories = []
    for profile in range(profiles):
        camp = list(range(profile % 2, titles, 2))
        del camp[(profile // 2) % len(camp)]
        histories.append(history_of(camp))
    return dataset_of(histories, titles=titles, described=described)


def rated(*, seed: int, profiles: int = 60, titles: int = 40, loyalty: float = 6) -> Dataset:
    """Return drawn ratings over 400 days: popular titles more often, and those of one's camp.

    Profiles have 4 to 24 titles, at distinct times; two thirds of the ratings are likes. A title
    of one's camp is `loyalty` times as likely as one of the other's.
    """
    rng = np.random.default_rng(seed)
    histories = []
    for profile in range(profiles):
        likely = np.geomspace(4, 0.25, titles) * np.where(
            np.arange(titles) % 2 == profile % 2, loyalty, 1
        )
        count = int(rng.integers(4, min(25, titles)))
        rows = rng.choice(titles, count, replace=False, p=likely / likely.sum())
        stars = rng.choice([0.2, 0.6, 0.8, 1.0], count, p=[0.13, 0.2, 0.37, 0.3])
        history = history_of(rows.tolist(), weights=np.where(stars >= 0.8, 1.5, -1.0).tolist())
        ages = np.sort(rng.choice(400 * 24, count, replace=False))[::-1] * (DAY_MS // 24)
        histories.append(replace(history, at=NOW - 1 - ages, rated=stars.astype(np.float32)))
    return dataset_of(histories, titles=titles)
