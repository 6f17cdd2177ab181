"""A viewer's fortnight, session by session: what they look for, start, leave and finish."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from matinee.data import Catalogue
from matinee.simulation.diary import Diary
from matinee.simulation.playback import Playback
from matinee.simulation.taste import Menu
from matinee.types.event import (
    DetailsOpen,
    EpisodeAdvance,
    Focus,
    Hover,
    Impression,
    MyListAdd,
    MyListRemove,
    SearchAbandon,
    SearchClick,
    SearchQuery,
    Thumb,
)

__all__ = ["Watcher"]

_FILM_S = 6000.0
"""How long a film of unknown length plays."""
_EPISODES_A_SITTING = 4
_JUST_LOOKS, _GOES_ON, _FROM_LIST, _SEES_AGAIN, _NEW_SERIES = 0.10, 0.35, 0.08, 0.12, 0.15
_SEARCHES, _READS_DETAILS, _LISTS_IT = 0.18, 0.55, 0.12
_FINISHES_FILM, _FINISHES_OPEN, _FINISHES_EPISODE, _NEXT_EPISODE = 0.62, 0.7, 0.8, 0.6
_GLANCES, _GIVES_UP = 0.12, 0.15
_OPINES, _TAKES_OFF_LIST = 0.3, 0.5


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where an unfinished title stands: which episode (0 for a film), and how far into it."""

    place: int
    position_s: float


