"""One entry of a history from one title's acts; `features.history.entries` says what it is."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan
from typing import NamedTuple

import numpy as np

from matinee.data import Catalogue
from matinee.features.graded import TASTE
from matinee.features.plays import PLAYS
from matinee.features.rewards import Rewards
from matinee.features.single.acts import Act
from matinee.features.single.plays import views_of
from matinee.features.single.watched import NOTHING, Seen, seen_of
from matinee.types import KINDS

__all__ = ["Entry", "entry"]

_TASTE = frozenset(TASTE.nonzero()[0].tolist())
_PLAYS = frozenset(PLAYS.nonzero()[0].tolist())
_THUMB, _RATE = KINDS.index("thumb"), KINDS.index("rate")
_ADD, _REMOVE = KINDS.index("mylist_add"), KINDS.index("mylist_remove")
_NOT, _PICK, _OPEN = map(KINDS.index, ("not_interested", "taste_pick", "details_open"))
_PUT_AWAY = KINDS.index("remove_from_continue")


class Entry(NamedTuple):
    """One title of a history; names as in `History`, seconds and weight not yet rounded."""

    title: int
    weight: float  # without what a discovery earns
    at: int
    thumb: int
    seen: bool
    chosen: bool
    completed: bool
    finished_at: int
    rated: float
    watched: float
    position: float
    duration: float
    episode: int
    played_at: int
    listed_at: int
    blocked: bool
    device: int
    tz_offset: int


class _Said(NamedTuple):
    """What was said of the title in so many words, and done but for playing it."""

    thumb: int
    rated: float
    unwanted: bool
    picked: bool
    listed_at: int
    taste: Act | None  # the last act that says something of it
    opened: bool
    put_away: bool  # and not played since


def entry(acts: Sequence[Act], *, catalogue: Catalogue, rewards: Rewards) -> Entry:
    """Return the entry of the title whose acts these are, at least one, by time.

    As `entries` returns it of the same acts, but for rounding weight and seconds to float32.
    """
    title = acts[0][1]
    said = _said(acts, rewards)
    views = views_of(acts, title, catalogue=catalogue, rewards=rewards)
    plays = seen_of(views, title, catalogue=catalogue, rewards=rewards) if views else NOTHING
    rated = not isnan(said.rated)
    blocked = said.unwanted or said.thumb < 0
    last = said.taste or acts[-1]
    weight = _graded(said, plays, rewards)
    if blocked:
        weight = min(weight, rewards.scale.disliked_at_most)
    return Entry(
        title=title,
        weight=weight,
        at=last[0],
        thumb=said.thumb,
        seen=plays.seen or rated,
        chosen=plays.quality or plays.completed or rated,
        completed=plays.completed,
        finished_at=plays.finished_at,
        rated=said.rated,
        watched=plays.watched,
        position=nan if said.put_away else plays.position,
        duration=nan if said.put_away else plays.duration,
        episode=-1 if said.put_away else plays.episode,
        played_at=plays.played_at,
        listed_at=said.listed_at,
        blocked=blocked,
        device=last[8],
        tz_offset=last[9],
    )


def _said(acts: Sequence[Act], rewards: Rewards) -> _Said:
    last = {act[7]: place for place, act in enumerate(acts)}
    judged = max(last.get(_THUMB, -1), last.get(_RATE, -1))
    unwanted, removed = last.get(_NOT, -1), last.get(_REMOVE, -1)
    added = (act[0] for act in acts[removed + 1 :] if act[7] == _ADD)
    played = taste = -1
    for kind, place in last.items():
        if kind in _PLAYS and place > played:
            played = place
        if kind in _TASTE and place > taste:
            taste = place
    return _Said(
        thumb=_thumb(acts[judged], rewards) if judged >= 0 else 0,
        rated=acts[last[_RATE]][3] if _RATE in last else nan,
        unwanted=unwanted >= 0 and not any(_kinder(a, rewards) for a in acts[unwanted + 1 :]),
        picked=_PICK in last,
        listed_at=next(added, 0) if _ADD in last else 0,
        taste=acts[taste] if taste >= 0 else None,
        opened=_OPEN in last,
        put_away=last.get(_PUT_AWAY, -1) > played,
    )


def _thumb(act: Act, rewards: Rewards) -> int:
    """Return the thumb that a thumb or a rating is."""
    value = act[3]
    if act[7] == _THUMB:
        return int(value)
    # float32 on both sides: 4 of 5 is a thumb up, whatever .8 is in binary.
    up, down = np.float32(rewards.rating.up), np.float32(rewards.rating.down)
    return (value >= float(up)) - (value <= float(down))


def _kinder(act: Act, rewards: Rewards) -> bool:
    """Return whether an act takes back that the title is not wanted."""
    kind = act[7]
    return kind in (_ADD, _PICK) or (kind in (_THUMB, _RATE) and _thumb(act, rewards) >= 0)


def _graded(said: _Said, plays: Seen, rewards: Rewards) -> float:
    """Add up the components in the order in which `graded` adds them."""
    weights = rewards.weights
    minutes = 0.0
    if plays.watched:  # numpy's logarithm, which is not the C library's in the last bit
        minutes = float(np.log1p(plays.watched / 60) / np.log1p(rewards.scale.minutes))
    value = 0.0
    for worth, component in (
        (weights.watched_share, plays.share if isnan(said.rated) else 1.0),
        (weights.watched_minutes, minutes),
        (weights.thumb_up, said.thumb == 1),
        (weights.two_thumbs_up, said.thumb == 2),
        (weights.thumb_down, said.thumb < 0),
        (weights.completed, plays.completed),
        (weights.rewatch, plays.rewatched),
        (weights.fast_season, plays.fast_season),
        (weights.quick_abandon, plays.abandoned),
        (weights.mylist_add, said.listed_at > 0),
        (weights.taste_pick, said.picked),
        (weights.not_interested, said.unwanted),
        (weights.click_no_play, said.opened and said.taste is None),
        (weights.quality_play, plays.quality),
        (weights.binge, plays.binged),
    ):
        if worth:
            value += worth * component
    return value
