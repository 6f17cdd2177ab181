"""What becomes of the records of an import, counted as they are stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from matinee.data.readers import Refusal
from matinee.stores.protocols import CatalogueStore, EventLog, Outcome, ProfileStore, Receipt

__all__ = ["ImportStores", "Rejection", "Tally"]

Rejection = Callable[[str, Refusal], None]
"""Called for every line that is rejected, with the code of why."""

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


@dataclass(slots=True)
class Tally:
    """The running counts of one import; `told` hears of every rejected line."""

    source: str
    told: Rejection | None
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, code: str, refusal: Refusal) -> None:
        """Count a rejected line; the first thousand are kept."""
        self.reasons[code] += 1
        if self.told is not None:
            self.told(code, refusal)
        if len(self.refusals) < _KEPT_REFUSALS:
            self.refusals.append(refusal)

    def appended(self, receipt: Receipt, lines: Sequence[int], *, file: str) -> None:
        """Count what a log made of some events; `lines` of `file` are theirs, if there are any."""
        self.counts["events"] += len(receipt.outcomes)
        self.counts["stored"] += receipt.count("stored")
        self.counts["duplicates"] += receipt.count("duplicate")
        for place, outcome in enumerate(receipt.outcomes):
            if outcome.rejected:
                self.turned_away(outcome, lines[place] if lines else 0, file=file)

    def turned_away(self, outcome: Outcome, line: int, *, file: str) -> None:
        """Count an event that a log rejected."""
        reason = f"{outcome.code}: {outcome.detail or outcome.event_id}"
        self.refuse(outcome.code, Refusal(file or self.source, line, reason))
