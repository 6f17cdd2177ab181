"""What one title's viewings come to; `features.watched` says what it means."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan
from typing import NamedTuple

from matinee.data import Catalogue
from matinee.features.rewards import Rewards
from matinee.features.single.acts import added
from matinee.features.single.plays import View
from matinee.types import DAY_MS
from matinee.types.moment import HOUR_MS

__all__ = ["NOTHING", "Seen", "seen_of"]


class Seen(NamedTuple):
    """What a title's plays come to; names as in `Watched` mean what they mean there."""

    seen: bool = False
    quality: bool = False
    completed: bool = False
    finished_at: int = 0
    watched: float = 0.0
    position: float = nan
    duration: float = nan
    episode: int = -1
    played_at: int = 0
    share: float = 0.0
    rewatched: bool = False
    fast_season: bool = False
    binged: bool = False
    abandoned: bool = False


NOTHING = Seen()
"""What no play at all comes to."""


def seen_of(views: Sequence[View], title: int, *, catalogue: Catalogue, rewards: Rewards) -> Seen:
    """Return what a title's viewings come to, which are at least one, by episode and time."""
    played_at = max([view.at for view in views])
    last = _last_episode(title, played_at, catalogue)
    seen = quality = closed = series = False
    share = 0.0
    finished_at: int | None = None
    for view in views:
        seen |= view.beyond
        quality |= view.quality
        closed |= view.closed
        series |= view.episode >= 0
        share = max(share, view.share)
        if view.completed and last in (None, view.episode):
            finished_at = view.at if finished_at is None else max(finished_at, view.at)
    total = added([view.watched for view in views])
    firsts, again = _completed(views)
    low = share < rewards.completed.watched and total < 60 * rewards.quick_abandon.minutes
    return Seen(
        seen,
        quality,
        finished_at is not None,
        finished_at or 0,
        total,
        *_open(views, title, played_at, catalogue),
        played_at,
        share,
        again,
        series and _fast_season(firsts, title, catalogue, rewards),
        series and _binged(views, rewards),
        closed and low,
    )


def _last_episode(title: int, at: int, catalogue: Catalogue) -> int | None:
    """Return the last episode that is out by then; None: it has none, as a film."""
    table = catalogue.episodes
    low, last = int(table.indptr[title]), int(table.indptr[title + 1]) - 1
    if last < low:
        return None
    while last > low and table.available_from[table.in_order[last]] > at:
        last -= 1
    return int(table.in_order[last])


def _open(
    views: Sequence[View], title: int, played_at: int, catalogue: Catalogue
) -> tuple[float, float, int]:
    """Return position, duration and episode of what is open or next; NaN, NaN, −1: nothing."""
    newest: View | None = None
    for view in views:
        if view.worthy and (newest is None or view.order > newest.order):
            newest = view
    if newest is not None and not newest.finished:
        return newest.stands, newest.duration, newest.episode
    if newest is not None and newest.episode >= 0:
        following = _next_episode(newest.episode, played_at, catalogue)
        if following >= 0:
            runtime = float(catalogue.episodes.runtimes[following])
            return 0.0, float(catalogue.runtimes[title]) if isnan(runtime) else runtime, following
    return nan, nan, -1


def _next_episode(episode: int, at: int, catalogue: Catalogue) -> int:
    """Return the next episode that is out, in viewing order; −1: none."""
    table = catalogue.episodes
    place, end = int(table.places[episode]) + 1, int(table.indptr[table.titles[episode] + 1])
    while place < end and table.available_from[table.in_order[place]] > at:
        place += 1
    return int(table.in_order[place]) if place < end else -1


def _completed(views: Sequence[View]) -> tuple[list[View], bool]:
    """Return the first viewing that completed each unit, and whether any was completed again."""
    firsts: dict[int, View] = {}
    for view in views:
        if view.completed:
            firsts.setdefault(view.episode, view)
    again = sum(view.completed for view in views) > len(firsts)
    return [view for view in firsts.values() if view.episode >= 0], again


def _fast_season(
    firsts: Sequence[View], title: int, catalogue: Catalogue, rewards: Rewards
) -> bool:
    """Return whether a season was completed, first to last, within the set days."""
    table, rule = catalogue.episodes, rewards.fast_season
    if len(firsts) < max(rule.episodes, 1):
        return False
    seasons: dict[int, list[int]] = {}
    for view in firsts:
        season = int(table.seasons[view.episode])
        if season > 0:
            seasons.setdefault(season, []).append(view.at)
    mine = table.in_order[table.indptr[title] : table.indptr[title + 1]]
    known = table.seasons[mine].tolist()
    return any(
        len(at) == known.count(season)
        and len(at) >= rule.episodes
        and max(at) - min(at) <= rule.days * DAY_MS
        for season, at in seasons.items()
    )


def _binged(views: Sequence[View], rewards: Rewards) -> bool:
    """Return whether enough different episodes were finished within the set hours."""
    firsts: dict[int, View] = {}
    for view in views:
        if view.finished and view.episode >= 0:
            firsts.setdefault(view.episode, view)
    at = [view.at for view in sorted(firsts.values(), key=lambda view: view.order)]
    ahead = rewards.binge.episodes - 1
    within = rewards.binge.hours * HOUR_MS
    return any(late - early <= within for early, late in zip(at, at[ahead:], strict=False))
