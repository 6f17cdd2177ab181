"""Other libraries and ours on the very same split files, tuned with the same number of trials.

    MATINEE_DATA=DIR python benchmarks/peers/run.py --protocol strong --data ml-1m --trials 8
    python benchmarks/peers/run.py --protocol leave-last --trials 4 --libraries kindling

Each library has a virtual environment of its own in the cache folder, made by pip when first
needed, and a process of its own with two cores. Every model has the same number of trials: its
library's own settings, and a Latin hypercube of others, so that models of one setting are tried at
the same places. The best on the validation part is asked the test part once. All lists are judged
by one judge. What was run is kept in the cache by a hash of split, model, version and settings, so
that a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import environments
import numpy as np
import splits
from report import markdown, report
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from trials import Bench, Entry, Result, entries

from matinee.data.readers import open_reader
from matinee.evaluation.loading import load
from matinee.evaluation.tuning import draws
from matinee.parts import load as part_of
from matinee.types import Longs

BINARY = {"strong": "rating>=4", "leave_last": "any", "time": "rating>=4"}
BLENDABLE = 6  # of our tuned single models, the best that a blend may be made of
BLENDED = 3  # of them in the first blend that is tried
SEED = 98_765
SAME_POINTS = {"ials": "irspack-ials"}  # one model and one space, in the same order: one hypercube


def settings_of(entry: Entry, trials: int) -> list[dict[str, Any]]:
    """Return the defaults, and others that depend on the model's name only."""
    first = dict(entry.model.defaults)
    space = entry.model.space
    name = SAME_POINTS.get(entry.name, entry.name)
    rng = np.random.default_rng([SEED, *name.encode()])
    wider = {**{name: one[1] for name, one in space.items()}, **first}
    others = draws(space, wider, trials - 1, rng) if space else []
    return [first] + [first | other for other in others]


def blends(
    tuned: Mapping[str, tuple[Entry, Result, list[Result]]], trials: int, headline: str
) -> list[dict[str, Any]]:
    """Return random sets of our tuned single models; the first is the best of them.

    Of two models that are one source with other settings the better may be in a blend.
    """
    best: dict[str, Result] = {}
    for name, (entry, _, tried) in tuned.items():
        if entry.library == environments.OURS:
            source = entry.model.twin or name
            known = [best[source]] if source in best else []
            best[source] = max([*known, *tried], key=lambda one: one.mean(headline))
    order = sorted(best, key=lambda name: -best[name].mean(headline))[:BLENDABLE]
    specs = {name: {name: dict(best[name].settings)} for name in order}
    rng = np.random.default_rng([SEED, 0])
    sets = [order[:BLENDED]]
    while len(sets) < trials and len(order) > BLENDED:
        size = int(rng.integers(BLENDED - 1, len(order) + 1))
        sets.append(sorted(rng.choice(order, size, replace=False), key=order.index))
    return [{"sources": [specs[name] for name in names]} for names in sets if len(names) > 1]


def cut(arguments: argparse.Namespace) -> tuple[dict[str, Path], str, dict[str, Any], Longs]:
    """Write the split's files; return them, the headline metric and what they hold."""
    folder = os.environ.get("MATINEE_DATA")
    home = Path(folder) if folder else None
    reader = open_reader(arguments.data, data_folder=home, cache=arguments.cache / "data")
    data = load(reader)
    name = arguments.protocol.replace("-", "_")
    protocol = part_of("protocol", name)(positives=BINARY[name])
    said = {field.name: getattr(protocol, field.name) for field in fields(protocol)}
    place = (
        arguments.cache
        / "splits"
        / f"{arguments.data}-{name}-{data.fingerprint[:12]}".replace("/", "_")
    )
    parts = {}
    for part in ("validation", "test"):
        [exam] = protocol.cut(data, part=part, rng=np.random.default_rng(SEED))
        parts[part] = splits.written(place, part, exam)
    tested = splits.read(parts["test"])
    about = {
        "data": {"name": arguments.data, "fingerprint": f"sha256:{data.fingerprint}"},
        "protocol": arguments.protocol,
        "split": {
            "settings": said,
            "requests": len(tested.profiles),
            "titles": tested.width,
            "interactions": len(tested.fit.titles),
        },
        "trials": arguments.trials,
        "seed": SEED,
        "machine": f"{os.cpu_count()} cores, {platform.python_version()}, {platform.platform()}",
        "load": os.getloadavg()[0],
    }
    return parts, protocol.headline, about, tested.profiles


def measured(
    bench: Bench, found: Sequence[Entry], trials: int, headline: str
) -> dict[str, tuple[Entry, Result, list[Result]]]:
    """Tune and test every model, and then a blend of ours."""
    tested: dict[str, tuple[Entry, Result, list[Result]]] = {}
    order = sorted(found, key=lambda one: one.name == "blend")  # it is made of the others
    with Progress(
        TextColumn("{task.description:<32}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    ) as bars:
        whole = bars.add_task("all models", total=len(order))
        for entry in order:
            is_blend = entry.name == "blend"
            plan = blends(tested, trials, headline) if is_blend else settings_of(entry, trials)
            if plan:
                task = bars.add_task(entry.name, total=len(plan) + 1)

                def done(task: Any = task) -> None:
                    bars.advance(task)

                tried = bench.run(entry, "validation", plan, done)
                best = max(tried, key=lambda one: one.mean(headline))
                [result] = bench.run(entry, "test", [best.settings], done)
                tested[entry.name] = (entry, result, tried)
                bars.remove_task(task)
            bars.advance(whole)
    return tested


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--protocol", choices=("strong", "leave-last", "time"), default="strong")
    parser.add_argument("--data", default="small", help="small, ml-1m, … or a path")
    parser.add_argument("--trials", type=int, default=8)
    parser.add_argument("--libraries", default=",".join(environments.LIBRARIES))
    parser.add_argument("--models", default="", help="these only, of peers and ours")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "matinee-peers")
    arguments = parser.parse_args()
    arguments.cache.mkdir(parents=True, exist_ok=True)
    parts, headline, about, profiles = cut(arguments)
    names = [name for name in arguments.models.split(",") if name]
    libraries = [name for name in arguments.libraries.split(",") if name]
    found = entries([*libraries, environments.OURS], names)
    bench = Bench(arguments.cache, parts, headline)
    tested = measured(bench, found, arguments.trials, headline)
    whole = report(tested, profiles, headline, about)
    if arguments.json:
        arguments.json.write_text(json.dumps(whole, indent=2) + "\n")
    text = markdown(whole)
    if arguments.markdown:
        arguments.markdown.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
