"""What had come of each example by a moment: components, reward and label as they were known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matinee.data import Catalogue
from matinee.features.d2q import WatchQuantiles
from matinee.features.examples import Examples, known_at
from matinee.features.graded import COMPONENTS, TASTE, Acts, components, graded, opinions, plays_of
from matinee.features.plays import segments
from matinee.features.rewards import Rewards
from matinee.types import KINDS, Flags, Floats, Longs, Signals

__all__ = ["Outcomes", "labels_of", "outcomes", "watch_quantiles"]

_TELLS = TASTE | np.isin(KINDS, ["details_open", "mylist_remove", "remove_from_continue"])
_COLUMN = {name: place for place, name in enumerate(COMPONENTS)}
Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """What E examples had come to, each by its own moment."""

    components: Table  # (E, C) by `COMPONENTS`
    disliked: Flags  # (E,) the last word was a no
    rewards: NDArray[np.float64]  # (E,)
    watched: NDArray[np.float64]  # (E,) seconds
    rated: Flags  # (E,)
    acts: Longs  # (E,) how many telling events were known
    last: Longs  # (E,) when the newest of them was known, or when it began

    def __len__(self) -> int:
        return len(self.rewards)


def outcomes(
    signals: Signals,
    found: Examples,
    *,
    by: Longs,
    catalogue: Catalogue,
    rewards: Rewards,
    quantiles: WatchQuantiles | None = None,
) -> Outcomes:
    """Return what was known of each example at its moment of `by`, (E,) epoch ms.

    With `quantiles`, how long somebody watched counts as the quantile among titles about as
    long, in place of both the share and the minutes; a title rated counts as watched whole.
    """
    known = known_at(signals)
    told = np.flatnonzero((found.owners >= 0) & _TELLS[signals.kinds])
    told = told[known[told] <= by[found.owners[told]]]
    which = told[np.lexsort((told, signals.at[told], found.owners[told]))]
    table = np.zeros((len(found), len(COMPONENTS)))
    disliked, rated = np.zeros(len(found), np.bool_), np.zeros(len(found), np.bool_)
    watched, last = np.zeros(len(found)), found.began.copy()
    acts = np.bincount(found.owners[which], minlength=len(found))
    if len(which):
        starts = segments(found.owners[which])
        mine = found.owners[which[starts]]
        group = Acts.of(signals, which, starts)
        plays, opinion = plays_of(signals, group, catalogue, rewards), opinions(group, rewards)
        for name, column in components(group, plays, opinion, rewards).items():
            table[mine, _COLUMN[name]] = column
        disliked[mine], rated[mine] = opinion.disliked, ~np.isnan(opinion.rated)
        watched[mine] = plays.watched
        last[mine] = np.maximum.reduceat(known[which], starts)
    if quantiles is not None:
        _debias(table, catalogue.runtimes[found.titles], watched, rated, quantiles)
    _add(table, found, by, disliked)
    value = graded(dict(zip(COMPONENTS, table.T, strict=True)), disliked, rewards)
    return Outcomes(table, disliked, value, watched, rated, acts, last)


def _debias(
    table: Table, durations: Floats, watched: Table, rated: Flags, quantiles: WatchQuantiles
) -> None:
    plays = np.flatnonzero(watched > 0)
    share = np.zeros(len(watched))
    share[plays] = quantiles.quantiles(durations[plays].astype(np.float64), watched[plays])
    table[:, _COLUMN["watched_share"]] = np.where(rated, 1.0, share)
    table[:, _COLUMN["watched_minutes"]] = share


def _add(table: Table, found: Examples, by: Longs, disliked: Flags) -> None:
    """Add what is not a matter of one title's acts."""
    liked = table[:, _COLUMN["quality_play"]] + table[:, _COLUMN["completed"]] > 0
    table[:, _COLUMN["new_genre"]] = found.discovers & liked & ~disliked
    table[:, _COLUMN["passed"]] = found.shown & (found.left <= by) & (found.answered > by)


def labels_of(found: Table, rewards: Rewards, *, value: Table) -> NDArray[np.float32]:
    """Return the label of each row of components by the file's rules, in [−1, 1].

    A component holds from one half on, so that expected ones have labels too. `value` is the
    reward of each row, whose sign counts where the file has no rules.
    """
    if not rewards.labels.rules:
        return np.sign(value).astype(np.float32)
    label, open_ = np.zeros(len(found), np.float32), np.ones(len(found), np.bool_)
    for rule in rewards.labels.rules:
        holds = open_ & (found[:, _COLUMN[rule.when]] >= 0.5)
        label[holds] = rule.label
        open_ &= ~holds
    return label


def watch_quantiles(
    found: Examples, seen: Outcomes, *, catalogue: Catalogue, rewards: Rewards
) -> WatchQuantiles | None:
    """Learn from these plays how long titles of each length are watched; None: not wanted."""
    if rewards.duration.debias == "none":
        return None
    plays = np.flatnonzero(seen.watched > 0)
    durations = catalogue.runtimes[found.titles[plays]].astype(np.float64)
    return WatchQuantiles.fit(durations, seen.watched[plays], buckets=rewards.duration.buckets)
