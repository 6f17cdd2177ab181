"""Where things are kept, behind one protocol each: in memory, in SQLite files and in folders."""

from matinee.stores.erasures import (
    PARTS,
    ErasedError,
    Erasure,
    ErasureStore,
    Part,
    names_it,
    placeholder,
)
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
    "PARTS",
    "Absorbed",
    "Block",
    "BundleStore",
    "CatalogueStore",
    "DecisionStore",
    "Edit",
    "ErasedError",
    "Erasure",
    "ErasureStore",
    "EventLog",
    "FullError",
    "Outcome",
    "OutcomeCode",
    "Part",
    "ProfilePage",
    "ProfileStore",
    "Progress",
    "Receipt",
    "Rejected",
    "StoreError",
    "Stores",
    "UnavailableError",
    "memory_stores",
    "names_it",
    "open_stores",
    "placeholder",
]
