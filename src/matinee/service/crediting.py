"""Where plays came from, with the rows that our own pages had: tiles joined to what was decided.

A log keeps a token's mark and not where the tile stood; the decision record of the page does.
Tokens follow from the record, so each tile is found again by making its token a second time.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from matinee.features.attribution import SOURCES, Credits, Tiles, credit
from matinee.features.rewards import Rewards
from matinee.service.decisions import unpack
from matinee.service.pictures import Gallery
from matinee.service.tokens import Signer
from matinee.stores import Stores
from matinee.types import Moment, ProfileId, Signals, mark

__all__ = ["Recent", "credited", "given_tiles", "recent"]

_WINDOW, _CHUNK = 50_000, 2_000  # events; small chunks, so that pages need not wait for long
_READ = ("profiles", "kinds", "titles", "episodes", "at", "origins", "sessions", "tiles", "unasked")
_PAGES = 10_000  # newest of a profile; decision records are pruned by age


def credited(
    stores: Stores, signer: Signer, *, at: Moment, rewards: Rewards
) -> tuple[Signals, Credits]:
    """Return what was known at `at`, and what each play in it is credited to."""
    known = stores.log.scan(at=at, upto=stores.log.head())
    return known, credit(known, rewards=rewards, tiles=given_tiles(stores, signer, known))


@dataclass(frozen=True, slots=True)
class Recent:
    """The plays among the newest events of a log."""

    plays: int
    unattributed: int


def recent(stores: Stores, *, rewards: Rewards, window: int = _WINDOW) -> Recent:
    """Count the plays among the newest events, and those that nothing is known to have led to.

    Cheap enough for every hour: a window's worth of events are read, a few columns of each, and
    no page's record. Plays of its older half only lend their sessions to the newer one.
    """
    head = stores.log.head()
    offset, more = max(head - window, 0), head > 0
    pieces = []
    while more:
        tail = stores.log.tail(offset, limit=_CHUNK, columns=_READ)
        pieces.append(tail.signals)
        offset, more = tail.next, tail.more
    if not pieces:
        return Recent(0, 0)
    known = Signals(
        *(np.concatenate([getattr(one, each.name) for one in pieces]) for each in fields(Signals))
    )
    found = credit(known, rewards=rewards)
    newer = found.plays >= (len(known) // 2 if head > window else 0)
    nothing = found.sources == SOURCES.index("unattributed")
    return Recent(int(newer.sum()), int((newer & nothing).sum()))


def given_tiles(stores: Stores, signer: Signer, known: Signals) -> Tiles:
    """Return the tiles that these events name and whose pages are still on record.

    A record that cannot be read any more is left out: its tiles then stood in some row.
    """
    named = set(np.unique(known.tiles[known.tiles != 0]).tolist())
    owners = np.unique(known.profiles[(known.tiles != 0) & (known.profiles >= 0)]).tolist()
    ids, gallery = stores.profiles.ids(), Gallery(stores.catalogue.snapshot())
    found: dict[int, str] = {}
    for profile in (ids[row] for row in owners):
        for page in stores.decisions.recent(ProfileId(profile), limit=_PAGES):
            record = stores.decisions.read(page)
            if record is not None:
                found |= _tiles(record, signer, ProfileId(profile), gallery, named)
    return Tiles.of(found)


def _tiles(
    record: bytes, signer: Signer, profile: ProfileId, gallery: Gallery, named: set[int]
) -> dict[int, str]:
    try:
        decision = unpack(record, gallery)
    except ValueError:
        return {}
    found = {}
    for rank, row in enumerate(decision.page.rows, decision.first_rank):
        for token in signer.row(decision.page_id, profile, rank, row.titles):
            if (tile := mark(token)) in named:
                found[tile] = row.line.kind
    return found
