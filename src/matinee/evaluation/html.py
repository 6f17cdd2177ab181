"""A report as one HTML file that needs nothing else: tables, plots and what they rest on."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from html import escape
from math import inf
from typing import Any

from matinee import __version__
from matinee.evaluation.figures import GROUPS, figures
from matinee.evaluation.plots import STYLE

__all__ = ["page"]

_STYLE = f"""
:root{{color-scheme:light dark;--ink:#1b1b1f;--soft:#5b5b66;--line:#d9d9e0;--paper:#fff;
--bad:#b3261e}}
@media(prefers-color-scheme:dark){{
:root{{--ink:#ececf1;--soft:#a5a5b2;--line:#3a3a44;--paper:#17171b;--bad:#ff8a80}}}}
body{{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:2rem auto;
max-width:1180px;padding:0 1rem}}
h1{{font-size:1.6rem;margin:0}}h2{{font-size:1.1rem;margin:2.2rem 0 .5rem}}
p,dl{{color:var(--soft);margin:.3rem 0}}dt{{font-weight:600;float:left;clear:left;width:11rem}}
dd{{margin:0 0 0 11rem;overflow-wrap:anywhere}}summary{{cursor:pointer;margin:.5rem 0}}
.wide{{overflow-x:auto}}table{{border-collapse:collapse;font-variant-numeric:tabular-nums}}
th,td{{padding:.2rem .45rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap;
line-height:1.3}}
th:first-child,td:first-child{{text-align:left;position:sticky;left:0;background:var(--paper)}}
small{{color:var(--soft)}}
.plots{{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(420px,100%),1fr));gap:1.5rem}}
.plots p{{grid-column:1/-1}}figure{{margin:0}}figcaption{{font-weight:600;margin-bottom:.3rem}}
.bad{{color:var(--bad);font-weight:600}}
{STYLE}
"""
# Nothing is fetched, run or styled from elsewhere, whatever a name in the data may hold.
_POLICY = (
    "default-src 'none'; style-src 'sha256-"
    + b64encode(sha256(_STYLE.encode()).digest()).decode()
    + "'"
)
_PAIRS = 10  # that are shown at once


def page(report: Mapping[str, Any]) -> str:
    """Return the HTML of what `evaluate` reports; numbers that do not apply are shown as –."""
    title = escape(f"{report['data']['name']} · {report['protocol']}")
    parts = (_heading, _accuracy, _plots, _groups, _takes, _costs, _pairs, _audits, _rest)
    body = "".join(text for part in parts for text in part(report))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
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


def _accuracy(report: Mapping[str, Any]) -> Iterator[str]:
    models, headline = report["models"], report["headline"]
    names = list(next(iter(models.values()))["metrics"])
    names.sort(key=lambda name: name != headline)
    order = _order(report)
    yield "<h2>Accuracy and beyond</h2>"
    yield _table(
        ["", *order],
        [[escape(name), *(_estimate(models[m]["metrics"][name]) for m in order)] for name in names],
    )


def _plots(report: Mapping[str, Any]) -> Iterator[str]:
    yield '<h2>Plots</h2><div class="plots">'
    yield from figures(report)
    yield "</div>"


def _groups(report: Mapping[str, Any]) -> Iterator[str]:
    models, headline, order = report["models"], report["headline"], _order(report)
    first = models[order[0]]["groups"]
    for group, label in GROUPS.items():
        if not first[group]:
            continue
        yield f"<h2>By {escape(label)}: {escape(headline)}</h2>"
        yield _table(
            ["", "profiles", *order],
            [
                [
                    escape(word),
                    f"{one[headline]['n']:,}",
                    *(_estimate(models[m]["groups"][group][word][headline]) for m in order),
                ]
                for word, one in first[group].items()
            ],
        )


def _takes(report: Mapping[str, Any]) -> Iterator[str]:
    models, order = report["models"], _order(report)
    yield "<h2>Take rate as a multiple of that of the most popular titles</h2>"
    ranks = list(models[order[0]]["take_rate"]["lift"])
    yield _table(
        ["within the first", *order],
        [
            [escape(rank), *(_estimate(models[m]["take_rate"]["lift"][rank]) for m in order)]
            for rank in ranks
        ],
    )


def _costs(report: Mapping[str, Any]) -> Iterator[str]:
    models, order = report["models"], _order(report)
    spreads = list(models[order[0]]["catalogue"])
    yield "<h2>Catalogue, time and memory</h2>"
    yield _table(
        ["", *spreads, "fit s", "peak MB", "score ms", "p99 ms", "knows the future"],
        [
            [
                escape(m),
                *(_plain(models[m]["catalogue"][name]) for name in spreads),
                *(_brief(models[m][k]) for k in ("fit_s", "peak_mb", "score_ms", "score_p99_ms")),
                _verdict(models[m]["foresight"]),
            ]
            for m in order
        ],
    )


def _pairs(report: Mapping[str, Any]) -> Iterator[str]:
    pairs = report["pairs"]
    if not pairs:
        return
    yield f"<h2>Pairs by {escape(report['headline'])}</h2>"
    first, others = pairs, []
    if len(pairs) > _PAIRS:
        first = [one for one in pairs if one["a"] == pairs[0]["a"]]
        others = [one for one in pairs if one["a"] != pairs[0]["a"]]
    yield _compared(first)
    if others:
        yield f"<details><summary>{len(others)} other pairs</summary>"
        yield _compared(others) + "</details>"


def _compared(pairs: Sequence[Mapping[str, Any]]) -> str:
    return _table(
        ["better", "than", "difference", "p", "p (Holm)"],
        [
            [
                escape(one["a"]),
                escape(one["b"]),
                _estimate({"mean": one["difference"], **one}),
                _plain(one["p"]),
                _plain(one["p_holm"]),
            ]
            for one in pairs
        ],
    )


def _audits(report: Mapping[str, Any]) -> Iterator[str]:
    headline, models, order = report["headline"], report["models"], _order(report)
    for attribute, told in models[order[0]]["audit"].items():
        yield f"<h2>Audit by {escape(attribute)}: {escape(headline)}</h2>"
        few = told["suppressed"]
        yield (
            f"<p>Each group's mean, and its gap to all the others; no model knows the groups."
            f" {few['groups']} groups of fewer than {told['least']} profiles are not told.</p>"
        )
        yield _table(
            ["", "profiles", *order],
            [
                [
                    escape(group),
                    f"{metrics[headline]['n']:,}",
                    *(
                        _gap(models[m]["audit"][attribute]["groups"][group][headline])
                        for m in order
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


def _rest(report: Mapping[str, Any]) -> Iterator[str]:
    data, split = report["data"], report["split"]
    yield "<h2>What it rests on</h2><dl>"
    for word, said in (
        ("made by", f"Matinee {__version__}"),
        ("data", data["fingerprint"]),
        ("learned from", ", ".join(fit["fingerprint"] for fit in split["fit"])),
        ("protocol", f"{report['protocol']}: {_listed(split['settings'])}"),
        ("moment", split["at"] or "none"),
        ("likes", split["positives"]),
        ("tuned on", split["tuned_on"] or "nothing: settings as given"),
        ("seed", report["seed"]),
        *((f"settings of {m}", _listed(one["settings"])) for m, one in report["models"].items()),
    ):
        yield f"<dt>{escape(str(word))}</dt><dd>{escape(str(said))}</dd>"
    yield "</dl>"


def _order(report: Mapping[str, Any]) -> list[str]:
    """Return the models' names, the best by the headline first."""
    models, headline = report["models"], report["headline"]
    return sorted(models, key=lambda name: -_number(models[name]["metrics"][headline]["mean"]))


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(one)}</th>" for one in headings)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def _estimate(one: Mapping[str, Any]) -> str:
    low, high = _plain(one["low"]), _plain(one["high"])
    return f"{_plain(one['mean'])}<br><small>{low} to {high}</small>"


def _verdict(found: Mapping[str, Any]) -> str:
    area = f"<small>area {found['area']:.3f}, limit {found['limit']:.3f}</small>"
    return f'<span class="bad">yes</span><br>{area}' if found["leaks"] else f"no<br>{area}"


def _listed(value: Any) -> str:  # noqa: ANN401  (settings, as deep as they are)
    """Write settings as a person would: names with their values."""
    if isinstance(value, Mapping):
        said = ((key, one, isinstance(one, Mapping)) for key, one in value.items())
        return ", ".join(
            f"{key} ({_listed(one)})" if deep else f"{key} {_listed(one)}"
            for key, one, deep in said
        )
    if isinstance(value, list | tuple):
        return "[" + "; ".join(map(_listed, value)) + "]"
    return '""' if value == "" else str(value)


def _plain(value: float | None) -> str:
    if value is None or value != value:  # noqa: PLR0124  (NaN only)
        return "–"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.4f}" if abs(value) >= 0.001 or not value else f"{value:.2g}"


def _brief(value: float | None) -> str:
    return "–" if value is None else f"{value:,.4g}"


def _number(value: float | None, missing: float = -inf) -> float:
    return missing if value is None or value != value else value  # noqa: PLR0124  (NaN only)
