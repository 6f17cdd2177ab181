"""Reading a source into the stores: in durable batches, repeatable without a trace.

An import that is cut short keeps every whole batch and is completed by running it again; an
import that is repeated stores nothing. Both rest on event ids made from the source's own times.
What operators changed since (a child's protection, a hidden title) stays as they changed it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Protocol

import msgspec

from matinee.data.readers import Batch, Picture, Refusal
from matinee.parts import Reader
from matinee.stores.protocols import CatalogueStore, EventLog, ProfileStore
from matinee.types import Account, Event, Moment, Origin, Profile, ProfileId, Title

__all__ = ["ImportReport", "ImportStores", "Progress", "Rejection", "import_data"]

Progress = Callable[[int, int], None]
"""Called after every batch with (records done, records expected in all, about)."""

Rejection = Callable[[str, Refusal], None]
"""Called for every line that is rejected, with the code of why."""

_PROBES = 8
_MOST_EVENTS = 100_000
_KEPT_REFUSALS = 1_000


class ImportStores(Protocol):
    """The stores that an import writes to; `matinee.stores.Stores` has them."""

    @property
    def log(self) -> EventLog:
        """Takes the events."""
        ...

    @property
    def catalogue(self) -> CatalogueStore:
        """Takes the titles."""
        ...

    @property
    def profiles(self) -> ProfileStore:
        """Takes accounts and profiles."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of a source's records. Everything counted as stored is durable."""

    source: str
    titles: int
    titles_new: int
    profiles: int
    profiles_new: int
    events: int
    stored: int
    duplicates: int
    pictures: int
    rejected: int
    reasons: Mapping[str, int]
    """How many were rejected by code; `unreadable` is what the reader refused."""
    refusals: tuple[Refusal, ...]
    """The first thousand of the rejected, with line and reason."""
    shift_ms: int
    """By how much all times were moved: whole weeks for data sets."""
    notes: Mapping[str, int]
    seconds: float


@dataclass(slots=True)
class _Tally:
    """The running counts of one import."""

    told: Rejection | None
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, code: str, refusal: Refusal) -> None:
        self.reasons[code] += 1
        if self.told is not None:
            self.told(code, refusal)
        if len(self.refusals) < _KEPT_REFUSALS:
            self.refusals.append(refusal)


def import_data(
    stores: ImportStores,
    reader: Reader,
    *,
    now: Moment,
    origin: Origin = "import",
    art: Path | None = None,
    create: bool = False,
    progress: Progress | None = None,
    rejected: Rejection | None = None,
) -> ImportReport:
    """Store everything that a reader yields, batch by batch; what is there already stays.

    `art` is the folder for picture files (the home's `art/`); without it titles come without
    them. With `create`, profiles and titles that events name and nobody knows are made, bare and
    named by their ids. `rejected` hears of every line that is rejected, however many there are.
    May be interrupted at any moment and run again.
    """
    started = perf_counter()
    shift_ms = _shift_ms(stores.log, reader, now=now)
    before = len(stores.catalogue.snapshot())
    expected = reader.expected if progress is not None else 0
    tally, done = _Tally(rejected), 0
    for batch in reader.batches(shift_ms=shift_ms):
        whole = _completed(stores, batch) if create else batch
        _store(stores, whole, tally, reader=reader, now=now, origin=origin, art=art)
        done += len(batch)
        if progress is not None:
            progress(done, max(done, expected))
    counts = tally.counts
    return ImportReport(
        source=reader.name,
        titles=counts["titles"],
        titles_new=len(stores.catalogue.snapshot()) - before,
        profiles=counts["profiles"],
        profiles_new=counts["profiles_new"],
        events=counts["events"],
        stored=counts["stored"],
        duplicates=counts["duplicates"],
        pictures=counts["pictures"],
        rejected=tally.reasons.total(),
        reasons=dict(tally.reasons),
        refusals=tuple(tally.refusals),
        shift_ms=shift_ms,
        notes=dict(reader.notes),
        seconds=perf_counter() - started,
    )


