"""Where things are kept, behind one protocol each: in memory, in SQLite files and in folders."""

from matinee.stores.faults import FullError, StoreError, UnavailableError
from matinee.stores.opening import Stores, memory_stores, open_stores
from matinee.stores.protocols import (
    Absorbed,
    Block,
    BundleStore,
    CatalogueStore,
    DecisionStore,
    Edit,
    EventLog,
    Outcome,
    OutcomeCode,
    ProfilePage,
    ProfileStore,
    Progress,
    Receipt,
    Rejected,
)

__all__ = [
    "Absorbed",
    "Block",
    "BundleStore",
    "CatalogueStore",
    "DecisionStore",
    "Edit",
    "EventLog",
    "FullError",
    "Outcome",
    "OutcomeCode",
    "ProfilePage",
    "ProfileStore",
    "Progress",
    "Receipt",
    "Rejected",
    "StoreError",
    "Stores",
    "UnavailableError",
    "memory_stores",
    "open_stores",
]
