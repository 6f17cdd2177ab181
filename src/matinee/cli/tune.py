"""`matinee tune`: search the settings of models on validation data, the same trials for each."""

from __future__ import annotations

from typing import Annotated

import typer

from matinee.cli.importing import Create, Map
from matinee.cli.judging import (
    SEED,
    Data,
    Models,
    ProtocolName,
    Seed,
    Setting,
    data_of,
    names_of,
    protocol_of,
)
from matinee.cli.options import HOME, Home, Json
from matinee.cli.screen import Screen

__all__ = ["tune"]


def tune(
    *,
    data: Data = "small",
    protocol: ProtocolName = "time",
    models: Models = "popular,item_knn,ease",
    setting: Setting = None,
    trials: Annotated[
        int, typer.Option("--trials", min=1, help="How many settings of each model are tried.")
    ] = 20,
    columns: Map = None,
    create: Create = False,
    seed: Seed = SEED,
    home: Home = HOME,
    json: Json = None,
) -> None:
    """Search settings on the validation part; `evaluate --settings` takes the JSON report."""
    from matinee.evaluation.tuning import tune as tuning

    screen = Screen(json)
    cut, names = protocol_of(protocol, setting), names_of(models)
    read, _ = data_of(screen, data, home=home, columns=columns, create=create)
    with screen.bar(f"tuning on {protocol}") as moved:
        report = tuning(
            read,
            protocol.replace("_", "-"),
            cut,
            names,
            trials=trials,
            seed=seed,
            source=data,
            progress=moved,
        )
    screen.table(
        ["model", report["metric"], "by default", "trials", "settings"],
        [
            [
                name,
                one["value"],
                one["default"],
                len(one["trials"]),
                ", ".join(f"{key} {value}" for key, value in one["settings"].items()),
            ]
            for name, one in report["models"].items()
        ],
    )
    screen.report(report)
