"""Numbers that were worked out elsewhere: by hand, or in the papers that define the measures."""

from __future__ import annotations

import numpy as np
import pytest

from matinee.evaluation.aspects.calibration import divergence
from matinee.evaluation.comparing import holm
from matinee.evaluation.foresight import area
from matinee.evaluation.metrics.map import MAP
from matinee.evaluation.metrics.precision import Precision
from matinee.evaluation.spreads.ecs import effective_size
from matinee.types import Ranked


def ranked(*titles: int) -> Ranked:
    count = len(titles)
    return Ranked(
        titles=np.array(titles, np.int32),
        scores=-np.arange(count, dtype=np.float32),
        sources=np.zeros(count, np.int8),
        probability=np.ones(count, np.float32),
    )


def test_the_effective_size_of_10_6_and_3_hours_is_43_nineteenths() -> None:
    assert effective_size(np.array([10, 6, 3], np.int32)) == pytest.approx(2.2631578947)
    assert effective_size(np.array([3, 10, 6], np.int32)) == pytest.approx(43 / 19)


def test_the_effective_size_is_all_titles_or_one() -> None:
    assert effective_size(np.full(7, 2, np.int32)) == pytest.approx(7)
    assert effective_size(np.array([5, 0, 0], np.int32)) == pytest.approx(1)


@pytest.mark.parametrize(
    ("q", "divergent"), [((1.0, 0.0), 1.1339817514), ((0.5, 0.5), 0.0806908700), ((0.7, 0.3), 0.0)]
)
def test_calibration_of_seven_to_three(q: tuple[float, float], divergent: float) -> None:
    found = divergence(np.array([0.7, 0.3]), np.array(q), alpha=0.01)
    assert found == pytest.approx(divergent, abs=1e-9)


def test_average_precision_of_the_first_and_third_of_two_wanted_is_five_sixths() -> None:
    assert MAP(k=5)(ranked(1, 9, 2, 8, 7), frozenset({1, 2})) == pytest.approx((1 + 2 / 3) / 2)


def test_precision_counts_places_that_a_short_list_leaves_empty() -> None:
    assert Precision(k=4)(ranked(1, 2), frozenset({1})) == 0.25


def test_holms_correction_of_four() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_the_area_of_one_wanted_above_two_of_three_is_two_thirds() -> None:
    scores = np.array([3, 2, 1, 0], np.float32)
    found = area(scores, np.ones(4, np.bool_), np.array([1], np.int32))
    assert found == pytest.approx(2 / 3)
