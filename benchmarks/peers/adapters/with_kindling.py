"""kindling-rec: its engine, which ranks by itself and hides what was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from adapters import FOLDED, Model


@dataclass(frozen=True)
class Engine:
    """Known profiles are asked by id, unknown ones by their titles, as its pages say."""

    engine: Any
    part: Any

    def lists(self, requests: Any, k: int) -> Any:
        lengths = np.diff(self.part.fit.indptr)
        out = np.full((len(requests), k), -1, np.int32)
        learned = lengths[self.part.profiles[requests]] > 0
        places = np.flatnonzero(learned)
        ids = self.part.profiles[requests][places].tolist()
        found = self.engine.recommend_batch(ids, n=k) if ids else []
        for place, recommended in zip(places, found, strict=True):
            self._put(out[place], recommended)
        for place in np.flatnonzero(~learned):
            titles = self.part.asked.row(requests[place]).tolist()
            self._put(out[place], self.engine.recommend_for_items(titles, n=k))
        return out

    def _put(self, line: Any, recommended: Any) -> None:
        rows = [self.part.rows[one.item_id] for one in recommended][: len(line)]
        line[: len(rows)] = rows


def engine(part: Any, **settings: Any) -> Engine:
    import pandas as pd
    from kindling import Engine as Kindling

    owner = np.repeat(np.arange(len(part.fit.indptr) - 1), np.diff(part.fit.indptr))
    frame = pd.DataFrame(
        {
            "entity_id": owner,
            "item_id": part.fit.titles,
            "timestamp": pd.to_datetime(part.fit.at, unit="ms"),
        }
    )
    made = Kindling(repeat_recommend=False, random_state=1, **settings)
    return Engine(made.fit(frame), part)


MODELS = {
    "kindling": Model(
        engine,
        "best",
        FOLDED,
        {
            "trend_alpha": ("linear", 0.0, 1.0),
            "transition_alpha": ("linear", 0.0, 1.0),
            "last_item_alpha": ("linear", 0.0, 1.0),
            "user_cf_alpha": ("linear", 0.0, 2.0),
        },
        {},
    ),
}
