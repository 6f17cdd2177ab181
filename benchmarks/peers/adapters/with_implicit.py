"""implicit: ALS, BPR and item-item neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from adapters import FOLDED, LEARNED, SUMMED, Linear, Model, Vectors

THREADS = 2


@dataclass(frozen=True)
class Folded:
    model: Any
    asked: Any

    def scores(self, requests: Any) -> Any:
        users = self.model.recalculate_user(np.asarray(requests), self.asked[requests])
        return users @ self.model.item_factors.T

    def shortlist(self, row: int, k: int) -> Any:
        return self.model.recommend(row, self.asked[row], N=k, recalculate_user=True)


def als(part: Any, **settings: Any) -> Folded:
    from implicit.cpu.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(num_threads=THREADS, random_state=1, **settings)
    model.fit(part.learned(), show_progress=False)
    return Folded(model, part.asked.matrix(part.width))


def bpr(part: Any, **settings: Any) -> Vectors:
    from implicit.bpr import BayesianPersonalizedRanking

    model = BayesianPersonalizedRanking(num_threads=THREADS, random_state=1, **settings)
    everyone, places = part.everyone()
    model.fit(everyone, show_progress=False)
    return Vectors(places, model.user_factors, model.item_factors)


def item_item(part: Any, *, kind: str, neighbours: int, k1: float, b: float) -> Linear:
    from implicit import nearest_neighbours as near

    made = {
        "cosine": lambda: near.CosineRecommender(K=neighbours, num_threads=THREADS),
        "tfidf": lambda: near.TFIDFRecommender(K=neighbours, num_threads=THREADS),
        "bm25": lambda: near.BM25Recommender(K=neighbours, K1=k1, B=b, num_threads=THREADS),
    }
    model = made[kind]()
    model.fit(part.learned(), show_progress=False)
    return Linear(part.asked.matrix(part.width), model.similarity)


MODELS = {
    "implicit-als": Model(
        als,
        "ials",
        FOLDED,
        {
            "factors": ("log", 32, 256),
            "regularization": ("log", 0.01, 30.0),
            "alpha": ("log", 1.0, 40.0),
            "iterations": ("choice", 10, 15, 20),
        },
        {"factors": 100, "regularization": 0.01, "alpha": 1.0, "iterations": 15},
    ),
    "implicit-bpr": Model(
        bpr,
        "bpr",
        LEARNED,
        {
            "factors": ("log", 32, 256),
            "learning_rate": ("log", 0.01, 0.1),
            "regularization": ("log", 0.001, 0.1),
            "iterations": ("log", 50, 300),
        },
        {"factors": 100, "learning_rate": 0.01, "regularization": 0.01, "iterations": 100},
    ),
    "implicit-item-item": Model(
        item_item,
        "item_knn",
        SUMMED,
        {
            "kind": ("choice", "cosine", "tfidf", "bm25"),
            "neighbours": ("log", 20, 500),
            "k1": ("log", 0.5, 100.0),
            "b": ("linear", 0.0, 1.0),
        },
        {"kind": "cosine", "neighbours": 20, "k1": 1.2, "b": 0.75},
    ),
}
