"""From the words of a configuration to parts: a name, or one name with its settings.

"trending"        { because_you_watched = { seeds = 3 } }
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeAlias, get_type_hints

import msgspec

from matinee.parts import load

__all__ = ["PartSpec", "built"]

PartSpec: TypeAlias = str | dict[str, dict[str, Any]]
"""A part's name, or one name with a table of its settings."""


def built(family: str, spec: PartSpec) -> Any:  # noqa: ANN401  (the family's protocol)
    """Build a part of a family.

    Raises:
        LookupError: there is no part of that name; the message lists what there is.
        ValueError: a setting is unknown (the known ones are listed), of another type or out of
            range, or the spec is neither a name nor one name with settings.
    """
    if not isinstance(spec, str) and len(spec) != 1:
        msg = f'{spec!r} names no {family}; write "name", or {{ name = {{ setting = value }} }}'
        raise ValueError(msg)
    name, said = (spec, {}) if isinstance(spec, str) else next(iter(spec.items()))
    cls = load(family, name)
    return cls(**_settings(name, cls, said))


def _settings(name: str, cls: type[Any], said: Mapping[str, Any]) -> dict[str, Any]:
    if not said:
        return {}
    hints = get_type_hints(cls)
    known = sorted(field.name for field in fields(cls) if field.init)
    values = {}
    for key, value in said.items():
        if key not in known:
            msg = f"{name} has no setting called {key!r}; there are {', '.join(known) or 'none'}"
            raise ValueError(msg)
        try:
            values[key] = msgspec.convert(value, hints[key])
        except msgspec.ValidationError as error:
            msg = f"{name}.{key} is {value!r}: {error}"
            raise ValueError(msg) from error
    return values
