"""Where plays came from, with the rows that our own pages had: tiles joined to what was decided.

A log keeps a token's mark and not where the tile stood; the decision record of the page does.
Tokens follow from the record, so each tile is found again by making its token a second time.
"""

from __future__ import annotations

import numpy as np

from matinee.features.attribution import Credits, Tiles, credit
from matinee.features.rewards import Rewards
from matinee.service.decisions import unpack
from matinee.service.pictures import Gallery
from matinee.service.tokens import Signer
from matinee.stores import Stores
from matinee.types import Moment, ProfileId, Signals, mark

__all__ = ["credited", "given_tiles"]

_PAGES = 10_000  # newest of a profile; decision records are pruned by age


def credited(
    stores: Stores, signer: Signer, *, at: Moment, rewards: Rewards
) -> tuple[Signals, Credits]:
    """Return what was known at `at`, and what each play in it is credited to."""
    known = stores.log.scan(at=at, upto=stores.log.head())
    return known, credit(known, rewards=rewards, tiles=given_tiles(stores, signer, known))


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
