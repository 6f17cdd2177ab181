"""Derived signals and sessions against their naive twins, and against any order of arrival."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from acts import Act, signals
from matinee.data import Catalogue
from matinee.features import Credits, Rewards, Tiles, credit, derive, fold, habits, sessions
from matinee.features.attribution import SOURCES
from matinee.features.sessions import local_hours
from matinee.stores import Stores, memory_stores
from matinee.testing.stores_samples import NOW, furnish, sample
from matinee.training.labels import labelled
from matinee.types import DAY_MS, KINDS, Episode, Moment, Signals, Title, mark
from matinee.types.moment import HOUR_MS, MINUTE_MS
from naive_derived import abandoned, counts, credits_of
from naive_derived import sessions as naive_sessions

REWARDS = Rewards.default()
GAP = 30 * MINUTE_MS
CATALOGUE = Catalogue.of(
    [Title(title_id="film", name="F", runtime_s=7200.0), Title(title_id="b", name="B")]
)
NO_TITLE = (
    *("page_view", "row_scroll", "search_query", "search_abandon", "cancel"),
    "category_open",
)
WITH_TITLE = (
    *("impression", "impression", "hover", "focus", "details_open", "trailer_play", "play_start"),
    *("pause", "seek_fwd", "seek_back", "stop", "play_end", "thumb", "mylist_add", "search_click"),
    *("not_interested", "mylist_remove", "remove_from_continue"),
)


@st.composite
def logs(draw: st.DrawFn) -> list[Act]:
    """Draw acts at rising times, seconds to hours apart, in named sessions and without."""
    steps = draw(st.lists(st.sampled_from([1000, 60_000, GAP, GAP + 1, 15 * DAY_MS]), max_size=20))
    acts = []
    for at in np.cumsum([DAY_MS, *steps])[1:].tolist():
        kind = draw(st.sampled_from(WITH_TITLE + NO_TITLE))
        acts.append(
            Act(
                kind,
                None if kind in NO_TITLE else draw(st.sampled_from(["film", "b"])),
                profile=draw(st.integers(0, 1)),
                at=at,
                value=draw(st.sampled_from([None, 1.0, 2.5])) if kind == "hover" else None,
                session=draw(st.sampled_from([None, None, "s", "t"])),
                unasked=draw(st.booleans()) if kind == "trailer_play" else False,
            )
        )
    return acts


@settings(max_examples=150)
@given(logs())
def test_what_is_counted_is_what_reading_event_by_event_counts(log: list[Act]) -> None:
    found = derive(signals(log, CATALOGUE), catalogue=CATALOGUE, rewards=REWARDS)
    names = [CATALOGUE.vocabulary.name(row) for row in found.titles.tolist()]
    expected = counts(log, GAP)
    keys = list(zip(found.profiles.tolist(), names, strict=True))
    assert sorted(keys) == sorted(expected)
    for place, key in enumerate(keys):
        for name, value in expected[key].items():
            assert getattr(found, name)[place] == value, (key, name)


@settings(max_examples=150)
@given(logs())
def test_sessions_are_those_that_reading_event_by_event_cuts(log: list[Act]) -> None:
    found = sessions(signals(log, CATALOGUE), rewards=REWARDS)
    expected = naive_sessions(log, GAP)
    assert found.profiles.tolist() == [session[0].profile for session in expected]
    assert found.began.tolist() == [session[0].at for session in expected]
    assert found.ended.tolist() == [session[-1].at for session in expected]
    assert found.abandoned.tolist() == [abandoned(session) for session in expected]
    for name, kind in (("categories", "category_open"), ("queries", "search_query")):
        told = [sum(act.kind == kind for act in session) for session in expected]
        assert getattr(found, name).tolist() == told


@st.composite
def evenings(draw: st.DrawFn) -> list[Act]:
    """Draw acts of one or two titles that plays could come of."""
    kinds = (
        *("play_start", "play_start", "play_start", "episode_advance", "stop", "play_end"),
        *("impression", "impression", "details_open", "search_click", "mylist_add"),
        *("mylist_remove", "remove_from_continue", "hover"),
    )
    tokens = st.sampled_from([None, None, "cw.1", "list.1", "row.1", "row.2"])
    acts = []
    for at in np.cumsum(draw(st.lists(st.sampled_from([1000, GAP, 300 * MINUTE_MS]), max_size=16))):
        kind = draw(st.sampled_from(kinds))
        plays = kind in ("play_start", "episode_advance", "stop", "play_end")
        acts.append(
            Act(
                kind,
                "show" if plays and draw(st.booleans()) else draw(st.sampled_from(["film", "b"])),
                profile=draw(st.integers(0, 1)),
                at=DAY_MS + int(at),
                session=draw(st.sampled_from([None, "s", "s", "t"])),
                token=draw(tokens),
                unasked=draw(st.booleans()) if kind in ("play_start", "episode_advance") else False,
            )
        )
        if acts[-1].title == "show":
            acts[-1] = replace(acts[-1], episode=draw(st.sampled_from([None, "e1", "e2"])))
    return acts


SHELF = Catalogue.of(
    [
        Title(title_id="film", name="F"),
        Title(title_id="b", name="B"),
        Title(
            title_id="show",
            name="S",
            kind="series",
            episodes=(Episode(episode_id="e1", number=1), Episode(episode_id="e2", number=2)),
        ),
    ]
)
TILES = Tiles.of({mark("cw.1"): "continue_watching", mark("list.1"): "my_list"})


@settings(max_examples=300)
@given(evenings())
def test_credit_is_what_reading_event_by_event_gives(log: list[Act]) -> None:
    columns = signals(log, SHELF)
    found = credit(columns, rewards=REWARDS, tiles=TILES)
    acts = sorted(log, key=lambda one: (one.profile, one.at))
    expected = credits_of(acts, GAP, int(REWARDS.credit.minutes * MINUTE_MS))

    def told(place: int) -> Act | None:
        return acts[place] if place >= 0 else None

    assert expected == [
        (
            int(columns.profiles[play]),
            int(columns.at[play]),
            SOURCES[found.sources[k]],
            told(int(found.touches[k])),
            SOURCES[found.first_sources[k]],
            told(int(found.first_touches[k])),
            bool(found.inferred[k]),
        )
        for k, play in enumerate(found.plays.tolist())
    ]


EVENTS = st.tuples(
    st.sampled_from([kind for kind in KINDS if kind not in ("category_open", "plan_change")]),
    st.sampled_from(["ann", "bob"]),
    st.sampled_from(["film1", "film2", "series"]),
    st.sampled_from([0, 0, 1, 60_000, GAP + 1, DAY_MS, 15 * DAY_MS]),
    st.sampled_from([None, "s", "t"]),
    st.sampled_from([None, "x.1", "x.2"]),
)


def event(number: int, drawn: tuple[str, str, str, int, str | None, str | None]) -> Any:
    kind, profile, title, after, session, token = drawn
    body: dict[str, Any] = {
        "kind": kind,
        "event_id": f"e{number}",
        "profile_id": profile,
        "title_id": title,
        "at": NOW - 100 * DAY_MS + after,
        "session_id": session,
        "token": token,
    }
    own = {"thumb": {"value": 1}, "rate": {"value": 3.0}, "search_query": {"query": "q"}}
    return sample(body | own.get(kind, {}))


def filled(batches: Sequence[Sequence[Any]]) -> Stores:
    stores = memory_stores()
    furnish(stores)
    for place, batch in enumerate(batches):
        receipt = stores.log.append(batch, now=Moment(NOW + place), origin="import")
        assert not any(outcome.rejected for outcome in receipt.outcomes)
    return stores


def _told(found: Credits, known: Signals) -> Credits:
    """Say plays and touches by what they are: places among the signals are offsets of no state."""

    def when(places: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        at, kinds = np.append(known.at, 0), np.append(known.kinds, 0)
        return at[places] * 64 + kinds[places]

    return replace(
        found,
        plays=when(found.plays),
        touches=when(found.touches),
        first_touches=when(found.first_touches),
    )


STATES: dict[str, Callable[[Signals, Catalogue], Any]] = {
    "history": lambda s, c: fold(s, catalogue=c, rewards=REWARDS, profiles=2).entries,
    "derived": lambda s, c: derive(s, catalogue=c, rewards=REWARDS),
    "sessions": lambda s, _: sessions(s, rewards=REWARDS),
    "credits": lambda s, _: _told(credit(s, rewards=REWARDS), s),
    "labels": lambda s, c: labelled(s, catalogue=c, rewards=REWARDS, at=Moment(NOW + DAY_MS)),
    "habits": lambda s, _: habits(sessions(s, rewards=REWARDS), profiles=2),
}


def states(stores: Stores) -> dict[str, list[Any]]:
    """Everything that is derived from what a log knows, as plain values."""
    known = stores.log.scan(at=Moment(NOW + DAY_MS), upto=stores.log.head())
    catalogue = stores.catalogue.snapshot()
    found = {}
    for name, state in STATES.items():
        value = state(known, catalogue)
        for field in fields(value):
            column = getattr(value, field.name)
            found[f"{name}.{field.name}"] = np.nan_to_num(column, nan=-9.0).tolist()
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(EVENTS, max_size=14), st.data())
def test_shuffled_repeated_and_late_arrival_give_the_same_state(
    drawn: list[tuple[str, str, str, int, str | None, str | None]], data: st.DataObject
) -> None:
    events = [event(number, one) for number, one in enumerate(drawn)]
    at_once = states(filled([events]))
    shuffled = data.draw(st.permutations(events))
    cut = data.draw(st.integers(0, len(events)))
    repeated = data.draw(st.lists(st.sampled_from(events), max_size=5)) if events else []
    assert states(filled([shuffled[:cut], repeated, shuffled[cut:], repeated])) == at_once


@given(st.integers(0, 2**41), st.integers(-840, 840))
def test_local_hours_are_those_of_a_clock_that_far_ahead(at: int, offset: int) -> None:
    [hour] = local_hours(np.array([at]), np.array([offset], np.int16)).tolist()
    assert hour == math.floor((at + offset * MINUTE_MS) / HOUR_MS) % 24


def test_a_session_does_not_depend_on_what_another_profile_did() -> None:
    mine = [Act("hover", "film", at=DAY_MS), Act("stop", "film", at=DAY_MS + 2 * GAP)]
    others = [replace(act, profile=1, at=act.at + GAP) for act in mine]
    alone = sessions(signals(mine, CATALOGUE), rewards=REWARDS)
    beside = sessions(signals(mine + others, CATALOGUE), rewards=REWARDS)
    assert beside.began[beside.profiles == 0].tolist() == alone.began.tolist()
