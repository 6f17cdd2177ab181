"""All stores of one home folder together, and their twins in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from matinee.stores.erasures import ErasureStore
from matinee.stores.folder import FolderBundles
from matinee.stores.memory import (
    MemoryBundles,
    MemoryCatalogue,
    MemoryDecisions,
    MemoryErasures,
    MemoryEventLog,
    MemoryProfiles,
)
from matinee.stores.protocols import (
    BundleStore,
    CatalogueStore,
    DecisionStore,
    EventLog,
    ProfileStore,
)
from matinee.stores.sqlite import (
    DECISIONS,
    MATINEE,
    Database,
    SqliteCatalogue,
    SqliteDecisions,
    SqliteErasures,
    SqliteEventLog,
    SqliteProfiles,
)

__all__ = ["Stores", "memory_stores", "open_stores"]


@dataclass(frozen=True, slots=True)
class Stores:
    """Everything that is kept, each part behind its protocol; usable from many threads."""

    log: EventLog
    catalogue: CatalogueStore
    profiles: ProfileStore
    decisions: DecisionStore
    bundles: BundleStore
    erasures: ErasureStore

    def close(self) -> None:
        """Let go of files; may be called twice. The stores cannot be used afterwards."""
        self.log.close()
        self.decisions.close()


def open_stores(home: Path) -> Stores:
    """Open the stores in a home folder, making folder and files when missing.

    `matinee.db` holds log, catalogue and profiles; `decisions.db` and `bundles/` lie beside it.
    Open them once a process, after it has forked: SQLite's connections do not survive a fork.

    Raises:
        ValueError: a file is damaged, newer than this program, or no database of ours.
    """
    home.mkdir(parents=True, exist_ok=True)
    shared = Database(home / "matinee.db", migrations=MATINEE, synchronous="FULL")
    try:
        decided = Database(home / "decisions.db", migrations=DECISIONS, synchronous="NORMAL")
    except ValueError:
        shared.close()
        raise
    return Stores(
        log=SqliteEventLog(shared),
        catalogue=SqliteCatalogue(shared),
        profiles=SqliteProfiles(shared),
        decisions=SqliteDecisions(decided),
        bundles=FolderBundles(home / "bundles"),
        erasures=SqliteErasures(shared),
    )


def memory_stores() -> Stores:
    """Return stores that keep the same rules and are gone with the process."""
    catalogue, profiles = MemoryCatalogue(), MemoryProfiles()
    log = MemoryEventLog(catalogue, profiles)
    return Stores(
        log=log,
        catalogue=catalogue,
        profiles=profiles,
        decisions=MemoryDecisions(),
        bundles=MemoryBundles(),
        erasures=MemoryErasures(log, profiles),
    )
