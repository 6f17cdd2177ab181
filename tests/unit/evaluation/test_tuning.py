"""The search for settings: seeded, the same trials for everybody, and blind to the test."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from matinee.data import Dataset
from matinee.data.register import part
from matinee.evaluation.protocols.time import Time
from matinee.evaluation.tuning import draws, space, tune
from matinee.models import described, recipe
from matinee.models.sources.popular import FittedPopular, Popular
from matinee.parts import names
from matinee.testing.checkerboard import rated
from matinee.types import Histories

DATA = rated(seed=9, profiles=80)


@part("source", "says_its_space")
@dataclass(frozen=True)
class SaysItsSpace:
    """A recipe whose field says how it is searched."""

    factors: int = field(default=8, metadata={"search": ("log", 4, 64)})
    """How many."""


@part("source", "says_nonsense")
@dataclass(frozen=True)
class SaysNonsense:
    """A recipe whose field says what cannot be drawn."""

    rate: float = field(default=0.1, metadata={"search": ("log", 0.0, 1.0)})
    """From nothing to everything, on a scale that knows no nothing."""


def test_a_field_says_what_is_searched() -> None:
    assert space("says_its_space") == {"factors": ("log", 4, 64)}
    assert {"l2", "power"} <= space("ease").keys()
    assert space("blend") == {}


@pytest.mark.parametrize("name", names("source"))
def test_what_is_searched_are_settings_with_their_defaults_in_reach(name: str) -> None:
    defaults = described(recipe(name))
    for setting, (kind, *said) in space(name).items():
        assert setting in defaults
        assert kind == "choice" or said[0] <= defaults[setting] <= said[1], setting


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match=r"says_nonsense\.rate is searched in"):
        space("says_nonsense")


def test_what_is_drawn_lies_in_its_space() -> None:
    searched = {"n": ("log", 3, 50), "x": ("linear", -1.0, 1.0), "c": ("choice", "a", "b")}
    many = draws(searched, {"n": 5, "x": 0.0, "c": "a"}, 200, np.random.default_rng(0))
    assert len(many) == 200
    assert {type(one["n"]) for one in many} == {int}
    assert min(one["n"] for one in many) >= 3
    assert max(one["n"] for one in many) <= 50
    assert all(-1 <= one["x"] <= 1 for one in many)
    assert {one["c"] for one in many} == {"a", "b"}


@pytest.mark.parametrize("seed", range(4))
def test_few_draws_cover_each_range(seed: int) -> None:
    searched = {"l": ("log", 1.0, 10_000.0), "x": ("linear", 0.0, 4.0), "c": ("choice", *"abc")}
    four = draws(searched, {"l": 5.0, "x": 0.0, "c": "a"}, 4, np.random.default_rng(seed))
    assert sorted(one["l"] for one in four) == [3.16, 31.6, 316.0, 3160.0]
    assert sorted(one["x"] for one in four) == [0.5, 1.5, 2.5, 3.5]
    assert {one["c"] for one in four} == set("abc")


def test_chance_says_which_parts_meet() -> None:
    searched = {"x": ("linear", 0.0, 1.0), "y": ("linear", 0.0, 1.0)}
    pairs = {
        tuple((one["x"], one["y"]) for one in draws(searched, {"x": 0.5, "y": 0.5}, 6, rng))
        for rng in map(np.random.default_rng, range(5))
    }
    assert len(pairs) == 5
    for way in pairs:
        assert any(x != y for x, y in way)


def test_no_draws_are_none() -> None:
    assert draws({"x": ("linear", 0.0, 1.0)}, {"x": 0.5}, 0, np.random.default_rng(0)) == []


def test_every_model_has_the_same_trials_and_the_defaults_among_them() -> None:
    found = tune(DATA, "time", Time(), ["popular", "ease"], trials=4, seed=1, source="drawn")
    for one in found["models"].values():
        assert len(one["trials"]) == 4
        assert one["trials"][0]["value"] == one["default"]
        assert one["value"] == max(trial["value"] for trial in one["trials"])
    assert found["models"]["ease"]["trials"][0]["settings"]["l2"] == 200.0


def test_what_the_test_asks_changes_no_search() -> None:
    entries = DATA.histories.entries
    (exam,) = Time().cut(DATA, part="test", rng=np.random.default_rng(0))
    late = entries.at >= exam.at
    turned = replace(entries, weights=np.where(late, -entries.weights, entries.weights))
    other = replace(DATA, histories=Histories(DATA.histories.indptr, turned))
    found = [
        tune(data, "time", Time(), ["ease"], trials=3, seed=1, source="drawn")["models"]["ease"]
        for data in (DATA, other)
    ]
    values = [[trial["value"] for trial in one["trials"]] for one in found]
    assert values[0] == values[1]


def test_a_model_with_nothing_to_search_has_one_trial() -> None:
    found = tune(DATA, "time", Time(), ["blend"], trials=5, seed=1, source="drawn")
    assert len(found["models"]["blend"]["trials"]) == 1
    with pytest.raises(ValueError, match="0 trials"):
        tune(DATA, "time", Time(), ["ease"], trials=0, seed=1, source="drawn")


@part("source", "breaks_when_large")
@dataclass(frozen=True)
class BreaksWhenLarge:
    """A recipe that can be fitted with its default only."""

    size: int = field(default=1, metadata={"search": ("choice", 2, 3)})
    """How large."""

    def fit(self, data: Dataset, rng: np.random.Generator) -> FittedPopular:
        if self.size > 1:
            msg = f"size {self.size} is too large"
            raise ValueError(msg)
        return Popular().fit(data, rng)


def test_settings_that_do_not_do_count_as_the_worst_and_say_why() -> None:
    found = tune(DATA, "time", Time(), ["breaks_when_large"], trials=3, seed=1, source="drawn")
    one = found["models"]["breaks_when_large"]
    assert one["settings"] == {"size": 1}
    assert [trial["value"] is None for trial in one["trials"]] == [False, True, True]
    assert "too large" in one["trials"][1]["failed"]
