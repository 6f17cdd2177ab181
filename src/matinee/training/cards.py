"""Model cards: what a fitted model is, learned from and is good for, as one page of Markdown.

Mitchell et al., Model cards for model reporting, FAccT 2019.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from inspect import getdoc
from typing import Any

from matinee.parts import load

__all__ = ["cards", "versions"]

_USE = (
    "Ranking films and series for profiles of the catalogue that it was fitted on, inside"
    " Matinee's pages and lists. It is not made for deciding anything about a person, for inferring"
    " who somebody is, or for titles of another catalogue."
)
_LIMITS = (
    "It learns from what was shown and watched, so what was never shown has had no chance.",
    "Offline numbers say how well past choices are foretold, not how content viewers become.",
    "Age and gender are no inputs; `matinee evaluate` audits groups where a data set tells them.",
)


def versions() -> dict[str, str]:
    """Return the versions of what fitted a model."""
    found = {"python": platform.python_version()}
    for package in ("matinee", "numpy", "scipy", "polars"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def cards(about: Mapping[str, Any], *, created: str) -> dict[str, str]:
    """Return a card for each fitted model of a bundle, by file name, from its manifest."""
    [(name, said)] = about["settings"].items()
    models = {name: said}
    for one in said.get("sources", ()):
        models.update(one)
    return {
        f"{model}.md": "\n".join(_card(model, settings, name, about, created)) + "\n"
        for model, settings in models.items()
    }


def _card(
    model: str, settings: Mapping[str, Any], whole: str, about: Mapping[str, Any], created: str
) -> Iterator[str]:
    described = (getdoc(load("source", model)) or model).partition("\n")[0]
    part = "" if model == whole else f" It is a part of `{whole}`"
    weight = (about.get("weights") or {}).get(model)
    share = f", with weight {weight:.3f}" if part and weight is not None else ""
    yield from (f"# {model}", "", f"{described}{part}{share}{'.' if part else ''}", "")
    yield from ("## Intended use", "", _USE, "")
    yield from _facts(about, created)
    yield from ("## Settings", "")
    yield from (f"- `{key}`: {value}" for key, value in settings.items())
    yield from ("", *_search(model, about.get("search")))
    yield from _metrics(model, about.get("evaluation"))
    yield from ("## Limits", "", *(f"- {one}" for one in _LIMITS))


def _facts(about: Mapping[str, Any], created: str) -> Iterator[str]:
    data = about["data"]
    yield from (
        "## Data and origin",
        "",
        f"- fingerprint: `{data['fingerprint']}`",
        f"- {data['profiles']:,} profiles and {data['titles']:,} titles",
        f"- {data['interactions']:,} interactions, as known at {data['at']}",
        f"- rewards: {about.get('rewards', {}).get('version', 'unknown')}",
        f"- fitted: {created}, seed {about['seed']}",
        "- versions: " + ", ".join(f"{k} {v}" for k, v in about.get("versions", {}).items()),
        "",
    )


def _search(model: str, search: Mapping[str, Any] | None) -> Iterator[str]:
    yield from ("## Search", "")
    if search is None:
        yield "Settings were given, not searched."
    elif "failed" in search:
        yield f"The search had too few data and left the settings: {search['failed']}."
    elif model not in search["models"]:
        yield "Its parts were searched; see their cards."
    else:
        one = search["models"][model]
        yield (
            f"{len(one['trials'])} trials on the {search['part']} part, {search['requests']:,}"
            f" requests: {search['metric']} {one['value']:.4f}, first trial {one['default']:.4f}."
            if one["value"] is not None and one["default"] is not None
            else f"{len(one['trials'])} trials, of which the first or all failed."
        )
    yield ""


def _metrics(model: str, judged: Mapping[str, Any] | None) -> Iterator[str]:
    yield from ("## Metrics", "")
    if judged is None or model not in judged["models"]:
        yield from ("Nothing was held out to measure on.", "")
        return
    yield from (
        f"Fitted on what came before {judged['from']}, asked for what was liked later.",
        f"{judged['requests']:,} requests, full catalogue, 95 % bootstrap intervals.",
        "",
        f"| metric | {model} | popular |",
        "|---|---|---|",
    )
    popular = judged["models"]["popular"]
    for metric, mine in judged["models"][model].items():
        yield f"| {metric} | {_estimate(mine)} | {_estimate(popular[metric])} |"
    for group, label in (("history", "titles liked before"), ("popularity", "what was wanted")):
        yield from ("", f"| {label} | ndcg@20 | n |", "|---|---|---|")
        for word, one in judged["groups"][model][group].items():
            yield f"| {word} | {_estimate(one)} | {one['n']} |"
    yield ""


def _estimate(one: Mapping[str, Any]) -> str:
    return f"{one['mean']:.4f} ({one['low']:.4f} to {one['high']:.4f})"
