"""Ranked lists without a page: for profiles, and for guests of whom nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matinee.features import Rewards, eligible, fold_one, unseen
from matinee.service.alone import engine_of
from matinee.service.errors import RefusedError
from matinee.service.live import Live, Present
from matinee.service.people import known_profile
from matinee.service.queries import (
    MOST_RANKED,
    MOST_TOLD,
    GuestBody,
    GuestEvent,
    RecommendationsQuery,
    TitleQuery,
)
from matinee.service.tiles import Showing
from matinee.service.titles import Titles, listed
from matinee.service.views import RecommendationsView, TilesView
from matinee.stores import Stores
from matinee.types import (
    KINDS,
    ORIGINS,
    History,
    Moment,
    Profile,
    ProfileId,
    Request,
    Signals,
    TitleId,
)

__all__ = ["Lists"]

_GUEST = Profile(profile_id="guest", account_id="guest")


class Lists:
    """The use cases of plain lists over one worker's live state."""

    def __init__(self, stores: Stores, live: Live, titles: Titles, rewards: Rewards) -> None:
        """Take what lists are made of."""
        self._stores = stores
        self._live = live
        self._titles = titles
        self._rewards = rewards

    def ranked(
        self, query: RecommendationsQuery, *, now: Moment, seed: int, request_id: str
    ) -> RecommendationsView:
        """Rank titles for a profile; with `similar_to`, those like one title.

        Raises:
            UnreadableError: the live model has no part called `model`.
        """
        if query.similar_to is not None:
            asked = TitleQuery(profile=query.profile, country=query.country)
            title_id = TitleId(query.similar_to)
            found = self._titles.similar(
                title_id, asked, limit=query.k, now=now, seed=seed, model=query.model
            )
            return RecommendationsView(request_id=request_id, titles=found.titles)
        present = self._live.catch_up()
        profile = known_profile(self._stores, query.profile)
        history = self._live.state(ProfileId(query.profile), present).history
        request = _request(present, profile, history, at=now, seed=seed, country=query.country)
        home = self._stores.profiles.country(ProfileId(query.profile))
        request = replace(request, country=query.country or home)
        scores = "scores" in query.include
        [tiles] = self._tiles(present, [request], [query.k], scores=scores, model=query.model)
        return RecommendationsView(request_id=request_id, titles=tiles.titles)

    def guests(self, bodies: Sequence[GuestBody], *, now: Moment, seed: int) -> list[TilesView]:
        """Rank titles for each guest's history.

        Raises:
            RefusedError: a title is unknown, or all together ask for more than one call may.
        """
        _bound("k", sum(body.k for body in bodies), MOST_RANKED)
        _bound("history events", sum(len(body.history) for body in bodies), MOST_TOLD)
        present = self._live.catch_up()
        requests = [
            _request(
                present,
                _GUEST,
                self._history(present, body, now),
                at=now,
                seed=seed,
                country=body.country,
            )
            for body in bodies
        ]
        return self._tiles(present, requests, [body.k for body in bodies], scores=False)

    def _tiles(
        self,
        present: Present,
        requests: Sequence[Request],
        ks: Sequence[int],
        *,
        scores: bool,
        model: str | None = None,
    ) -> list[TilesView]:
        engine, counters = engine_of(present, model), present.counters
        names = engine.source_names if model is None else (model,)
        found = engine.ranked(requests, max(ks), counters=counters)
        views = []
        for request, ranked, k in zip(requests, found, ks, strict=True):
            showing = Showing(
                present.catalogue, present.gallery, request.history, request.at, scores=scores
            )
            reasons = engine.reasons(request, ranked.titles, counters=counters)
            tiles = showing.tiles(listed(present, ranked, reasons), 0, names)
            views.append(TilesView(titles=tiles[:k]))
        return views

    def _history(self, present: Present, body: GuestBody, now: Moment) -> History:
        signals = _signals(present, body.history, now)
        return fold_one(signals, catalogue=present.catalogue, rewards=self._rewards)


def _bound(what: str, asked: int, most: int) -> None:
    if asked > most:
        msg = f"the {what} of one call sum to {asked:,}; at most {most:,}, so send several calls"
        raise RefusedError(msg)


def _request(
    present: Present,
    profile: Profile,
    history: History,
    *,
    at: Moment,
    seed: int,
    country: str | None,
) -> Request:
    return Request(
        history=history,
        eligible=eligible(
            present.catalogue, profile=profile, history=history, at=at, country=country
        ),
        unseen=unseen(present.catalogue, history),
        at=at,
        seed=seed,
        country=country,
    )


def _signals(present: Present, events: Sequence[GuestEvent], now: Moment) -> Signals:
    """Return a guest's acts as the log's columns, by time; unsaid times are now.

    Raises:
        RefusedError: a title is unknown, or a kind's value is missing or out of range.
    """
    titles = present.catalogue.vocabulary.rows([event.title_id for event in events])
    for event, row in zip(events, titles.tolist(), strict=True):
        if row < 0:
            msg = f"no title {event.title_id!r} in the catalogue"
            raise RefusedError(msg)
    at = np.array([now if event.at is None else event.at for event in events], np.int64)
    count = len(events)
    unsaid = np.full(count, np.nan, np.float32)
    signals = Signals(
        offsets=np.arange(1, count + 1),
        profiles=np.zeros(count, np.int32),
        kinds=np.array([KINDS.index(event.kind) for event in events], np.uint8),
        titles=titles,
        episodes=np.full(count, -1, np.int32),
        at=at,
        received=np.full(count, now, np.int64),
        values=np.array([_value(event) for event in events], np.float32),
        positions=unsaid,
        durations=unsaid,
        watched=unsaid,
        devices=np.full(count, -1, np.int8),
        tz_offsets=np.zeros(count, np.int16),
        origins=np.full(count, ORIGINS.index("live"), np.uint8),
        sessions=np.zeros(count, np.int64),
        tiles=np.zeros(count, np.int64),
        unasked=np.zeros(count, np.bool_),
    )
    return signals.take(np.argsort(at, kind="stable"))


def _value(event: GuestEvent) -> float:
    """Return the kind's own number as the log keeps it: a thumb, or a rating's share."""
    ranges = {"thumb": (-1.0, 2.0), "rate": (0.0, 1.0)}
    if event.kind not in ranges:
        return float("nan")
    low, high = ranges[event.kind]
    if event.value is None or not low <= event.value <= high:
        msg = f"{event.kind} of {event.title_id!r} needs a value from {low:g} to {high:g}"
        raise RefusedError(msg)
    return event.value if event.kind == "rate" else float(round(event.value))
