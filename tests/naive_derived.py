"""The slow, obvious twins of derived signals, sessions and credit: one event after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_PLAYS = {
    *("play_start", "heartbeat", "pause", "resume", "seek_fwd", "seek_back", "stop", "play_end"),
    *("episode_advance", "credits_skip"),
}
_SHOWN = {"impression", "billboard_impression"}
_IDLE = _SHOWN | {"hover", "focus", "row_impression", "page_view"}
_ANSWERS = _PLAYS | {
    *("details_open", "mylist_add", "taste_pick", "search_click", "thumb", "rate"),
    "not_interested",
}
_BROWSING = _IDLE | {
    *("details_open", "trailer_play", "category_open", "row_scroll", "page_scroll_depth"),
    *("search_query", "search_result_impression", "search_click", "search_abandon"),
}
_SOMETHING = {
    *("play_start", "episode_advance", "heartbeat", "stop", "play_end", "resume"),
    *("mylist_add", "taste_pick"),
}


def sessions(acts: Sequence[Any], gap_ms: int) -> list[list[Any]]:
    """Acts in order of time, as lists of one session each, in the order in which they begin."""
    found: list[list[Any]] = []
    for profile in sorted({act.profile for act in acts}):
        own = [act for act in acts if act.profile == profile]
        named: dict[str, list[Any]] = {}
        unnamed: list[list[Any]] = []
        for act in own:
            if act.session is not None:
                named.setdefault(act.session, []).append(act)
            elif unnamed and act.at - unnamed[-1][-1].at <= gap_ms:
                unnamed[-1].append(act)
            else:
                unnamed.append([act])
        found += sorted([*named.values(), *unnamed], key=lambda s: (s[0].at, s[-1].at))
    return found


def abandoned(session: Sequence[Any]) -> bool:
    """Whether somebody looked round, and neither played nor kept anything."""
    kinds = {act.kind for act in session}
    return bool(kinds & _BROWSING) and not kinds & _SOMETHING


def counts(acts: Sequence[Any], gap_ms: int) -> dict[tuple[int, str], dict[str, float]]:
    """What is counted of each profile and title."""
    names = ("shown", "dwell_s", "opened", "clicks_no_play", "quick_skips", "pauses")
    names += ("seeks_ahead", "seeks_back")
    found = {
        (act.profile, act.title): dict.fromkeys(names, 0.0) for act in acts if act.title is not None
    }
    of_kind = {"details_open": "opened", "pause": "pauses"}
    of_kind |= {"seek_fwd": "seeks_ahead", "seek_back": "seeks_back"}
    of_kind |= dict.fromkeys(_SHOWN, "shown")
    for act in acts:
        if act.title is not None and act.kind in of_kind:
            found[act.profile, act.title][of_kind[act.kind]] += 1
        if act.title is not None and act.kind in ("hover", "focus"):
            found[act.profile, act.title]["dwell_s"] += act.value or 0.0
    for session in sessions(acts, gap_ms):
        for title in {act.title for act in session} - {None}:
            mine = [act for act in session if act.title == title]
            kinds = {act.kind for act in mine}
            entry = found[session[0].profile, title]
            entry["clicks_no_play"] += "details_open" in kinds and not kinds & _PLAYS
            entry["quick_skips"] += _skipped(session, mine)
    return found


def _skipped(session: Sequence[Any], mine: Sequence[Any]) -> bool:
    for act in mine:
        if act.kind in _ANSWERS or (act.kind == "trailer_play" and not act.unasked):
            return False
    places = [place for place, act in enumerate(session) if act in mine and act.kind in _SHOWN]
    return bool(places) and any(act.kind not in _IDLE for act in session[places[0] + 1 :])
