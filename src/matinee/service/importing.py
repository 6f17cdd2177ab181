"""Reading a source into the stores: in durable batches, repeatable without a trace.

An import that is cut short keeps every whole batch and is completed by running it again; an
import that is repeated stores nothing. Both rest on event ids made from the source's own times.
What operators changed since (a child's protection, a hidden title) stays as they changed it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import msgspec
import numpy as np

from matinee.data.readers import Batch, BlockReader, BulkReader, Picture, Refusal
from matinee.parts import Reader
from matinee.service.absorbing import Absorber
from matinee.service.roster import Roster
from matinee.service.tally import ImportStores, Rejection, Tally
from matinee.stores.protocols import EventLog
from matinee.types import Event, Moment, Origin, ProfileId, Title

__all__ = ["BULK_LINES", "ImportReport", "ImportStores", "Progress", "Rejection", "import_data"]

Progress = Callable[[int, int], None]
"""Called after every batch with (records done, records expected in all, about)."""

BULK_LINES = 200_000
"""With so many lines of events or more, an import goes by blocks.

That is faster from some thousand lines on. But every block becomes a file that readers of those
histories open, so what takes less than a quarter of a minute line by line stays in the database.
"""

_PROBES = 8
_MOST_EVENTS = 100_000


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
    bulk_lines: int = BULK_LINES,
) -> ImportReport:
    """Store everything that a reader yields, piece by piece; what is there already stays.

    `art` is the folder for picture files (the home's `art/`); without it titles come without
    them. With `create`, profiles and titles that events name and nobody knows are made, bare and
    named by their ids. `rejected` hears of every line that is rejected, however many there are.
    May be interrupted at any moment and run again.

    A source with `bulk_lines` or more lines of events goes by blocks if its reader has them, with
    the same result; but for one word where all that an event says is a rating (`EventColumns`): a
    line that says something else under the id of an earlier one is counted among the duplicates
    there, and among the conflicts otherwise.
    """
    started = perf_counter()
    shift_ms = _shift_ms(stores.log, reader, now=now)
    before = len(stores.catalogue.snapshot())
    expected = reader.expected if progress is not None else 0
    tally, roster, done = Tally(reader.name, rejected), Roster(stores), 0
    way = _Way(
        stores=stores, roster=roster, tally=tally, now=now, origin=origin, art=art, create=create
    )
    for count in way.through(reader, shift_ms=shift_ms, bulk_lines=bulk_lines):
        done += count
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """The way of one source's records into the stores."""

    stores: ImportStores
    roster: Roster
    tally: Tally
    now: Moment
    origin: Origin
    art: Path | None
    create: bool

    def through(self, reader: Reader, *, shift_ms: int, bulk_lines: int) -> Iterator[int]:
        """Store all that a reader has; yield how many records each piece was."""
        absorber = Absorber(
            stores=self.stores,
            roster=self.roster,
            tally=self.tally,
            shift_ms=shift_ms,
            now=self.now,
        )
        if (
            not isinstance(reader, BulkReader | BlockReader)
            or self.origin != "import"  # what a block brings is of that origin
            or reader.event_lines < bulk_lines
        ):
            yield from map(self.store, reader.batches(shift_ms=shift_ms))
        elif isinstance(reader, BulkReader):
            yield from map(self.store, reader.without_events(shift_ms=shift_ms))
            for columns in reader.blocks():
                self.ready(columns.refused, columns.profiles, columns.titles)
                absorber.take(columns)
                yield len(columns) + len(columns.refused)
        else:
            for block in reader.event_blocks():
                self.ready(block.refused, block.named("profile_id"), block.named("title_id"))
                absorber.take_block(block)
                yield len(block) + len(block.refused)

    def ready(
        self, refused: Iterable[Refusal], profiles: Iterable[str], titles: Iterable[str]
    ) -> None:
        """Count what a block refuses, and make whom and what its events name if need be."""
        self.refuse(refused)
        if self.create:
            self.store(self.roster.missing(profiles, titles))

    def refuse(self, refused: Iterable[Refusal]) -> None:
        """Count what the reader refused."""
        for refusal in refused:
            self.tally.refuse("unreadable", refusal)

    def store(self, batch: Batch) -> int:
        """Store one batch; return how many records its reader put in it."""
        self.refuse(batch.refused)
        counts, size = self.tally.counts, len(batch)
        if self.create and batch.events:
            batch = _completed(batch, self.roster)
        if self.art is not None:
            for picture in batch.pictures:
                _write_picture(self.art, picture)
            counts["pictures"] += len(batch.pictures)
        if batch.titles:
            some = batch.titles
            titles = some if self.art is not None else tuple(map(_without_files, some))
            self.stores.catalogue.take(titles, now=self.now)
            counts["titles"] += len(titles)
        if batch.accounts or batch.profiles:
            added = self.stores.profiles.add_all(batch.accounts, batch.profiles, now=self.now)
            counts["profiles"] += len(batch.profiles)
            counts["profiles_new"] += added
            self.roster.forget()
        if batch.events:
            receipt = self.stores.log.append(batch.events, now=self.now, origin=self.origin)
            self.tally.appended(receipt, batch.lines, file=batch.file)
        return size


def _completed(batch: Batch, roster: Roster) -> Batch:
    """Return the batch with bare profiles and titles for those that its events lack."""
    bare = roster.missing(
        (event.profile_id for event in batch.events),
        (event.title_id for event in batch.events if event.title_id is not None),
    )
    return replace(
        batch,
        titles=(*batch.titles, *bare.titles),
        accounts=(*batch.accounts, *bare.accounts),
        profiles=(*batch.profiles, *bare.profiles),
    )


def _shift_ms(log: EventLog, reader: Reader, *, now: Moment) -> int:
    """Return by how much to move times: as an earlier import of the source did, else to `now`."""
    newest = reader.newest
    if newest is None:
        return 0
    earlier = _earlier_shift_ms(log, reader) if log.head() else None
    return (now - newest) // reader.step_ms * reader.step_ms if earlier is None else earlier


def _earlier_shift_ms(log: EventLog, reader: Reader) -> int | None:
    """Look in the log for the events of the source's first viewers, and how they were moved.

    The log is the only memory of it, so that nothing can disagree with it.
    """
    said: dict[str, dict[str, Moment]] = {}
    for events in _first_events(reader):
        for event in events:
            if event.profile_id in said or len(said) < _PROBES:
                said.setdefault(event.profile_id, {})[event.event_id] = event.at
        if said:
            break
    for profile, at in said.items():
        for _, held in log.events(ProfileId(profile), limit=_MOST_EVENTS):
            if held.event_id in at:
                return held.at - at[held.event_id]
    return None


def _first_events(reader: Reader) -> Iterator[Iterable[Event]]:
    """Yield events by the piece, times as they are; what comes before them is not even read."""
    if not isinstance(reader, BulkReader):
        yield from (batch.events for batch in reader.batches(shift_ms=0))
        return
    for columns in reader.blocks():
        found, places = np.unique(columns.of_profile, return_index=True)
        some = np.isin(columns.of_profile, found[np.argsort(places)[:_PROBES]])
        yield [
            columns.event(place, source=reader.name, shift_ms=0)
            for place in np.flatnonzero(some).tolist()
        ]


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
