"""All settings of one installation: TOML text and overrides in, one frozen value out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Annotated, Any

import msgspec

from matinee.engine import EngineSettings
from matinee.features import Rewards
from matinee.models import TrainSettings
from matinee.page.specs import built

__all__ = ["Config", "KeepSettings", "LogSettings", "ServerSettings"]

_PREFIX = "MATINEE__"


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the server listens, and whom it believes. The TOML table `[server]`."""

    host: Annotated[
        str,
        msgspec.Meta(min_length=1, description="Address to listen on; beyond loopback needs a key"),
    ] = "127.0.0.1"
    port: Annotated[
        int, msgspec.Meta(ge=0, le=65_535, description="Port to listen on; 0 takes a free one")
    ] = 8000
    workers: Annotated[int, msgspec.Meta(ge=1, le=64, description="Worker processes")] = 2
    hosts: Annotated[
        tuple[str, ...],
        msgspec.Meta(description="Host names under which clients may write, besides the address"),
    ] = ()
    origins: Annotated[
        tuple[str, ...],
        msgspec.Meta(description="Origins of other sites that may write, as `https://name`"),
    ] = ()

    @property
    def loopback(self) -> bool:
        """Whether nothing outside this machine can reach the address."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return False


class LogSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is written to standard error, one JSON object a line. The TOML table `[log]`."""

    access: Annotated[
        bool, msgspec.Meta(description="Write a line for every request, without any secret")
    ] = False


class KeepSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how long things are kept, and how often that is seen to. The TOML table `[keep]`."""

    events_days: Annotated[
        int,
        msgspec.Meta(
            ge=0, le=36_500, description="Days after which an event is deleted; 0 keeps all"
        ),
    ] = 0
    decisions_days: Annotated[
        int,
        msgspec.Meta(ge=0, le=36_500, description="As events_days, for the records of pages"),
    ] = 30
    rejected_days: Annotated[
        int,
        msgspec.Meta(ge=0, le=36_500, description="As events_days, for what was turned away"),
    ] = 30
    hot_days: Annotated[
        int,
        msgspec.Meta(
            ge=32, le=36_500, description="Days for which events are looked up fastest; then slower"
        ),
    ] = 90
    bundles: Annotated[
        int,
        msgspec.Meta(
            ge=0,
            le=10_000,
            description="Newest trained bundles that are kept, beside the live one and the one"
            " before it; 0 keeps all",
        ),
    ] = 10
    every_minutes: Annotated[
        int, msgspec.Meta(ge=1, le=100_000, description="Minutes between two goings through")
    ] = 60


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One TOML file, section by section."""

    server: ServerSettings = ServerSettings()
    engine: EngineSettings = EngineSettings()
    train: TrainSettings = TrainSettings()
    log: LogSettings = LogSettings()
    keep: KeepSettings = KeepSettings()

    @classmethod
    def parse(cls, toml_text: str = "", overrides: Mapping[str, str] | None = None) -> Config:
        """Read TOML text, then lay overrides over it.

        `overrides` maps `MATINEE__SECTION__KEY` to text, as an environment does; other names are
        passed over. A value that opens with `[`, `{` or a quote is read as TOML.

        Raises:
            ValueError: broken TOML, an unknown key (the known ones are listed), or a bad value.
        """
        try:
            tree = tomllib.loads(toml_text)
        except tomllib.TOMLDecodeError as error:
            msg = f"the configuration is not TOML: {error}"
            raise ValueError(msg) from None
        for name, text in (overrides or {}).items():
            if name.startswith(_PREFIX):
                _lay(tree, name, text)
        _refuse_unknown(cls, tree, ())
        try:
            config = msgspec.convert(tree, cls, strict=False)
        except msgspec.ValidationError as error:
            what, _, where = str(error).partition(" - at `$.")
            msg = f"{where.rstrip('`') or 'the configuration'}: {what}"
            raise ValueError(msg) from None
        try:
            if "train" in tree:
                config.train.recipe()
                if not config.train.rewards.endswith(".toml"):  # a file is read when it is used
                    Rewards.chosen(config.train.rewards)
            if "engine" in tree:
                _build(config.engine)
        except LookupError as error:
            raise ValueError(str(error)) from None
        return config


def _build(engine: EngineSettings) -> None:
    """Raise what building the engine's parts raises, long before the first page."""
    named = {"ranker": engine.rankers, "row": engine.rows, "layout": (engine.layout,)}
    for family, specs in {**named, "artwork": (engine.artwork,)}.items():
        for spec in specs:
            built(family, spec)


def _lay(tree: dict[str, Any], name: str, text: str) -> None:
    *sections, key = name.removeprefix(_PREFIX).lower().split("__")
    if not sections:
        msg = f"{name} names no section; write {_PREFIX}SECTION__KEY, as {_PREFIX}SERVER__PORT"
        raise ValueError(msg)
    table = tree
    for section in sections:
        table = table.setdefault(section, {})
        if not isinstance(table, dict):
            msg = f"{name}: {section} is a value, not a table"
            raise ValueError(msg)
    table[key] = _value(name, text)


def _value(name: str, text: str) -> Any:  # noqa: ANN401  (whatever TOML says)
    if not text.lstrip().startswith(("[", "{", '"', "'")):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as error:
        msg = f"{name} is not a TOML value: {error}"
        raise ValueError(msg) from None


def _refuse_unknown(
    cls: type[msgspec.Struct], tree: Mapping[str, Any], at: tuple[str, ...]
) -> None:
    known = {field.encode_name: field.type for field in msgspec.structs.fields(cls)}
    for key, value in tree.items():
        if key not in known:
            where = f"[{'.'.join(at)}]" if at else "the configuration"
            there_are = ", ".join(sorted(known))
            msg = f"no setting called {key!r} in {where}; there are {there_are}"
            raise ValueError(msg)
        kind = known[key]
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(value, dict):
            _refuse_unknown(kind, value, (*at, key))
