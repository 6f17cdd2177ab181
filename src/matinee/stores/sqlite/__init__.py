"""Stores in SQLite files: durable, shared by processes, nothing to install."""

from matinee.stores.sqlite.catalogue import SqliteCatalogue
from matinee.stores.sqlite.database import Database
from matinee.stores.sqlite.decisions import SqliteDecisions
from matinee.stores.sqlite.erasures import SqliteErasures
from matinee.stores.sqlite.log import SqliteEventLog
from matinee.stores.sqlite.migrations import DECISIONS, MATINEE
from matinee.stores.sqlite.profiles import SqliteProfiles

__all__ = [
    "DECISIONS",
    "MATINEE",
    "Database",
    "SqliteCatalogue",
    "SqliteDecisions",
    "SqliteErasures",
    "SqliteEventLog",
    "SqliteProfiles",
]
