"""What there is to learn from: exposures of titles to profiles, each with what came of it.

A *meeting* is what one session holds of one title. The first one begins an example; so does each
later one, unless the example before it was answered (played, judged, listed) and is not older
than `labels.final_days`: then it belongs to that one. So what comes of a title is credited once,
to the last exposure before the viewer took it up. Cut by `at`, the beginning of an example never
depends on what happened later.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matinee.data import Catalogue
from matinee.features.graded import TASTE
from matinee.features.plays import PLAYS, segments
from matinee.features.rewards import Rewards
from matinee.features.sessions import cut
from matinee.types import DAY_MS, KINDS, ORIGINS, Flags, Index, Longs, Signals

__all__ = ["NEVER", "Examples", "examples", "known_at"]

NEVER = int(np.iinfo(np.int64).max)
"""The time of what did not happen."""


def _marks(*kinds: str) -> Flags:
    return np.array([kind in kinds for kind in KINDS], np.bool_)


_SHOWN = _marks("impression", "billboard_impression")
_IDLE = _SHOWN | _marks("hover", "focus", "row_impression", "page_view")
_TRAILER = _marks("trailer_play")
_ANSWERS = TASTE | _marks("details_open", "search_click", "mylist_remove", "remove_from_continue")
_PLAYED = PLAYS | _marks("rate")
_OWN_TIME = [ORIGINS.index("import"), ORIGINS.index("demo")]


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """E examples by profile, title and time, and of each of S signals the one that it is of."""

    profiles: Index  # (E,)
    titles: Index  # (E,)
    began: Longs  # (E,) epoch ms of its first event
    shown: Flags  # (E,) its first meeting showed a tile
    tiles: Longs  # (E,) mark of the first tile's token, 0: none
    ended: Longs  # (E,) when the next example of the pair was known to begin, `NEVER`: not yet
    left: Longs  # (E,) when it was known that the viewer went on to something else, `NEVER`
    answered: Longs  # (E,) when the first answer in the first meeting was known, `NEVER`
    discovers: Flags  # (E,) of a genre of which its profile had played nothing, late enough
    owners: Longs  # (S,) place of the example, −1: none

    def __len__(self) -> int:
        return len(self.titles)


def known_at(signals: Signals) -> Longs:
    """Return when each event was known: as it was received, but imports as they happened."""
    own = np.isin(signals.origins, _OWN_TIME)
    return np.where(own, signals.at, signals.received)


def examples(signals: Signals, *, catalogue: Catalogue, rewards: Rewards) -> Examples:
    """Cut what all profiles did into examples; a pure function of the events."""
    met = _meetings(signals, catalogue, rewards)
    begins = _begins(met, int(rewards.labels.final_days * DAY_MS))
    number = np.cumsum(begins) - 1  # of each meeting, in the order of pair and time
    owners = np.full(len(signals), -1, np.int64)
    owners[met.events] = number[met.of_event]
    first = np.flatnonzero(begins)
    follows = np.append(met.pairs[first[1:]] == met.pairs[first[:-1]], False)[: len(first)]
    ended = np.append(met.known[first[1:]], NEVER)[: len(first)]
    profiles, titles = np.divmod(met.pairs[first], max(len(catalogue), 1))
    found = Examples(
        profiles=profiles.astype(np.int32),
        titles=titles.astype(np.int32),
        began=met.at[first],
        shown=met.shown[first],
        tiles=met.tiles[first],
        ended=np.where(follows, ended, NEVER),
        left=met.left[first],
        answered=met.answered[first],
        discovers=np.zeros(len(first), np.bool_),
        owners=owners,
    )
    found.discovers[:] = _discovers(signals, found, catalogue, rewards)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Meetings:
    """M meetings by pair and time, and the signals in them."""

    pairs: Longs  # (M,) profile row · titles + title row
    at: Longs  # (M,)
    known: Longs  # (M,) when its first event was known
    taken: Flags  # (M,) played, judged or listed in it
    shown: Flags  # (M,)
    tiles: Longs  # (M,)
    left: Longs  # (M,)
    answered: Longs  # (M,)
    events: Longs  # places among the signals
    of_event: Longs  # the meeting of each of them


def _meetings(signals: Signals, catalogue: Catalogue, rewards: Rewards) -> _Meetings:
    parts = cut(signals, rewards=rewards)
    order = parts.order
    rows, owners = signals.titles[order], signals.profiles[order]
    which = np.flatnonzero((rows >= 0) & (rows < len(catalogue)) & (owners >= 0))
    if not len(which):
        flags = np.zeros(0, np.bool_)
        return _Meetings(*(which,) * 3, flags, flags, *(which,) * 5)
    which = which[np.lexsort((which, rows[which], parts.numbers[which]))]
    starts = segments(parts.numbers[which], rows[which])
    sizes = np.diff(np.append(starts, len(which)))
    events = order[which]
    kinds, known = signals.kinds[events], known_at(signals)
    pairs = owners[which].astype(np.int64) * len(catalogue) + rows[which]
    answers = _ANSWERS[kinds] | (_TRAILER[kinds] & ~signals.unasked[events])
    shown = _SHOWN[kinds]
    seen = np.minimum.reduceat(np.where(shown, which, len(order)), starts)
    tile = np.minimum.reduceat(np.where(shown, np.arange(len(which)), len(which)), starts)
    marks = np.append(signals.tiles[events], 0)[tile]
    sort = np.lexsort((starts, signals.at[events[starts]], pairs[starts]))
    place = np.empty(len(starts), np.int64)
    place[sort] = np.arange(len(starts))
    return _Meetings(
        pairs=pairs[starts][sort],
        at=signals.at[events[starts]][sort],
        known=known[events[starts]][sort],
        taken=np.logical_or.reduceat(TASTE[kinds], starts)[sort],
        shown=(seen < len(order))[sort],
        tiles=marks[sort],
        left=_left(signals, order, parts.numbers, seen)[sort],
        answered=np.minimum.reduceat(np.where(answers, known[events], NEVER), starts)[sort],
        events=events,
        of_event=np.repeat(place, sizes),
    )


def _left(signals: Signals, order: Longs, numbers: Longs, seen: Longs) -> Longs:
    """Return when the first act after a place in its session was known, `NEVER`: none."""
    count = len(order)
    acts = np.where(_IDLE[signals.kinds[order]], count, np.arange(count))
    following = np.append(np.minimum.accumulate(acts[::-1])[::-1], [count, count])
    act = following[np.minimum(seen + 1, count)]
    known, sessions = np.append(known_at(signals)[order], NEVER), np.append(numbers, -1)
    here = (seen < count) & (act < count)
    here &= sessions[act] == sessions[np.minimum(seen, count)]
    return np.where(here, known[act], NEVER)


def _begins(met: _Meetings, final_ms: int) -> Flags:
    """Return which meetings begin an example, going from each to the one after it ends."""
    count = len(met.pairs)
    index = np.arange(count)
    keys = np.concatenate([met.pairs, met.pairs])
    times = np.concatenate([met.at, met.at + final_ms])
    query = np.repeat([0, 1], count)
    order = np.lexsort((query, times, keys))
    before = np.cumsum(query[order] == 0)  # meetings up to each one's last moment
    after = np.empty(2 * count, np.int64)
    after[order] = before
    following = np.where(met.taken, after[count:], index + 1)
    begins = np.zeros(count, np.bool_)
    now = segments(met.pairs) if count else index
    pairs = np.append(met.pairs, -1)
    while len(now):
        begins[now] = True
        ahead = following[now]
        now = ahead[pairs[ahead] == pairs[now]]
    return begins


def _discovers(signals: Signals, found: Examples, catalogue: Catalogue, rewards: Rewards) -> Flags:
    """Return which examples began with a genre of which their profile had played nothing yet."""
    count = len(found)
    if not count or not len(catalogue.genres):
        return np.zeros(count, np.bool_)
    played = np.full(count, NEVER)
    of = np.flatnonzero((found.owners >= 0) & _PLAYED[signals.kinds])
    np.minimum.at(played, found.owners[of], known_at(signals)[of])
    genres, at = np.nonzero(catalogue.has_genre[:, found.titles])
    keys = found.profiles[at].astype(np.int64) * len(catalogue.genres) + genres
    names, inverse = np.unique(keys, return_inverse=True)
    earliest = np.full(len(names), NEVER)
    np.minimum.at(earliest, inverse, played[at])
    fresh = np.zeros(count, np.bool_)
    fresh[at[earliest[inverse] >= found.began[at]]] = True
    return fresh & (_earlier(found.profiles, played, found.began) >= rewards.new_genre.after)


def _earlier(profiles: Index, times: Longs, began: Longs) -> Longs:
    """Return of each example how many of its profile's `times` lie before it `began`."""
    count = len(profiles)
    query = np.repeat([1, 0], count)  # of the same moment, the query first
    order = np.lexsort(
        (-query, np.concatenate([began, times]), np.concatenate([profiles, profiles]))
    )
    sorted_profiles = np.concatenate([profiles, profiles])[order]
    before = np.cumsum(query[order] == 0)
    base = np.searchsorted(sorted_profiles, sorted_profiles)  # first place of the profile
    rank = before - np.where(base > 0, before[base - 1], 0)
    found = np.empty(2 * count, np.int64)
    found[order] = rank
    return found[:count]
