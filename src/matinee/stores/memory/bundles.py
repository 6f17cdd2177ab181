"""Bundles in memory: models go through the same codec as those that are saved to files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from threading import RLock
from types import MappingProxyType
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from matinee.data.frozen import JSON, fitted_class, pack, unpack
from matinee.stores.manifest import (
    FileFacts,
    ModelFacts,
    body,
    check_names,
    created,
    ids,
    in_use,
    unknown_bundle,
    unknown_document,
)
from matinee.stores.promotions import Promotion, appended, earlier, nothing_before
from matinee.types import BundleId, Moment

__all__ = ["MemoryBundles"]

_Packed = tuple[str, str, dict[str, NDArray[Any]], JSON]


class MemoryBundles:
    """A `BundleStore` that is gone with the process; its "files" are arrays."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._bundles: dict[BundleId, tuple[bytes, dict[str, _Packed]]] = {}
        self._documents: dict[BundleId, dict[str, str]] = {}
        self._history: list[Promotion] = []

    def save(
        self,
        models: Mapping[str, tuple[str, str, Any]],
        *,
        now: Moment,
        about: Mapping[str, Any],
        documents: Mapping[str, str] = MappingProxyType({}),
    ) -> BundleId:
        """Keep a bundle; it is not live until promoted."""
        check_names(models, about, documents)
        kept: dict[str, _Packed] = {}
        files: dict[str, FileFacts] = {}
        for name, (family, part, fitted) in models.items():
            arrays, tree = pack(fitted)
            kept[name] = (family, part, {key: _copy(it) for key, it in arrays.items()}, tree)
            for key, array in arrays.items():
                digest = hashlib.sha256(array.tobytes()).hexdigest()
                files[f"{name}/{key}"] = FileFacts(array.nbytes, digest)
        for name, text in documents.items():
            digest = hashlib.sha256(text.encode()).hexdigest()
            files[name] = FileFacts(len(text.encode()), digest)
        told = {name: ModelFacts(one[0], one[1]) for name, one in kept.items()}
        manifest = body(told, files, now=now, about=about)
        with self._lock:
            bundle = next(name for name in ids(manifest, now=now) if name not in self._bundles)
            self._bundles[bundle] = (manifest, kept)
            self._documents[bundle] = dict(documents)
        return bundle

    def load(self, bundle: BundleId) -> dict[str, Any]:
        """Return the fitted models by name, arrays read-only."""
        return {
            name: unpack(fitted_class(family, part), arrays, tree)
            for name, (family, part, arrays, tree) in self._find(bundle)[1].items()
        }

    def manifest(self, bundle: BundleId) -> dict[str, Any]:
        """Return what `about` said, with sizes and checksums."""
        return {"bundle": bundle, **msgspec.json.decode(self._find(bundle)[0])}

    def document(self, bundle: BundleId, name: str) -> str:
        """Return a text that was saved with a bundle."""
        self._find(bundle)
        try:
            return self._documents[bundle][name]
        except KeyError:
            raise unknown_document(bundle, name) from None

    def promote(self, bundle: BundleId, *, now: Moment | None = None) -> None:
        """Make a bundle the live one."""
        with self._lock:
            self._find(bundle)
            self._history = appended(self._history, Promotion(bundle=bundle, at=now))

    def rollback(self, *, now: Moment | None = None) -> BundleId:
        """Make the bundle live that was so before the live one."""
        with self._lock:
            bundle = earlier(self._history, self._bundles.__contains__)
            if bundle is None:
                raise nothing_before(self.live())
            self._history = appended(self._history, Promotion(bundle=bundle, at=now, back=True))
        return bundle

    def promotions(self) -> list[Promotion]:
        """Return which bundles were made live, the live one last."""
        return list(self._history)

    def remove(self, bundle: BundleId) -> None:
        """Delete a bundle that is not the live one."""
        with self._lock:
            self._find(bundle)
            if self.live() == bundle:
                raise in_use(bundle)
            del self._bundles[bundle], self._documents[bundle]

    def live(self) -> BundleId | None:
        """Return the live bundle."""
        history = self._history
        return history[-1].bundle if history else None

    def all(self) -> list[BundleId]:
        """Return every bundle, oldest first."""
        with self._lock:
            return sorted(self._bundles, key=lambda one: (created(one, self.manifest(one)), one))

    def _find(self, bundle: BundleId) -> tuple[bytes, dict[str, _Packed]]:
        try:
            return self._bundles[bundle]
        except KeyError:
            raise unknown_bundle(bundle, list(self._bundles)) from None


def _copy(array: NDArray[Any]) -> NDArray[Any]:
    copy = np.array(array, order="C")
    copy.flags.writeable = False
    return copy
