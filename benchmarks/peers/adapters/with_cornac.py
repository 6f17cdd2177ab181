"""Cornac: EASE."""

from __future__ import annotations

from typing import Any

import numpy as np

from adapters import SUMMED, Linear, Model


def ease(part: Any, *, lamb: float) -> Linear:
    from cornac.data import Dataset
    from cornac.models import EASE

    likes = part.learned().tocoo()
    pairs = zip(likes.row.tolist(), likes.col.tolist(), likes.data.tolist(), strict=True)
    known = Dataset.build(list(pairs))
    model = EASE(lamb=lamb, posB=False, verbose=False)
    model.fit(known)
    # Cornac numbers titles as it meets them.
    places = [known.iid_map[title] for title in range(part.width)]
    return Linear(part.asked.matrix(part.width), np.ascontiguousarray(model.B[places][:, places]))


MODELS = {
    "cornac-ease": Model(ease, "ease", SUMMED, {"lamb": ("log", 20.0, 3000.0)}, {"lamb": 500.0}),
}
