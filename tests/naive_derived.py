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
    *("not_interested", "mylist_remove", "remove_from_continue"),
}
_BROWSING = _IDLE | {
    *("details_open", "trailer_play", "category_open", "row_scroll", "page_scroll_depth"),
    *("search_query", "search_result_impression", "search_click", "search_abandon"),
}
_SOMETHING = _PLAYS | {"mylist_add", "taste_pick"}


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


def credits_of(acts: Sequence[Any], gap_ms: int, window_ms: int) -> list[tuple[Any, ...]]:
    """Each play in order as (profile, at, source, touch, first source, first touch, inferred).

    Tokens that start with "cw" and "list" are tiles of Continue Watching and of My List.
    """
    found = []
    for session in sessions(acts, gap_ms):
        for place, act in enumerate(session):
            mine = [one for one in session if one.title == act.title and one.kind in _PLAYS]
            if act.title is None or act not in mine:
                continue
            here = mine.index(act)
            before, after = mine[:here], mine[here + 1 :]
            if act.kind == "episode_advance" and after and after[0].kind == "play_start":
                continue
            if act.kind in ("play_start", "episode_advance"):
                found.append(_credit(acts, session[:place], act, before[-1:], window_ms))
    return sorted(found, key=lambda one: one[:2])


def _credit(
    acts: Sequence[Any], earlier: Sequence[Any], act: Any, before: Sequence[Any], window_ms: int
) -> tuple[Any, ...]:
    own = [one for one in earlier if one.title == act.title]
    touches = [one for one in own if _touches(one)]
    first = touches[0] if touches else None
    head, tail = (act.profile, act.at), (_source(first), first)
    advance = [one for one in before if one.kind == "episode_advance"]
    advance = [one for one in advance if one.episode == act.episode and act.kind == "play_start"]
    if act.unasked or any(one.unasked for one in advance):
        return (*head, "autoplay", None, *tail, False)
    if advance or act.kind == "episode_advance":
        return (*head, "next_episode", None, *tail, False)
    if act.token is not None:
        shown = [one for one in own if one.kind in _SHOWN and one.token == act.token]
        return (*head, _surface(act.token), shown[-1] if shown else None, *tail, False)
    last = touches[-1] if touches and act.at - touches[-1].at <= window_ms else None
    if last is not None:
        return (*head, _source(last), last, *tail, False)
    standing = _standing(acts, act)
    return (*head, standing, None, *tail, standing != "unattributed")


def _standing(acts: Sequence[Any], act: Any) -> str:
    past = [one for one in acts if (one.profile, one.title) == (act.profile, act.title)]
    past = past[: past.index(act)]
    plays = [one for one in past if one.kind in _PLAYS or one.kind == "remove_from_continue"]
    lists = [one for one in past if one.kind in ("mylist_add", "mylist_remove")]
    over = {"remove_from_continue"}
    if plays and plays[-1].episode is None:
        over |= {"play_end", "credits_skip"}
    if plays and plays[-1].kind not in over:
        return "continue_watching"
    return "my_list" if lists and lists[-1].kind == "mylist_add" else "unattributed"


def _touches(act: Any) -> bool:
    opened = act.kind in ("details_open", "trailer_play") and act.token is not None
    return opened or act.kind in _SHOWN | {"search_click", "search_result_impression"}


def _surface(token: str | None) -> str:
    if token is not None and token.startswith("cw"):
        return "continue_watching"
    return "my_list" if token is not None and token.startswith("list") else "row"


def _source(touch: Any) -> str:
    if touch is None:
        return "unattributed"
    return "search" if touch.kind.startswith("search") else _surface(touch.token)
