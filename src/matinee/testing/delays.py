"""A log whose truth is known: exposures whose feedback comes hours to months later.

Viewers with tastes are shown titles. Most are passed over. Some are played at once, others are
put on the list and played days later; films take one to three sittings, series days to weeks;
thumbs follow with a delay of their own, some films are seen again after weeks, and what was done
on the road is received days after it happened. Every delay is exponential with a mean of its own,
so that whoever waits long enough knows the whole truth.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from matinee.data import Catalogue
from matinee.types import DAY_MS, KINDS, Episode, Moment, Signals, Title
from matinee.types.moment import HOUR_MS, MINUTE_MS

__all__ = ["DelayedWorld", "delayed_world"]

BEGAN = Moment.parse("2026-01-01T00:00:00Z")
_LIST_D, _SITTING_D, _THUMB_D, _AGAIN_D, _RECEIVED_D = 4.0, 2.5, 6.0, 25.0, 2.0
_FILMS_OF, _EPISODES, _EPISODE_S = 4, 6, 2400.0  # three titles of four are films
_TASTES = 3


@dataclass(frozen=True, slots=True, eq=False)
class DelayedWorld:
    """All that ever happened, and the catalogue; `end` is the last exposure's day."""

    signals: Signals
    catalogue: Catalogue
    end: Moment


def delayed_world(
    *, seed: int, profiles: int = 300, titles: int = 120, days: int = 240
) -> DelayedWorld:
    """Return a world of `profiles` viewers who are shown titles for `days` days."""
    rng = np.random.Generator(np.random.PCG64(seed))
    catalogue = Catalogue.of([_title(row, rng) for row in range(titles)])
    appeal = rng.normal(size=(titles, _TASTES)) * 0.7
    quality = rng.normal(size=titles) * 0.6
    pen = _Pen(rng)
    for profile in range(profiles):
        taste = rng.normal(size=_TASTES)
        viewer = _Viewer(profile, catalogue, appeal @ taste + quality, rng, pen)
        viewer.live(days)
    return DelayedWorld(pen.signals(), catalogue, Moment(BEGAN + days * DAY_MS))


def _title(row: int, rng: np.random.Generator) -> Title:
    genre = ("Crime", "Comedy", "Drama")[int(rng.integers(3))]
    if row % _FILMS_OF:
        runtime = float(rng.uniform(4200, 9600))
        return Title(title_id=f"film-{row}", name=f"Film {row}", genres=(genre,), runtime_s=runtime)
    episodes = tuple(
        Episode(episode_id=f"show-{row}-{n}", number=n, runtime_s=_EPISODE_S)
        for n in range(1, _EPISODES + 1)
    )
    return Title(
        title_id=f"show-{row}",
        name=f"Show {row}",
        kind="series",
        genres=(genre,),
        runtime_s=_EPISODE_S,
        episodes=episodes,
    )


@dataclass(slots=True)
class _Pen:
    """Writes events as rows of columns."""

    rng: np.random.Generator
    rows: list[tuple[float, ...]] = field(default_factory=list)
    session: int = 0

    def write(
        self,
        kind: str,
        profile: int,
        title: int,
        at: float,
        *,
        episode: int = -1,
        value: float = np.nan,
        position: float = np.nan,
        duration: float = np.nan,
        watched: float = np.nan,
        late: bool = False,
    ) -> None:
        """Write one event; a late one is received long after it happened."""
        delay = self.rng.exponential(_RECEIVED_D) * DAY_MS if late else 500.0
        numbers = (KINDS.index(kind), profile, title, episode, int(at), int(at + delay))
        self.rows.append((*numbers, value, position, duration, watched, self.session))

    def signals(self) -> Signals:
        """Return the rows as columns, by profile and time."""
        table = np.array(self.rows, np.float64).reshape(len(self.rows), 11)
        table = table[np.lexsort((table[:, 4], table[:, 1]))]
        count = len(table)
        kinds, profiles, titles, episodes, at, received = table[:, :6].T.astype(np.int64)
        values, positions, durations, watched = table[:, 6:10].T.astype(np.float32)
        return Signals(
            offsets=np.arange(count),
            profiles=profiles.astype(np.int32),
            kinds=kinds.astype(np.uint8),
            titles=titles.astype(np.int32),
            episodes=episodes.astype(np.int32),
            at=at,
            received=received,
            values=values,
            positions=positions,
            durations=durations,
            watched=watched,
            devices=np.full(count, -1, np.int8),
            tz_offsets=np.zeros(count, np.int16),
            origins=np.zeros(count, np.uint8),
            sessions=table[:, 10].astype(np.int64),
            tiles=np.zeros(count, np.int64),
            unasked=np.zeros(count, np.bool_),
        )


