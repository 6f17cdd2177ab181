"""Which showing each play came of: credit to the last tile seen in the session, or to none.

A play that nobody asked for is credited to autoplay, one that went on to the next episode to the
player. A play that carries a token came of that tile; its impression is the last one of the same
tile before it. Any other play came of the last touch of its title in the session and within
`credit.minutes`: an impression, details opened from a tile, or a choice among search results.
Where there is no touch, a title that stood open was gone on with and one on the list was taken
from it, which is inferred and said so; what is left is unattributed, and its share is a number
to watch. Both the last and the first touch of the session are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matinee.features.plays import PLAYS, segments
from matinee.features.rewards import Rewards
from matinee.features.sessions import cut
from matinee.types import DAY_MS, KINDS, ORIGINS, Flags, Index, Longs, Signals
from matinee.types.moment import MINUTE_MS

__all__ = ["SOURCES", "Credits", "Tiles", "consequences", "credit"]

SOURCES = (
    "unattributed",
    "row",
    "search",
    "continue_watching",
    "my_list",
    "autoplay",
    "next_episode",
)
"""Where a play can come from; its place is the `source` code."""

Codes = NDArray[np.int8]

_NONE, _ROW, _SEARCH, _CONTINUE, _LIST, _AUTOPLAY, _NEXT = range(len(SOURCES))
_OF_ROW = {"continue_watching": _CONTINUE, "my_list": _LIST}


def _marks(*kinds: str) -> Flags:
    return np.array([kind in kinds for kind in KINDS], np.bool_)


_START, _ADVANCE = KINDS.index("play_start"), KINDS.index("episode_advance")
_SHOWN = _marks("impression", "billboard_impression")
_OPENED = _marks("details_open", "trailer_play")
_FOUND = _marks("search_click", "search_result_impression")
_END = _marks("play_end", "credits_skip")
_PUT_AWAY = KINDS.index("remove_from_continue")
_ADD, _REMOVE = KINDS.index("mylist_add"), KINDS.index("mylist_remove")
_IMPORT = ORIGINS.index("import")
_OUTCOMES = _marks("play_end", "thumb", "rate", "mylist_add", "not_interested")


@dataclass(frozen=True, slots=True, eq=False)
class Tiles:
    """What is known of the tiles that were given out: in which kind of row each one stood."""

    marks: Longs  # (T,) ascending
    sources: Codes  # (T,)

    @classmethod
    def of(cls, rows: Mapping[int, str]) -> Tiles:
        """Take the kind of row (`continue_watching`, `top_picks`, …) by the tile's mark."""
        order = sorted(rows)
        found = [_OF_ROW.get(rows[name], _ROW) for name in order]
        return cls(np.array(order, np.int64), np.array(found, np.int8))

    def source(self, tiles: Longs) -> Codes:
        """Return where each tile stood; a tile of which nothing is known stood in some row."""
        if not len(self.marks):
            return np.full(len(tiles), _ROW, np.int8)
        place = np.minimum(np.searchsorted(self.marks, tiles), len(self.marks) - 1)
        return np.where(self.marks[place] == tiles, self.sources[place], np.int8(_ROW))


