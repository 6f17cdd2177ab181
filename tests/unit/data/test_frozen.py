"""The codec keeps models whole and builds only what it knows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from matinee.data.frozen import fitted_class, pack, unpack
from matinee.models.interactions import Strength
from matinee.models.links import FittedLinks, Links
from matinee.models.sources.popular import FittedPopular
from matinee.parts import load, part
from matinee.types import Matrix
from matinee.types.moment import Moment


class Speaks(Protocol):
    def say(self) -> str: ...


@dataclass(frozen=True, slots=True, eq=False)
class FittedParrot:
    words: tuple[str, ...]

    def say(self) -> str:
        return " ".join(self.words)


@part("source", "test_parrot")
@dataclass(frozen=True)
class Parrot:
    def fit(self) -> FittedParrot:
        return FittedParrot(("hello",))


@dataclass(frozen=True, slots=True)
class Scale:
    factor: float
    at: Moment | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Everything:
    weights: NDArray[np.float32]
    links: Matrix
    name: str
    count: int
    least: float
    on: bool
    nothing: str | None
    at: Moment
    scale: Scale
    scales: tuple[Scale, ...]
    pair: tuple[str, Scale]
    by_name: Mapping[str, Scale]
    many: tuple[NDArray[np.int32], ...]
    speaker: Speaks
    total: float = field(init=False)
    squares: NDArray[np.float32] | None = field(default=None, metadata={"view": True})

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", float(self.weights.sum()))
        object.__setattr__(self, "squares", self.weights**2)


def everything() -> Everything:
    return Everything(
        weights=np.array([1, 2, 3], np.float32),
        links=sparse.csr_array(np.array([[0, 1.5, 0], [2.5, 0, 0]], np.float32)),
        name="añ\n",
        count=3,
        least=-np.inf,
        on=True,
        nothing=None,
        at=Moment(1_700_000_000_123),
        scale=Scale(0.1, Moment(5)),
        scales=(Scale(1.0), Scale(2.0)),
        pair=("x", Scale(3.0)),
        by_name={"a": Scale(np.nan)},
        many=(np.array([1], np.int32), np.array([], np.int32)),
        speaker=FittedParrot(("polly", "wants")),
    )


def there_and_back(value: Any, cls: type[Any] | None = None) -> Any:
    arrays, tree = pack(value)
    return unpack(cls or type(value), arrays, json.loads(json.dumps(tree, allow_nan=False)))


def test_every_kind_of_field_comes_back_equal() -> None:
    value, back = everything(), there_and_back(everything())
    np.testing.assert_array_equal(back.weights, value.weights)
    assert back.weights.dtype == np.float32
    assert isinstance(back.links, sparse.csr_array)
    assert back.links.dtype == np.float32
    np.testing.assert_array_equal(back.links.toarray(), value.links.toarray())
    for name in ("name", "count", "least", "on", "nothing", "at", "scale", "scales", "pair"):
        assert getattr(back, name) == getattr(value, name)
    assert type(back.at) is Moment
    assert type(back.scale.at) is Moment
    assert np.isnan(back.by_name["a"].factor)
    assert [a.tolist() for a in back.many] == [[1], []]
    assert back.speaker.say() == "polly wants"


def test_views_are_not_saved_but_built_again() -> None:
    arrays, _ = pack(everything())
    assert "squares" not in arrays
    back = there_and_back(everything())
    assert back.total == 6.0
    np.testing.assert_array_equal(back.squares, np.array([1, 4, 9], np.float32))


def test_the_tree_is_json_and_the_arrays_are_contiguous() -> None:
    turned = FittedPlain(np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3)))
    arrays, tree = pack(turned)
    assert arrays["weights"].flags["C_CONTIGUOUS"]
    assert json.loads(json.dumps(tree)) == tree


@dataclass(frozen=True, slots=True, eq=False)
class FittedPlain:
    weights: NDArray[np.float32]


def test_arrays_are_taken_as_they_are() -> None:
    arrays, tree = pack(FittedPlain(np.ones(3, np.float32)))
    arrays["weights"].flags.writeable = False
    assert np.shares_memory(unpack(FittedPlain, arrays, tree).weights, arrays["weights"])


def test_read_only_csr_parts_are_shared_not_copied() -> None:
    links = sparse.csr_array(np.eye(3, dtype=np.float32))
    arrays, tree = pack(Linked(links))
    for array in arrays.values():
        array.flags.writeable = False
    back = unpack(Linked, arrays, tree)
    assert np.shares_memory(back.links.data, arrays["links.data"])
    assert np.shares_memory(back.links.indices, arrays["links.indices"])


@dataclass(frozen=True, slots=True, eq=False)
class Linked:
    links: Matrix


def test_a_nested_part_is_found_through_the_register_only() -> None:
    arrays, tree = pack(everything())
    assert isinstance(tree, dict)
    fields = tree["fields"]
    assert isinstance(fields, dict)
    speaker = fields["speaker"]
    assert isinstance(speaker, dict)
    assert speaker["part"] == ["source", "test_parrot"]
    speaker["part"] = ["source", "nobody"]
    with pytest.raises(LookupError, match="no source called 'nobody'"):
        unpack(Everything, arrays, tree)


@part("source", "test_a_foreign_parrot")
@dataclass(frozen=True)
class ForeignParrot:
    __module__ = "elsewhere"  # another package's recipe, first by name, that fits the same

    def fit(self) -> FittedParrot:
        return FittedParrot(("hallo",))


def test_the_recipe_beside_a_class_is_preferred_to_others_that_fit_it() -> None:
    said = json.dumps(pack(everything())[1])
    assert "test_a_foreign_parrot" not in said
    assert "test_parrot" in said


@part("source", "a_foreign_test_recipe")
@dataclass(frozen=True)
class ForeignNeighbours:
    __module__ = "elsewhere"

    def fit(self) -> FittedLinks:
        raise NotImplementedError


def test_a_class_that_stands_beside_no_recipe_is_saved_as_that_of_one_of_its_package() -> None:
    load("source", "slim")
    kept = Kept(FittedLinks(Links(sparse.csr_array((1, 1)), np.ones(1, bool), Strength(1, 1), 1)))
    [(name, said)] = pack(kept)[1]["fields"].items()
    assert name == "model"
    assert said["part"][1] in {"item_knn", "rp3beta", "slim"}


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    model: FittedLinks


def test_an_untagged_dataclass_under_a_protocol_is_refused() -> None:
    arrays, tree = pack(Speaking(Dog("woof")))
    with pytest.raises(ValueError, match="speaker is a Dog, no registered part"):
        unpack(Speaking, arrays, tree)


@dataclass(frozen=True, slots=True)
class Dog:
    bark: str

    def say(self) -> str:
        return self.bark


@dataclass(frozen=True, slots=True)
class Speaking:
    speaker: Speaks


@dataclass(frozen=True, slots=True)
class Kennel:
    inmate: Scale | Dog


def test_a_union_of_dataclasses_comes_back_as_the_one_it_was() -> None:
    assert there_and_back(Kennel(Dog("woof"))) == Kennel(Dog("woof"))
    assert there_and_back(Kennel(Scale(2.0))) == Kennel(Scale(2.0))


def test_fitted_class_reads_the_annotation_of_fit() -> None:
    assert fitted_class("source", "test_parrot") is FittedParrot


@part("metric", "test_unsaved")
class Unsaved:
    def __call__(self) -> float:
        return 0.0


def test_a_part_that_fits_nothing_cannot_be_saved() -> None:
    with pytest.raises(TypeError, match="'test_unsaved' cannot be saved"):
        fitted_class("metric", "test_unsaved")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (FittedPlain(weights={1: 2}), r"weights: its key 1 is no text"),  # type: ignore[arg-type]
        (FittedPlain(weights=(object(),)), r"weights.0: a object"),  # type: ignore[arg-type]
        (3, "cannot pack a int"),
        (FittedPlain, "cannot pack a type"),
    ],
)
def test_what_has_no_form_is_named(value: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        pack(value)


def test_a_field_that_came_later_has_its_default_where_it_is_absent() -> None:
    arrays, tree = pack(Strength(0.5, 1.5, 30.0))
    assert isinstance(tree, dict)
    assert isinstance(tree["fields"], dict)
    assert unpack(Strength, arrays, tree) == Strength(0.5, 1.5, 30.0)
    del tree["fields"]["half_life_days"]
    assert unpack(Strength, arrays, tree) == Strength(0.5, 1.5)
    del tree["fields"]["full"]
    with pytest.raises(ValueError, match="has power, not full, half_life_days, power"):
        unpack(Strength, arrays, tree)


def test_what_a_field_that_came_later_is_made_anew_from_may_be_absent_too() -> None:
    arrays, tree = pack(FittedPopular(np.arange(3, dtype=np.float32)))
    assert isinstance(tree, dict)
    assert isinstance(tree["fields"], dict)
    del tree["fields"]["lifts"]  # as before popularity knew of contexts
    found = unpack(FittedPopular, arrays, tree)
    assert found.titles.tolist() == [0, 1, 2]
    assert not found.lifts


def test_other_fields_than_the_class_has_are_refused() -> None:
    arrays, tree = pack(FittedPlain(np.ones(2, np.float32)))
    with pytest.raises(ValueError, match="has weights, not at, factor"):
        unpack(Scale, arrays, tree)
    with pytest.raises(ValueError, match="train again"):
        unpack(FittedPlain, arrays, [1])


def test_a_missing_array_is_named() -> None:
    _, tree = pack(FittedPlain(np.ones(2, np.float32)))
    with pytest.raises(ValueError, match="array 'weights' is missing"):
        unpack(FittedPlain, {}, tree)


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="weights has an unknown form"):
        unpack(FittedPlain, {}, {"fields": {"weights": {"pickle": "x"}}})
