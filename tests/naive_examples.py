"""The slow, obvious twins of how labels are made: examples one meeting after another, and D2Q."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from naive_derived import sessions

_TAKES = {
    *("play_start", "heartbeat", "pause", "resume", "seek_fwd", "seek_back", "stop", "play_end"),
    *("episode_advance", "credits_skip", "thumb", "rate", "mylist_add", "not_interested"),
    "taste_pick",
}
_SHOWN = {"impression", "billboard_impression"}


def examples(acts: Sequence[Any], gap_ms: int, final_ms: int) -> list[dict[str, Any]]:
    """Examples by profile, title and time: {profile, title, began, shown, acts}."""
    meetings: dict[tuple[int, str], list[list[Any]]] = {}
    for session in sessions(acts, gap_ms):
        for title in sorted({act.title for act in session} - {None}):
            mine = [act for act in session if act.title == title]
            meetings.setdefault((session[0].profile, title), []).append(mine)
    found = []
    for (profile, title), each in sorted(meetings.items()):
        open_: dict[str, Any] | None = None
        for mine in sorted(each, key=lambda one: one[0].at):
            taken = any(act.kind in _TAKES for act in mine)
            shown = any(act.kind in _SHOWN for act in mine)
            old = open_ is not None and mine[0].at > open_["began"] + final_ms
            if open_ is None or old or not open_["taken"]:
                open_ = {"profile": profile, "title": title, "began": mine[0].at, "taken": taken}
                open_ |= {"shown": shown, "acts": []}
                found.append(open_)
            open_["acts"] += mine
    return found


def quantile(watched: float, others: Sequence[float]) -> float:
    """The share of watch times that are at most this one."""
    return sum(other <= watched for other in others) / len(others)


def seconds(share: float, others: Sequence[float]) -> float:
    """The smallest watch time of which at least this share is no longer."""
    return next(w for w in sorted(others) if quantile(w, others) >= share - 1e-12)


def mean_before(
    key: int, at: int, past: Sequence[tuple[int, int, float]], towards: float, shrink: float
) -> float:
    """The shrunk mean of the values of a key that were final by then; past: (key, final, value)."""
    mine = [value for of, final, value in past if of == key and final <= at]
    return (sum(mine) + shrink * towards) / (len(mine) + shrink)