@dataclass(slots=True)
class _Viewer:
    """One viewer, who likes each title so much."""

    profile: int
    catalogue: Catalogue
    liking: np.ndarray[tuple[int], np.dtype[np.float64]]
    rng: np.random.Generator
    pen: _Pen
    keen: float = 1.0
    late: bool = False
    taken: set[int] = field(default_factory=set)

    def live(self, days: int) -> None:
        """Be shown some titles on some evenings."""
        self.keen = float(self.rng.lognormal(0.0, 0.5))
        self.late = self.rng.random() < 0.15
        for day in range(days):
            if self.rng.random() < 0.25:
                evening = BEGAN + day * DAY_MS + self.rng.uniform(17, 23) * HOUR_MS
                self._evening(evening)

    def _evening(self, at: float) -> None:
        self.pen.session += 1
        shown = [
            t
            for t in self.rng.integers(len(self.catalogue), size=3).tolist()
            if t not in self.taken
        ]
        for title in shown:
            self.pen.write("impression", self.profile, title, at)
            at += 2_000
        self.pen.write("row_scroll", self.profile, -1, at)
        for title in shown:
            chance = 1 / (1 + np.exp(2.0 - 1.2 * self.liking[title]))
            if self.rng.random() < chance and title not in self.taken:
                self.taken.add(title)
                self._take(title, at + MINUTE_MS)
                return
            if self.rng.random() < 0.1:
                self.pen.write("details_open", self.profile, title, at, value=4.0)

    def _take(self, title: int, at: float) -> None:
        if self.rng.random() < 0.4:
            self.pen.write("mylist_add", self.profile, title, at)
            at = self._later(at, _LIST_D)
            if self.rng.random() < 0.25:
                return
        sure = 1 / (1 + np.exp(-0.5 - self.liking[title]))
        if self.rng.random() > sure + 0.15:
            self._play(title, -1, at, 0.0, 0.05)
            return
        done = self._series(title, at) if self.catalogue.is_series[title] else self._film(title, at)
        if done and self.rng.random() < 0.45:
            up = self.rng.random() < sure
            value = (2.0 if self.rng.random() < 0.25 else 1.0) if up else -1.0
            when = self._later(done, _THUMB_D)
            self.pen.write("thumb", self.profile, title, when, value=value, late=self.late)
        if done and not self.catalogue.is_series[title] and self.rng.random() < 0.3 * sure:
            self._play(title, -1, self._later(done + 3 * DAY_MS, _AGAIN_D), 0.0, 1.0)

    def _film(self, title: int, at: float) -> float:
        """Watch in sittings; return when it was finished, 0: never."""
        reached = 0.0
        for _ in range(3):
            whole = self.rng.random() < 0.5
            goal = 1.0 if whole else float(self.rng.uniform(reached, 0.9))
            self._play(title, -1, at, reached, goal)
            at, reached = at + 2 * HOUR_MS, goal
            if whole:
                return at
            if self.rng.random() < 0.3:
                return 0.0
            at = self._later(at, _SITTING_D)
        return 0.0

    def _series(self, title: int, at: float) -> float:
        rows = self.catalogue.episodes
        for place in range(_EPISODES):
            episode = int(rows.in_order[rows.indptr[title] + place])
            self._play(title, episode, at, 0.0, 1.0)
            at += HOUR_MS
            if place < _EPISODES - 1 and self.rng.random() < 0.12:
                return 0.0
            at = self._later(at, 1.5 / self.keen)
        return at

    def _play(self, title: int, episode: int, at: float, start: float, end: float) -> None:
        self.pen.session += 1
        length = _EPISODE_S if episode >= 0 else float(self.catalogue.runtimes[title])
        said = {"episode": episode, "duration": length, "late": self.late}
        self.pen.write("play_start", self.profile, title, at, position=start * length, **said)  # type: ignore[arg-type]  # numbers and a flag by name
        kind = "play_end" if end >= 1 else "stop"
        after = at + (end - start) * length * 1000 + 1000
        watched = (end - start) * length
        self.pen.write(
            kind,
            self.profile,
            title,
            after,
            position=end * length,
            watched=watched,
            **said,  # type: ignore[arg-type]  # as above
        )

    def _later(self, at: float, mean_days: float) -> float:
        return at + self.rng.exponential(mean_days) * DAY_MS
