"""lightfm-next: WARP."""

from __future__ import annotations

from typing import Any

from adapters import LEARNED, Model, Vectors


def warp(part: Any, *, epochs: int, **settings: Any) -> Vectors:
    from lightfm import LightFM

    model = LightFM(loss="warp", random_state=1, **settings)
    everyone, places = part.everyone()
    model.fit(everyone.tocoo(), epochs=epochs, num_threads=2)
    _, profiles = model.get_user_representations()
    biases, titles = model.get_item_representations()
    return Vectors(places, profiles, titles, biases)


MODELS = {
    "lightfm-warp": Model(
        warp,
        "bpr",
        LEARNED,
        {
            "no_components": ("log", 32, 128),
            "learning_rate": ("log", 0.01, 0.1),
            "item_alpha": ("log", 1e-7, 1e-4),
            "user_alpha": ("log", 1e-7, 1e-4),
            "epochs": ("choice", 10, 20, 30),
        },
        {
            "no_components": 64,
            "learning_rate": 0.05,
            "item_alpha": 0.0,
            "user_alpha": 0.0,
            "epochs": 20,
        },
    ),
}
