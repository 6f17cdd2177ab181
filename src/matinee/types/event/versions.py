"""Events of earlier schema versions, said in the words of today's.

Clients and logs outlive a schema. When a kind's fields change so that what was sent before would
be misread, `SCHEMA_VERSION` is raised by one, and `UPCASTERS` gets the step that leads there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from matinee.types.event.envelope import FIRST_VERSION, SCHEMA_VERSION

__all__ = ["UPCASTERS", "Upcaster", "upcast"]

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Takes an event's fields by name, `kind` among them, and returns them a version later."""

UPCASTERS: Mapping[int, Upcaster] = {}
"""By the version that each leads away from: one for every version before `SCHEMA_VERSION`."""


def upcast(
    said: Mapping[str, Any],
    *,
    upcasters: Mapping[int, Upcaster] = UPCASTERS,
    newest: int = SCHEMA_VERSION,
) -> dict[str, Any]:
    """Return an event's fields as the newest version says them; without a version it is the first.

    Raises:
        ValueError: the version is newer than the newest, or none at all.
    """
    version = said.get("schema_version", FIRST_VERSION)
    if not isinstance(version, int) or isinstance(version, bool) or version < FIRST_VERSION:
        msg = f"schema_version {version!r} is none; there are {FIRST_VERSION} to {newest}"
        raise ValueError(msg)
    if version > newest:
        msg = (
            f"schema_version {version} is newer than {newest}, which this Matinee knows;"
            " bring it up to date, or send events as that version says them"
        )
        raise ValueError(msg)
    fields = dict(said)
    for step in range(version, newest):
        fields = upcasters[step](fields)
    return fields | {"schema_version": newest}
