"""What every bundle store keeps: whole models, written once, one of them live."""

# ruff: noqa: D102  (a test's name is its sentence)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from matinee.parts import part
from matinee.stores import Stores
from matinee.testing.stores_samples import NOW, StoresContract, at
from matinee.types import BundleId, Matrix

__all__ = ["BundleContract", "FittedKeepsake", "Keepsake"]

Models: TypeAlias = "Mapping[str, tuple[str, str, Any]]"


@dataclass(frozen=True, slots=True, eq=False)
class FittedKeepsake:
    """A model with everything that a model may hold."""

    weights: NDArray[np.float32]
    wide: NDArray[np.float64]
    rows: NDArray[np.int32]
    times: NDArray[np.int64]
    tiny: NDArray[np.int8]
    flags: NDArray[np.bool_]
    nothing: NDArray[np.float32]
    single: NDArray[np.float32]
    links: Matrix
    words: tuple[str, ...]
    least: float
    inner: FittedKeepsake | None = None


@part("source", "keepsake_of_the_bundle_contract")
@dataclass(frozen=True)
class Keepsake:
    """The recipe of the contract's model: stores build classes of registered parts only."""

    def fit(self, seed: int) -> FittedKeepsake:
        """Return a model of random numbers with another one inside."""
        return _keepsake(seed, inner=_keepsake(seed + 1, inner=None))


def _keepsake(seed: int, *, inner: FittedKeepsake | None) -> FittedKeepsake:
    rng = np.random.default_rng(seed)
    return FittedKeepsake(
        weights=rng.random((5, 3), np.float32),
        wide=np.array([np.nan, np.inf, -0.0, 1e300]),
        rows=rng.integers(0, 9, 7, np.int32),
        times=rng.integers(0, 2**60, 3),
        tiny=np.array([-1, 0, 2], np.int8),
        flags=rng.random(11) < 0.5,
        nothing=np.empty((0, 4), np.float32),
        single=np.array(1.5, np.float32),
        links=sparse.csr_array(np.eye(4, dtype=np.float32)),
        words=("Amélie", "Heat"),
        least=-np.inf,
        inner=inner,
    )


def _models(seed: int) -> Models:
    return {"source": ("source", "keepsake_of_the_bundle_contract", Keepsake().fit(seed))}


def _same(one: FittedKeepsake, other: FittedKeepsake) -> None:
    """Assert that two models are equal to the last bit, types included."""
    for field in fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, np.ndarray):
            assert (a.dtype, a.shape) == (b.dtype, b.shape), field.name
            np.testing.assert_array_equal(a, b, err_msg=field.name)
        elif isinstance(a, FittedKeepsake):
            _same(a, b)
        elif isinstance(a, sparse.csr_array):
            np.testing.assert_array_equal(a.toarray(), b.toarray())
        else:
            assert a == b, field.name


