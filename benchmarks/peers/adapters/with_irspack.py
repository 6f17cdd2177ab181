"""irspack: iALS, DenseSLIM (which is EASE), EDLAE, RP3beta, SLIM and item neighbours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from adapters import FOLDED, Model

THREADS = 2


@dataclass(frozen=True)
class Cold:
    model: Any
    asked: Any

    def scores(self, requests: Any) -> Any:
        return self.model.get_score_cold_user(self.asked[requests])


def of(name: str, **fixed: Any) -> Callable[..., Cold]:
    def fit(part: Any, **settings: Any) -> Cold:
        from irspack import recommenders

        model = getattr(recommenders, name)(part.learned(), **fixed, **settings)
        model.learn()
        return Cold(model, part.asked.matrix(part.width))

    return fit


def _model(name: str, twin: str, space: Any, defaults: Any, *, threads: bool = True) -> Model:
    fixed = {"n_threads": THREADS} if threads else {}
    return Model(of(name, **fixed), twin, FOLDED, space, defaults)


MODELS = {
    "irspack-ials": _model(
        "IALSRecommender",
        "ials",
        {
            "n_components": ("log", 32, 256),
            "alpha0": ("log", 0.01, 1.0),
            "reg": ("log", 0.0003, 0.03),
            "train_epochs": ("choice", 8, 16),
        },
        # The constructor's alpha0 of 0 ignores what was not liked; the paper's is in this range.
        {"n_components": 64, "alpha0": 0.1, "reg": 0.003, "train_epochs": 16},
    ),
    "irspack-denseslim": _model(
        "DenseSLIMRecommender", "ease", {"reg": ("log", 20.0, 3000.0)}, {"reg": 1.0}, threads=False
    ),
    "irspack-edlae": _model(
        "EDLAERecommender",
        "edlae",
        {"reg": ("log", 10.0, 2000.0), "dropout_p": ("linear", 0.05, 0.9)},
        {"reg": 1.0, "dropout_p": 0.1},
        threads=False,
    ),
    "irspack-rp3beta": _model(
        "RP3betaRecommender",
        "rp3beta",
        {
            "top_k": ("log", 50, 1000),
            "alpha": ("linear", 0.3, 1.2),
            "beta": ("linear", 0.0, 0.8),
            "normalize_weight": ("choice", False, True),
        },
        {"top_k": 1000, "alpha": 1.0, "beta": 0.6, "normalize_weight": False},
    ),
    "irspack-slim": _model(
        "SLIMRecommender",
        "slim",
        {"alpha": ("log", 1e-5, 0.3), "l1_ratio": ("linear", 0.0, 1.0)},
        {"alpha": 0.05, "l1_ratio": 0.01},
    ),
    "irspack-item-knn": _model(
        "AsymmetricCosineKNNRecommender",
        "item_knn",
        {
            "top_k": ("log", 20, 1000),
            "shrinkage": ("linear", 0.0, 200.0),
            "alpha": ("linear", 0.0, 1.0),
            "feature_weighting": ("choice", "NONE", "TF_IDF", "BM_25"),
        },
        {"top_k": 100, "shrinkage": 0.0, "alpha": 0.5, "feature_weighting": "NONE"},
    ),
}
