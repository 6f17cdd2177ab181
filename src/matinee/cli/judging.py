"""What `evaluate` and `tune` share: the data, the protocol and the models that a person named."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, get_type_hints

import typer

from matinee.cli.screen import Screen

if TYPE_CHECKING:
    from matinee.data import Dataset
    from matinee.evaluation.auditing import Audit
    from matinee.parts import EvaluationProtocol

__all__ = [
    "SEED",
    "Data",
    "Models",
    "ProtocolName",
    "Seed",
    "Setting",
    "data_of",
    "names_of",
    "protocol_of",
]

SEED = 98_765

Data: TypeAlias = Annotated[
    str, typer.Option("--data", help="small, ml-1m, … or a path to a file or folder.")
]
ProtocolName: TypeAlias = Annotated[
    str,
    typer.Option("--protocol", help="time, leave-last, strong, cold or new-viewer; see parts."),
]
Setting: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="A setting of the protocol as TOML, as quantile=0.8; may be said again.",
        metavar="KEY=VALUE",
    ),
]
Models: TypeAlias = Annotated[
    str, typer.Option("--models", help="Sources, with commas: popular,item_knn,ease,blend.")
]
Seed: TypeAlias = Annotated[
    int, typer.Option("--seed", min=0, help="The same seed and data: the same numbers.")
]


def data_of(
    screen: Screen, data: str, *, home: Path, columns: str | None, create: bool
) -> tuple[Dataset, Audit]:
    """Read a named data set or a path into memory, and its audit groups; nothing is stored.

    `columns` and `create` say of a table what `matinee import` is told by `--map` and `--create`.

    Raises:
        LookupError, ValueError: there are no such data, or none that any reader knows.
    """
    from matinee.cli.importing import column_map
    from matinee.data.readers import open_reader
    from matinee.evaluation.loading import load_audited

    outside = os.environ.get("MATINEE_DATA")
    folder = Path(outside) if outside else None
    told = column_map(columns)
    reader = open_reader(data, data_folder=folder, cache=home / "cache", columns=told)
    with screen.bar(f"reading {data}") as moved:
        return load_audited(reader, create=create, progress=moved)


def protocol_of(name: str, settings: Sequence[str] | None) -> EvaluationProtocol:
    """Build a protocol by its name, with dashes or underscores.

    Raises:
        LookupError: there is none of that name; the message lists what there is.
        ValueError: a setting is unknown, or its value does not do.
    """
    from dataclasses import fields

    import msgspec

    from matinee.parts import load

    cls = load("protocol", name.replace("-", "_"))
    hints = get_type_hints(cls)
    known = [field.name for field in fields(cls)]
    values: dict[str, Any] = {}
    for said in settings or ():
        key, equals, _ = said.partition("=")
        if not equals or key not in known:
            msg = f"{name} has no setting {said!r}; write one of {', '.join(known)} as key=value"
            raise ValueError(msg)
        try:
            values[key] = msgspec.convert(_toml(said)[key], hints[key])
        except msgspec.ValidationError as error:
            msg = f"{name}.{said}: {error}"
            raise ValueError(msg) from error
    protocol: EvaluationProtocol = cls(**values)
    return protocol


def names_of(models: str) -> list[str]:
    """Return the distinct names in a list with commas.

    Raises:
        ValueError: one stands twice.
    """
    names = [one.strip() for one in models.split(",") if one.strip()]
    if len(set(names)) < len(names):
        msg = f"--models {models} names a model twice; each must stand once"
        raise ValueError(msg)
    return names


def _toml(said: str) -> Mapping[str, Any]:
    """Read key=value as TOML; a bare word stands for itself."""
    key, _, value = said.partition("=")
    try:
        return tomllib.loads(f"{key} = {value}")
    except tomllib.TOMLDecodeError:
        return {key: value}
