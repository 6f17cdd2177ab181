"""The register of parts: from a family and a name to a class, imported when first asked for.

It lies below `matinee.parts`, through which everybody uses it, so that the codec of fitted
models can find a nested model's class by name.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any, TypeVar

__all__ = ["FAMILIES", "load", "loaded", "names", "part"]

FAMILIES: Mapping[str, str] = {
    "source": "matinee.models.sources",
    "ranker": "matinee.models.rankers",
    "row": "matinee.page.rows",
    "layout": "matinee.page.layouts",
    "artwork": "matinee.artwork.policies",
    "metric": "matinee.evaluation.metrics",
    "aspect": "matinee.evaluation.aspects",
    "spread": "matinee.evaluation.spreads",
    "protocol": "matinee.evaluation.protocols",
    "reader": "matinee.data.readers",
}
"""Where the built-in parts of each family live."""

_GROUP = "matinee.parts"
_register: dict[tuple[str, str], type[Any]] = {}

C = TypeVar("C", bound=type[Any])


def part(family: str, name: str) -> Callable[[C], C]:
    """Mark a class as the part `name` of a family.

    Raises:
        ValueError: there is no such family, or another class has that name already.
    """
    if family not in FAMILIES:
        msg = f"no part family called {family!r}; there are {', '.join(sorted(FAMILIES))}"
        raise ValueError(msg)

    def enter(cls: C) -> C:
        held = _register.setdefault((family, name), cls)
        if (held.__module__, held.__qualname__) != (cls.__module__, cls.__qualname__):
            msg = f"two parts are called {family} {name!r}: {held!r} and {cls!r}; rename one"
            raise ValueError(msg)
        return cls

    return enter


def names(family: str) -> tuple[str, ...]:
    """Return the names of a family's parts, built in and added, sorted; imports none of them."""
    return tuple(sorted({*_built_in(family), *_added(family)}))


def load(family: str, name: str) -> type[Any]:
    """Return the class of a part, importing its module if need be.

    Raises:
        LookupError: nothing of that name; the message lists what there is.
    """
    if (family, name) not in _register:
        if name in _built_in(family):
            import_module(f"{FAMILIES[family]}.{name}")
        elif name in (added := _added(family)):
            _register[family, name] = added[name].load()
    if (family, name) not in _register:
        known = ", ".join(names(family)) or "none"
        msg = f"no {family} called {name!r}; there are {known}"
        raise LookupError(msg)
    return _register[family, name]


def loaded() -> Mapping[tuple[str, str], type[Any]]:
    """Return the parts whose classes are in memory by now, by (family, name)."""
    return MappingProxyType(_register)


def _built_in(family: str) -> set[str]:
    spec = find_spec(FAMILIES[family])
    if spec is None or spec.submodule_search_locations is None:
        return set()
    found = pkgutil.iter_modules(spec.submodule_search_locations)
    return {module.name for module in found if not module.name.startswith("_")}


def _added(family: str) -> dict[str, Any]:
    prefix = f"{family}."
    return {
        entry.name.removeprefix(prefix): entry
        for entry in entry_points(group=_GROUP)
        if entry.name.startswith(prefix)
    }
