"""A report as one HTML file that needs nothing else: tables, plots and what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import inf, nan
from typing import Any

from matinee.evaluation.plots import Axis, lines, scatter

__all__ = ["page"]

_STYLE = """
:root{color-scheme:light dark;--ink:#1b1b1f;--soft:#5b5b66;--line:#d9d9e0;--paper:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#ececf1;--soft:#a5a5b2;--line:#3a3a44;--paper:#17171b}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:2rem auto;
max-width:1180px;padding:0 1rem}
h1{font-size:1.6rem;margin:0}h2{font-size:1.1rem;margin:2.2rem 0 .5rem}
p,dl{color:var(--soft);margin:.3rem 0}dt{font-weight:600;float:left;clear:left;width:11rem}
dd{margin:0 0 0 11rem;overflow-wrap:anywhere}
.wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .7rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th:first-child,td:first-child{text-align:left}small{color:var(--soft)}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(420px,1fr));gap:1.5rem}
figure{margin:0}figcaption{font-weight:600;margin-bottom:.3rem}
svg{width:100%;height:auto}svg text{font-size:12px;fill:var(--soft)}
svg .label{fill:var(--ink)}svg .grid{stroke:var(--line);fill:none}
.bad{color:#c62828;font-weight:600}
"""
_SHOWN = 10  # plots name at most so many models without crowding


def page(report: Mapping[str, Any]) -> str:
    """Return the HTML of what `evaluate` reports; numbers that do not apply are shown as –."""
    data, protocol = report["data"], report["protocol"]
    title = escape(f"{data['name']} · {protocol}")
    body = "".join(
        (*_heading(report), *_tables(report), *_plots(report), *_audits(report), *_rest(report))
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body>{body}</body></html>\n"
    )


def _heading(report: Mapping[str, Any]) -> Iterator[str]:
    data, split = report["data"], report["split"]
    what = "the full catalogue" if split["ranking"] == "full" else f"{split['ranking']} titles"
    yield f"<h1>{escape(data['name'])}, protocol {escape(report['protocol'])}</h1>"
    yield (
        f"<p>{data['profiles']:,} profiles, {data['titles']:,} titles,"
        f" {data['interactions']:,} interactions; {split['test_profiles']:,} profiles asked,"
        f" {escape(what)} ranked, seen titles masked. Intervals are 95 % bootstraps over"
        f" profiles.</p>"
    )


def _tables(report: Mapping[str, Any]) -> Iterator[str]:
    models = report["models"]
    names = list(next(iter(models.values()))["metrics"])
    headline = report["headline"]
    names.sort(key=lambda name: name != headline)
    yield "<h2>Accuracy and beyond</h2>"
    order = sorted(models, key=lambda name: -_number(models[name]["metrics"][headline]["mean"]))
    yield _table(
        ["", *names],
        [[escape(m), *(_estimate(models[m]["metrics"][name]) for name in names)] for m in order],
    )
    spreads = list(next(iter(models.values()))["catalogue"])
    yield "<h2>Catalogue, time and memory</h2>"
    yield _table(
        ["", *spreads, "fit s", "peak MB", "score ms", "p99 ms", "knows the future"],
        [
            [
                escape(m),
                *(_plain(models[m]["catalogue"][name]) for name in spreads),
                *(_plain(models[m][k]) for k in ("fit_s", "peak_mb", "score_ms", "score_p99_ms")),
                _verdict(models[m]["foresight"]),
            ]
            for m in order
        ],
    )
    if report["pairs"]:
        yield f"<h2>Pairs by {escape(headline)}</h2>"
        yield _table(
            ["better", "than", "difference", "p", "p (Holm)"],
            [
                [
                    escape(one["a"]),
                    escape(one["b"]),
                    _estimate({"mean": one["difference"], **one}),
                    _plain(one["p"]),
                    _plain(one["p_holm"]),
                ]
                for one in report["pairs"]
            ],
        )


def _audits(report: Mapping[str, Any]) -> Iterator[str]:
    headline, models = report["headline"], report["models"]
    first = next(iter(models.values()))["audit"]
    for attribute, told in first.items():
        yield f"<h2>Audit by {escape(attribute)}: {escape(headline)}</h2>"
        few = told["suppressed"]
        yield (
            f"<p>Each group's mean, and its gap to all the others; no model knows the groups."
            f" {few['groups']} groups of fewer than {told['least']} profiles are not told.</p>"
        )
        yield _table(
            ["", "profiles", *models],
            [
                [
                    escape(group),
                    str(metrics[headline]["n"]),
                    *(
                        _gap(one["audit"][attribute]["groups"][group][headline])
                        for one in models.values()
                    ),
                ]
                for group, metrics in told["groups"].items()
                if headline in metrics
            ],
        )


def _gap(one: Mapping[str, Any]) -> str:
    sure = ' class="bad"' if one["p_holm"] < 0.05 else ""
    gap = f"{_plain(one['gap'])} ({_plain(one['gap_low'])} to {_plain(one['gap_high'])})"
    return f"{_plain(one['mean'])}<br><small{sure}>{gap}</small>"


def _plots(report: Mapping[str, Any]) -> Iterator[str]:
    headline = report["headline"]
    models = dict(list(report["models"].items())[:_SHOWN])
    yield '<h2>Plots</h2><div class="plots">'
    good = Axis(headline)

    def accuracy(one: Mapping[str, Any]) -> float:
        return _number(one["metrics"][headline]["mean"], nan)

    for key, label, group in (
        ("coverage@20", "coverage@20", "catalogue"),
        ("popularity_lift@20", "popularity lift@20", "metrics"),
    ):
        dots = {name: (_value(one[group].get(key)), accuracy(one)) for name, one in models.items()}
        yield _figure(f"Accuracy against {label}", scatter(dots, Axis(label), good))
    for group, label in (
        ("history", "titles liked before"),
        ("stage", "stage"),
        ("popularity", "popularity of what was wanted"),
    ):
        words = list(dict.fromkeys(w for one in models.values() for w in one["groups"][group]))
        if words:
            yield _figure(f"By {label}", _grouped(models, group, words, headline, label))
    dots = {name: (_value(one["fit_s"]), _value(one["score_ms"])) for name, one in models.items()}
    time = scatter(
        {name: (max(a, 1e-3), max(b, 1e-3)) for name, (a, b) in dots.items()},
        Axis("seconds to fit", log=True),
        Axis("ms to score one profile", log=True),
    )
    yield _figure("Fit time and latency", time)
    takes = {
        name: _curve(one["take_rate"]["rank"], one["take_rate"]["model"])
        for name, one in models.items()
    }
    first = next(iter(models.values()))["take_rate"]
    takes["(most popular)"] = _curve(first["rank"], first["popular"])
    yield _figure("Take rate by rank", lines(takes, Axis("rank", log=True), Axis("take rate")))
    sizes = {
        name: _curve(one["ecs_by_rank"]["rank"], one["ecs_by_rank"]["ecs"])
        for name, one in models.items()
    }
    yield _figure(
        "Effective catalogue size by rank",
        lines(sizes, Axis("rank", log=True), Axis("titles")),
    )
    yield "</div>"


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


def _rest(report: Mapping[str, Any]) -> Iterator[str]:
    data, split = report["data"], report["split"]
    yield "<h2>What it rests on</h2><dl>"
    for word, said in (
        ("data", data["fingerprint"]),
        ("learned from", ", ".join(fit["fingerprint"] for fit in split["fit"])),
        ("protocol", f"{report['protocol']} {split['settings']}"),
        ("moment", split["at"] or "none"),
        ("likes", split["positives"]),
        ("tuned on", split["tuned_on"] or "nothing: settings as given"),
        ("seed", report["seed"]),
        *((f"settings of {m}", one["settings"]) for m, one in report["models"].items()),
    ):
        yield f"<dt>{escape(str(word))}</dt><dd>{escape(str(said))}</dd>"
    yield "</dl>"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(one)}</th>" for one in headings)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def _figure(caption: str, drawing: str) -> str:
    return f"<figure><figcaption>{escape(caption)}</figcaption>{drawing}</figure>"


def _estimate(one: Mapping[str, Any]) -> str:
    low, high = _plain(one["low"]), _plain(one["high"])
    return f"{_plain(one['mean'])}<br><small>{low} to {high}</small>"


def _verdict(found: Mapping[str, Any]) -> str:
    area = f"<small>area {found['area']:.3f}, limit {found['limit']:.3f}</small>"
    return f'<span class="bad">yes</span><br>{area}' if found["leaks"] else f"no<br>{area}"


def _curve(ranks: Sequence[int], values: Sequence[float]) -> list[tuple[float, float]]:
    return [(float(a), _value(b)) for a, b in zip(ranks, values, strict=True)]


def _plain(value: float | None) -> str:
    return "–" if value is None or value != value else f"{value:.4g}"  # noqa: PLR0124  (NaN only)


def _value(value: Any) -> float:  # noqa: ANN401  (a number, an estimate, or nothing)
    if isinstance(value, Mapping):
        value = value["mean"]
    return nan if value is None else float(value)


def _number(value: float | None, missing: float = -inf) -> float:
    return missing if value is None or value != value else value  # noqa: PLR0124  (NaN only)
