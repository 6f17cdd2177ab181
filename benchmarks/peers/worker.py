"""One library, in its own environment: fits each setting it is told, and writes its lists.

    python worker.py ADAPTER MODEL PART.npz OUT < trials.json

Each trial is {"key", "settings"}; OUT/key.npy becomes its (R, 100) title rows, and a line of JSON
on standard output says how long it took, or why it failed.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
import time
import traceback
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import splits

BATCH = 256
ALONE = 200
SHORT = 20


def main() -> None:
    adapter, model, file, out = sys.argv[1:]
    warnings.simplefilter("ignore")  # libraries' remarks on their own arguments
    part = splits.read(Path(file))
    fit = importlib.import_module(f"adapters.{adapter}").MODELS[model].fit
    with open(sys.stdout.fileno(), "w", closefd=False) as said:
        sys.stdout = sys.stderr  # libraries print; standard output is for the driver
        trials = json.load(sys.stdin)
        for trial in trials[:1]:
            warm(fit, part, trial["settings"])
        for trial in trials:
            try:
                told = _tried(fit, part, trial, Path(out))
            except Exception as error:  # noqa: BLE001  (whatever a library raises is its result)
                traceback.print_exc()
                told = {"key": trial["key"], "failed": f"{type(error).__name__}: {error}"}
            print(json.dumps(told), file=said, flush=True)


def warm(fit: Any, part: splits.Part, settings: Any) -> None:
    """Fit on little, so that imports and compilation are done before anything is timed.

    Some settings are too large for so little; what they raise is no result.
    """
    with contextlib.suppress(Exception):
        fit(splits.little(part), **settings)


def _tried(fit: Any, part: splits.Part, trial: Any, out: Path) -> dict[str, object]:
    started = time.perf_counter()
    fitted = fit(part, **trial["settings"])
    seconds = time.perf_counter() - started
    count = len(part.profiles)
    if hasattr(fitted, "lists"):
        lists = fitted.lists(np.arange(count), splits.DEPTH)
    else:
        lists = np.concatenate(
            [
                splits.listed(fitted.scores(np.arange(a, min(a + BATCH, count))), part, a)
                for a in range(0, count, BATCH)
            ]
        )
    np.save(out / f"{trial['key']}.npy", lists, allow_pickle=False)
    alone = _alone(fitted, part)
    return {
        "key": trial["key"],
        "fit_s": round(seconds, 3),
        "alone_ms": [round(float(np.quantile(alone, q)), 4) for q in (0.5, 0.99)],
    }


def _alone(fitted: Any, part: splits.Part) -> list[float]:
    """Time the 20 best of one request at a time, in ms; its own call where it has one."""
    step = max(len(part.profiles) // ALONE, 1)
    times = []
    for row in range(0, len(part.profiles), step)[:ALONE]:
        one = np.array([row])
        started = time.perf_counter()
        if hasattr(fitted, "lists"):
            fitted.lists(one, SHORT)
        elif hasattr(fitted, "shortlist"):
            fitted.shortlist(row, SHORT)
        else:
            scores = np.asarray(fitted.scores(one))[0]
            scores[part.asked.row(row)] = -np.inf
            top = np.argpartition(-scores, SHORT)[:SHORT]
            top[np.argsort(-scores[top])]
        times.append(1000 * (time.perf_counter() - started))
    return times


if __name__ == "__main__":
    main()
