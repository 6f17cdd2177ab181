"""One part of the live model, asked alone: to compare models on the same viewer."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol, runtime_checkable

from matinee.engine import Engine
from matinee.parts import Source
from matinee.service.errors import UnreadableError
from matinee.service.live import Present

__all__ = ["engine_of", "model_names"]


@runtime_checkable
class _Blended(Protocol):
    """A source made of several that have names."""

    names: tuple[str, ...]
    sources: tuple[Source, ...]


def model_names(present: Present) -> tuple[str, ...]:
    """Return the names of the parts of the model in use; none if it is not made of parts."""
    source = present.engine.source
    return source.names if isinstance(source, _Blended) else ()


def engine_of(present: Present, model: str | None) -> Engine:
    """Return an engine that goes by one part of the model in use alone; None: by all of it.

    Raises:
        UnreadableError: the model has no part of that name.
    """
    source = present.engine.source
    if model is None:
        return present.engine
    if not isinstance(source, _Blended) or model not in source.names:
        there_are = ", ".join(model_names(present)) or "none: the model in use is not made of parts"
        msg = f"model: no part called {model!r} in the model in use; there are {there_are}"
        raise UnreadableError(msg)
    return replace(present.engine, source=source.sources[source.names.index(model)])
