"""Which plots a report has: accuracy against what it costs, and for whom, and by rank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import nan
from typing import Any

from matinee.evaluation.plots import Axis, lines, scatter

__all__ = ["GROUPS", "figures"]

GROUPS = {
    "history": "titles liked before",
    "stage": "stage",
    "popularity": "popularity of what was wanted",
}
"""The groups of a report by their names there, and in words."""

_SHOWN = 10  # plots name at most so many models without crowding
_POPULAR = "(most popular)"
_SHORTEST = 1e-3  # seconds and ms, of what takes no time


def figures(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield every plot as HTML, with its caption; of many models the first ones."""
    headline, every = report["headline"], report["models"]
    models = dict(list(every.items())[:_SHOWN])
    if len(models) < len(every):
        yield f"<p>The plots show the first {len(models)} of {len(every)} models.</p>"
    yield from _dots(models, headline)
    for group, label in GROUPS.items():
        words = list(dict.fromkeys(w for one in models.values() for w in one["groups"][group]))
        if words:
            yield _figure(f"By {label}", _grouped(models, group, words, headline, label))
    yield from _by_rank(models)


def _dots(models: Mapping[str, Any], headline: str) -> Iterator[str]:
    for key, label, group in (
        ("coverage@20", "coverage@20", "catalogue"),
        ("popularity_lift@20", "popularity lift@20", "metrics"),
    ):
        dots = {
            name: (_value(one[group].get(key)), _value(one["metrics"][headline]))
            for name, one in models.items()
        }
        yield _figure(f"Accuracy against {label}", scatter(dots, Axis(label), Axis(headline)))
    dots = {
        name: (max(_value(one["fit_s"]), _SHORTEST), max(_value(one["score_ms"]), _SHORTEST))
        for name, one in models.items()
    }
    across, up = Axis("seconds to fit", log=True), Axis("ms to score one profile", log=True)
    yield _figure("Fit time and latency", scatter(dots, across, up))


def _by_rank(models: Mapping[str, Any]) -> Iterator[str]:
    for key, mine, caption, label in (
        ("take_rate", "model", "Take rate by rank", "take rate"),
        ("ecs_by_rank", "ecs", "Effective catalogue size by rank", "titles"),
    ):
        curves = {name: _curve(one[key]["rank"], one[key][mine]) for name, one in models.items()}
        first = next(iter(models.values()))[key]
        curves[_POPULAR] = _curve(first["rank"], first["popular"])
        yield _figure(caption, lines(curves, Axis("rank", log=True), Axis(label)))


def _grouped(
    models: Mapping[str, Any], group: str, words: Sequence[str], headline: str, label: str
) -> str:
    series = {
        name: [
            (float(place), _value(one["groups"][group].get(word, {}).get(headline)))
            for place, word in enumerate(words)
        ]
        for name, one in models.items()
    }
    return lines(series, Axis(label, names=tuple(words)), Axis(headline))


def _figure(caption: str, drawing: str) -> str:
    return f"<figure><figcaption>{escape(caption)}</figcaption>{drawing}</figure>"


def _curve(ranks: Sequence[int], values: Sequence[float]) -> list[tuple[float, float]]:
    return [(float(a), _value(b)) for a, b in zip(ranks, values, strict=True)]


def _value(value: Any) -> float:  # noqa: ANN401  (a number, an estimate, or nothing)
    if isinstance(value, Mapping):
        value = value["mean"]
    return nan if value is None else float(value)
