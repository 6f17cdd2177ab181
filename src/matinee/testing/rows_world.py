"""A drawn house of titles and viewers, and a source whose causes are exact, to test pages on.

Everything follows from a seed: series with episodes to come, titles of every age, hidden, new and
unavailable ones, people in several titles, and viewers from the idle to the avid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import msgspec
import numpy as np
from msgspec.structs import replace

from matinee.data import Catalogue
from matinee.features import Counters, Rewards, eligible, fold, unseen
from matinee.types import (
    DAY_MS,
    KINDS,
    Episode,
    Histories,
    Index,
    Moment,
    Profile,
    Request,
    Scores,
    Signals,
    Title,
    Window,
)

__all__ = ["NOW", "Additive", "World"]

NOW = Moment(1_790_000_000_000 + 5 * 3_600_000)
"""The moment of every request in a world."""

_GENRES = ("Action", "Comedy", "Crime", "Drama", "Sci-Fi", "War", "(no genres listed)")
_PEOPLE = ("Ann Arbor", "Bo Derring", "Cy Klone", "Di Straight", "Ed Itor")
_ROLES = ("actor", "director", "creator", "writer", "composer", "presenter")
_VISITS = (
    "play",
    "rate",
    "thumb",
    "mylist_add",
    "mylist_remove",
    "not_interested",
    "taste_pick",
)
_VIEWERS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Additive:
    """score_u(i) = popularity_i + Σ over liked j of weight_j · likeness_ij; causes are the terms.

    Titles without any likeness to others are known by popularity alone.
    """

    popularity: Scores  # (N,)
    likeness: Scores  # (N, N)

    def scores(self, requests: Sequence[Request]) -> Scores:
        """Return (P, N), finite."""
        rows = [self._terms(request).sum(axis=1) for request in requests]
        terms = np.array(rows, np.float32).reshape(len(rows), len(self.popularity))
        return (terms + self.popularity).astype(np.float32)

    def causes(self, request: Request, titles: Index) -> Scores:
        """Return (titles, H): each entry's term."""
        return self._terms(request)[titles]

    def with_titles(self, catalogue: Catalogue) -> Self:
        """Return itself: a world's catalogue does not grow."""
        del catalogue
        return self

    def _terms(self, request: Request) -> Scores:
        history = request.history
        terms: Scores = self.likeness[:, history.titles] * np.maximum(history.weights, 0)
        return terms


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """Titles, viewers with all their events, and what follows from them."""

    catalogue: Catalogue
    source: Additive
    profiles: tuple[Profile, ...]
    signals: Signals
    histories: Histories
    counters: Counters

    @classmethod
    def drawn(cls, seed: int, *, titles: int = 60) -> World:
        """Draw a world; the same seed gives the same one."""
        rng = np.random.default_rng(seed)
        catalogue = Catalogue.of([_title(rng, row) for row in range(titles)])
        signals = _signals(rng, catalogue)
        rewards = Rewards.default()
        likeness = rng.random((titles, titles)) * (rng.random((titles, titles)) < 0.3)
        cold = rng.random(titles) < 0.2
        likeness[cold] = 0
        likeness[:, cold] = 0
        np.fill_diagonal(likeness, 0)
        popularity = np.round(rng.exponential(size=titles), 1)  # some are equally popular
        return cls(
            catalogue=catalogue,
            source=Additive(popularity.astype(np.float32), likeness.astype(np.float32)),
            profiles=tuple(_profile(rng, row) for row in range(_VIEWERS)),
            signals=signals,
            histories=fold(signals, catalogue=catalogue, rewards=rewards, profiles=_VIEWERS),
            counters=Counters.empty(rewards).fold(signals, titles),
        )

    def request(self, viewer: int, *, rows: int = 10, columns: int = 6) -> Request:
        """Return a request of one of the viewers, 0 to 5; the first has no events."""
        history = self.histories[viewer]
        allowed = eligible(
            self.catalogue,
            profile=self.profiles[viewer],
            history=history,
            at=NOW,
            country="NL" if viewer % 2 else None,
        )
        return Request(
            history=history,
            eligible=allowed,
            unseen=unseen(self.catalogue, history),
            at=NOW,
            seed=0,
            tz_offset_min=(0, 60, -300, 765, -720, 840)[viewer],
            rows=rows,
            columns=columns,
        )

    def requests(self, *, rows: int = 10, columns: int = 6) -> list[Request]:
        """Return a request of every viewer."""
        return [self.request(viewer, rows=rows, columns=columns) for viewer in range(_VIEWERS)]


def _profile(rng: np.random.Generator, row: int) -> Profile:
    return Profile(
        profile_id=f"p{row}",
        account_id="a",
        kids=row == 4,
        maturity=int(rng.choice([12, 16, 18, 18, 18])),
    )


