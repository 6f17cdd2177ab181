"""What was known at a moment, ready for fitting: histories over a catalogue snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from scipy import sparse

from matinee.data.catalogue import Catalogue
from matinee.types import Histories, Matrix, Moment, Offset

__all__ = ["Dataset"]


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """P profiles' histories over N titles, as of `at`, from a log read up to `upto`."""

    catalogue: Catalogue
    profiles: tuple[str, ...]  # (P,) profile ids
    histories: Histories  # P histories
    at: Moment
    upto: Offset
    countries: tuple[str | None, ...] = ()
    """(P,) where each profile's account signed up, None: unsaid; empty: nothing is known."""

    def liked(self) -> Matrix:
        """Return weights > 0 as a (P, N) float32 CSR matrix; everything else is left out."""
        entries, indptr = self.histories.entries, self.histories.indptr
        keep = entries.weights > 0
        counts = np.concatenate(([0], np.cumsum(keep)))
        return sparse.csr_array(
            (entries.weights[keep], entries.titles[keep], counts[indptr]),
            shape=(len(self.profiles), len(self.catalogue)),
        )

    @property
    def fingerprint(self) -> str:
        """A hash of what a model can learn from it: the same data give the same fingerprint."""
        entries = self.histories.entries
        digest = sha256()
        for column in (self.histories.indptr, entries.titles, entries.weights, entries.at):
            digest.update(np.ascontiguousarray(column).tobytes())
        said = (entries.devices >= 0) | (entries.tz_offsets != 0)
        if said.any() or any(self.countries):  # else the hash is that of data before contexts
            digest.update(np.ascontiguousarray(entries.devices).tobytes())
            digest.update(np.ascontiguousarray(entries.tz_offsets).tobytes())
            digest.update("\0".join(country or "" for country in self.countries).encode())
        for counts in self.histories.takes or ():
            digest.update(np.ascontiguousarray(counts).tobytes())
        digest.update("\0".join(self.catalogue.vocabulary.ids).encode())
        return digest.hexdigest()
