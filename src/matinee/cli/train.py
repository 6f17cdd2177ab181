"""`matinee train`: fit the models on what the log knows by now, weigh them, make them live."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matinee.cli.edge import CHECK_FAILED
from matinee.cli.options import HOME, Home, Json
from matinee.cli.screen import Screen

if TYPE_CHECKING:
    from matinee.stores import Stores

__all__ = ["SEED", "Seed", "fit", "train"]

SEED = 20_261_122
Seed = Annotated[int, typer.Option("--seed", min=0, help="The same seed and data: one model.")]


Tune = Annotated[
    int | None,
    typer.Option(
        "--tune", min=0, max=1000, help="Settings tried of each model; [train] trials says 0."
    ),
]
Force = Annotated[
    bool, typer.Option("--force", help="Make it live even if it is worse than what is.")
]


def train(
    *,
    tune: Tune = None,
    force: Force = False,
    seed: Seed = SEED,
    home: Home = HOME,
    json: Json = None,
) -> None:
    """Fit the models on everything recorded; make them live unless they are worse than what is.

    Exit code 1: they are worse, and what was live stays so.
    """
    from matinee.cli.homes import opened

    screen = Screen(json)
    with opened(home) as stores:
        bundle, manifest = fit(screen, stores, home=home, seed=seed, tune=tune, force=force)
    screen.report({"bundle": bundle, **manifest})
    if not manifest["live"]:
        raise typer.Exit(CHECK_FAILED)


def fit(
    screen: Screen,
    stores: Stores,
    *,
    home: Path,
    seed: int,
    tune: int | None = None,
    force: bool = False,
) -> tuple[str, dict[str, Any]]:
    """Train on opened stores; return the new bundle, and its manifest with the gate's verdict."""
    import msgspec

    from matinee.cli.clock import now
    from matinee.cli.settings import configuration
    from matinee.training import retrain, sole_training

    settings = configuration(home).train
    if tune is not None:
        settings = msgspec.structs.replace(settings, trials=tune)
    with sole_training(home), screen.bar("training") as moved:
        trained = retrain(
            stores, settings, now=now(), seed=seed, home=home, force=force, progress=moved
        )
    verdict = trained.verdict
    screen.say(verdict.why if verdict.passed or not force else f"{verdict.why}; forced")
    if trained.live:
        command = f"matinee models describe --home {home}"
        screen.say(f"{trained.bundle} is live; `{command}` says how good it is")
    else:
        command = f"matinee models promote {trained.bundle} --force --home {home}"
        screen.say(f"{trained.bundle} is held back; `{command}` makes it live all the same")
    gate = msgspec.to_builtins(verdict)
    told = {**stores.bundles.manifest(trained.bundle), "live": trained.live, "gate": gate}
    return trained.bundle, told
