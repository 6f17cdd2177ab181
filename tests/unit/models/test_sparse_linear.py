"""SLIM on cases whose answers are known by thought."""

from __future__ import annotations

import numpy as np
import pytest

from matinee.models.sources.slim import SLIM
from matinee.testing.checkerboard import dataset_of, history_of, request_of

RNG = np.random.default_rng(0)


def test_two_titles_of_the_same_viewers_have_the_weight_of_the_closed_form() -> None:
    """Five viewers of both: (5 − λ) ÷ (5 + β)."""
    data = dataset_of([history_of([0, 1])] * 5, titles=2)
    links = SLIM(l1=1.0, l2=3.0, power=0.0).fit(data, RNG).links.matrix.toarray()
    assert links.tolist() == [[0, 0.5], [0.5, 0]]


def test_a_strong_pull_leaves_no_weight_and_scores_of_0() -> None:
    data = dataset_of([history_of([0, 1])] * 5, titles=3)
    fitted = SLIM(l1=5.0, power=0.0).fit(data, RNG)
    assert not fitted.links.matrix.nnz
    assert fitted.scores([request_of(history_of([0]), titles=3)])[0].tolist() == [0, 0, -np.inf]


def test_a_title_is_made_of_its_nearest_only() -> None:
    viewers = [history_of([0, 1])] * 4 + [history_of([0, 2])] * 2
    fitted = SLIM(l1=0.1, l2=1.0, neighbours=1, power=0.0).fit(dataset_of(viewers, titles=3), RNG)
    assert np.flatnonzero(fitted.links.matrix.toarray()[:, 0]).tolist() == [1]


def test_beyond_the_limit_only_the_most_liked_titles_are_scored() -> None:
    histories = [history_of([0, 1, 2]), history_of([1, 2]), history_of([2, 3]), history_of([1])]
    fitted = SLIM(limit=2).fit(dataset_of(histories, titles=4), RNG)
    scores = fitted.scores([request_of(history_of([0, 1]), titles=4)])[0]
    assert np.isfinite(scores).tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    "settings", [{"l1": -1.0}, {"l2": 0.0}, {"neighbours": 0}, {"sweeps": 0}, {"limit": 0}]
)
def test_settings_of_slim_out_of_range_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        SLIM(**settings)  # type: ignore[arg-type]  # the bad value is the test
