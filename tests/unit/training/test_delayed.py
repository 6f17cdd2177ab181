"""What is still to come: expected better than by "missing = 0", from nothing that came later."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from scipy.special import expit

from matinee.features import Rewards
from matinee.features.examples import known_at
from matinee.features.graded import COMPONENTS
from matinee.testing.delays import DelayedWorld, delayed_world
from matinee.training.delayed import Delayed, FittedDelayed
from matinee.training.hindsight import AtAge, calibration, hindsight
from matinee.training.labels import labelled
from matinee.training.regression import linear, logistic, times
from matinee.types import DAY_MS, Moment, Signals

SEED = 20_261_122
REWARDS = Rewards.default()
FINAL_MS = int(REWARDS.labels.final_days * DAY_MS)
RECIPE = Delayed(ages=(0.25, 1.0, 3.0, 7.0, 28.0), most=12_000)
AGES = (1.0, 3.0, 7.0, 28.0)


@pytest.fixture(scope="module")
def world() -> DelayedWorld:
    return delayed_world(seed=SEED, profiles=300, days=240)


@pytest.fixture(scope="module")
def split(world: DelayedWorld) -> Moment:
    return Moment(world.end - FINAL_MS - 60 * DAY_MS)


def fit(world: DelayedWorld, signals: Signals, at: Moment) -> FittedDelayed:
    return RECIPE.fit(
        signals, catalogue=world.catalogue, rewards=REWARDS, at=at, rng=np.random.default_rng(SEED)
    )


@pytest.fixture(scope="module")
def fitted(world: DelayedWorld, split: Moment) -> FittedDelayed:
    return fit(world, world.signals, split)


@pytest.fixture(scope="module")
def table(world: DelayedWorld, split: Moment, fitted: FittedDelayed) -> list[AtAge]:
    return hindsight(
        world.signals,
        fitted,
        catalogue=world.catalogue,
        since=split,
        until=Moment(world.end - FINAL_MS),
        ages=AGES,
        rng=np.random.default_rng(SEED),
    )


@pytest.mark.parametrize("place", range(len(AGES)))
def test_expected_rewards_are_nearer_to_the_final_ones_than_missing_as_0(
    table: list[AtAge], place: int
) -> None:
    """Of about 12,000 examples after the split; the interval is 95 %, so seed and n are fixed."""
    one = table[place]
    assert one.n > 10_000
    assert one.imputed < one.missing
    assert one.low > 0
    assert abs(one.imputed_bias) < abs(one.missing_bias)
    assert one.imputed_calibration < one.missing_calibration


def test_the_younger_an_example_is_the_more_there_is_to_gain(table: list[AtAge]) -> None:
    gains = [one.gain for one in table]
    assert gains == sorted(gains, reverse=True)


def test_a_model_of_a_moment_is_the_same_whatever_came_since(
    world: DelayedWorld, split: Moment, fitted: FittedDelayed
) -> None:
    later = known_at(world.signals) > split
    planted = replace(
        world.signals,
        values=np.where(later, np.float32(2), world.signals.values),
        watched=np.where(later, np.float32(9000), world.signals.watched),
    )
    again = fit(world, planted, split)
    for field in fields(FittedDelayed):
        if field.name not in ("rewards", "quantiles"):
            np.testing.assert_array_equal(
                np.concatenate([np.ravel(a) for a in getattr(again, field.name)]),
                np.concatenate([np.ravel(a) for a in getattr(fitted, field.name)]),
            )


def test_labels_of_a_moment_are_imputed_from_what_was_known_then(
    world: DelayedWorld, split: Moment, fitted: FittedDelayed
) -> None:
    at = Moment(split + 10 * DAY_MS)
    known = world.signals.take(known_at(world.signals) <= at)
    one, other = (
        labelled(log, catalogue=world.catalogue, rewards=REWARDS, at=at, delayed=fitted)
        for log in (world.signals, known)
    )
    np.testing.assert_array_equal(one.rewards, other.rewards)
    plain = labelled(world.signals, catalogue=world.catalogue, rewards=REWARDS, at=at)
    np.testing.assert_array_equal(one.rewards[one.final], plain.rewards[one.final])
    young = ~one.final & (one.began > at - DAY_MS)
    assert one.rewards[young].mean() > plain.rewards[young].mean()
    column = COMPONENTS.index("completed")
    assert ((one.components[:, column] >= 0) & (one.components[:, column] <= 1)).all()


def test_of_too_few_final_examples_nothing_is_expected(world: DelayedWorld) -> None:
    early = Moment(world.signals.at.min() + FINAL_MS + DAY_MS // 2)
    bare = fit(world, world.signals, early)
    assert len(bare.ages) == 0
    asked = {"catalogue": world.catalogue, "rewards": REWARDS, "at": early}
    plain, imputed = (labelled(world.signals, delayed=delayed, **asked) for delayed in (None, bare))
    np.testing.assert_array_equal(imputed.rewards, plain.rewards)


def test_logistic_regression_finds_the_coefficients_that_made_the_data() -> None:
    """Of 40,000 draws the standard error of each is about .015; four of them are allowed."""
    rng = np.random.default_rng(SEED)
    X = np.column_stack([rng.normal(size=(40_000, 2)), np.ones(40_000)])
    theta = np.array([1.0, -0.5, 0.25])
    y = (rng.random(40_000) < expit(X @ theta)).astype(np.float64)
    found = logistic(X, y, l2=1e-6)
    np.testing.assert_allclose(found, theta, atol=0.06)
    assert abs(expit(X @ found).mean() - y.mean()) < 1e-4


def test_logistic_regression_of_flags_that_a_feature_tells_apart_stays_finite() -> None:
    X = np.column_stack([np.repeat([0.0, 1.0], 50), np.ones(100)])
    found = expit(X @ logistic(X, X[:, 0], l2=1.0))
    assert found[0] < 0.2
    assert found[-1] > 0.8


def test_ridge_regression_solves_its_equations() -> None:
    rng = np.random.default_rng(SEED)
    X = np.column_stack([rng.normal(size=(50, 3)), np.ones(50)])
    y = rng.normal(size=50)
    found = linear(X, y, l2=2.0)
    shrunk = np.append(2.0 * found[:3], 1e-6 * found[3])
    np.testing.assert_allclose(X.T @ (y - X @ found), shrunk, atol=1e-9)


@pytest.mark.parametrize("rows", [0, 1, 128, 129])
def test_products_in_blocks_are_products(rows: int) -> None:
    X = np.random.default_rng(SEED).normal(size=(rows, 3))
    np.testing.assert_allclose(times(X, np.arange(3.0)), X @ np.arange(3.0), atol=1e-12)


def test_calibration_is_the_distance_of_what_was_expected_and_what_came() -> None:
    expected = np.linspace(0, 1, 100)
    assert calibration(expected, expected) == 0
    assert calibration(expected, expected + 0.25) == pytest.approx(0.25)
    assert calibration(expected, np.full(100, 0.5)) == pytest.approx(0.25, abs=0.01)