def _store(
    stores: ImportStores,
    batch: Batch,
    tally: _Tally,
    *,
    reader: Reader,
    now: Moment,
    origin: Origin,
    art: Path | None,
) -> None:
    counts = tally.counts
    for refusal in batch.refused:
        tally.refuse("unreadable", refusal)
    if art is not None:
        for picture in batch.pictures:
            _write_picture(art, picture)
        counts["pictures"] += len(batch.pictures)
    if batch.titles:
        titles = batch.titles if art is not None else tuple(map(_without_files, batch.titles))
        stores.catalogue.take(titles, now=now)
        counts["titles"] += len(titles)
    if batch.accounts or batch.profiles:
        counts["profiles"] += len(batch.profiles)
        counts["profiles_new"] += stores.profiles.add_all(batch.accounts, batch.profiles, now=now)
    if batch.events:
        receipt = stores.log.append(batch.events, now=now, origin=origin)
        counts["events"] += len(batch.events)
        counts["stored"] += receipt.count("stored")
        counts["duplicates"] += receipt.count("duplicate")
        for place, outcome in enumerate(receipt.outcomes):
            if outcome.rejected:
                line = batch.lines[place] if batch.lines else 0
                reason = f"{outcome.code}: {outcome.detail or outcome.event_id}"
                tally.refuse(outcome.code, Refusal(reader.name, line, reason))


def _completed(stores: ImportStores, batch: Batch) -> Batch:
    """Return the batch with bare profiles and titles for those that its events lack."""
    catalogue = stores.catalogue.snapshot()
    titles = dict.fromkeys(event.title_id for event in batch.events if event.title_id is not None)
    names = dict.fromkeys(event.profile_id for event in batch.events)
    profiles = [name for name in names if stores.profiles.profile(ProfileId(name)) is None]
    rows = catalogue.vocabulary.rows(list(titles)).tolist()
    new = [name for name, row in zip(titles, rows, strict=True) if row < 0]
    return replace(
        batch,
        titles=(*batch.titles, *(Title(title_id=name, name=name) for name in new)),
        accounts=(*batch.accounts, *(Account(account_id=f"{name}-account") for name in profiles)),
        profiles=(
            *batch.profiles,
            *(
                Profile(profile_id=name, account_id=f"{name}-account", name=name)
                for name in profiles
            ),
        ),
    )


def _shift_ms(log: EventLog, reader: Reader, *, now: Moment) -> int:
    """Return by how much to move times: as an earlier import of the source did, else to `now`."""
    newest = reader.newest
    if newest is None:
        return 0
    earlier = _earlier_shift_ms(log, reader) if log.head() else None
    return (now - newest) // reader.step_ms * reader.step_ms if earlier is None else earlier


def _earlier_shift_ms(log: EventLog, reader: Reader) -> int | None:
    """Look in the log for some of the source's first events, and by how much they were moved.

    The log is the only memory of it, so that nothing can disagree with it.
    """
    first: dict[str, Event] = {}
    for batch in reader.batches(shift_ms=0):
        for event in batch.events:
            first.setdefault(event.profile_id, event)
        if first:
            break
    for event in list(first.values())[:_PROBES]:
        for _, held in log.events(ProfileId(event.profile_id), limit=_MOST_EVENTS):
            if held.event_id == event.event_id:
                return held.at - event.at
    return None


def _without_files(title: Title) -> Title:
    if not title.artworks:
        return title
    kept = tuple(artwork for artwork in title.artworks if artwork.file is None)
    return msgspec.structs.replace(title, artworks=kept)


def _write_picture(art: Path, picture: Picture) -> None:
    """Write a picture whole or not at all; one that is there with the same size stays."""
    file = art / picture.file
    if file.exists() and file.stat().st_size == len(picture.content):
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f"{file.name}.{os.getpid()}.part")
    half.write_bytes(picture.content)
    half.replace(file)
