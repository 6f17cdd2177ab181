"""From a reader straight to a Dataset: what an import and `as_of` would give, without stores.

Times stay as the source has them, so that the same source always has the same fingerprint.
Interactions of one profile at the same moment keep the order of the file, a millisecond apart.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence

import numpy as np

from matinee.data import Catalogue, Dataset, Vocabulary
from matinee.data.readers import Refusal
from matinee.evaluation.auditing import ATTRIBUTES, Audit
from matinee.features.recorded import recorded
from matinee.features.rewards import Rewards
from matinee.parts import Reader
from matinee.stores.columns import Row, draft, signals
from matinee.types import ORIGINS, Event, Longs, Moment, Profile, Signals, Title

__all__ = ["Progress", "load", "load_audited"]

Progress = Callable[[int, int], None]
"""Called with (records read, records expected in all, about)."""

_LAST_MS = 999  # of a second: most data sets know no finer time


def load(
    reader: Reader,
    *,
    rewards: Rewards | None = None,
    create: bool = False,
    progress: Progress | None = None,
) -> Dataset:
    """Read everything; events that are no events, or of unknown titles and profiles, are left out.

    With `create`, what events name and nobody knows is made, bare and named by its id, as an
    import does. `rewards` left out are the newest that ship with the package.

    Raises:
        ValueError: there is no title, or no event.
    """
    return load_audited(reader, rewards=rewards, create=create, progress=progress)[0]


def load_audited(
    reader: Reader,
    *,
    rewards: Rewards | None = None,
    create: bool = False,
    progress: Progress | None = None,
) -> tuple[Dataset, Audit]:
    """Read everything as `load` does, and which audit groups its profiles belong to, apart."""
    titles: dict[str, Title] = {}
    profiles: dict[str, int] = {}
    told: list[Profile] = []
    rows: dict[str, int] = {}
    pieces: list[Signals] = []
    known: set[str] = set()
    refused: list[Refusal] = []
    heard = done = 0
    for batch in reader.batches(shift_ms=0):
        named = batch.events if create else ()
        bare = _bare(named, {*rows, *(title.title_id for title in batch.titles)})
        for title in (*batch.titles, *bare):
            rows.setdefault(title.title_id, len(rows))
            titles[title.title_id] = title
        for profile in (*batch.profiles, *_owners(named)):
            if profiles.setdefault(profile.profile_id, len(profiles)) == len(told):
                told.append(profile)
        if batch.events:
            fresh = {event.event_id: event for event in reversed(batch.events)}  # the first counts
            for name in known.intersection(fresh):
                del fresh[name]
            known.update(fresh)
            heard += len(fresh)
            pieces.append(signals(_rows(list(fresh.values())[::-1], profiles, rows)))
        refused += batch.refused
        done += len(batch)
        if progress is not None:
            progress(done, max(done, reader.expected))
    if not titles or not sum(map(len, pieces)):
        msg = f"{reader.name} holds {len(titles)} titles and no event of theirs to learn from"
        raise ValueError(msg + _undescribed(heard, create=create) + _unread(refused))
    groups = {name: tuple(getattr(one, name) for one in told) for name in ATTRIBUTES}
    said = {name: members for name, members in groups.items() if any(members)}
    return _folded(pieces, list(titles.values()), tuple(profiles), rewards), said


def _bare(events: Sequence[Event], known: Container[str]) -> Iterable[Title]:
    """Return a bare title for each that events name and nobody knows, in their order."""
    names = dict.fromkeys(event.title_id for event in events if event.title_id is not None)
    return [Title(title_id=name, name=name) for name in names if name not in known]


def _owners(events: Sequence[Event]) -> Iterable[Profile]:
    """Return a bare profile for each that events name, in their order."""
    names = dict.fromkeys(event.profile_id for event in events)
    return [Profile(profile_id=name, account_id=name, name=name) for name in names]


def _undescribed(events: int, *, create: bool) -> str:
    if not events or create:
        return ""
    return (
        f"; {events:,} events name titles or profiles that nobody described: read these first,"
        " or let them be made (--create)"
    )


def _unread(refused: list[Refusal]) -> str:
    if not refused:
        return ""
    first = refused[0]
    return (
        f"; {len(refused):,} lines cannot be read, first {first.file}:{first.line}: {first.reason}"
    )


def _rows(events: list[Event], profiles: dict[str, int], titles: dict[str, int]) -> list[Row]:
    """Lay events out as a log would; offsets are not used, episodes are not told apart."""
    origin = ORIGINS.index("import")
    found = []
    for event in events:
        title = titles.get(event.title_id, -1) if event.title_id is not None else -1
        profile = profiles.get(event.profile_id, -1)
        if title < 0 or profile < 0:
            continue
        one = draft(event)
        if one.flaw:
            continue
        kind, value, position, duration, watched, device, offset = one.numbers
        where = (0, profile, kind, title, -1, int(event.at), int(event.at))
        numbers = (value, position, duration, watched, device, offset, origin)
        found.append((*where, *numbers, *one.marks))
    return found


def _folded(
    pieces: list[Signals], titles: list[Title], profiles: tuple[str, ...], rewards: Rewards | None
) -> Dataset:
    joined = Signals(
        *(
            np.concatenate([getattr(piece, column) for piece in pieces])
            for column in Signals.__slots__
        )
    )
    order = np.lexsort((joined.at, joined.profiles))  # stable: ties stay as they were read
    joined = joined.take(order)
    joined.at[:] = _apart(joined)
    catalogue = Catalogue.of(titles)
    histories = recorded(
        joined,
        catalogue=catalogue,
        rewards=Rewards.default() if rewards is None else rewards,
        profiles=len(profiles),
    )
    ids = Vocabulary(profiles).ids
    return Dataset(catalogue, ids, histories, Moment(int(joined.at.max()) + 1), len(joined))


def _apart(sorted_: Signals) -> Longs:
    """Return the times with those that a profile has twice set a millisecond apart, in order."""
    at, profiles = sorted_.at, sorted_.profiles
    same = np.zeros(len(at), np.bool_)
    same[1:] = (np.diff(at) == 0) & (np.diff(profiles) == 0)
    index = np.arange(len(at))
    first = np.maximum.accumulate(np.where(same, 0, index))
    apart: Longs = at + np.minimum(index - first, _LAST_MS)
    return apart
