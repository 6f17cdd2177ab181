"""Words of a configuration become recipes; wrong words are told the right ones."""

from __future__ import annotations

import ast
import inspect
from dataclasses import fields
from typing import Any

import msgspec
import pytest

from matinee.models import TrainSettings, described, recipe
from matinee.models.sources.blend import Blend
from matinee.models.sources.ease import EASE
from matinee.models.sources.item_knn import ItemKNN
from matinee.models.sources.popular import Popular
from matinee.parts import load, names


def test_a_name_alone_takes_the_defaults() -> None:
    assert recipe("ease") == EASE()


def test_a_table_sets_what_it_names_and_whole_numbers_do_for_floats() -> None:
    assert recipe({"ease": {"l2": 300, "limit": 50}}) == EASE(l2=300.0, limit=50)


def test_a_list_is_what_a_blend_is_made_of() -> None:
    made = recipe({"blend": ["popular", {"item_knn": {"neighbours": 7}}]})
    assert made == Blend(sources={"popular": Popular(), "item_knn": ItemKNN(neighbours=7)})


def test_a_blend_with_settings_names_its_sources() -> None:
    made = recipe({"blend": {"sources": ["ease"], "validation": 0.3}})
    assert made == Blend(sources={"ease": EASE()}, validation=0.3)


def test_the_settings_of_training_are_the_default_blend_and_come_from_toml() -> None:
    assert TrainSettings().recipe() == Blend()
    text = '[source]\nblend = ["popular", { ease = { l2 = 9.0 } }]\n'
    read = msgspec.toml.decode(text, type=TrainSettings)
    assert read.recipe() == Blend(sources={"popular": Popular(), "ease": EASE(l2=9.0)})


@pytest.mark.parametrize(
    "made", [EASE(l2=3.0), Popular(), Blend(sources={"ease": EASE(l2=3.0), "popular": Popular()})]
)
def test_what_is_described_is_read_back_as_the_same(made: Any) -> None:
    name = type(made).__name__.lower()
    assert recipe({name: described(made)}) == made


@pytest.mark.parametrize(
    ("spec", "error", "message"),
    [
        (
            "eaze",
            LookupError,
            f"no source called 'eaze'; there are {', '.join(names('source'))}",
        ),
        (
            {"ease": {"lambda": 3}},
            ValueError,
            (
                "ease has no setting called 'lambda'; there are form, full, half_life_days, "
                "kernel, l2, limit, neighbours, power"
            ),
        ),
        ({"ease": {"l2": "much"}}, ValueError, "ease.l2 is 'much': Expected `float`"),
        ({"ease": {"l2": -1.0}}, ValueError, "l2 is -1.0"),
        ({"ease": 300}, ValueError, "the settings of ease are 300"),
        ({"ease": [1]}, ValueError, "the settings of ease are"),
        ({"blend": []}, ValueError, "one or more distinct sources"),
        ({"blend": ["ease", "ease"]}, ValueError, "one or more distinct sources"),
        ({"blend": {"sources": "ease"}}, ValueError, "one or more distinct sources"),
        ({"blend": ["ease", {"blend": ["eaze"]}]}, LookupError, "no source called 'eaze'"),
        ({"ease": {}, "popular": {}}, ValueError, "names no source"),
        ({}, ValueError, "names no source"),
    ],
)
def test_wrong_words_are_told_the_right_ones(
    spec: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        recipe(spec)


@pytest.mark.parametrize("holdout", [-0.1, 0.6])
def test_a_holdout_out_of_range_is_refused(holdout: float) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"holdout": holdout}, TrainSettings)


@pytest.mark.parametrize("name", ["popular", "item_knn", "ease", "blend"])
def test_every_setting_of_a_recipe_is_documented_beside_it(name: str) -> None:
    assert name in names("source")
    cls = load("source", name)
    body = ast.parse(inspect.getsource(cls)).body[0]
    assert isinstance(body, ast.ClassDef)
    after = dict(zip(body.body, body.body[1:], strict=False))
    documented = {
        node.target.id
        for node, follows in after.items()
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(follows, ast.Expr)
        and isinstance(follows.value, ast.Constant)
        and isinstance(follows.value.value, str)
    }
    assert documented == {field.name for field in fields(cls)}
