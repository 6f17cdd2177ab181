"""The graded reward: what the acts on one title come to, signal by signal, and their worth.

    r = Σ_s w_s · c_s,   and at most `disliked_at_most` where the viewer said no

Over components c (flags, the share and the log of the minutes watched) and weights w of the reward
file. The same code weighs a history's entries and training examples.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matinee.data import Catalogue
from matinee.features.plays import PLAYS, Array, Watching
from matinee.features.rewards import Rewards, Weights
from matinee.features.watched import Watched, watched
from matinee.types import KINDS, Flags, Longs, Signals

__all__ = [
    "COMPONENTS",
    "TASTE",
    "Acts",
    "Opinions",
    "components",
    "graded",
    "opinions",
    "plays_of",
]

COMPONENTS: tuple[str, ...] = Weights.__struct_fields__
"""The names of the components, as the reward file weighs them."""


def _marks(*kinds: str) -> Flags:
    return np.array([kind in kinds for kind in KINDS], np.bool_)


_THUMB, _RATE = KINDS.index("thumb"), KINDS.index("rate")
_ADD, _REMOVE = KINDS.index("mylist_add"), KINDS.index("mylist_remove")
_NOT, _PICK, _OPEN = map(KINDS.index, ("not_interested", "taste_pick", "details_open"))
TASTE: Flags = PLAYS | _marks("thumb", "rate", "mylist_add", "not_interested", "taste_pick")
"""(kinds,) which kinds say something of taste."""


@dataclass(frozen=True, slots=True, eq=False)
class Acts:
    """A acts sorted by group and time, in G groups: a profile's title, or a training example."""

    which: Longs  # (A,) place among the signals
    kinds: Array  # (A,)
    at: Longs  # (A,)
    values: Array  # (A,)
    starts: Longs  # (G,) first act of each group
    groups: Longs  # (A,) group of each act
    index: Longs  # (A,) 0 to A − 1

    @classmethod
    def of(cls, signals: Signals, which: Longs, starts: Longs) -> Acts:
        """Return the signals at these sorted places; `starts` are the groups' first ones."""
        sizes = np.diff(np.append(starts, len(which)))
        return cls(
            which=which,
            kinds=signals.kinds[which],
            at=signals.at[which],
            values=signals.values[which],
            starts=starts,
            groups=np.repeat(np.arange(len(starts)), sizes),
            index=np.arange(len(which)),
        )

    def last(self, mask: Flags) -> Longs:
        """Return each group's last act for which this holds, −1: none."""
        return np.maximum.reduceat(np.where(mask, self.index, -1), self.starts)


@dataclass(frozen=True, slots=True, eq=False)
class Opinions:
    """What a profile said of G titles in so many words."""

    thumbs: Array  # (G,) int8
    rated: Array  # (G,) float32, NaN: not rated
    unwanted: Flags  # (G,) not interested, and nothing kinder since
    picked: Flags  # (G,)
    listed_at: Longs  # (G,) 0: not on the list

    @property
    def disliked(self) -> Flags:
        """Where the last word was a no. (G,)."""
        found: Flags = self.unwanted | (self.thumbs < 0)
        return found


def plays_of(signals: Signals, acts: Acts, catalogue: Catalogue, rewards: Rewards) -> Watched:
    """Return what each group's plays come to, blank where it has none."""
    which = np.flatnonzero(PLAYS[acts.kinds])
    if not len(which):
        return Watched.nothing().spread(len(acts.starts))
    rows = acts.which[which]
    watching = Watching.of(signals, rows, groups=acts.groups[which], order=which)
    return watched(watching, catalogue=catalogue, rewards=rewards).spread(len(acts.starts))


def opinions(acts: Acts, rewards: Rewards) -> Opinions:
    """Return the last word on each title; the earliest time since which it is on the list."""
    kinds, end = acts.kinds, len(acts.kinds)
    rates, adds, picks = kinds == _RATE, kinds == _ADD, kinds == _PICK
    # float32 on both sides: 4 of 5 is a thumb up, whatever .8 is in binary.
    up, down = np.float32(rewards.rating.up), np.float32(rewards.rating.down)
    of_rating = (acts.values >= up).astype(np.int8) - (acts.values <= down)
    thumb = np.where(rates, of_rating, acts.values)
    judges = rates | (kinds == _THUMB)
    judged, rated = acts.last(judges), acts.last(rates)
    kinder = acts.last(adds | picks | (judges & (thumb >= 0)))
    since_removal = acts.index > acts.last(kinds == _REMOVE)[acts.groups]
    listed = np.minimum.reduceat(np.where(adds & since_removal, acts.index, end), acts.starts)
    return Opinions(
        thumbs=np.where(judged >= 0, thumb[judged], 0).astype(np.int8),
        rated=np.where(rated >= 0, acts.values[rated], np.float32(np.nan)),
        unwanted=acts.last(kinds == _NOT) > kinder,
        picked=acts.last(picks) >= 0,
        listed_at=np.where(listed < end, acts.at[np.minimum(listed, end - 1)], 0),
    )


def components(
    acts: Acts, plays: Watched, opinion: Opinions, rewards: Rewards
) -> dict[str, NDArray[np.float64]]:
    """Return each group's components by name, (G,) each; those that need more are left out.

    A rating counts as having watched the whole. `new_genre` and `passed` are not a matter of one
    title's acts; whoever knows the others adds them.
    """
    opened = (acts.last(TASTE[acts.kinds]) < 0) & (acts.last(acts.kinds == _OPEN) >= 0)
    minutes = np.log1p(plays.watched / 60) / np.log1p(rewards.scale.minutes)
    found: Mapping[str, Array] = {
        "watched_share": np.where(np.isnan(opinion.rated), plays.shares, 1.0),
        "watched_minutes": minutes,
        "thumb_up": opinion.thumbs == 1,
        "two_thumbs_up": opinion.thumbs == 2,
        "thumb_down": opinion.thumbs < 0,
        "completed": plays.completed,
        "rewatch": plays.rewatched,
        "fast_season": plays.fast_season,
        "quick_abandon": plays.abandoned,
        "mylist_add": opinion.listed_at > 0,
        "taste_pick": opinion.picked,
        "not_interested": opinion.unwanted,
        "click_no_play": opened,
        "quality_play": plays.quality,
        "binge": plays.binged,
    }
    return {name: column.astype(np.float64) for name, column in found.items()}


def graded(found: Mapping[str, Array], disliked: Flags, rewards: Rewards) -> Array:
    """Return the reward of each group, (G,) float64; components that are left out count as 0."""
    value = np.zeros(len(disliked))
    for name, column in found.items():
        worth = getattr(rewards.weights, name)
        if worth:
            value += worth * column
    return np.where(disliked, np.minimum(value, rewards.scale.disliked_at_most), value)
