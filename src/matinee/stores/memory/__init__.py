"""Stores in memory, for embedders and tests: the same rules, gone with the process."""

from matinee.stores.memory.bundles import MemoryBundles
from matinee.stores.memory.catalogue import MemoryCatalogue
from matinee.stores.memory.decisions import MemoryDecisions
from matinee.stores.memory.erasures import MemoryErasures
from matinee.stores.memory.log import MemoryEventLog
from matinee.stores.memory.profiles import MemoryProfiles

__all__ = [
    "MemoryBundles",
    "MemoryCatalogue",
    "MemoryDecisions",
    "MemoryErasures",
    "MemoryEventLog",
    "MemoryProfiles",
]
