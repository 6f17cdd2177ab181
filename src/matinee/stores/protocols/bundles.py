"""What a store of fitted models promises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from matinee.stores.promotions import Promotion
from matinee.types import BundleId, Moment

__all__ = ["BundleStore"]


class BundleStore(Protocol):
    """Versions of all fitted models together; written once, swapped as a whole."""

    def save(
        self,
        models: Mapping[str, tuple[str, str, Any]],
        *,
        now: Moment,
        about: Mapping[str, Any],
        documents: Mapping[str, str] = ...,
    ) -> BundleId:
        """Write a bundle, atomically; it is not live until promoted.

        `models` maps a name to (family, part name, fitted model); `about` is what the manifest
        says besides checksums: data fingerprint, settings, seed, metrics, versions. `documents`
        are texts for people by file name, as `ease.md`; none if left out.
        """
        ...

    def load(self, bundle: BundleId) -> dict[str, Any]:
        """Return the fitted models by name, arrays memory-mapped and read-only.

        Raises:
            LookupError: no such bundle.
            ValueError: it is damaged or of another format; names the file and the remedy.
        """
        ...

    def manifest(self, bundle: BundleId) -> dict[str, Any]:
        """Return what `about` said, with files, sizes and checksums.

        Raises:
            LookupError: no such bundle.
        """
        ...

    def document(self, bundle: BundleId, name: str) -> str:
        """Return a text that was saved with a bundle.

        Raises:
            LookupError: no such bundle, or it has no such document.
        """
        ...

    def promote(self, bundle: BundleId, *, now: Moment | None = None) -> None:
        """Make a bundle the live one, atomically; `now` is only remembered.

        Raises:
            LookupError: no such bundle.
        """
        ...

    def rollback(self, *, now: Moment | None = None) -> BundleId:
        """Undo the live bundle's promotion: make live, atomically, what was so before it.

        Bundles that were removed are passed over. Returns the bundle that is live now.

        Raises:
            LookupError: none was live before.
        """
        ...

    def promotions(self) -> list[Promotion]:
        """Return which bundles were made live and when, the live one last."""
        ...

    def remove(self, bundle: BundleId) -> None:
        """Delete a bundle that is not the live one; models that were loaded stay usable.

        Raises:
            LookupError: no such bundle.
            ValueError: it is the live one.
        """
        ...

    def live(self) -> BundleId | None:
        """Return the live bundle; cheap, asked before every page."""
        ...

    def all(self) -> list[BundleId]:
        """Return every bundle, oldest first."""
        ...
