"""When a running server trains by itself: due by the newest bundle's age, never for nothing."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from house import NOW, furnish
from matinee.models import TrainSettings
from matinee.models.sources.popular import FittedPopular
from matinee.server.retraining import look, rest_after
from matinee.server.schedule import wait_after
from matinee.stores import memory_stores
from matinee.training import sole_training, train
from matinee.types import DAY_MS, Moment
from matinee.types.event import Thumb

DAILY = TrainSettings(source="item_knn", holdout=0.1, every="24h")


@pytest.fixture
def stores():
    stores = memory_stores()
    furnish(stores)
    return stores


def thumb(stores, n: int) -> None:
    event = Thumb(event_id=f"n-{n}", profile_id="p1", title_id=f"t{n}", at=NOW, value=1)
    assert stores.log.append([event], now=NOW).count("stored") == 1


def test_the_first_training_is_due_at_once(stores, tmp_path):
    found = look(stores, DAILY, home=tmp_path, now=NOW)
    assert (found.live, found.again_s) == (True, 86_400.0)
    assert stores.bundles.live() == found.bundle


def test_it_waits_for_the_newest_bundle_to_be_old_enough(stores, tmp_path):
    train(stores, DAILY, now=NOW, seed=1)
    thumb(stores, 3)
    found = look(stores, DAILY, home=tmp_path, now=Moment(NOW + DAY_MS - 5000))
    assert (found.bundle, found.again_s) == (None, 5.0)
    later = look(stores, DAILY, home=tmp_path, now=Moment(NOW + DAY_MS))
    assert later.bundle is not None
    assert later.again_s == 86_400.0


def test_a_bundle_that_an_erasure_wrote_anew_is_as_old_as_what_it_knows(stores, tmp_path):
    first = train(stores, DAILY, now=NOW, seed=1)
    thumb(stores, 3)
    about = {"data": stores.bundles.manifest(first)["data"], "instead_of": first}
    model = FittedPopular(np.zeros(4, np.float32))
    later = Moment(NOW + DAY_MS - 5000)
    stores.bundles.save({"source": ("source", "popular", model)}, now=later, about=about)
    assert look(stores, DAILY, home=tmp_path, now=later).again_s == 5.0
    assert look(stores, DAILY, home=tmp_path, now=Moment(NOW + DAY_MS)).bundle is not None


def test_nothing_new_is_nothing_to_train_on(stores, tmp_path):
    bundle = train(stores, DAILY, now=NOW, seed=1)
    tomorrow = Moment(NOW + DAY_MS)
    found = look(stores, DAILY, home=tmp_path, now=tomorrow)
    assert (found.bundle, found.said) == (None, f"nothing new since {bundle}")
    assert stores.bundles.all() == [bundle]
    stores.catalogue.hide("t1", now=tomorrow)
    assert look(stores, DAILY, home=tmp_path, now=tomorrow).bundle is not None


def test_two_at_once_are_one(stores, tmp_path):
    with sole_training(tmp_path), pytest.raises(BlockingIOError, match="another training runs"):
        look(stores, DAILY, home=tmp_path, now=NOW)


@pytest.mark.parametrize(
    ("said", "seconds"), [("", 0), ("90s", 90), ("24h", 86_400), ("7d", 604_800)]
)
def test_how_often_is_said_in_words(said, seconds):
    assert msgspec.convert({"every": said}, TrainSettings).every_s == seconds


@pytest.mark.parametrize("said", ["24", "h", "0h", "1.5h", "24h\n", "every day", "-1h"])
def test_other_words_are_refused(said):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"every": said}, TrainSettings)


@pytest.mark.parametrize(
    ("every", "waits"),
    [
        (60, [60, 120, 240, 480, 960, 1920, 3600, 3600]),
        (86_400, [300, 600, 1200, 2400, 4800, 9600, 19_200, 38_400, 76_800, 86_400, 86_400]),
    ],
)
def test_what_fails_is_tried_again_after_twice_as_long_each_time(every, waits):
    found = [wait_after(failures, every=every) for failures in range(1, len(waits) + 1)]
    assert found == waits
    assert wait_after(10_000, every=every) == waits[-1]


def test_the_next_training_is_due_by_the_start_of_the_last_and_never_at_once():
    assert rest_after(30, every=86_400) == 86_370
    assert rest_after(45, every=60) == 45
    assert rest_after(600, every=60) == 60
