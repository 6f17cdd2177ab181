"""A dataset gives models what was liked, and its fingerprint tells data apart."""

from __future__ import annotations

import numpy as np

from matinee.data import Catalogue, Dataset
from matinee.types import Histories, History, Moment, Title


def dataset(weights: list[float]) -> Dataset:
    titles = np.array([0, 2, 1], np.int32)
    entries = History.of_titles(titles)
    entries.weights[:] = weights
    return Dataset(
        catalogue=Catalogue.of([Title(title_id=name, name=name) for name in "abc"]),
        profiles=("p", "q", "r"),
        histories=Histories(np.array([0, 2, 2, 3]), entries),
        at=Moment(0),
        upto=3,
    )


def test_liked_holds_positive_weights_only_each_at_its_profile_and_title() -> None:
    assert dataset([1.0, -2.0, 0.5]).liked().toarray().tolist() == [
        [1.0, 0.0, 0.0],
        [0.0, 0.0, 0.0],
        [0.0, 0.5, 0.0],
    ]


def test_the_same_data_have_the_same_fingerprint_and_other_data_another() -> None:
    assert dataset([1, 1, 1]).fingerprint == dataset([1, 1, 1]).fingerprint
    assert dataset([1, 1, 1]).fingerprint != dataset([1, 1, 2]).fingerprint
