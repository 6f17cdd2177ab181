"""An operator's reward file is what histories are weighed by, in training and while serving."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from house import KEY, NOW, furnish
from matinee.features import Rewards
from matinee.models import TrainSettings
from matinee.service import Config, Matinee
from matinee.stores import memory_stores
from matinee.training import as_of, train
from matinee.types import ProfileId

SHIPPED = resources.files("matinee.features").joinpath("rewards", "v1.toml").read_text("utf-8")
OWN = '[train]\nsource = "popular"\nholdout = 0.0\nrewards = "own.toml"\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    text = SHIPPED.replace("version = 1", "version = 7").replace("thumb_up = 1.0", "thumb_up = 3.0")
    (tmp_path / "own.toml").write_text(text, "utf-8")
    return tmp_path


def test_the_file_that_the_settings_name_weighs_live_histories_and_training_alike(
    home: Path,
) -> None:
    stores, config = memory_stores(), Config.parse(OWN)
    furnish(stores)
    own = Rewards.chosen("own.toml", home=home)
    live = Matinee(stores, config, KEY, home).live
    history = live.state(ProfileId("p1"), live.catch_up()).history
    data = as_of(stores, at=NOW, rewards=own)
    weighed = data.histories[data.profiles.index("p1")].weights
    np.testing.assert_array_equal(history.weights, weighed)
    assert weighed.max() == pytest.approx(3.5)  # a thumb up, and the whole of it watched
    plain = as_of(stores, at=NOW).histories[data.profiles.index("p1")].weights
    assert plain.max() == pytest.approx(1.5)


def test_the_manifest_says_by_which_rewards_a_bundle_was_trained(home: Path) -> None:
    stores, config = memory_stores(), Config.parse(OWN)
    furnish(stores)
    bundle = train(stores, config.train, now=NOW, seed=1, home=home)
    assert stores.bundles.manifest(bundle)["rewards"] == {"said": "own.toml", "version": 7}
    with pytest.raises(ValueError, match=r"own\.toml cannot be read"):
        train(stores, config.train, now=NOW, seed=1, home=home / "elsewhere")


def test_an_unknown_version_is_refused_with_the_settings() -> None:
    with pytest.raises(ValueError, match="no rewards called 'v9'; there are v1, v2"):
        Config.parse('[train]\nrewards = "v9"\n')
    assert TrainSettings().rewards == "v1"
