"""One play of a film or an episode, written as the player on the site would report it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matinee.simulation.diary import Diary
from matinee.types.event import (
    CreditsSkip,
    Heartbeat,
    Pause,
    PlayEnd,
    PlayStart,
    Resume,
    SeekBack,
    SeekForward,
    Stop,
)

__all__ = ["Playback"]

_PAUSES, _JUMPS_AHEAD, _JUMPS_BACK, _CREDITS_SKIPPED = 0.22, 0.08, 0.06, 0.3
_CREDITS_AT = 0.95
_SIGN_OF_LIFE_S = 1800.0


@dataclass(slots=True)
class Playback:
    """A play that goes on from `position_s`; `watched_s` counts this play only, without seeks."""

    diary: Diary
    rng: np.random.Generator
    title: str
    token: str | None
    """Of the tile that it was started from; None: it was not started from a page."""
    episode: str | None
    duration_s: float
    position_s: float
    watched_s: float = 0.0
    _unsaid_s: float = 0.0
    """Watched since the last event, which is how much later the next one comes."""

    def start(self, *, after: float, autoplay: bool) -> None:
        """Press play, or be carried on to the next episode."""
        self._note(PlayStart, after=after, autoplay=autoplay)

    def watch_to(self, share: float) -> None:
        """Watch on to a share of the duration, with a pause or a jump here and there."""
        goal = share * self.duration_s
        drawn = self.rng.uniform(self.position_s, max(goal, self.position_s), size=3)
        stages = sorted(drawn.tolist())
        if self.rng.random() < _PAUSES:
            self._watch(stages[0])
            self._note(Pause)
            self._note(Resume, after=float(self.rng.lognormal(4.5, 1.0)))
        if self.rng.random() < _JUMPS_AHEAD:
            self._watch(stages[1])
            self._jump(SeekForward, min(self.position_s + self._jump_length(), goal))
        if self.rng.random() < _JUMPS_BACK:
            self._watch(stages[2])
            self._jump(SeekBack, max(self.position_s - self._jump_length(), 0.0))
        self._watch(goal)

    def stop(self) -> None:
        """Leave before the end."""
        self._note(Stop, watched_s=round(self.watched_s, 1))

    def end(self) -> None:
        """Reach the end, through the credits or past them."""
        if self.rng.random() < _CREDITS_SKIPPED:
            self._watch(max(_CREDITS_AT * self.duration_s, self.position_s))
            self._note(CreditsSkip)
            self.position_s = self.duration_s
        self._watch(self.duration_s)
        self._note(PlayEnd, watched_s=round(self.watched_s, 1))

    def _watch(self, to_s: float) -> None:
        while (left := to_s - self.position_s) > 0:
            step = min(left, _SIGN_OF_LIFE_S - self._unsaid_s)
            self.position_s += step
            self.watched_s += step
            self._unsaid_s += step
            if left > step:
                self._note(Heartbeat, watched_s=round(self.watched_s, 1))

    def _jump(self, kind: type[SeekForward | SeekBack], to_s: float) -> None:
        before, self.position_s = self.position_s, to_s
        self._note(kind, from_s=round(before, 1))

    def _jump_length(self) -> float:
        return float(self.rng.integers(1, 12)) * 10.0

    def _note(self, kind: type[object], *, after: float = 0.0, **said: object) -> None:
        self.diary.note(
            kind,
            after=after + self._unsaid_s,
            title=self.title,
            token=self.token,
            episode_id=self.episode,
            position_s=round(self.position_s, 1),
            duration_s=round(self.duration_s, 1),
            **said,
        )
        self._unsaid_s = 0.0
