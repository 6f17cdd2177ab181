"""Events in short form, as columns: what tests of features are written with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matinee.data import Catalogue
from matinee.types import DAY_MS, DEVICES, KINDS, Signals, mark

T0 = 10 * DAY_MS
"""When the acts begin for which no time is given; each is a millisecond after the one before."""


@dataclass(frozen=True)
class Act:
    """One event; ids and numbers are None where unsaid."""

    kind: str
    title: str | None = None
    profile: int = 0
    at: int | None = None
    episode: str | None = None
    value: float | None = None
    position: float | None = None
    duration: float | None = None
    watched: float | None = None
    session: str | None = None
    token: str | None = None
    unasked: bool = False
    device: str | None = "tv"
    tz_offset: int = 0


def dated(acts: Sequence[Act]) -> list[Act]:
    """Give those acts a time that have none."""
    return [replace(a, at=T0 + n) if a.at is None else a for n, a in enumerate(acts)]


def signals(acts: Sequence[Act], catalogue: Catalogue) -> Signals:
    """Lay acts out as columns, by profile and time."""
    acts = sorted(dated(acts), key=lambda act: (act.profile, act.at))
    count = len(acts)
    numbers = [
        np.array([np.nan if (n := getattr(act, name)) is None else n for act in acts], np.float32)
        for name in ("value", "position", "duration", "watched")
    ]
    at = np.array([act.at for act in acts], np.int64)
    return Signals(
        offsets=np.arange(count),
        profiles=np.array([act.profile for act in acts], np.int32),
        kinds=np.array([KINDS.index(act.kind) for act in acts], np.uint8),
        titles=catalogue.vocabulary.rows([act.title or "" for act in acts]),
        episodes=catalogue.episode_rows.rows([act.episode or "" for act in acts]),
        at=at,
        received=at,
        values=numbers[0],
        positions=numbers[1],
        durations=numbers[2],
        watched=numbers[3],
        devices=np.array(
            [-1 if act.device is None else DEVICES.index(act.device) for act in acts], np.int8
        ),
        tz_offsets=np.array([act.tz_offset for act in acts], np.int16),
        origins=np.zeros(count, np.uint8),
        sessions=np.array([mark(act.session) for act in acts], np.int64),
        tiles=np.array([mark(act.token) for act in acts], np.int64),
        unasked=np.array([act.unasked for act in acts], np.bool_),
    )
