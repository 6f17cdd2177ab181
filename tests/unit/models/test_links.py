"""Links, and the fitted model that every recipe of links shares."""

from __future__ import annotations

import numpy as np
import pytest

from matinee.data.frozen import fitted_class, unpack
from matinee.models.links import FittedLinks
from matinee.testing.checkerboard import history_of, request_of

# What bundles hold since the first version: link 0 → 1 of .5, and nothing known of title 2.
TREE = {
    "fields": {
        "links": {
            "class": "Links",
            "fields": {
                "matrix": {"csr": "links.matrix", "shape": [3, 3]},
                "counted": {"array": "links.counted"},
                "strength": {"class": "Strength", "fields": {"power": 0.0, "full": 1.5}},
                "titles": 3,
            },
        }
    }
}
ARRAYS = {
    "links.matrix.data": np.array([0.5], np.float32),
    "links.matrix.indices": np.array([1], np.int32),
    "links.matrix.indptr": np.array([0, 1, 1, 1], np.int32),
    "links.counted": np.array([True, True, False]),
}


@pytest.mark.parametrize("name", ["item_knn", "rp3beta", "slim"])
def test_a_bundle_of_before_the_class_was_shared_is_read_as_what_it_was(name: str) -> None:
    fitted = unpack(fitted_class("source", name), ARRAYS, TREE)
    assert isinstance(fitted, FittedLinks)
    asked = request_of(history_of([0]), titles=3)
    assert fitted.scores([asked]).tolist() == [[0.0, 0.5, -np.inf]]
    assert fitted.causes(asked, np.array([1, 2], np.int32)).tolist() == [[0.5], [0.0]]
