"""A viewer's fortnight, session by session: what they look for, start, leave and finish."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import islice

import numpy as np

from matinee.data import Catalogue
from matinee.simulation.diary import Diary
from matinee.simulation.playback import Playback
from matinee.simulation.screen import Screen
from matinee.simulation.taste import Menu
from matinee.types.event import (
    DetailsOpen,
    EpisodeAdvance,
    Focus,
    Hover,
    Impression,
    MyListAdd,
    MyListRemove,
    PageView,
    SearchAbandon,
    SearchClick,
    SearchQuery,
    SearchResultImpression,
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
_LETS_IT_RUN = 0.7
_SHOWN = (9, 5, 3)  # new films, new series and own titles in a row: more than a session gets to
_OPINES, _TAKES_OFF_LIST = 0.3, 0.5


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where an unfinished title stands: which episode (0 for a film), and how far into it."""

    place: int
    position_s: float


class Watcher:
    """One viewer; remembers what is open, listed and done, so that sessions make sense together."""

    def __init__(
        self,
        menu: Menu,
        *,
        catalogue: Catalogue,
        diary: Diary,
        screen: Screen,
        rng: np.random.Generator,
    ) -> None:
        self._catalogue = catalogue
        self._diary = diary
        self._screen = screen
        self._rng = rng
        self._own, self._films, self._series = map(deque, (menu.own, menu.films, menu.series))
        self._open: dict[int, _Standing] = {}
        self._listed: list[int] = []

    def session(self) -> None:
        """Do what people do when they sit down: go on, try something, or just look."""
        self._open_page()
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

    def _open_page(self) -> None:
        """Open a page with what is open, what is listed, and what waits to be found."""
        shown = zip((self._films, self._series, self._own), _SHOWN, strict=True)
        picks = dict.fromkeys(row for rows, most in shown for row in islice(rows, most))
        page = self._screen.open(
            self._diary.at,
            {
                "continue_watching": list(self._open)[::-1],
                "my_list": list(self._listed),
                "top_picks": list(picks),
            },
        )
        self._diary.note(PageView, after=0.5, page_id=page)

    def _browse(self) -> None:
        self._look_round(3)
        if self._rng.random() < _SEARCHES and (wanted := self._waiting()):
            self._type(self._catalogue.titles[wanted[-1]].name)
            self._diary.note(SearchAbandon, after=self._rng.uniform(5, 20))
        for row in self._waiting()[:2]:
            self._see(row)
            self._read(row)
            if self._rng.random() < 4 * _LISTS_IT:
                self._list(row)

    def _go_on(self) -> None:
        rows = list(self._open)
        row = rows[-1] if self._rng.random() < 0.6 else rows[self._rng.integers(len(rows))]
        self._see(row, "continue_watching")
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
        if found == "look" and self._rng.random() < _SEARCHES:
            self._search(row)
        else:
            self._see(row, "my_list" if found == "list" else "top_picks")
        if self._rng.random() < _READS_DETAILS:
            self._read(row)
        if self._catalogue.titles[row].episodes:
            self._episodes(row, _Standing(0, 0.0))
        else:
            self._film(row, position_s=0.0, until=self._how_far())

    def _search(self, row: int) -> None:
        """Look for a title by name: it is seen among the results, and not on the page."""
        rank = int(self._rng.integers(0, 4))
        query = self._type(self._catalogue.titles[row].name)
        title = self._catalogue.vocabulary.name(row)
        for kind, after in ((SearchResultImpression, 0.5), (SearchClick, self._rng.uniform(1, 6))):
            self._diary.note(kind, after=after, title=title, query=query, rank=rank)

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
        unasked = False
        for sitting in range(_EPISODES_A_SITTING):
            episode = episodes[place]
            length = episode.runtime_s or self._length(row)
            play = self._play(row, episode.episode_id, duration_s=length, position_s=position_s)
            play.start(after=self._rng.uniform(2, 15), autoplay=unasked)
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
            unasked = self._advance(row, episodes[place].episode_id)
        self._open[row] = _Standing(place, 0.0)

    def _advance(self, row: int, episode: str) -> bool:
        """Go on to the next episode; return whether nobody asked for it."""
        auto = bool(self._rng.random() < _LETS_IT_RUN)
        self._diary.note(
            EpisodeAdvance,
            after=8.0,
            title=self._catalogue.vocabulary.name(row),
            episode_id=episode,
            auto=auto,
        )
        return auto

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
            self._diary.note(
                kind,
                after=dwell / 1000 + 1.0,
                title=title,
                token=self._screen.tile(row),
                dwell_ms=dwell,
            )

    def _see(self, row: int, kind: str = "top_picks") -> None:
        """Have a title's tile in a kind of row before one's eyes; what follows is about that."""
        title = self._catalogue.vocabulary.name(row)
        token = self._screen.look(row, kind)
        self._diary.note(Impression, after=1.0, title=title, token=token, visible_ms=1000)

    def _read(self, row: int) -> None:
        title = self._catalogue.vocabulary.name(row)
        dwell = int(min(self._rng.lognormal(9.0, 0.6), 120_000))
        self._diary.note(
            DetailsOpen,
            after=self._rng.uniform(2, 12),
            title=title,
            token=self._screen.tile(row),
            dwell_ms=dwell,
        )
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
            token = self._screen.tile(row)
            self._diary.note(MyListAdd, after=self._rng.uniform(1, 8), title=title, token=token)
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
            token=self._screen.tile(row),
            episode=episode,
            duration_s=duration_s,
            position_s=position_s,
        )
