"""Importing by the block: what the log can take as columns, and the rest event by event."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matinee.data.readers import EventBlock, EventColumns
from matinee.service.roster import Roster
from matinee.service.tally import ImportStores, Tally
from matinee.stores.protocols import Block
from matinee.types import Longs, Moment

__all__ = ["Absorber"]

_AT_ONCE = 5_000
"""Events in one append, of those that the log does not take as columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Absorber:
    """Stores the blocks of one import; what happened to each event enters the tally."""

    stores: ImportStores
    roster: Roster
    tally: Tally
    shift_ms: int
    now: Moment

    def take(self, columns: EventColumns) -> None:
        """Store one block, durably."""
        profiles = self.roster.profiles(columns.profiles)[columns.of_profile]
        titles = self.roster.titles(columns.titles)[columns.of_title]
        known = (profiles >= 0) & (titles >= 0)
        block = Block(profiles, titles, columns.kinds, columns.shares, columns.at).take(known)
        if len(block):
            absorbed = self.stores.log.absorb(
                block, source=self.tally.source, shift_ms=self.shift_ms, now=self.now
            )
            self.tally.counts["events"] += len(block)
            self.tally.counts["stored"] += absorbed.stored
            self.tally.counts["duplicates"] += absorbed.duplicates
        self._append(columns, np.flatnonzero(~known))

    def take_block(self, block: EventBlock) -> None:
        """Store one block of events of any kind, durably."""
        receipt = self.stores.log.append_block(block, now=self.now)
        self.tally.counts["events"] += len(block)
        self.tally.counts["stored"] += receipt.stored
        self.tally.counts["duplicates"] += receipt.duplicates
        for line, outcome in receipt.rejected:
            self.tally.turned_away(outcome, line, file=block.file)

    def _append(self, columns: EventColumns, places: Longs) -> None:
        """Have the log judge these events itself, which it can better than we."""
        for start in range(0, len(places), _AT_ONCE):
            some = places[start : start + _AT_ONCE].tolist()
            events = [
                columns.event(place, source=self.tally.source, shift_ms=self.shift_ms)
                for place in some
            ]
            receipt = self.stores.log.append(events, now=self.now, origin="import")
            self.tally.appended(receipt, columns.lines[some].tolist(), file=columns.file)
