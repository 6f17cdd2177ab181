"""What upkeep lets go of: bundles that newer ones have made useless, and no other."""

from __future__ import annotations

import numpy as np
import pytest

from house import NOW, furnish
from matinee.models.sources.popular import FittedPopular
from matinee.service import Config, Matinee
from matinee.stores import Stores, memory_stores
from matinee.types import BundleId, Moment


def kept_up(stores: Stores, toml: str) -> int:
    return Matinee(stores, Config.parse(toml), b"k" * 32).upkeep(now=Moment(NOW + 60_000)).bundles


@pytest.fixture
def stores() -> Stores:
    stores = memory_stores()
    furnish(stores)
    return stores


MODELS = {"source": ("source", "popular", FittedPopular(np.arange(4, dtype=np.float32)))}


def trained(stores: Stores, count: int) -> list[BundleId]:
    moments = [Moment(NOW + n) for n in range(count)]
    return [stores.bundles.save(MODELS, now=at, about={"data": {"at": at.iso}}) for at in moments]


def test_of_many_bundles_the_newest_the_live_one_and_the_one_before_it_stay(stores):
    made = trained(stores, 9)
    for one in (made[0], made[1], made[3]):
        stores.bundles.promote(one)
    assert kept_up(stores, "[keep]\nbundles = 2") == 5
    assert stores.bundles.all() == [made[1], made[3], made[7], made[8]]
    assert kept_up(stores, "[keep]\nbundles = 2") == 0
    assert stores.bundles.rollback() == made[1]


def test_ten_bundles_are_kept_unless_the_settings_say_otherwise(stores):
    made = trained(stores, 13)
    assert kept_up(stores, "[keep]\nbundles = 0") == 0
    assert kept_up(stores, "") == 3
    assert stores.bundles.all() == made[3:]


def test_what_an_erasure_wrote_anew_does_not_drive_out_what_was_trained_since(stores):
    made = trained(stores, 3)
    about = stores.bundles.manifest(made[0])
    anew = stores.bundles.save(MODELS, now=Moment(NOW + 50), about={"data": about["data"]})
    stores.bundles.remove(made[0])
    assert kept_up(stores, "[keep]\nbundles = 2") == 1
    assert stores.bundles.all() == made[1:]
    assert anew not in stores.bundles.all()
