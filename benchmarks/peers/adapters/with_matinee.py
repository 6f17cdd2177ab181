"""Ours, called as strangers are: from the same files, in a process of its own."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "src"))

from adapters import FOLDED, Model
from matinee.data import Catalogue, Dataset
from matinee.data.splits import request_for
from matinee.evaluation.tuning import space
from matinee.models import described, recipe
from matinee.parts import names
from matinee.types import Histories, History, Moment, Title

FADING = ("ease", "ials")  # once as their twins are, once with a half life of likes to be searched
NOT_HERE = ("blend", "content", "random")  # the blend is made of the others; no facts in the files


@dataclass(frozen=True)
class Ours:
    source: Any
    requests: Any

    def scores(self, requests: Any) -> Any:
        return self.source.scores([self.requests[row] for row in requests])


def of(name: str) -> Any:
    def fit(part: Any, **settings: Any) -> Ours:
        return fitted({name: settings}, part)

    return fit


def fitted(spec: Any, part: Any) -> Ours:
    catalogue = Catalogue.of([Title(title_id=f"t{row}", name=f"t{row}") for row in part.rows])
    newest = max(part.fit.at.max(initial=0), part.asked.at.max(initial=0))
    at = Moment(int(newest) + 1)
    profiles = tuple(f"p{row}" for row in range(len(part.fit.indptr) - 1))
    data = Dataset(catalogue, profiles, Histories(part.fit.indptr, _entries(part.fit)), at, 0)
    entries = _entries(part.asked)
    requests = tuple(
        request_for(entries.take(np.arange(a, b)), titles=part.width, at=at)
        for a, b in zip(part.asked.indptr[:-1], part.asked.indptr[1:], strict=True)
    )
    return Ours(recipe(spec).fit(data, np.random.default_rng(1)), requests)


def blend(part: Any, *, sources: Any) -> Ours:
    return fitted({"blend": {"sources": sources}}, part)


def _entries(likes: Any) -> History:
    # All alike, and above what any recipe counts in full.
    return replace(History.of_titles(likes.titles, weight=10.0), at=likes.at)


def _twin_space(name: str) -> Any:
    """Return what is searched beside a twin, to whom all likes count alike forever."""
    return {setting: one for setting, one in space(name).items() if setting != "half_life_days"}


def _model(name: str, searched: Any, source: str = "") -> Model:
    return Model(of(name), source, FOLDED, searched, described(recipe(name)))


MODELS = (
    {name: _model(name, _twin_space(name)) for name in names("source") if name not in NOT_HERE}
    | {f"{name}-fading": _model(name, space(name), name) for name in FADING}
    | {"blend": Model(blend, "", FOLDED)}
)
