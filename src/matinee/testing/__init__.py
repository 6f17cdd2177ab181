"""Contract classes, known data and strategies: shipped, so that authors of parts use them too.

They need pytest (and Hypothesis), which the core does not install: `pip install matinee[dev]`.
A contract is used by deriving a test class from it and overriding its fixture.
"""

from matinee.testing.artworks import ArtworkPolicyContract
from matinee.testing.layouts import LayoutContract
from matinee.testing.protocols import ProtocolContract
from matinee.testing.rankers import RankerContract
from matinee.testing.readers import ReaderContract
from matinee.testing.rows import RowContract
from matinee.testing.sources import SourceContract
from matinee.testing.stores_bundles import BundleContract
from matinee.testing.stores_catalogue import CatalogueContract
from matinee.testing.stores_decisions import DecisionContract
from matinee.testing.stores_erasures import ErasureContract
from matinee.testing.stores_log import EventLogContract
from matinee.testing.stores_profiles import ProfileContract
from matinee.testing.stores_shared import SharedStoresContract

__all__ = [
    "ArtworkPolicyContract",
    "BundleContract",
    "CatalogueContract",
    "DecisionContract",
    "ErasureContract",
    "EventLogContract",
    "LayoutContract",
    "ProfileContract",
    "ProtocolContract",
    "RankerContract",
    "ReaderContract",
    "RowContract",
    "SharedStoresContract",
    "SourceContract",
]