class Watcher:
    """One viewer; remembers what is open, listed and done, so that sessions make sense together."""

    def __init__(
        self, menu: Menu, *, catalogue: Catalogue, diary: Diary, rng: np.random.Generator
    ) -> None:
        self._catalogue = catalogue
        self._diary = diary
        self._rng = rng
        self._own, self._films, self._series = map(deque, (menu.own, menu.films, menu.series))
        self._open: dict[int, _Standing] = {}
        self._listed: list[int] = []

    def session(self) -> None:
        """Do what people do when they sit down: go on, try something, or just look."""
        chance = self._rng.random
        if chance() < _JUST_LOOKS:
            self._browse()
        elif self._open and chance() < _GOES_ON / (1 - _JUST_LOOKS):
            self._go_on()
        elif self._listed and chance() < _FROM_LIST:
            self._begin(self._listed[0], found="list")
        elif self._own and chance() < _SEES_AGAIN:
            self._begin(self._own.popleft(), found="look")
        elif self._series and chance() < _NEW_SERIES + 0.1 * (not self._films):
            self._begin(self._series.popleft(), found="look")
        elif self._films:
            self._begin(self._films.popleft(), found="look")
        else:
            self._browse()

    def finale(self) -> None:
        """End the fortnight with a finished film, a half-seen one and two more on the list."""
        if len(self._films) >= 2:
            for until in (1.0, self._rng.uniform(0.25, 0.7)):
                row = self._films.popleft()
                self._see(row)
                self._film(row, position_s=0.0, until=until)
        for row in (*list(self._films)[:1], *list(self._series)[:1]):
            self._list(row)

    def _browse(self) -> None:
        self._look_round(3)
        if self._rng.random() < _SEARCHES and (wanted := self._waiting()):
            self._type(self._catalogue.titles[wanted[-1]].name)
            self._diary.note(SearchAbandon, after=self._rng.uniform(5, 20))
        for row in self._waiting()[:2]:
            self._read(row)
            if self._rng.random() < 4 * _LISTS_IT:
                self._list(row)

    def _go_on(self) -> None:
        rows = list(self._open)
        row = rows[-1] if self._rng.random() < 0.6 else rows[self._rng.integers(len(rows))]
        self._see(row)
        standing = self._open.pop(row)
        self._diary.wait(self._rng.uniform(5, 30))
        if self._catalogue.titles[row].episodes:
            self._episodes(row, standing)
        else:
            end = self._rng.random() < _FINISHES_OPEN
            seen = standing.position_s / self._length(row)
            until = 1.0 if end else self._rng.uniform(seen, max(seen, 0.85))
            self._film(row, position_s=standing.position_s, until=until)

    def _begin(self, row: int, *, found: str) -> None:
        if found == "look":
            self._look_round(2)
        self._see(row)
        if found == "look" and self._rng.random() < _SEARCHES:
            name = self._catalogue.titles[row].name
            rank = int(self._rng.integers(0, 4))
            query = self._type(name)
            title = self._catalogue.vocabulary.name(row)
            self._diary.note(
                SearchClick, after=self._rng.uniform(1, 6), title=title, query=query, rank=rank
            )
        if self._rng.random() < _READS_DETAILS:
            self._read(row)
        if self._catalogue.titles[row].episodes:
            self._episodes(row, _Standing(0, 0.0))
        else:
            self._film(row, position_s=0.0, until=self._how_far())

    def _how_far(self) -> float:
        """Draw how much of a new film is watched: a glance, a few minutes, half, or all."""
        drawn = self._rng.random()
        if drawn < _FINISHES_FILM:
            return 1.0
        if drawn < _FINISHES_FILM + (1 - _FINISHES_FILM) * _GLANCES:
            return 0.006
        if drawn < _FINISHES_FILM + (1 - _FINISHES_FILM) * (_GLANCES + _GIVES_UP):
            return self._rng.uniform(0.03, 0.09)
        return self._rng.uniform(0.2, 0.8)

    def _film(self, row: int, *, position_s: float, until: float) -> None:
        self._open.pop(row, None)
        play = self._play(row, None, duration_s=self._length(row), position_s=position_s)
        play.start(after=self._rng.uniform(2, 15), autoplay=False)
        play.watch_to(min(until, 0.9))
        if until >= 1.0:
            play.end()
            self._finish(row)
            return
        play.stop()
        if until >= 0.1:
            self._open[row] = _Standing(0, play.position_s)

    def _episodes(self, row: int, standing: _Standing) -> None:
        episodes = sorted(self._catalogue.titles[row].episodes, key=lambda e: (e.season, e.number))
        place, position_s = standing.place, standing.position_s
        for sitting in range(_EPISODES_A_SITTING):
            episode = episodes[place]
            length = episode.runtime_s or self._length(row)
            play = self._play(row, episode.episode_id, duration_s=length, position_s=position_s)
            play.start(after=self._rng.uniform(2, 15), autoplay=sitting > 0)
            if self._rng.random() >= _FINISHES_EPISODE:
                seen = position_s / length
                play.watch_to(self._rng.uniform(max(seen, 0.1), max(seen, 0.8)))
                play.stop()
                self._open[row] = _Standing(place, play.position_s)
                return
            play.watch_to(0.9)
            play.end()
            place, position_s = place + 1, 0.0
            if place == len(episodes):
                self._finish(row)
                return
            if self._rng.random() >= _NEXT_EPISODE or sitting == _EPISODES_A_SITTING - 1:
                break
            self._advance(row, episodes[place].episode_id)
        self._open[row] = _Standing(place, 0.0)

    def _advance(self, row: int, episode: str) -> None:
        self._diary.note(
            EpisodeAdvance,
            after=8.0,
            title=self._catalogue.vocabulary.name(row),
            episode_id=episode,
            auto=bool(self._rng.random() < 0.7),
        )

    def _finish(self, row: int) -> None:
        title = self._catalogue.vocabulary.name(row)
        if self._rng.random() < _OPINES:
            value = int(self._rng.choice((1, 2, -1), p=(0.7, 0.2, 0.1)))
            self._diary.note(Thumb, after=self._rng.uniform(2, 20), title=title, value=value)
        if row in self._listed and self._rng.random() < _TAKES_OFF_LIST:
            self._diary.note(MyListRemove, after=self._rng.uniform(2, 10), title=title)
            self._listed.remove(row)

    def _look_round(self, most: int) -> None:
        waiting = self._waiting()
        for _ in range(int(self._rng.integers(0, most + 1)) if waiting else 0):
            row = waiting[self._rng.integers(len(waiting))]
            self._see(row)
            title = self._catalogue.vocabulary.name(row)
            kind = Focus if self._rng.random() < 0.5 else Hover
            dwell = int(self._rng.lognormal(7.0, 0.6))
            self._diary.note(kind, after=dwell / 1000 + 1.0, title=title, dwell_ms=dwell)

    def _see(self, row: int) -> None:
        """Have a tile before one's eyes, of a page that is not one of ours: it has no token."""
        title = self._catalogue.vocabulary.name(row)
        self._diary.note(Impression, after=1.0, title=title, visible_ms=1000)

    def _read(self, row: int) -> None:
        title = self._catalogue.vocabulary.name(row)
        dwell = int(min(self._rng.lognormal(9.0, 0.6), 120_000))
        self._diary.note(DetailsOpen, after=self._rng.uniform(2, 12), title=title, dwell_ms=dwell)
        self._diary.wait(dwell / 1000)

    def _type(self, name: str) -> str:
        """Write the query as it grows; return it as it stood when something was chosen."""
        wanted = name.removeprefix("The ").split()[0].lower()
        query = wanted
        for length in sorted({min(3, len(wanted)), len(wanted)}):
            query = wanted[:length]
            self._diary.note(SearchQuery, after=self._rng.uniform(1, 4), query=query)
        return query

    def _list(self, row: int) -> None:
        if row not in self._listed:
            title = self._catalogue.vocabulary.name(row)
            self._diary.note(MyListAdd, after=self._rng.uniform(1, 8), title=title)
            self._listed.append(row)

    def _waiting(self) -> list[int]:
        """Return what is still on the menu, the next ones first."""
        return [*list(self._films)[:6], *list(self._series)[:3]]

    def _length(self, row: int) -> float:
        said = float(self._catalogue.runtimes[row])
        return said if said > 0 else _FILM_S

    def _play(
        self, row: int, episode: str | None, *, duration_s: float, position_s: float
    ) -> Playback:
        return Playback(
            diary=self._diary,
            rng=self._rng,
            title=self._catalogue.vocabulary.name(row),
            episode=episode,
            duration_s=duration_s,
            position_s=position_s,
        )
