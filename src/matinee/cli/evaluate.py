"""`matinee evaluate`: judge models on held-out data, with intervals and fair comparisons."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NotRequired, TypedDict

import typer

from matinee.cli.edge import CHECK_FAILED
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
from matinee.cli.screen import Screen, written_to

if TYPE_CHECKING:
    from matinee.data import Dataset
    from matinee.parts import EvaluationProtocol, Recipe, Source

__all__ = ["evaluate"]

_COLUMNS = ("recall@20", "coverage@20", "popularity_lift@20")


class _Searched(TypedDict):
    settings: dict[str, Any]


class _Tuned(TypedDict):
    """What is read of a report of `matinee tune`."""

    models: dict[str, _Searched]
    part: NotRequired[str]
    protocol: NotRequired[str]
    settings: NotRequired[dict[str, Any]]
    seed: NotRequired[int]
    data: NotRequired[dict[str, str]]


def evaluate(
    *,
    data: Data = "small",
    protocol: ProtocolName = "time",
    models: Models = "popular,item_knn,ease,blend",
    setting: Setting = None,
    settings: Annotated[
        Path | None,
        typer.Option(
            "--settings",
            help="Settings of the models: what `matinee tune --json` wrote, or TOML as"
            " `week = { popular = { half_life_days = 7.0 } }`, which names another model.",
            metavar="FILE",
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", help="Write a report with plots, in one file.", metavar="FILE"),
    ] = None,
    columns: Map = None,
    create: Create = False,
    seed: Seed = SEED,
    home: Home = HOME,
    json: Json = None,
) -> None:
    """Judge models on what they have not seen. Exit code 1: a model knew the future."""
    from matinee.evaluation import evaluate as evaluation

    screen = Screen(json)
    if html is not None:
        written_to(html)
    cut = protocol_of(protocol, setting)
    said, tuned = _settings(settings)
    recipes = {name: _recipe(name, said) for name in names_of(models)}
    read, audit = data_of(screen, data, home=home, columns=columns, create=create)
    with screen.bar(f"evaluating {protocol}") as moved:
        report = evaluation(
            read,
            protocol.replace("_", "-"),
            cut,
            recipes,
            seed=seed,
            source=data,
            tuned_on=_tuned_on(tuned, read, protocol.replace("_", "-"), cut, seed),
            audit=audit,
            progress=moved,
        )
    _tell(screen, report)
    if html is not None:
        from matinee.evaluation.html import page

        html.write_text(page(report), encoding="utf-8")
        screen.say(f"the report is in {html}")
    screen.report(report)
    leaking = [name for name, one in report["models"].items() if one["foresight"]["leaks"]]
    if leaking:
        screen.say(f"fitted on nothing, these knew what is to come: {', '.join(leaking)}")
        raise typer.Exit(CHECK_FAILED)


def _recipe(name: str, said: Mapping[str, Any]) -> Recipe[Source]:
    """Build a source by its name, or by what the settings say that a name of a person's stands for.

    Raises:
        LookupError, ValueError: there is no such source, or a setting does not do.
    """
    from matinee.models import recipe
    from matinee.parts import names

    if name not in said:
        return recipe(name)
    return recipe({name: said[name]} if name in names("source") else said[name])


def _tuned_on(
    tuned: _Tuned | None, data: Dataset, name: str, protocol: EvaluationProtocol, seed: int
) -> str | None:
    """Say on what settings were searched: the same cut's part, or in words which other one's."""
    import msgspec

    from matinee.models import described

    if tuned is None or "part" not in tuned:
        return None
    where = tuned.get("data", {})
    theirs = where.get("fingerprint"), tuned.get("protocol"), tuned.get("seed")
    settings = msgspec.json.decode(msgspec.json.encode(described(protocol)))
    if tuned.get("settings") == settings and theirs == (f"sha256:{data.fingerprint}", name, seed):
        return tuned["part"]
    return (
        f"{tuned['part']} of {where.get('name')}, {theirs[1]} {tuned.get('settings')},"
        f" seed {theirs[2]}: not this cut's"
    )


def _settings(file: Path | None) -> tuple[dict[str, Any], _Tuned | None]:
    """Return settings by model, and the report of the search that found them, if one did.

    Raises:
        ValueError: the file is not what it should be.
    """
    if file is None:
        return {}, None
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".json":
        try:
            return tomllib.loads(text), None
        except tomllib.TOMLDecodeError as error:
            msg = f"{file} is not TOML: {error}"
            raise ValueError(msg) from error
    import msgspec

    try:
        tuned = msgspec.json.decode(text, type=_Tuned)
    except msgspec.ValidationError as error:
        msg = f"{file} is not what `matinee tune --json` writes: {error}"
        raise ValueError(msg) from error
    except msgspec.DecodeError as error:
        msg = f"{file} is not JSON: {error}"
        raise ValueError(msg) from error
    return {name: one["settings"] for name, one in tuned["models"].items()}, tuned


def _tell(screen: Screen, report: Mapping[str, Any]) -> None:
    found, split, headline = report["data"], report["split"], report["headline"]
    what = "all" if split["ranking"] == "full" else f"{split['ranking']} titles"
    screen.say(
        f"{found['name']}, {report['protocol']}: {split['test_profiles']:,} profiles asked of"
        f" {found['profiles']:,}, {found['titles']:,} titles, {what} ranked but the seen;"
        f" likes: {split['positives']}; seed {report['seed']}"
    )
    rows = []
    for name, one in report["models"].items():
        best = one["metrics"][headline]
        both = {**{key: value["mean"] for key, value in one["metrics"].items()}, **one["catalogue"]}
        rows.append(
            [
                name,
                f"{best['mean']:.4f}",
                f"{best['low']:.4f} to {best['high']:.4f}",
                *(both.get(column) for column in _COLUMNS),
                one["fit_s"],
                one["score_ms"],
            ]
        )
    rows.sort(key=lambda row: -float(row[1]))
    screen.table(["model", headline, "95 %", *_COLUMNS, "fit s", "score ms"], rows)
    if split["stages"]:
        stages = {name: report["models"][name]["groups"]["stage"] for name, *_ in rows}
        screen.table(
            [headline, *split["stages"]],
            [
                [name, *(f"{by[stage][headline]['mean']:.4f}" for stage in split["stages"])]
                for name, by in stages.items()
            ],
        )
    for pair in report["pairs"]:
        if pair["a"] == rows[0][0]:
            screen.say(
                f"{pair['a']} − {pair['b']}: {pair['difference']:.4f}"
                f" ({pair['low']:.4f} to {pair['high']:.4f}), p {pair['p_holm']:.4f} (Holm)"
            )
