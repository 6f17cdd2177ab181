"""What one viewer of a drawn world did, read event by event from the raw log."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from matinee.testing.rows_world import NOW, World
from matinee.types import KINDS, Request

DAY = 86_400_000
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = [
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
]
ROLES = {
    "With": {"actor", "presenter"},
    "Directed by": {"director"},
    "Created by": {"creator"},
    "Written by": {"writer"},
    "Music by": {"composer"},
}
PLAYS = {"play_start", "heartbeat", "stop", "play_end"}


class Truth:
    """What one viewer of a world did, read event by event."""

    def __init__(self, world: World, viewer: int, request: Request) -> None:
        self.world, self.request = world, request
        self.titles = world.catalogue.titles
        self.by_name = {title.name: row for row, title in enumerate(self.titles)}
        columns = world.signals
        self.everyone = [
            (
                int(columns.profiles[e]),
                KINDS[columns.kinds[e]],
                int(columns.titles[e]),
                int(columns.at[e]),
                float(columns.values[e]),
            )
            for e in range(len(columns))
        ]
        self.own = [event for event in self.everyone if event[0] == viewer]
        self.entries = {
            int(row): place for place, row in enumerate(request.history.titles.tolist())
        }
        self.ceiling = max(
            (t.minimum_age for t, able in zip(self.titles, request.eligible, strict=True) if able),
            default=0,
        )

    def local(self, at: int) -> datetime:
        """Return a moment on the viewer's clock."""
        zone = timedelta(minutes=self.request.tz_offset_min)
        return datetime.fromtimestamp(at / 1000, tz=UTC) + zone

    def of(self, row: int, *kinds: str) -> list[tuple[int, float]]:
        """Return (at, value) of the viewer's own events of some kinds on a title."""
        return [
            (at, value) for _, kind, title, at, value in self.own if title == row and kind in kinds
        ]

    def thumb(self, row: int) -> tuple[str, float] | None:
        """Return the last word on a title: its kind and value."""
        last = [
            (kind, value)
            for _, kind, title, _, value in self.own
            if title == row and kind in ("thumb", "rate")
        ]
        return last[-1] if last else None

    def listed_since(self, row: int) -> int:
        """Return since when a title is on the list, 0: it is not."""
        since = 0
        for _, kind, title, at, _ in self.own:
            if title == row and kind == "mylist_add":
                since = since or at
            elif title == row and kind == "mylist_remove":
                since = 0
        return since

    def entry(self, row: int, field: str) -> Any:
        """Return a field of the history entry of a title."""
        return getattr(self.request.history, field)[self.entries[row]]

    def seen(self) -> list[int]:
        """Return the titles that were watched."""
        history = self.request.history
        return history.titles[history.seen].tolist()

    def count(self, genre: str) -> int:
        """Return how many watched titles are of a genre."""
        return sum(genre in self.titles[row].genres for row in self.seen())

    def day(self, said: str, at: int) -> bool:
        """Return whether a day is named rightly: today, on a weekday, in a month."""
        then, now = self.local(at), self.local(NOW)
        ago = (now.date() - then.date()).days
        if said == "today":
            return ago == 0
        if said.startswith("on "):
            return 1 <= ago <= 6 and WEEKDAYS[then.weekday()] == said[3:]
        month, year = said.removeprefix("in ").split()
        return MONTHS[then.month - 1] == month and then.year == int(year)

    def date(self, said: str, at: int) -> bool:
        """Return whether a date is named rightly; this year's has no year."""
        then, parts = self.local(at), said.split()
        year = int(parts[2]) if len(parts) == 3 else self.local(NOW).year
        return (then.day, MONTHS[then.month - 1], then.year) == (int(parts[0]), parts[1], year)


def words(text: str) -> list[str]:
    """Split "A, B and C"."""
    return re.split(r", | and ", text)