def _title(rng: np.random.Generator, row: int) -> Title:
    genres = rng.choice(_GENRES, rng.integers(0, 4), replace=False).tolist()
    people = rng.choice(_PEOPLE, rng.integers(0, 3), replace=False).tolist()
    series = rng.random() < 0.3
    facts = {
        "title_id": f"t{row}",
        "name": f"Title {row}",
        "kind": "series" if series else "film",
        "year": int(rng.integers(1950, 2026)) if rng.random() < 0.8 else None,
        "genres": genres,
        "people": [{"name": who, "role": str(rng.choice(_ROLES))} for who in people],
        "runtime_s": float(rng.integers(20, 180) * 60) if rng.random() < 0.8 else None,
        "maturity": int(rng.choice([0, 6, 12, 16, 18])),
        "maturity_source": str(rng.choice(["label", "estimated", "unknown"], p=[0.6, 0.3, 0.1])),
        "hidden": bool(rng.random() < 0.05),
    }
    title = msgspec.convert(facts, Title)
    away = rng.random() < 0.1
    known = rng.random() < 0.8
    count = int(rng.integers(0, 5)) if series else 0
    return replace(
        title,
        windows=(Window(country="NL", end=Moment(NOW + DAY_MS)),) if away else (),
        added=Moment(NOW - int(rng.integers(0, 400)) * DAY_MS) if known else None,
        episodes=tuple(_episode(rng, row, number) for number in range(count)),
    )


def _episode(rng: np.random.Generator, row: int, number: int) -> Episode:
    late = rng.random() < 0.15
    return Episode(
        episode_id=f"t{row}-e{number}",
        season=1 + number // 2,
        number=1 + number % 2,
        runtime_s=1800.0 if rng.random() < 0.8 else None,
        available_from=Moment(NOW - 2 * DAY_MS) if late else None,
    )


def _signals(rng: np.random.Generator, catalogue: Catalogue) -> Signals:
    """Draw what the viewers did in the last weeks, by viewer and time."""
    acts: list[dict[str, Any]] = []
    for viewer in range(1, _VIEWERS):
        for _ in range(rng.integers(0, 14 * viewer)):
            began = NOW - int(rng.exponential(8 * DAY_MS)) - 10_000_000
            acts += _visit(rng, viewer, began, catalogue)
    acts.sort(key=lambda act: (act["profile"], act["at"]))
    count = len(acts)

    def column(name: str) -> np.ndarray[Any, Any]:
        return np.array([act.get(name, np.nan) for act in acts], np.float32)

    at = np.array([act["at"] for act in acts], np.int64)
    return Signals(
        offsets=np.arange(count),
        profiles=np.array([act["profile"] for act in acts], np.int32),
        kinds=np.array([KINDS.index(act["kind"]) for act in acts], np.uint8),
        titles=np.array([act["title"] for act in acts], np.int32),
        episodes=np.array([act.get("episode", -1) for act in acts], np.int32),
        at=at,
        received=at,
        values=column("value"),
        positions=column("position"),
        durations=column("duration"),
        watched=column("watched"),
        devices=np.zeros(count, np.int8),
        tz_offsets=np.zeros(count, np.int16),
        origins=np.zeros(count, np.uint8),
        sessions=np.zeros(count, np.int64),
        tiles=np.zeros(count, np.int64),
        unasked=np.zeros(count, np.bool_),
    )


def _visit(
    rng: np.random.Generator, viewer: int, at: int, catalogue: Catalogue
) -> list[dict[str, Any]]:
    title = int(rng.integers(len(catalogue)))
    base = {"profile": viewer, "title": title, "at": at}
    kind = str(
        rng.choice(
            [
                "play",
                "rate",
                "thumb",
                "mylist_add",
                "mylist_remove",
                "not_interested",
                "taste_pick",
            ],
            p=[0.6, 0.15, 0.1, 0.08, 0.03, 0.02, 0.02],
        )
    )
    if kind == "rate":
        return [base | {"kind": "rate", "value": float(rng.integers(1, 11)) / 10}]
    if kind == "thumb":
        first, second = rng.choice([-1, 0, 1, 1, 2], 2).tolist()
        thumbs = [base | {"kind": "thumb", "value": first}]
        if rng.random() < 0.4:  # some change their mind
            thumbs.append(base | {"kind": "thumb", "at": at + 1_000_000, "value": second})
        return thumbs
    if kind != "play":
        return [base | {"kind": kind}]
    table = catalogue.episodes
    own = table.in_order[table.indptr[title] : table.indptr[title + 1]]
    if len(own):
        base["episode"] = int(rng.choice(own))
    length = float(rng.choice([1500.0, 5400.0]))
    told = {"position": length * float(rng.choice([0.005, 0.1, 0.5, 0.95, 1.0]))}
    told |= {"watched": told["position"] * 0.9}
    end = str(rng.choice(["stop", "play_end", "heartbeat"]))
    if rng.random() < 0.2:
        told = {}
    return [
        base | {"kind": "play_start", "duration": length},
        base | {"kind": end, "at": at + 7_000_000} | told,
    ]
