"""A new bundle is weighed against the live one on what neither has seen, and searched, and told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_training import NOW, filled

from matinee.models import TrainSettings
from matinee.models.sources.popular import FittedPopular
from matinee.stores import Stores
from matinee.training import as_of, retrain, sole_training, train, weigh
from matinee.types import DAY_MS, BundleId, Moment

GOOD: Any = {"item_knn": {"neighbours": 5}}


def weighed(stores: Stores, bundle: BundleId, **more: Any) -> Any:
    data = as_of(stores, at=NOW)
    return weigh(stores, bundle, data, **{"share": 0.3, "margin": 0.002, "seed": 3} | more)


def test_what_is_worse_beyond_doubt_is_held_back_and_says_so() -> None:
    stores = filled()
    settings = TrainSettings(source=GOOD, holdout=0.3)
    live = retrain(stores, settings, now=NOW, seed=1)
    assert (live.live, live.verdict.why) == (True, "nothing was live before")
    worse = TrainSettings(source="popular", holdout=0.3)
    told = retrain(stores, worse, now=Moment(NOW + 1000), seed=1)
    assert not told.live
    assert stores.bundles.live() == live.bundle
    assert f"{told.bundle} is worse than {live.bundle} by more than 0.002" in told.verdict.why
    assert told.verdict.high is not None
    assert told.verdict.high < -0.002
    forced = retrain(stores, worse, now=Moment(NOW + 2000), seed=1, force=True)
    assert (forced.live, stores.bundles.live()) == (True, forced.bundle)
    assert not forced.verdict.passed


def test_what_is_better_passes_and_a_wide_margin_forgives() -> None:
    stores = filled()
    poor = train(stores, TrainSettings(source="popular"), now=NOW, seed=1)
    good = retrain(stores, TrainSettings(source=GOOD, holdout=0.3), now=Moment(NOW + 1), seed=1)
    assert good.verdict.difference is not None
    assert good.verdict.difference > 0.05
    assert good.live
    assert not weighed(stores, poor).passed
    assert weighed(stores, poor, margin=1.0).passed


def test_the_same_settings_on_the_same_slice_differ_by_nothing() -> None:
    stores = filled()
    train(stores, TrainSettings(source=GOOD), now=NOW, seed=1)
    again = retrain(stores, TrainSettings(source=GOOD, holdout=0.3), now=Moment(NOW + 1), seed=2)
    assert (again.verdict.difference, again.verdict.passed) == (0.0, True)


@pytest.mark.parametrize("age", [30, 0])
def test_a_bundle_from_before_the_slice_answers_itself(age: int) -> None:
    """One whose answers are not those of its settings is found out, if it may answer at all."""
    stores = filled()
    stale = FittedPopular(np.arange(12, dtype=np.float32))
    about = {"data": {"at": Moment(NOW - age * DAY_MS).iso}, "settings": GOOD}
    old = stores.bundles.save({"source": ("source", "popular", stale)}, now=NOW, about=about)
    stores.bundles.promote(old)
    verdict = retrain(stores, TrainSettings(source=GOOD, holdout=0.3), now=NOW, seed=1).verdict
    assert verdict.difference is not None
    assert (verdict.difference > 0.05) == (age > 0)


def test_a_bundle_that_answers_nonsense_is_held_back_whatever_it_is_compared_with() -> None:
    stores = filled()
    nonsense = FittedPopular(np.full(12, np.nan, np.float32))
    bundle = stores.bundles.save({"source": ("source", "popular", nonsense)}, now=NOW, about={})
    assert weighed(stores, bundle).why == f"{bundle} answers with what is no number"
    silent = FittedPopular(np.full(12, -np.inf, np.float32))
    bundle = stores.bundles.save({"source": ("source", "popular", silent)}, now=NOW, about={})
    verdict = weighed(stores, bundle)
    assert (verdict.passed, verdict.why) == (False, f"{bundle} has nothing to say to some viewers")


def test_a_search_is_stored_with_the_bundle_and_sets_what_is_fitted() -> None:
    stores = filled()
    settings = TrainSettings(source={"blend": ["item_knn", "popular"]}, holdout=0.2, trials=3)
    bundle = train(stores, settings, now=NOW, seed=1)
    manifest = stores.bundles.manifest(bundle)
    search = manifest["search"]
    assert {name: len(one["trials"]) for name, one in search["models"].items()} == {
        "item_knn": 3,
        "popular": 3,
    }
    fitted = {k: v for one in manifest["settings"]["blend"]["sources"] for k, v in one.items()}
    assert fitted == {name: one["settings"] for name, one in search["models"].items()}
    assert all(one["value"] >= one["default"] for one in search["models"].values())
    assert "3 trials on the validation part" in stores.bundles.document(bundle, "item_knn.md")


def test_a_search_starts_from_what_was_said() -> None:
    stores = filled()
    settings = TrainSettings(source=GOOD, holdout=0.2, trials=1)
    manifest = stores.bundles.manifest(train(stores, settings, now=NOW, seed=1))
    assert manifest["settings"]["item_knn"]["neighbours"] == 5


def test_every_fitted_model_has_a_card_that_says_what_the_manifest_says() -> None:
    stores = filled()
    bundle = train(stores, TrainSettings(holdout=0.2), now=NOW, seed=7)
    manifest = stores.bundles.manifest(bundle)
    for model in ("blend", "ease", "content", "popular"):
        card = stores.bundles.document(bundle, f"{model}.md")
        mean = manifest["evaluation"]["models"][model]["ndcg@20"]["mean"]
        for word in (
            f"# {model}\n",
            manifest["data"]["fingerprint"],
            f"| ndcg@20 | {mean:.4f} (",
            "seed 7",
            manifest["versions"]["numpy"],
            "## Intended use",
            "## Limits",
            "| titles liked before |",
            "Settings were given, not searched.",
        ):
            assert word in card, (model, word)
    assert "- `l2`: 200.0" in stores.bundles.document(bundle, "ease.md")


def test_trainings_of_a_folder_exclude_each_other(tmp_path) -> None:
    with (
        sole_training(tmp_path),
        pytest.raises(BlockingIOError, match="another training runs on"),
        sole_training(tmp_path),
    ):
        pass
    with sole_training(tmp_path):
        pass
