"""From the words of a configuration to recipes: a name, or a name with settings.

A field called `sources` holds the recipes of which a part is made, by name.

    "ease"        { ease = { l2 = 300.0 } }        { blend = ["ease", { item_knn = {} }] }
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Annotated, Any, TypeAlias, get_type_hints

import msgspec

from matinee.parts import Recipe, Source, load

__all__ = ["Spec", "TrainSettings", "described", "named", "recipe"]

Spec: TypeAlias = str | dict[str, Any]
"""A part's name, or one name with its settings (a table, or the list of what it is made of)."""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


class TrainSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is trained, and how it is judged. The TOML table `[train]`."""

    source: Annotated[
        Spec,
        msgspec.Meta(description="The source to fit: its name, or its name with settings"),
    ] = msgspec.field(default_factory=lambda: {"blend": ["ease", "content", "popular"]})
    holdout: Annotated[
        float,
        msgspec.Meta(
            ge=0,
            le=0.5,
            description="Newest share of interactions that the manifest's metrics are measured on;"
            " 0 measures nothing",
        ),
    ] = 0.1
    rewards: Annotated[
        str,
        msgspec.Meta(
            min_length=1,
            description="What signals are worth: a version that ships (`v1`, `v2`), or a path to"
            " a TOML file of your own, relative to the data folder",
        ),
    ] = "v1"
    trials: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=1000,
            description="How many settings of each model are tried on validation data before"
            " fitting; 0: the settings are taken as they are",
        ),
    ] = 0
    margin: Annotated[
        float,
        msgspec.Meta(
            ge=0,
            le=1,
            description="A new bundle is held back where it is worse than the live one beyond"
            " doubt, by more than this in NDCG@20",
        ),
    ] = 0.002
    every: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^([1-9][0-9]{0,4}[smhd])?\Z",
            description="How often a running server trains anew, as `24h`, `30m` or `7d`;"
            " empty: never",
        ),
    ] = ""

    @property
    def every_s(self) -> int:
        """Seconds between trainings of a running server; 0: it does not train."""
        return int(self.every[:-1]) * _UNITS[self.every[-1]] if self.every else 0

    def recipe(self) -> Recipe[Source]:
        """Return the recipe that `source` says.

        Raises:
            LookupError: there is no source of that name; the message lists what there is.
            ValueError: a setting is unknown (the known ones are listed) or out of range.
        """
        return recipe(self.source)


def recipe(spec: Spec) -> Recipe[Source]:
    """Build the recipe of a source.

    Raises:
        LookupError: there is no source of that name; the message lists what there is.
        ValueError: a setting is unknown (the known ones are listed), of another type or out of
            range, or the spec is neither a name nor one name with settings.
    """
    name, settings = named(spec)
    cls = load("source", name)
    hints = get_type_hints(cls)
    known = sorted(field.name for field in fields(cls) if field.init)
    values: dict[str, Any] = {}
    for key, said in _table(name, settings, listed="sources" in known).items():
        if key not in known:
            msg = f"{name} has no setting called {key!r}; there are {', '.join(known) or 'none'}"
            raise ValueError(msg)
        values[key] = (
            {named(one)[0]: recipe(one) for one in _distinct(name, said)}
            if key == "sources"
            else _value(f"{name}.{key}", said, hints[key])
        )
    built: Recipe[Source] = cls(**values)
    return built


def named(spec: Spec) -> tuple[str, Any]:
    """Return the part's name in a spec, and its settings as they were written.

    Raises:
        ValueError: it is neither a name nor one name with settings.
    """
    if isinstance(spec, str):
        return spec, {}
    if len(spec) == 1:
        return next(iter(spec.items()))
    msg = f'{spec!r} names no source; write "ease", or {{ ease = {{ l2 = 300.0 }} }}'
    raise ValueError(msg)


def _table(name: str, said: object, *, listed: bool) -> dict[str, Any]:
    """Return settings by name; a list is that of the sources where the part has such."""
    if isinstance(said, Mapping):
        return dict(said)
    if listed and isinstance(said, list | tuple):
        return {"sources": said}
    msg = f"the settings of {name} are {said!r}; write a table, as {{ setting = value }}"
    raise ValueError(msg)


def _distinct(name: str, said: object) -> Sequence[Spec]:
    specs = said if isinstance(said, list | tuple) else ()
    if not specs or len({named(one)[0] for one in specs}) < len(specs):
        msg = f"the sources of {name} are {said!r}; write a list of one or more distinct sources"
        raise ValueError(msg)
    return specs


def _value(where: str, said: object, hint: Any) -> Any:  # noqa: ANN401  (a field's annotation)
    try:
        return msgspec.convert(said, hint)
    except msgspec.ValidationError as error:
        msg = f"{where} is {said!r}: {error}"
        raise ValueError(msg) from error


def described(model: object) -> dict[str, Any]:
    """Return a recipe's settings as plain values, as `recipe` would read them."""
    plain: dict[str, Any] = {}
    for field in fields(model):  # type: ignore[arg-type]  # recipes are dataclasses
        value = getattr(model, field.name)
        plain[field.name] = (
            [{name: described(one)} for name, one in value.items()]
            if field.name == "sources"
            else value
        )
    return plain
