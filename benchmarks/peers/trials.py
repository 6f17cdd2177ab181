"""Trials: run where they have not been run before, judged alike, kept by what they are made of."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

import environments
import numpy as np
import splits
from adapters import Model

from matinee.parts import Metric, load
from matinee.types import Ranked

ALL = (*environments.LIBRARIES, environments.OURS)
ROOT = environments.HERE.parents[1]


@dataclass(frozen=True)
class Entry:
    """One model of one library."""

    library: str
    name: str
    model: Model


@dataclass(frozen=True)
class Result:
    """What came of one trial; `values` are the headline metric by request."""

    settings: Mapping[str, Any]
    fit_s: float = float("nan")
    alone_ms: tuple[float, float] = (float("nan"), float("nan"))
    metrics: Mapping[str, Any] | None = None
    """(R,) values of each metric by name; None where the trial failed."""
    failed: str = ""

    def mean(self, metric: str) -> float:
        return float("-inf") if self.metrics is None else float(np.mean(self.metrics[metric]))


def entries(libraries: Sequence[str], models: Sequence[str] = ()) -> list[Entry]:
    """Return every model of some libraries, or those of a name."""
    found = [
        Entry(library, name, model)
        for library in libraries
        for name, model in import_module(f"adapters.with_{library}").MODELS.items()
    ]
    return [one for one in found if not models or one.name in models]


class Bench:
    """One split's two parts, and where results about them are kept."""

    def __init__(self, cache: Path, parts: Mapping[str, Path], headline: str) -> None:
        self._cache = cache
        self._parts = parts
        self._results = cache / "results"
        self._results.mkdir(parents=True, exist_ok=True)
        self._marks = {name: _mark(file.read_bytes()) for name, file in parts.items()}
        name, _, k = headline.partition("@")
        self._metrics: dict[str, Metric] = {
            headline: load("metric", name)(k=int(k)),
            "recall@20": load("metric", "recall")(k=20),
            "ndcg@20": load("metric", "ndcg")(k=20),
        }
        self._wanted = {
            name: [frozenset(rows.tolist()) for rows in splits.answers(file)]
            for name, file in parts.items()
        }

    def run(
        self,
        entry: Entry,
        part: str,
        settings: Sequence[Mapping[str, Any]],
        done: Callable[[], None],
    ) -> list[Result]:
        """Return the result of each setting on a part; what was run before is read."""
        keys = [self._key(entry, part, one) for one in settings]
        missing = {
            key: {"key": key, "settings": one}
            for key, one in zip(keys, settings, strict=True)
            if not self._file(key).exists()
        }
        for _ in range(len(keys) - len(missing)):
            done()
        if missing:
            self._work(entry, part, list(missing.values()), done)
        return [self._read(key, one) for key, one in zip(keys, settings, strict=True)]

    def _work(
        self, entry: Entry, part: str, trials: list[dict[str, Any]], done: Callable[[], None]
    ) -> None:
        try:
            python = environments.python_of(entry.library, self._cache)
        except RuntimeError as error:
            for trial in trials:
                self._keep({"key": trial["key"], "failed": str(error)}, part, keep=False)
                done()
            return
        script = environments.HERE / "worker.py"
        command = [str(python), str(script), f"with_{entry.library}", entry.name]
        log = self._cache / "logs" / f"{entry.name}-{part}.log"
        log.parent.mkdir(exist_ok=True)
        with (
            log.open("w") as errors,
            subprocess.Popen(
                [*command, str(self._parts[part]), str(self._results)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environments.surroundings(entry.library),
                text=True,
            ) as process,
        ):
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(trials))
            process.stdin.close()
            for line in process.stdout:
                self._keep(json.loads(line), part)
                done()

    def _keep(self, told: dict[str, Any], part: str, *, keep: bool = True) -> None:
        """Judge the lists of a trial and keep what they are worth; the lists go."""
        lists = self._results / f"{told['key']}.npy"
        if "failed" not in told:
            found = np.load(lists, allow_pickle=False)
            told["metrics"] = {
                name: [
                    metric(_list(row), wanted)
                    for row, wanted in zip(found, self._wanted[part], strict=True)
                ]
                for name, metric in self._metrics.items()
            }
            lists.unlink()
        if keep:
            fresh = self._file(told["key"]).with_suffix(".new")
            fresh.write_text(json.dumps(told))
            fresh.replace(self._file(told["key"]))

    def _read(self, key: str, settings: Mapping[str, Any]) -> Result:
        file = self._file(key)
        if not file.exists():
            return Result(settings, failed="its process ended; see the logs in the cache")
        told = json.loads(file.read_text())
        if "failed" in told:
            return Result(settings, failed=told["failed"])
        metrics = {name: np.array(values) for name, values in told["metrics"].items()}
        return Result(settings, told["fit_s"], tuple(told["alone_ms"]), metrics)

    def _file(self, key: str) -> Path:
        return self._results / f"{key}.json"

    def _key(self, entry: Entry, part: str, settings: Mapping[str, Any]) -> str:
        adapter = environments.HERE / "adapters" / f"with_{entry.library}.py"
        said = (
            self._marks[part],
            entry.name,
            _mark(adapter.read_bytes()),
            _version(entry.library),
            json.dumps(settings, sort_keys=True),
        )
        return _mark("\n".join(said).encode())


def _version(library: str) -> str:
    """Return what tells one version of a library from another; of ours, the models' code."""
    if library != environments.OURS:
        return environments.LIBRARIES[library].pin
    code = sorted((ROOT / "src" / "matinee" / "models").rglob("*.py"))
    return _mark(b"".join(file.read_bytes() for file in code))


def _mark(what: bytes) -> str:
    return sha256(what).hexdigest()[:24]


def _list(row: Any) -> Ranked:
    titles = row[row >= 0].astype(np.int32)
    count = len(titles)
    return Ranked(
        titles=titles,
        scores=-np.arange(count, dtype=np.float32),
        sources=np.zeros(count, np.int8),
        probability=np.ones(count, np.float32),
    )
