"""Bundles beside the live one: for requests that say which they want, each kept whole in memory."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from matinee.data import Catalogue
from matinee.engine import Engine, EngineSettings
from matinee.parts import Source
from matinee.service.errors import RefusedError
from matinee.stores import Stores
from matinee.types import BundleId

__all__ = ["Alongside"]

_MOST = (
    4  # bundles of a worker beside the live one; arrays are mapped, tables built on load are not
)


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    source: Source
    engine: Engine
    catalogue: Catalogue


class Alongside:
    """Engines by bundle, the least recently asked for dropped first."""

    def __init__(self, stores: Stores, settings: EngineSettings) -> None:
        """Take where bundles are, and how engines are made."""
        self._stores = stores
        self._settings = settings
        self._held: OrderedDict[BundleId, _Held] = OrderedDict()
        self._turn = Lock()

    def engine(self, bundle: BundleId, catalogue: Catalogue) -> Engine:
        """Return the engine of a bundle over a catalogue.

        Whether the bundle is still there is asked every time: what was removed answers no more.

        Raises:
            RefusedError: there is no such bundle, or it cannot be used; says why.
        """
        with self._turn:
            try:
                self._stores.bundles.manifest(bundle)
                held = self._held.get(bundle)
                if held is None or held.catalogue is not catalogue:
                    held = self._made(bundle, held, catalogue)
            except (LookupError, OSError, ValueError) as error:
                self._held.pop(bundle, None)
                msg = f"no page can be made by {bundle!r}: {error}"
                raise RefusedError(msg) from error
            self._held[bundle] = held
            self._held.move_to_end(bundle)
            while len(self._held) > _MOST:
                self._held.popitem(last=False)
            return held.engine

    def _made(self, bundle: BundleId, held: _Held | None, catalogue: Catalogue) -> _Held:
        source: Source = (
            self._stores.bundles.load(bundle)["source"] if held is None else held.source
        )
        extended = source.with_titles(catalogue)
        engine = Engine.assemble(self._settings, catalogue=catalogue, source=extended)
        return _Held(source, engine, catalogue)
