"""Comparisons agree with all ways of signing, with stepping down, and with counting pairs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import naive_evaluation as naive
from matinee.evaluation.comparing import by_profile, estimates, holm, ratios, sign_flips
from matinee.evaluation.foresight import area

REALS = st.floats(-3, 3).map(lambda value: round(value, 2))


@settings(max_examples=20)
@given(values=st.lists(REALS, min_size=2, max_size=8))
def test_random_signs_come_near_all_signs(values: list[float]) -> None:
    """9,999 draws: a standard error of at most .005; four of them and the one that is added."""
    (found,) = sign_flips(np.array(values)[:, None], np.random.default_rng(5))
    assert found == pytest.approx(naive.sign_flips(values), abs=0.021)


@given(
    chances=st.lists(st.floats(0, 1), min_size=1, max_size=7),
    level=st.sampled_from([0.01, 0.05, 0.2]),
)
def test_corrected_values_reject_what_stepping_down_rejects(
    chances: list[float], level: float
) -> None:
    corrected = holm(chances)
    near = any(abs(value - level) < 1e-9 for value in corrected)
    if not near:  # at the level itself only rounding decides
        assert [value <= level for value in corrected] == naive.holm_rejects(chances, level)
    assert all(a >= b for a, b in zip(corrected, chances, strict=True))


@given(
    scores=st.lists(st.sampled_from([-np.inf, 0.0, 1.0, 2.0]), min_size=1, max_size=9),
    data=st.data(),
)
def test_the_area_counts_pairs(scores: list[float], data: st.DataObject) -> None:
    count = len(scores)
    allowed = data.draw(st.lists(st.booleans(), min_size=count, max_size=count))
    wanted = data.draw(st.sets(st.integers(0, count - 1), max_size=3))
    found = area(
        np.array(scores, np.float32),
        np.array(allowed, np.bool_),
        np.array(sorted(wanted), np.int32),
    )
    assert found == pytest.approx(naive.area(scores, allowed, wanted), nan_ok=True)


@given(
    asked=st.lists(
        st.tuples(st.integers(0, 3), st.one_of(st.just(float("nan")), REALS)), max_size=9
    )
)
def test_a_profile_counts_once_however_often_it_asked(asked: list[tuple[int, float]]) -> None:
    found = by_profile(
        np.array([value for _, value in asked], np.float64),
        np.array([profile for profile, _ in asked], np.int64),
    )
    slow = []
    for profile in sorted({profile for profile, _ in asked}):
        mine = [value for owner, value in asked if owner == profile and not np.isnan(value)]
        slow.append(sum(mine) / len(mine) if mine else float("nan"))
    assert found.tolist() == pytest.approx(slow, nan_ok=True)


@given(values=st.lists(st.one_of(st.just(float("nan")), REALS), min_size=1, max_size=12))
def test_an_estimate_is_the_mean_of_what_applies(values: list[float]) -> None:
    (found,) = estimates(np.array(values)[:, None], np.random.default_rng(1))
    known = [value for value in values if not np.isnan(value)]
    assert found.n == len(known)
    if known:
        assert found.mean == pytest.approx(sum(known) / len(known))
        assert found.low <= found.mean <= found.high
        assert min(known) - 1e-9 <= found.low
        assert found.high <= max(known) + 1e-9


def test_intervals_hold_the_truth_about_19_times_of_20() -> None:
    """300 samples of 80 from an exponential with mean 1; 95 % nominal, at least 89 % asked."""
    rng = np.random.default_rng(23)
    found = [one for _ in range(3) for one in estimates(rng.exponential(size=(80, 100)), rng)]
    held = sum(one.low <= 1 <= one.high for one in found)
    assert 0.89 <= held / 300 <= 0.98


def test_a_ratio_of_equals_is_one_without_doubt() -> None:
    values = np.random.default_rng(2).random((30, 1))
    (found,) = ratios(values, values, np.random.default_rng(3))
    assert (found.low, found.mean, found.high) == pytest.approx((1.0, 1.0, 1.0))
