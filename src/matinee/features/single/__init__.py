"""The entry of one title from a few acts, event by event: what `entries` computes in columns.

Columns of a handful of events cost numpy's overhead a hundred times over; plain numbers do not.
Both are equal to the bit, which `tests/property/test_single_twin.py` proves.
"""

from matinee.features.single.acts import Act
from matinee.features.single.entry import Entry, entry

__all__ = ["Act", "Entry", "entry"]
