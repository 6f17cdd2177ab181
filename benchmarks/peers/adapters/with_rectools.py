"""RecTools: PureSVD, EASE and popularity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from adapters import NOBODY, SUMMED, Linear, Model


def _dataset(part: Any) -> Any:
    import pandas as pd
    from rectools import Columns
    from rectools.dataset import Dataset

    owner = np.repeat(np.arange(len(part.fit.indptr) - 1), np.diff(part.fit.indptr))
    frame = pd.DataFrame(
        {
            Columns.User: owner,
            Columns.Item: part.fit.titles,
            Columns.Weight: 1.0,
            Columns.Datetime: pd.to_datetime(part.fit.at, unit="ms"),
        }
    )
    return Dataset.construct(frame)


def _places(dataset: Any, part: Any) -> Any:
    return dataset.item_id_map.convert_to_internal(np.arange(part.width))


def pure_svd(part: Any, *, factors: int) -> Linear:
    from rectools.models import PureSVDModel

    dataset = _dataset(part)
    model = PureSVDModel(factors=factors, recommend_n_threads=2)
    model.fit(dataset)
    # Its item factors are V Σ; a profile x folds in as x V, so what scores is x V Vᵀ.
    scaled = model.item_factors[_places(dataset, part)]
    v = scaled / np.linalg.norm(scaled, axis=0)
    return Linear(part.asked.matrix(part.width), (v @ v.T).astype(np.float32))


def ease(part: Any, *, regularization: float) -> Linear:
    from rectools.models import EASEModel

    dataset = _dataset(part)
    model = EASEModel(regularization=regularization)
    model.fit(dataset)
    places = _places(dataset, part)
    b = np.ascontiguousarray(model.weight[places][:, places])
    return Linear(part.asked.matrix(part.width), b)


@dataclass(frozen=True)
class Same:
    counts: Any

    def scores(self, requests: Any) -> Any:
        return np.tile(self.counts, (len(requests), 1))


def popular(part: Any, *, days: float) -> Same:
    from rectools.models import PopularModel

    dataset = _dataset(part)
    model = PopularModel(period=timedelta(days=days))
    model.fit(dataset)
    items, counts = model.popularity_list
    by_item = np.zeros(part.width)
    by_item[items] = counts
    return Same(by_item[_places(dataset, part)])


MODELS = {
    "rectools-puresvd": Model(
        pure_svd, "pure_svd", SUMMED, {"factors": ("log", 10, 200)}, {"factors": 10}
    ),
    "rectools-ease": Model(
        ease, "ease", SUMMED, {"regularization": ("log", 20.0, 3000.0)}, {"regularization": 500.0}
    ),
    "rectools-popular": Model(
        popular, "popular", NOBODY, {"days": ("log", 7.0, 36_500.0)}, {"days": 36_500.0}
    ),
    "rectools-popular-7-days": Model(popular, "popular", NOBODY, {}, {"days": 7.0}),
}
