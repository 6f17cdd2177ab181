"""The settings of a data folder: its `matinee.toml`, then the environment, then the options."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

if TYPE_CHECKING:
    from matinee.service.config import Config

__all__ = ["FILE", "configuration", "described", "lines", "template"]

FILE = "matinee.toml"


def configuration(home: Path, options: Mapping[str, object] | None = None) -> Config:
    """Read the settings that hold for a data folder.

    `options` maps `SECTION__KEY` to what a command line option says; None: not given.

    Raises:
        ValueError: an unknown key or part, or a bad value; names it and what would do.
    """
    from matinee.service.config import Config

    file = home / FILE
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    given = {
        f"MATINEE__{key}": str(value) for key, value in (options or {}).items() if value is not None
    }
    return Config.parse(text, {**os.environ, **given})


def lines(tree: Mapping[str, Any]) -> Iterator[str]:
    """Write sections of settings as TOML; what is unset is left out."""
    for section, keys in tree.items():
        yield f"[{section}]"
        for key, value in keys.items():
            if value is not None:
                yield f"{key} = {_value(value)}"
        yield ""


def template() -> str:
    """Write a settings file in which every key stands as a comment, with its default."""
    import msgspec

    from matinee.service.config import Config

    defaults = msgspec.to_builtins(Config())
    text = ["# Matinee's settings. Everything has a default; take the # off to change one."]
    for section in msgspec.structs.fields(Config):
        text += ["", f"[{section.name}]"]
        for field in msgspec.structs.fields(section.type):
            value = defaults[section.name][field.encode_name]
            text += [f"# {words}" for words in (described(field.type),) if words]
            unset = f"# {field.encode_name} is unset"
            text.append(unset if value is None else f"# {field.encode_name} = {_value(value)}")
    return "\n".join(text) + "\n"


def described(kind: object) -> str:
    """Return what a setting's type annotation says of it, empty if nothing."""
    import msgspec

    if get_origin(kind) is not Annotated:
        return ""
    said = (meta.description for meta in get_args(kind)[1:] if isinstance(meta, msgspec.Meta))
    return next((words for words in said if words), "")


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key} = {_value(item)}" for key, item in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False)
