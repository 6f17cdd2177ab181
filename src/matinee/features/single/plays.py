"""The viewings of one title from a few play events; `features.plays` says what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import NamedTuple

from matinee.data import Catalogue
from matinee.features.plays import PLAYS
from matinee.features.rewards import Rewards
from matinee.features.single.acts import Act, added
from matinee.types import KINDS

__all__ = ["View", "views_of"]

_PLAY_START, _ADVANCE = KINDS.index("play_start"), KINDS.index("episode_advance")
_STARTS = frozenset((_PLAY_START, _ADVANCE))
_END = KINDS.index("play_end")
_CLOSES = frozenset((KINDS.index("stop"), _END))
_PLAYS = frozenset(PLAYS.nonzero()[0].tolist())

Event = tuple[int, Act]
"""A play event, and before it its place among the title's acts."""


class View(NamedTuple):
    """One viewing; names as in `Viewings` mean what they mean there."""

    episode: int
    at: int
    order: int
    watched: float
    share: float
    stands: float
    duration: float
    finished: bool
    completed: bool
    beyond: bool
    worthy: bool
    quality: bool
    closed: bool


@dataclass(slots=True)
class _Play:
    """One play of a unit, as its events come."""

    first: Act
    at: int = 0
    order: int = -1
    reached: float = nan
    stands: float = nan
    watched: float = nan
    closed: bool = False
    ended: bool = False
    vague: bool = False
    finished: bool = False

    def add(self, order: int, act: Act) -> None:
        """Take up its next event."""
        self.at, _, _, _, position, _, watched, kind, _, _ = act
        self.order = order
        if kind == _ADVANCE:
            self.stands = 0.0
        elif not isnan(position):
            self.stands = position
            if kind != _PLAY_START:
                self.reached = position
        if isnan(self.watched) or watched > self.watched:
            self.watched = watched
        if kind in _CLOSES:
            self.closed = True
            self.ended |= kind == _END

    def settle(self, duration: float, rewards: Rewards) -> None:
        """Say what it came to, once it has all its events."""
        if isnan(self.watched):
            began = self.first[4] if self.first[7] == _PLAY_START else 0.0
            moved = self.reached - (0.0 if isnan(began) else began)
            self.watched = 0.0 if moved < 0 else moved
        place = self.reached / duration
        glance = self.watched < rewards.glance.seconds
        little = glance or self.watched / duration < rewards.completed.watched
        told = not (isnan(self.watched) or isnan(duration))
        self.vague = self.ended and not told and not glance
        by_end = self.ended and isnan(place) and not little
        self.finished = place >= rewards.completed.position or by_end


def views_of(
    acts: Sequence[Act], title: int, *, catalogue: Catalogue, rewards: Rewards
) -> list[View]:
    """Return the viewings of a title, by episode and time, from its acts by time."""
    units: dict[int, list[Event]] = {}
    for event in enumerate(acts):
        if event[1][7] in _PLAYS:
            unit = _known(event[1][2], title, catalogue)
            units.setdefault(unit, []).append(event)
    found: list[View] = []
    for episode in sorted(units):
        duration = _duration(units[episode], episode, title, catalogue)
        sitting: list[_Play] = []
        for play in _apart(units[episode]):
            play.settle(duration, rewards)
            if sitting and sitting[-1].finished:
                found.append(_view(sitting, episode, duration, catalogue, rewards))
                sitting = []
            sitting.append(play)
        found.append(_view(sitting, episode, duration, catalogue, rewards))
    return found


def _known(episode: int, title: int, catalogue: Catalogue) -> int:
    """Return an episode of the title; one that is not counts as unsaid."""
    table = catalogue.episodes
    mine = 0 <= episode < len(table) and table.titles[episode] == title
    return episode if mine else -1


def _duration(events: Iterable[Event], episode: int, title: int, catalogue: Catalogue) -> float:
    """Return a unit's length: last said, else the episode's, else the title's."""
    said = nan
    for _, act in events:
        if not isnan(act[5]):
            said = act[5]
    if isnan(said) and episode >= 0:
        said = float(catalogue.episodes.runtimes[episode])
    if isnan(said):
        said = float(catalogue.runtimes[title])
    return said if said > 0 else nan


def _apart(events: Iterable[Event]) -> list[_Play]:
    """Split a unit's events into plays."""
    plays: list[_Play] = []
    for order, act in events:
        kind = act[7]
        if not plays or kind in _STARTS or (kind in _CLOSES and plays[-1].closed):
            plays.append(_Play(act))
        plays[-1].add(order, act)
    return plays


def _view(
    plays: Sequence[_Play],
    episode: int,
    duration: float,
    catalogue: Catalogue,
    rewards: Rewards,
) -> View:
    first, last = plays[0].first, plays[-1]
    seconds = added([0.0 if isnan(play.watched) else play.watched for play in plays])
    share = seconds / duration
    closed, vague, stands = False, False, nan
    for play in plays:
        closed |= play.closed
        vague |= play.vague
        stands = stands if isnan(play.stands) else play.stands
    completed = last.finished and share >= rewards.completed.watched
    glance = seconds < rewards.glance.seconds or share < rewards.glance.share
    beyond = not glance or vague or completed
    shares = 0.0 if isnan(share) else min(share, 1.0)
    rule = rewards.quality_play
    enough = rule.episode_s if catalogue.is_series[first[1]] else rule.film_s
    return View(
        episode,
        last.at,
        last.order,
        seconds,
        max(shares, rewards.scale.assumed_share) if vague else shares,
        seconds if isnan(stands) else stands,
        duration,
        last.finished,
        completed,
        beyond,
        beyond or first[7] == _ADVANCE,
        seconds >= min(enough, rule.share * duration) or vague,
        closed,
    )
