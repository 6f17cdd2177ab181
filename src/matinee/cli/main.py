"""The `matinee` command: its subcommands by name, and what the console script calls."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from matinee import __version__
from matinee.cli import (
    compacting,
    config,
    demo,
    doctor,
    evaluate,
    events,
    export,
    importing,
    init,
    keys,
    models,
    profiles,
    restore,
    serve,
    train,
    tune,
    upkeep,
)
from matinee.cli.edge import INTERRUPTED, edge

__all__ = ["app", "main", "run"]

# Plain help: rich's would cost a third of the start-up, for boxes.
app = typer.Typer(
    name="matinee",
    help="A home page of one's own for every viewer of a film and series catalogue.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_COMMANDS: Mapping[str, Callable[..., None]] = {
    "demo": demo.demo,
    "init": init.init,
    "import": importing.importing,
    "compact": compacting.compact,
    "train": train.train,
    "evaluate": evaluate.evaluate,
    "tune": tune.tune,
    "serve": serve.serve,
    "doctor": doctor.doctor,
    "upkeep": upkeep.upkeep,
    "export": export.export,
    "restore": restore.restore,
}
_GROUPS: Mapping[str, tuple[str, Mapping[str, Callable[..., None]]]] = {
    "models": ("See which models are there, and which are live.", models.COMMANDS),
    "config": ("See what the settings are, and whether they hold.", config.COMMANDS),
    "keys": ("Give out API keys, and take them back.", keys.COMMANDS),
    "profiles": ("List profiles, export what is held of one, erase one.", profiles.COMMANDS),
    "events": ("Look into the event log.", events.COMMANDS),
}

for _name, _command in _COMMANDS.items():
    app.command(_name)(edge(_command))
for _name, (_about, _verbs) in _GROUPS.items():
    _group = typer.Typer(help=_about, no_args_is_help=True, rich_markup_mode=None)
    for _verb, _command in _verbs.items():
        _group.command(_verb)(edge(_command))
    app.add_typer(_group, name=_name)


def _version(wanted: bool) -> None:  # noqa: FBT001  (typer calls it so)
    if wanted:
        print(f"matinee {__version__}")
        raise typer.Exit


@app.callback()
def main(
    *,
    _show: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Say the version."),
    ] = False,
) -> None:
    """Run one command; each explains itself with --help."""


def run() -> None:
    """Run the command line of this process."""
    try:
        app()
    except KeyboardInterrupt:  # before a command had begun
        sys.exit(INTERRUPTED)
