"""True sentences: everything that a page says can be checked against catalogue and log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isnan

from matinee.data import Catalogue
from matinee.types import DAY_MS, History, Moment, Request
from matinee.types.moment import MINUTE_MS
from matinee.types.page import ReasonKind

__all__ = [
    "TREND_DAYS",
    "Clock",
    "added",
    "did",
    "joined",
    "likes",
    "listed",
    "plays",
    "resumes",
    "share_of_watched",
]

TREND_DAYS = 7
"""The window, in days, of everything that is said about a trend."""

_HIGHLY = 0.8
"""Share of the maximum from which a rating may be called high."""

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment of a page, on the viewer's own clock."""

    now: Moment
    tz_offset_min: int

    @classmethod
    def of(cls, request: Request) -> Clock:
        """Return the clock of a request; that of UTC where the viewer's is not known."""
        return cls(request.at, request.tz_offset_min or 0)

    def local(self, at: int) -> datetime:
        """Return a moment as the viewer's clock showed it."""
        return datetime.fromtimestamp((at + self.tz_offset_min * MINUTE_MS) / 1000, tz=UTC)

    def lately(self, at: int) -> bool:
        """Return whether the weekday alone says which day it was."""
        return at > 0 and self.now - at < 6 * DAY_MS

    def when(self, at: int) -> str:
        """Return "today", "on Tuesday" for one to six days ago, "in March 2024" for longer ago."""
        day = self.local(at)
        days_ago = (self.local(self.now).date() - day.date()).days
        if days_ago <= 0:
            return "today"
        if days_ago < 7:
            return f"on {_DAYS[day.weekday()]}"
        return f"in {_MONTHS[day.month - 1]} {day.year}"

    def date(self, at: int) -> str:
        """Return "3 November", with the year where it is not this one."""
        day = self.local(at)
        year = "" if day.year == self.local(self.now).year else f" {day.year}"
        return f"{day.day} {_MONTHS[day.month - 1]}{year}"


def did(history: History, place: int, name: str, clock: Clock) -> tuple[ReasonKind, str]:
    """Return what the viewer did with a title they liked, the most telling thing that is true.

    `place` is the entry in the history. A finish within the week comes first, then an opinion,
    then an older finish, then that it was watched, listed, begun or picked.
    """
    finished, played = int(history.finished_at[place]), int(history.played_at[place])
    opinion = _opinion(float(history.rated[place]), int(history.thumbs[place]), name)
    if opinion is not None and not clock.lately(finished):
        return "liked", opinion
    if finished:
        return "watched", f"You finished {name} {clock.when(finished)}"
    if history.seen[place]:
        day = f" {clock.when(played)}" if clock.lately(played) else ""
        return "watched", f"You watched {name}{day}"
    if history.listed_at[place]:
        return "list", f"You put {name} on your list"
    if played:
        return "watched", f"You began {name}"
    return "onboarding", f"You picked {name} as one you like"


def _opinion(rated: float, thumb: int, name: str) -> str | None:
    """Return how a title was praised; None where it was not, as by a middling rating.

    A history knows ratings as shares of their maximum, and not whether a thumb is one: no number
    is said, and nothing more than the share allows.
    """
    if thumb <= 0:
        return None
    if thumb == 2:
        return f"You gave {name} two thumbs up"
    if isnan(rated):
        return f"You gave {name} a thumb up"
    return f"You rated {name} highly" if rated >= _HIGHLY else f"You liked {name}"


def resumes(history: History, place: int, catalogue: Catalogue) -> str:
    """Return where an open title stands, as "Next: S1 E3" or "S1 E2, 12 min left"."""
    episode = int(history.episodes[place])
    position, duration = float(history.positions[place]), float(history.durations[place])
    number = ""
    if episode >= 0:
        table = catalogue.episodes
        number = f"S{table.seasons[episode]} E{table.numbers[episode]}"
        if position == 0:
            return f"Next: {number}"
    if duration > position:
        stands = f"{_minutes(duration - position)} left"
    else:
        stands = f"{_minutes(position)} in"
    return f"{number}, {stands}" if number else stands


def _minutes(seconds: float) -> str:
    minutes = max(round(seconds / 60), 1)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def listed(at: int, clock: Clock) -> str:
    """Return since when a title is on the list, by day."""
    return f"On your list since {clock.date(at)}"


def added(at: int, clock: Clock) -> str:
    """Return when a title came into the catalogue, by day."""
    return f"Added on {clock.date(at)}"


def plays(count: int) -> str:
    """Return how often a title was played of late."""
    return f"{count} {'play' if count == 1 else 'plays'} in the last {TREND_DAYS} days"


def likes(count: int) -> str:
    """Return how many likes a title has."""
    return f"{count} {'like' if count == 1 else 'likes'} from viewers of this catalogue"


def share_of_watched(genre: str, count: int, total: int) -> str:
    """Return how much of what was watched and not disliked is of a genre."""
    if total == 1:
        return f"The title you watched is {genre}"
    return f"{count} of the {total} titles you watched {'is' if count == 1 else 'are'} {genre}"


def joined(names: Sequence[str]) -> str:
    """Return names as a list in words, as "Crime, Drama and War"."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
