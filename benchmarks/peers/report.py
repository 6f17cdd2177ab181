"""The report of a run: every library's model with ours beside it, as JSON and as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from trials import Entry, Result

from matinee.evaluation.comparing import by_profile, estimates

SEED = 98_765


def compared(a: Result, b: Result, profiles: Any, metric: str) -> dict[str, float]:
    """Return by how much a is better than b, over profiles, with its 95 % interval."""
    assert a.metrics is not None
    assert b.metrics is not None
    difference = by_profile(a.metrics[metric] - b.metrics[metric], profiles)
    [found] = estimates(difference[:, None], np.random.default_rng(SEED))
    return {"difference": found.mean, "low": found.low, "high": found.high, "n": found.n}


def report(
    tested: Mapping[str, tuple[Entry, Result, list[Result]]],
    profiles: Any,
    headline: str,
    about: Mapping[str, Any],
) -> dict[str, Any]:
    """Return everything that was found, by model and by pair.

    Our best single model is the best on the validation part: chosen by the test, chance would
    count for it. The best peer is the best on the test, where chance may count for it.
    """
    ours = {name: found for name, found in tested.items() if found[0].library == "matinee"}
    peers = {name: found for name, found in tested.items() if name not in ours}
    fine = {name: one for name, (_, one, _) in tested.items() if one.metrics is not None}
    singles = [name for name in ours if name in fine and name != "blend"]
    best = max(singles, key=lambda name: _validated(tested[name][2], headline), default=None)
    rival = max(
        (name for name in peers if name in fine),
        key=lambda name: fine[name].mean(headline),
        default=None,
    )
    pairs = []
    for name, (entry, _, _) in peers.items():
        twin = best if entry.model.twin == "best" else entry.model.twin
        if name in fine and twin in fine:
            pairs.append(
                {"peer": name, "ours": twin, **_pair(fine, twin, name, profiles, headline)}
            )
    crowns = [
        {"peer": rival, "ours": name, **_pair(fine, name, rival, profiles, headline)}
        for name in dict.fromkeys((best, "blend"))
        if name in fine and rival is not None
    ]
    return {
        **about,
        "headline": headline,
        "models": {name: _told(*found, headline) for name, found in tested.items()},
        "pairs": pairs,
        "best": crowns,
    }


def _validated(trials: Sequence[Result], headline: str) -> float:
    return max((one.mean(headline) for one in trials), default=float("-inf"))


def _pair(
    fine: Mapping[str, Result], ours: str, peer: str, profiles: Any, metric: str
) -> dict[str, Any]:
    a, b = fine[ours], fine[peer]
    return {
        **compared(a, b, profiles, metric),
        "fit_ratio": b.fit_s / max(a.fit_s, 1e-9),
        "latency_ratio": b.alone_ms[0] / max(a.alone_ms[0], 1e-9),
    }


def _told(entry: Entry, test: Result, trials: list[Result], headline: str) -> dict[str, Any]:
    return {
        "library": entry.library,
        "twin": entry.model.twin,
        "held_out_profiles": entry.model.known,
        "settings": test.settings,
        "failed": test.failed or None,
        "fit_s": test.fit_s,
        "alone_ms": {"p50": test.alone_ms[0], "p99": test.alone_ms[1]},
        "metrics": {} if test.metrics is None else {key: test.mean(key) for key in test.metrics},
        "trials": [
            {
                "settings": one.settings,
                headline: None if one.metrics is None else one.mean(headline),
                "fit_s": one.fit_s,
                "failed": one.failed or None,
            }
            for one in trials
        ],
    }


def markdown(found: Mapping[str, Any]) -> str:
    """Return the tables of a report."""
    headline, models = found["headline"], found["models"]
    lines = [
        f"# {found['data']['name']}, {found['protocol']}",
        "",
        (
            f"{found['split']['requests']:,} requests over {found['split']['titles']:,} titles;"
            f" settings by {found['trials']} trials each on validation, the test part asked once;"
            f" 95 % intervals are paired bootstraps over profiles."
        ),
        "",
        (
            f"| peer | {headline} | ours | {headline} | ours − peer (95 %) | fit s, peer : ours"
            " | one request ms, peer : ours | a profile it has not learned |"
        ),
        "|---|---|---|---|---|---|---|---|",
    ]
    for pair in found["pairs"]:
        peer, ours = models[pair["peer"]], models[pair["ours"]]
        lines.append(
            f"| {pair['peer']} | {peer['metrics'][headline]:.4f} | {pair['ours']}"
            f" | {ours['metrics'][headline]:.4f} | {_difference(pair)}"
            f" | {peer['fit_s']:.2f} : {ours['fit_s']:.2f}"
            f" | {peer['alone_ms']['p50']:.2f} : {ours['alone_ms']['p50']:.2f}"
            f" | {peer['held_out_profiles']} |"
        )
    lines += ["", "Against the best peer:", ""]
    lines += [
        f"- {one['ours']} − {one['peer']}: {_difference(one)},"
        f" {100 * one['difference'] / models[one['peer']]['metrics'][headline]:+.1f} % relative"
        for one in found["best"]
    ]
    lines += [
        "",
        f"| model | {headline} | Recall@20 | NDCG@20 | fit s | p50 ms | p99 ms | settings |",
        "|---|---|---|---|---|---|---|---|",
    ]
    order = sorted(models, key=lambda name: -models[name]["metrics"].get(headline, -1))
    for name in order:
        one = models[name]
        if one["failed"]:
            lines.append(f"| {name} | failed: {one['failed']} | | | | | | |")
            continue
        means = one["metrics"]
        said = ", ".join(f"{key} {value}" for key, value in one["settings"].items())
        lines.append(
            f"| {name} | {means[headline]:.4f} | {means['recall@20']:.4f}"
            f" | {means['ndcg@20']:.4f} | {one['fit_s']:.2f} | {one['alone_ms']['p50']:.2f}"
            f" | {one['alone_ms']['p99']:.2f} | {said} |"
        )
    return "\n".join(lines) + "\n"


def _difference(pair: Mapping[str, Any]) -> str:
    return f"{pair['difference']:+.4f} ({pair['low']:+.4f} to {pair['high']:+.4f})"
