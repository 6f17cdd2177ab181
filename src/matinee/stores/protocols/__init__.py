"""What a store promises, whatever it is made of; each has a contract class in `matinee.testing`."""

from matinee.stores.absorbing import Absorbed, Block
from matinee.stores.promotions import Promotion
from matinee.stores.protocols.bundles import BundleStore
from matinee.stores.protocols.catalogue import CatalogueStore, Edit
from matinee.stores.protocols.decisions import DecisionStore
from matinee.stores.protocols.log import (
    BlockReceipt,
    EventLog,
    Outcome,
    OutcomeCode,
    Progress,
    Receipt,
    Rejected,
)
from matinee.stores.protocols.people import ProfilePage, ProfileStore

__all__ = [
    "Absorbed",
    "Block",
    "BlockReceipt",
    "BundleStore",
    "CatalogueStore",
    "DecisionStore",
    "Edit",
    "EventLog",
    "Outcome",
    "OutcomeCode",
    "ProfilePage",
    "ProfileStore",
    "Progress",
    "Promotion",
    "Receipt",
    "Rejected",
]
