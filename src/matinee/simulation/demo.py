"""The demo's last two weeks: about 3,000 sessions of the imported viewers, from one seed.

They see liked titles again, finish new ones of the genres they like, get half-way through a
series, search and keep lists, in the evenings of their own clocks. The first viewers of the
picker do most. Each session looks at a page whose tiles have tokens and whose record is kept, so
that plays are credited to their rows as those of the site are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, Self
from zlib import crc32

import msgspec
import numpy as np

from matinee.data.readers import Batch
from matinee.service.audience import Audience, Viewer, audience
from matinee.service.importing import ImportReport, ImportStores, Progress, import_data
from matinee.service.tokens import Signer
from matinee.simulation.diary import Diary
from matinee.simulation.evenings import habit, starts
from matinee.simulation.screen import Screen, ScriptedPage, keep_pages
from matinee.simulation.taste import menu
from matinee.simulation.watcher import Watcher
from matinee.stores.protocols import DecisionStore
from matinee.types import DAY_MS, Event, Moment, ProfileId

__all__ = ["DemoSessions", "DemoStores", "demo_sessions"]

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
    pages: tuple[ScriptedPage, ...]

    name: ClassVar[str] = "demo"
    step_ms: ClassVar[int] = DAY_MS

    @classmethod
    def of(cls, audience: Audience, *, signer: Signer, seed: int, sessions: int) -> Self:
        """Write the script: a pure function of the audience, the seed and the signing key."""
        counts = _session_counts(audience.viewers, sessions, seed=seed)
        events: list[Event] = []
        pages: list[ScriptedPage] = []
        for place, (viewer, count) in enumerate(zip(audience.viewers, counts, strict=True)):
            if not count:
                continue
            screen = Screen(ProfileId(viewer.profile.profile_id), signer, seed=seed)
            lively = place < _LIVELY
            events += _fortnight(viewer, audience, screen, count, seed=seed, lively=lively)
            pages += screen.pages
        events.sort(key=lambda event: (event.at, event.event_id))
        return cls(tuple(events), sum(counts), tuple(pages))

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


class DemoStores(ImportStores, Protocol):
    """The stores that the script is played into."""

    @property
    def decisions(self) -> DecisionStore:
        """Where the records of its pages are kept."""
        ...


def demo_sessions(
    stores: DemoStores,
    *,
    signer: Signer,
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
    script = DemoSessions.of(known, signer=signer, seed=seed, sessions=sessions)
    report = import_data(stores, script, now=now, origin="demo", progress=progress)
    keep_pages(
        script.pages,
        decisions=stores.decisions,
        catalogue=known.catalogue,
        shift_ms=report.shift_ms,
        seed=seed,
    )
    return report


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
    viewer: Viewer, audience: Audience, screen: Screen, count: int, *, seed: int, lively: bool
) -> list[Event]:
    rng = _generator(viewer, seed=seed, salt=0)
    who = habit(rng)
    diary = Diary(viewer.profile.profile_id, seed=seed, tz_offset_min=who.tz_offset_min)
    watcher = Watcher(
        menu(viewer, audience, rng),
        catalogue=audience.catalogue,
        diary=diary,
        screen=screen,
        rng=rng,
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