@dataclass(frozen=True, slots=True, eq=False)
class Credits:
    """Q plays by profile and time, and what each one is credited to."""

    plays: Longs  # (Q,) place among the signals of what began it
    sources: Codes  # (Q,) code in `SOURCES`
    touches: Longs  # (Q,) place among the signals of the event it came of, −1: none
    first_sources: Codes  # (Q,) source of the session's first touch of the title
    first_touches: Longs  # (Q,) and its place, −1: none
    inferred: Flags  # (Q,) no touch says so, but what the viewer had open or listed does

    def __len__(self) -> int:
        return len(self.plays)

    @property
    def unattributed_share(self) -> float:
        """The share of plays that came of nothing known, in [0, 1]; 0 where there are none."""
        return float(np.mean(self.sources == _NONE)) if len(self) else 0.0

    def counts(self) -> dict[str, int]:
        """Return how many plays each source has."""
        found = np.bincount(self.sources, minlength=len(SOURCES)).tolist()
        return dict(zip(SOURCES, found, strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """Events in the order of some groups and, within one, of time."""

    which: Longs  # (L,) place among the signals
    starts: Longs  # (L,) first place of each one's group

    @classmethod
    def of(cls, which: Longs, *keys: Longs) -> _Line:
        """Sort events, which come by time within each group, by keys; the first one leads."""
        order = np.lexsort((np.arange(len(which)), *reversed(keys)))
        if not len(order):
            return cls(which, order)
        starts = segments(*(key[order] for key in keys))
        sizes = np.diff(np.append(starts, len(order)))
        return cls(which[order], np.repeat(starts, sizes))

    def last_before(self, mask: Flags) -> Longs:
        """Return for each event the place of its group's last one before it that is marked."""
        index: Longs = np.arange(len(self.which))
        last = np.maximum.accumulate(np.where(mask, index, -1))
        before = np.concatenate([[-1], last[:-1]])[: len(index)]
        return np.where(before >= self.starts, before, -1)

    def first_before(self, mask: Flags) -> Longs:
        """Return for each event the place of its group's first marked one, if that is before."""
        index = np.arange(len(self.which))
        if not len(index):
            return index
        heads = np.unique(self.starts)
        first = np.minimum.reduceat(np.where(mask, index, len(index)), heads)
        mine = first[np.searchsorted(heads, self.starts)]
        found: Longs = np.where(mine < index, mine, -1)
        return found


def credit(signals: Signals, *, rewards: Rewards, tiles: Tiles | None = None) -> Credits:
    """Return what every play is credited to; a pure function of the events by `(at, event_id)`.

    `tiles` tells rows apart; without it, plays from Continue Watching and My List that carry a
    token count as plays from a row. Imported records are no plays that anything could have shown.
    """
    known = tiles or Tiles.of({})
    parts = cut(signals, rewards=rewards)
    order = parts.order
    named = np.flatnonzero((signals.titles[order] >= 0) & (signals.profiles[order] >= 0))
    which, numbers = order[named], parts.numbers[named]
    line = _Line.of(which, numbers, signals.titles[which].astype(np.int64))
    begun = _begun(signals, line)
    plays = line.which[begun]
    last, first = _touches(signals, line, begun, rewards)
    carried = signals.tiles[plays]
    own = _own_impressions(signals, which, numbers)[plays]
    touches = np.where(carried != 0, own, last)
    sources = _source(signals, touches, known)
    sources = np.where(carried != 0, known.source(carried), sources)
    standing = _standing(signals)[plays]
    inferred = (sources == _NONE) & (standing != _NONE)
    sources = np.where(inferred, standing, sources)
    by_itself, followed = _by_itself(signals, line, begun)
    sources = np.where(followed, np.int8(_NEXT), sources)
    sources = np.where(by_itself, np.int8(_AUTOPLAY), sources).astype(np.int8)
    unshown = by_itself | followed
    found = Credits(
        plays=plays,
        sources=sources,
        touches=np.where(unshown, -1, touches),
        first_sources=_source(signals, first, known),
        first_touches=first,
        inferred=inferred & ~unshown,
    )
    sort = np.lexsort((plays, signals.at[plays], signals.profiles[plays]))
    return Credits(*(getattr(found, name)[sort] for name in Credits.__slots__))


def _begun(signals: Signals, line: _Line) -> Longs:
    """Return the places at which plays begin: starts, and advances that no start follows."""
    kinds = signals.kinds[line.which]
    mine = np.flatnonzero(PLAYS[kinds])
    same = np.zeros(len(mine), np.bool_)
    same[:-1] = line.starts[mine[1:]] == line.starts[mine[:-1]]
    follows = np.zeros(len(mine), np.bool_)
    follows[:-1] = same[:-1] & (kinds[mine[1:]] == _START)
    begins = (kinds[mine] == _START) | ((kinds[mine] == _ADVANCE) & ~follows)
    begun: Longs = mine[begins & (signals.origins[line.which[mine]] != _IMPORT)]
    return begun


def _touches(signals: Signals, line: _Line, begun: Longs, rewards: Rewards) -> tuple[Longs, Longs]:
    """Return the last and the first touch of each play's title before it, −1: none.

    The last one must lie within the window; the first one is the session's, however long ago.
    """
    kinds = signals.kinds[line.which]
    mask = _SHOWN[kinds] | _FOUND[kinds] | (_OPENED[kinds] & (signals.tiles[line.which] != 0))
    touches = np.append(line.which, -1)  # so that −1, none, stays what it is
    last, first = touches[line.last_before(mask)[begun]], touches[line.first_before(mask)[begun]]
    age = signals.at[line.which[begun]] - signals.at[last]
    return np.where(age > rewards.credit.minutes * MINUTE_MS, -1, last), first


def _own_impressions(signals: Signals, which: Longs, numbers: Longs) -> Longs:
    """Return for each signal the last impression of its own tile in its session, −1: none."""
    line = _Line.of(which, numbers, signals.titles[which].astype(np.int64), signals.tiles[which])
    mask = _SHOWN[signals.kinds[line.which]]
    place = line.last_before(mask)
    found = np.full(len(signals), -1, np.int64)
    found[line.which] = np.where(place >= 0, line.which[place], -1)
    return found


def _source(signals: Signals, touches: Longs, tiles: Tiles) -> Codes:
    searched = _FOUND[signals.kinds[touches]] if len(signals) else np.zeros(0, np.bool_)
    tile = signals.tiles[touches] if len(signals) else np.zeros(0, np.int64)
    source = np.where(searched, np.int8(_SEARCH), tiles.source(tile))
    return np.where(touches >= 0, source, np.int8(_NONE)).astype(np.int8)


def _standing(signals: Signals) -> Codes:
    """Return for each signal whether its title stood open, or on the list, just before it."""
    named = np.flatnonzero((signals.titles >= 0) & (signals.profiles >= 0))
    which = named[np.lexsort((signals.at[named],))]
    line = _Line.of(
        which, signals.profiles[which].astype(np.int64), signals.titles[which].astype(np.int64)
    )
    kinds = signals.kinds[line.which]
    played = line.last_before(PLAYS[kinds] | (kinds == _PUT_AWAY))
    ended = _END[kinds] & (signals.episodes[line.which] < 0)
    is_open = (played >= 0) & (kinds[played] != _PUT_AWAY) & ~ended[played]
    listed = line.last_before((kinds == _ADD) | (kinds == _REMOVE))
    is_listed = (listed >= 0) & (kinds[listed] == _ADD)
    found = np.full(len(signals), _NONE, np.int8)
    found[line.which] = np.where(is_open, _CONTINUE, np.where(is_listed, _LIST, _NONE))
    return found


def _by_itself(signals: Signals, line: _Line, begun: Longs) -> tuple[Flags, Flags]:
    """Return which plays nobody asked for, and which only went on to the next episode."""
    kinds, unasked = signals.kinds[line.which], signals.unasked[line.which]
    before = line.last_before(PLAYS[kinds])[begun]
    advanced = (before >= 0) & (kinds[before] == _ADVANCE) & (kinds[begun] == _START)
    advanced &= signals.episodes[line.which[before]] == signals.episodes[line.which[begun]]
    by_itself = unasked[begun] | (advanced & unasked[before])
    return by_itself, (advanced | (kinds[begun] == _ADVANCE)) & ~by_itself


def consequences(signals: Signals, credits_: Credits, *, rewards: Rewards) -> tuple[Longs, Index]:
    """Return what came of plays: places of outcomes among the signals, and each one's play.

    An outcome (an end, a thumb, a rating, an add, not interested) goes to the title's last play
    by the same profile before it, within `credit.days`; outcomes without one are left out. The
    second column counts plays as `credits_` does.
    """
    named = (signals.titles >= 0) & (signals.profiles >= 0)
    number = np.full(len(signals), -1, np.int64)
    number[credits_.plays] = np.arange(len(credits_))
    kept = np.flatnonzero(named & (_OUTCOMES[signals.kinds] | (number >= 0)))
    which = kept[np.lexsort((signals.at[kept],))]
    line = _Line.of(
        which, signals.profiles[which].astype(np.int64), signals.titles[which].astype(np.int64)
    )
    before = line.last_before(number[line.which] >= 0)
    play = line.which[before]
    near = signals.at[line.which] - signals.at[play] <= rewards.credit.days * DAY_MS
    came = (before >= 0) & near & _OUTCOMES[signals.kinds[line.which]]
    return line.which[came], number[play[came]].astype(np.int32)
