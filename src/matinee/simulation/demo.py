"""The demo's last two weeks: about 3,000 sessions of the imported viewers, from one seed.

They see liked titles again, finish new ones of the genres they like, get half-way through a
series, search and keep lists, in the evenings of their own clocks. The first viewers of the
picker do most. Nothing is shown by our own pages here, so impressions carry no tokens.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self
from zlib import crc32

import msgspec
import numpy as np

from matinee.data.readers import Batch
from matinee.service.audience import Audience, Viewer, audience
from matinee.service.importing import ImportReport, ImportStores, Progress, import_data
from matinee.simulation.diary import Diary
from matinee.simulation.evenings import habit, starts
from matinee.simulation.taste import menu
from matinee.simulation.watcher import Watcher
from matinee.types import DAY_MS, Event, Moment

__all__ = ["DemoSessions", "demo_sessions"]

_DAYS = 12
"""Sessions start on so many days; moved by whole days, they then lie in the last fourteen."""
_LIVELY, _LIVELY_SESSIONS = 12, 20
_MOST_SESSIONS = 14
_END = Moment.parse("2020-01-01T00:00:00Z")
"""The nominal end of the script, before it is moved to the present."""
_BATCH = 5_000


@dataclass(frozen=True, slots=True, eq=False)
class DemoSessions:
    """The script, as a reader of events in the order in which they happened."""

    events: tuple[Event, ...]
    sessions: int

    name: ClassVar[str] = "demo"
    step_ms: ClassVar[int] = DAY_MS

    @classmethod
    def of(cls, audience: Audience, *, seed: int, sessions: int) -> Self:
        """Write the script: a pure function of the audience and the seed."""
        counts = _session_counts(audience.viewers, sessions, seed=seed)
        events: list[Event] = []
        for place, (viewer, count) in enumerate(zip(audience.viewers, counts, strict=True)):
            if count:
                events += _fortnight(viewer, audience, count, seed=seed, lively=place < _LIVELY)
        events.sort(key=lambda event: (event.at, event.event_id))
        return cls(tuple(events), sum(counts))

    @property
    def newest(self) -> Moment | None:
        """When the last event happens, before the move."""
        return self.events[-1].at if self.events else None

    @property
    def expected(self) -> int:
        """How many events there are."""
        return len(self.events)

    @property
    def notes(self) -> Mapping[str, int]:
        """How many sessions the events make up."""
        return {"sessions": self.sessions}

    def batches(self, *, shift_ms: int) -> Iterator[Batch]:
        """Yield the events, moved."""
        for start in range(0, len(self.events), _BATCH):
            some = self.events[start : start + _BATCH]
            yield Batch(events=tuple(_moved(event, shift_ms) for event in some))


def demo_sessions(
    stores: ImportStores,
    *,
    now: Moment,
    seed: int,
    sessions: int = 3_000,
    progress: Progress | None = None,
) -> ImportReport:
    """Play about `sessions` sessions of the last 14 days and record them as `demo` events.

    Run again over the same imports and catalogue with the same seed, it stores nothing new:
    the script depends on imported events only, and goes where it went the first time.
    """
    known = audience(log=stores.log, catalogue=stores.catalogue, profiles=stores.profiles, at=now)
    script = DemoSessions.of(known, seed=seed, sessions=sessions)
    return import_data(stores, script, now=now, origin="demo", progress=progress)


def _session_counts(viewers: Sequence[Viewer], sessions: int, *, seed: int) -> list[int]:
    """Return how many sessions each viewer has: the first many, the others a few or none."""
    rest = max(len(viewers) - _LIVELY, 0)
    mean = max(sessions - _LIVELY * _LIVELY_SESSIONS, 0) / max(rest, 1)
    counts = [_LIVELY_SESSIONS] * min(len(viewers), _LIVELY)
    for viewer in viewers[_LIVELY:]:
        keen = _generator(viewer, seed=seed, salt=1)
        counts.append(int(min(keen.poisson(mean * keen.gamma(2.0, 0.5)), _MOST_SESSIONS)))
    return counts


def _fortnight(
    viewer: Viewer, audience: Audience, count: int, *, seed: int, lively: bool
) -> list[Event]:
    rng = _generator(viewer, seed=seed, salt=0)
    who = habit(rng)
    diary = Diary(viewer.profile.profile_id, seed=seed, tz_offset_min=who.tz_offset_min)
    watcher = Watcher(
        menu(viewer, audience, rng), catalogue=audience.catalogue, diary=diary, rng=rng
    )
    times = starts(count, days=_DAYS, who=who, rng=rng)
    for place, start in enumerate(times, start=1):
        diary.open(_END + start, who.pick(rng))
        watcher.session()
        if lively and place == count:
            watcher.finale()
    return diary.events


def _generator(viewer: Viewer, *, seed: int, salt: int) -> np.random.Generator:
    """Return a generator of this viewer alone, so that others coming or going changes nothing."""
    mark = crc32(viewer.profile.profile_id.encode())
    return np.random.Generator(np.random.PCG64([seed, mark, salt]))


def _moved(event: Event, shift_ms: int) -> Event:
    return msgspec.structs.replace(event, at=Moment(event.at + shift_ms))
