"""Stores in plain folders: files that are written once and renamed into place."""

from matinee.stores.folder.bundles import FolderBundles

__all__ = ["FolderBundles"]
