"""The stores that we ship keep the contracts that we ship."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from matinee.stores import Stores, memory_stores, open_stores
from matinee.testing.stores_bundles import BundleContract
from matinee.testing.stores_catalogue import CatalogueContract
from matinee.testing.stores_decisions import DecisionContract
from matinee.testing.stores_erasures import ErasureContract
from matinee.testing.stores_log import EventLogContract
from matinee.testing.stores_profiles import ProfileContract
from matinee.testing.stores_shared import SharedStoresContract


class InMemory:
    @pytest.fixture
    def stores(self) -> Iterator[Stores]:
        stores = memory_stores()
        yield stores
        stores.close()


class InFiles:
    @pytest.fixture
    def stores(self, tmp_path: Path) -> Iterator[Stores]:
        stores = open_stores(tmp_path / "home")
        yield stores
        stores.close()


class TestMemoryEventLog(InMemory, EventLogContract): ...


class TestSqliteEventLog(InFiles, EventLogContract): ...


class TestMemoryCatalogue(InMemory, CatalogueContract): ...


class TestSqliteCatalogue(InFiles, CatalogueContract): ...


class TestMemoryProfiles(InMemory, ProfileContract): ...


class TestSqliteProfiles(InFiles, ProfileContract): ...


class TestMemoryDecisions(InMemory, DecisionContract): ...


class TestSqliteDecisions(InFiles, DecisionContract): ...


class TestMemoryErasures(InMemory, ErasureContract): ...


class TestSqliteErasures(InFiles, ErasureContract): ...


class TestMemoryBundles(InMemory, BundleContract): ...


class TestFolderBundles(InFiles, BundleContract): ...


class TestSqliteFileOfManyProcesses(SharedStoresContract): ...
