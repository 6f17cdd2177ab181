"""Facts about titles that stand without a model: counts, dates, shared people and genres."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from matinee.page import sentences
from matinee.page.likes import genre_counts
from matinee.page.shelf import Stock
from matinee.types import Cause, Flags, Index, Longs, Reason, Request, Title

__all__ = ["Facts"]

_SOME = 3
"""Titles watched of a genre from which it is worth a word."""

_CREDITS = {
    "actor": "With",
    "presenter": "With",
    "director": "Directed by",
    "creator": "Created by",
    "writer": "Written by",
    "composer": "Music by",
}


class Facts:
    """What can be said of titles to one viewer; each method returns None where nothing can."""

    def __init__(self, request: Request, stock: Stock, named: Flags) -> None:
        """Take the request and (H,) which history entries may be named."""
        self._at = request.at
        self._clock = sentences.Clock.of(request)
        self._history = request.history
        self._catalogue = stock.catalogue
        self._counters = stock.counters
        self._named = named
        self.entries = {row: entry for entry, row in enumerate(self._history.titles.tolist())}

    def entry_title(self, entry: int) -> Title:
        """Return the title of a history entry."""
        return self._catalogue.titles[int(self._history.titles[entry])]

    def did(self, entry: int) -> Reason:
        """Return what the viewer did with the title of a history entry."""
        name = self.entry_title(entry).name
        kind, text = sentences.did(self._history, entry, name, self._clock)
        return Reason(kind, text)

    def resume(self, title: int) -> Reason | None:
        """Return where an open title stands."""
        entry = self.entries.get(title, -1)
        if entry < 0 or np.isnan(self._history.positions[entry]):
            return None
        text = sentences.resumes(self._history, entry, self._catalogue)
        return Reason("resume", text, (self._self_cause(title),))

    def listed(self, title: int) -> Reason | None:
        """Return since when a title is on the list."""
        entry = self.entries.get(title, -1)
        if entry < 0 or not self._history.listed_at[entry]:
            return None
        at = int(self._history.listed_at[entry])
        text = sentences.listed(at, self._clock)
        return Reason("list", text, (Cause("list", "my_list", "My list", 1.0),))

    def trend(self, title: int) -> Reason | None:
        """Return how often a title was played of late."""
        count = int(self._lately[title])
        if not count:
            return None
        cause = Cause("trend", "plays", "plays", 1.0, count=count, days=sentences.TREND_DAYS)
        return Reason("trend", sentences.plays(count), (cause,))

    def popular(self, title: int) -> Reason | None:
        """Return how many likes a title has."""
        count = int(self._likes[title])
        if not count:
            return None
        cause = Cause("trend", "likes", "likes", 1.0, count=count)
        return Reason("popular", sentences.likes(count), (cause,))

    def new(self, title: int) -> Reason | None:
        """Return when a title came into the catalogue."""
        at = int(self._catalogue.added[title])
        if not at or at > self._at:
            return None
        text = sentences.added(at, self._clock)
        return Reason("new", text)

    def best(self, title: int) -> Reason:
        """Return the most telling fact that there is; what the catalogue says, if nothing else."""
        return (
            self._person(title)
            or self._genre(title)
            or self.popular(title)
            or self.trend(title)
            or self._as_catalogued(title)
        )

    def taste(self, titles: Index) -> Reason:
        """Return what the viewer watches most, else what is true of all these titles."""
        most = sorted(self._most_watched, key=lambda genre: -self._watched[genre])
        if most:
            names = [self._catalogue.genres.name(genre) for genre in most]
            causes = tuple(self._facet(genre) for genre in most)
            return Reason("facet", f"You watch {sentences.joined(names)} most", causes)
        if (self._likes[titles] > 0).all():
            cause = Cause("trend", "likes", "likes", 1.0, count=int(self._likes[titles].sum()))
            return Reason("popular", "Liked by viewers of this catalogue", (cause,))
        return Reason("editorial", "From this catalogue")

    def genres_like(self, title: int, entry: int) -> str:
        """Return which genres a title shares with that of a history entry; "" if none."""
        other = self.entry_title(entry)
        shared = [name for name in self._catalogue.titles[title].genres if name in other.genres]
        return f"{sentences.joined(shared[:3])}, like {other.name}" if shared else ""

    def _person(self, title: int) -> Reason | None:
        for person in self._catalogue.titles[title].people:
            entry = self._people.get((person.role, person.name), -1)
            if entry >= 0 and self.entry_title(entry).title_id != self._id(title):
                other = self.entry_title(entry)
                text = f"{_CREDITS[person.role]} {person.name}, like {other.name}"
                who = Cause("person", f"person:{person.name}", person.name, 1.0)
                return Reason("person", text, (who,))
        return None

    def _genre(self, title: int) -> Reason | None:
        genres = np.flatnonzero(self._catalogue.has_genre[:, title]).tolist()
        most = [genre for genre in genres if genre in self._most_watched]
        if most:
            text = sentences.joined([self._catalogue.genres.name(genre) for genre in most])
            causes = tuple(self._facet(genre) for genre in most)
            return Reason("facet", f"{text}, which you watch most", causes)
        known = max(genres, key=lambda genre: self._watched[genre], default=-1)
        count = self._watched[known] if known >= 0 else 0
        if count < _SOME:
            return None
        name = self._catalogue.genres.name(known)
        text = f"{name}, like {count} titles that you watched"
        return Reason("facet", text, (self._facet(known),))

    def _as_catalogued(self, title: int) -> Reason:
        entry = self._catalogue.titles[title]
        names = sentences.joined(entry.genres[:3]) if entry.genres else ""
        if names:
            causes = tuple(Cause("facet", f"genre:{g}", g, 1.0) for g in entry.genres[:3])
            return Reason("facet", f"{names}{f', {entry.year}' if entry.year else ''}", causes)
        return self.new(title) or Reason("editorial", "From this catalogue")

    def _facet(self, genre: int) -> Cause:
        name, count = self._catalogue.genres.name(genre), int(self._watched[genre])
        share = round(count / max(int(np.count_nonzero(self._history.seen)), 1), 3)
        return Cause("facet", f"genre:{name}", name, share, count=count)

    def _self_cause(self, title: int) -> Cause:
        entry = self._catalogue.titles[title]
        return Cause("title", entry.title_id, entry.name, 1.0)

    def _id(self, title: int) -> str:
        return self._catalogue.titles[title].title_id

    @cached_property
    def _lately(self) -> Index:
        return self._counters.plays.within(self._at, days=sentences.TREND_DAYS)

    @cached_property
    def _likes(self) -> Longs:
        return self._counters.likes.total()

    @cached_property
    def _watched(self) -> list[int]:
        """By genre: how many of the titles that were seen are of it."""
        return list(genre_counts(self._history, self._history.seen, self._catalogue).tolist())

    @cached_property
    def _most_watched(self) -> frozenset[int]:
        """The genres that at most two others exceed by count; none where all are alike."""
        counts = self._watched
        third = sorted(counts, reverse=True)[:3][-1:]
        least = max(third[0] if third else 0, 2)
        most = frozenset(genre for genre, count in enumerate(counts) if count >= least)
        return most if len(most) <= 4 else frozenset()

    @cached_property
    def _people(self) -> dict[tuple[str, str], int]:
        """By role and name: the entry liked most in which the viewer met that person."""
        met: dict[tuple[str, str], int] = {}
        able = np.flatnonzero(self._named & self._history.seen)
        for entry in able[np.argsort(self._history.weights[able], kind="stable")].tolist():
            for person in self.entry_title(entry).people:
                met[person.role, person.name] = entry
        return met
