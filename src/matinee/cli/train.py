"""`matinee train`: fit the models on what the log knows by now, and make them live."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from matinee.cli.options import HOME, Home, Json
from matinee.cli.screen import Screen

if TYPE_CHECKING:
    from matinee.stores import Stores

__all__ = ["SEED", "Seed", "fit", "train"]

SEED = 20_261_122
Seed = Annotated[int, typer.Option("--seed", min=0, help="The same seed and data: one model.")]


def train(*, seed: Seed = SEED, home: Home = HOME, json: Json = None) -> None:
    """Fit the models on everything that has been recorded, and make the new bundle live."""
    from matinee.cli.homes import opened

    screen = Screen(json)
    with opened(home) as stores:
        bundle, manifest = fit(screen, stores, home=home, seed=seed)
    screen.report({"bundle": bundle, **manifest})


def fit(screen: Screen, stores: Stores, *, home: Path, seed: int) -> tuple[str, dict[str, Any]]:
    """Train on opened stores; return the new live bundle and its manifest."""
    from matinee.cli.clock import now
    from matinee.cli.settings import configuration
    from matinee.training import train as training

    config = configuration(home)
    with screen.bar("training") as moved:
        bundle = training(stores, config.train, now=now(), seed=seed, home=home, progress=moved)
    manifest = stores.bundles.manifest(bundle)
    screen.say(f"{bundle} is live; `matinee models describe --home {home}` says how good it is")
    return bundle, manifest