class BundleContract(StoresContract):
    """Override the fixture `stores` with empty stores whose bundles are to be tested."""

    def test_models_come_back_to_the_last_bit(self, stores: Stores) -> None:
        bundle = stores.bundles.save(_models(3), now=NOW, about={})
        loaded = stores.bundles.load(bundle)
        assert list(loaded) == ["source"]
        assert isinstance(loaded["source"], FittedKeepsake)
        _same(Keepsake().fit(3), loaded["source"])

    def test_what_was_loaded_cannot_be_written_to(self, stores: Stores) -> None:
        bundle = stores.bundles.save(_models(3), now=NOW, about={})
        model = stores.bundles.load(bundle)["source"]
        for array in (model.weights, model.flags, model.single, model.inner.weights):
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0

    def test_what_was_saved_is_a_copy(self, stores: Stores) -> None:
        models = _models(3)
        bundle = stores.bundles.save(models, now=NOW, about={})
        models["source"][2].weights[:] = 0
        _same(Keepsake().fit(3), stores.bundles.load(bundle)["source"])

    def test_a_bundle_is_named_after_its_second_and_kept_apart(self, stores: Stores) -> None:
        same = [stores.bundles.save(_models(3), now=NOW, about={}) for _ in range(3)]
        assert len(set(same)) == 3
        assert all(name.startswith(f"b-{NOW.datetime:%Y%m%d-%H%M%S}-") for name in same)

    def test_bundles_are_listed_oldest_first(self, stores: Stores) -> None:
        assert stores.bundles.all() == []
        times = (5000, 1000, 3000, 3001)
        saved = {ms: stores.bundles.save(_models(ms), now=at(ms), about={}) for ms in times}
        assert stores.bundles.all() == [saved[ms] for ms in sorted(times)]

    def test_the_manifest_tells_what_was_said_and_what_is_there(self, stores: Stores) -> None:
        about = {"seed": 7, "metrics": {"ndcg@10": 0.25}, "trained": at(5)}
        bundle = stores.bundles.save(_models(3), now=NOW, about=about)
        told = stores.bundles.manifest(bundle)
        assert told["seed"] == 7
        assert told["metrics"] == {"ndcg@10": 0.25}
        assert told["trained"] == at(5).iso
        assert told["created"] == NOW.iso
        assert told["bundle"] == bundle
        assert told["models"]["source"]["part"] == "keepsake_of_the_bundle_contract"
        assert all(len(one["sha256"]) == 64 for one in told["files"].values())
        assert sum(one["size"] for one in told["files"].values()) > 60

    def test_only_what_is_promoted_is_live(self, stores: Stores) -> None:
        assert stores.bundles.live() is None
        first, second = (stores.bundles.save(_models(i), now=at(i), about={}) for i in (1, 2))
        assert stores.bundles.live() is None
        stores.bundles.promote(second)
        assert stores.bundles.live() == second
        stores.bundles.promote(first)
        assert stores.bundles.live() == first

    def test_a_rollback_undoes_one_promotion_after_the_other(self, stores: Stores) -> None:
        a, b, c = (stores.bundles.save(_models(i), now=at(i), about={}) for i in (1, 2, 3))
        with pytest.raises(LookupError, match="no bundle was ever live"):
            stores.bundles.rollback()
        for bundle in (a, b, c):
            stores.bundles.promote(bundle, now=NOW)
        stores.bundles.promote(c)  # it is live already: nothing to undo
        assert [stores.bundles.rollback(now=at(9)), stores.bundles.live()] == [b, b]
        stores.bundles.promote(c)
        assert [stores.bundles.rollback(), stores.bundles.rollback()] == [b, a]
        with pytest.raises(LookupError, match=f"no bundle was live before {a}"):
            stores.bundles.rollback()
        history = stores.bundles.promotions()
        assert [one.bundle for one in history] == [a, b, c, b, c, b, a]
        assert [one.back for one in history] == [False] * 3 + [True, False, True, True]
        assert [one.at for one in history[2:5]] == [NOW, at(9), None]

    def test_a_rollback_passes_over_what_was_removed(self, stores: Stores) -> None:
        a, b, c = (stores.bundles.save(_models(i), now=at(i), about={}) for i in (1, 2, 3))
        for bundle in (a, b, c):
            stores.bundles.promote(bundle)
        stores.bundles.remove(b)
        assert stores.bundles.rollback() == a

    def test_documents_lie_in_the_bundle(self, stores: Stores) -> None:
        card = {"source.md": "# Quelle ü\n"}
        bundle = stores.bundles.save(_models(1), now=NOW, about={}, documents=card)
        assert stores.bundles.document(bundle, "source.md") == "# Quelle ü\n"
        assert len(stores.bundles.manifest(bundle)["files"]["source.md"]["sha256"]) == 64
        _same(Keepsake().fit(1), stores.bundles.load(bundle)["source"])
        for name in ("other.md", "manifest.json", "../live"):
            with pytest.raises(LookupError, match="has no document"):
                stores.bundles.document(bundle, name)
        with pytest.raises(ValueError, match="no document can be called"):
            stores.bundles.save(_models(1), now=NOW, about={}, documents={"../x.md": ""})

    def test_what_is_removed_is_gone_but_not_from_under_who_loaded_it(self, stores: Stores) -> None:
        first, second = (stores.bundles.save(_models(i), now=at(i), about={}) for i in (1, 2))
        stores.bundles.promote(second)
        loaded = stores.bundles.load(first)["source"]
        stores.bundles.remove(first)
        assert stores.bundles.all() == [second]
        _same(Keepsake().fit(1), loaded)
        with pytest.raises(ValueError, match="is live"):
            stores.bundles.remove(second)
        assert stores.bundles.live() == second

    @pytest.mark.parametrize("name", ["b-20260101-000000-abcd", "live", "../x", "", "."])
    def test_an_unknown_bundle_is_named(self, stores: Stores, name: str) -> None:
        unknown = BundleId(name)
        bundles = stores.bundles
        for ask in (bundles.load, bundles.manifest, bundles.promote, bundles.remove):
            with pytest.raises(LookupError, match="no bundle"):
                ask(unknown)
        assert stores.bundles.live() is None
        known = [bundles.save(_models(1), now=at(1000 * i), about={}) for i in range(12)]
        for ask in (bundles.load, bundles.manifest, bundles.promote, bundles.remove):
            with pytest.raises(LookupError, match=f"{known[2]}, .*{known[11]} and 2 older ones"):
                ask(unknown)

    @pytest.mark.parametrize("name", ["../x", "a/b", "", "A", "1st", "x" * 65])
    def test_a_model_whose_name_is_no_file_name_is_refused(self, stores: Stores, name: str) -> None:
        with pytest.raises(ValueError, match="no model can be called"):
            stores.bundles.save({name: _models(1)["source"]}, now=NOW, about={})

    def test_about_cannot_overwrite_what_the_manifest_says_itself(self, stores: Stores) -> None:
        with pytest.raises(ValueError, match="'files'"):
            stores.bundles.save(_models(1), now=NOW, about={"files": {}})

    def test_what_cannot_be_kept_leaves_no_bundle(self, stores: Stores) -> None:
        with pytest.raises(TypeError):
            stores.bundles.save({"source": ("source", "x", object())}, now=NOW, about={})
        assert stores.bundles.all() == []
