"""The histories of profiles that a worker holds: read once, then grown by what came since."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from matinee.data import Catalogue
from matinee.features import TELLING, TOLD, Growing, Rewards
from matinee.stores import EventLog
from matinee.types import History, Index, Offset, ProfileId

__all__ = ["ProfileState", "States", "read_state"]


@dataclass(frozen=True, slots=True, eq=False)
class ProfileState:
    """One profile's history, as of the log's events up to a place in it."""

    row: int  # durable profile row, −1 while nothing tells of it
    newest: Offset  # of the last event that made it, 0 if there is none
    read: Offset  # the log was read so far for it
    growing: Growing

    @property
    def history(self) -> History:
        """What the profile did, title by title."""
        return self.growing.history


def read_state(
    log: EventLog,
    profile: ProfileId,
    held: ProfileState | None,
    *,
    upto: Offset,
    catalogue: Catalogue,
    rewards: Rewards,
) -> ProfileState:
    """Return a profile's state up to an offset, from one that was read less far, if there is one.

    `held` is over the same catalogue, and nothing that it was made of has been deleted.
    """
    after = held.read if held is not None else 0
    signals = log.history(profile, after=after, upto=upto, kinds=TELLING, columns=TOLD)
    if held is not None:
        newest = max(signals.offsets.tolist(), default=0)
        grown = held.growing.with_events(signals, catalogue=catalogue, rewards=rewards)
        if grown is not None:
            return ProfileState(held.row, max(held.newest, newest), upto, grown)
        signals = log.history(profile, upto=upto, kinds=TELLING, columns=TOLD)
    growing = Growing.of(signals, catalogue=catalogue, rewards=rewards)
    row = int(signals.profiles[0]) if len(signals) else -1
    return ProfileState(row, int(signals.offsets.max(initial=0)), upto, growing)


class States:
    """Profile states, the least recently asked for dropped first.

    Those without events are not kept: nothing tells yet that a new event is theirs.
    """

    def __init__(self, most_profiles: int, most_bytes: int) -> None:
        """Hold so many states at most, whose arrays take so many bytes at most."""
        self._most_profiles = most_profiles
        self._most_bytes = most_bytes
        self._states: OrderedDict[ProfileId, ProfileState] = OrderedDict()
        self._names: dict[int, ProfileId] = {}
        self._behind: set[int] = set()
        self._bytes = 0

    def get(self, profile: ProfileId) -> ProfileState | None:
        """Return a profile's state, and take it for asked for."""
        state = self._states.get(profile)
        if state is not None:
            self._states.move_to_end(profile)
        return state

    def behind(self, state: ProfileState) -> bool:
        """Return whether telling events of its profile came since a kept state was read."""
        return state.row in self._behind

    def put(self, profile: ProfileId, state: ProfileState) -> None:
        """Keep a state that is up to date."""
        if state.row < 0:
            return
        self._drop(state.row)
        self._states[profile] = state
        self._names[state.row] = profile
        self._bytes += state.growing.size
        while len(self._states) > self._most_profiles or self._bytes > self._most_bytes:
            self._drop(next(iter(self._states.values())).row)

    def came(self, rows: Index) -> None:
        """Note that telling events of these profiles came."""
        self._behind.update(row for row in np.unique(rows).tolist() if row in self._names)

    def clear(self) -> None:
        """Hold none."""
        self._states.clear()
        self._names.clear()
        self._behind.clear()
        self._bytes = 0

    def _drop(self, row: int) -> None:
        self._behind.discard(row)
        profile = self._names.pop(row, None)
        if profile is not None:
            self._bytes -= self._states.pop(profile).growing.size
