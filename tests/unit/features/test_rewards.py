"""The reward file: versioned data that says what is wrong with it."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from matinee.features import Rewards

SHIPPED = resources.files("matinee.features").joinpath("rewards", "v1.toml").read_text("utf-8")


def test_the_shipped_file_says_what_the_published_defaults_say() -> None:
    rewards = Rewards.default()
    assert rewards.version == 1
    assert (rewards.completed.watched, rewards.completed.position) == (0.7, 0.9)
    assert (rewards.rating.up, rewards.rating.down) == (0.8, 0.4)
    assert (rewards.weights.thumb_up, rewards.weights.thumb_down) == (1.0, -1.5)


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(SHIPPED.replace("thumb_up = 1.0", "thumb_up = 2.5"), "utf-8")
    assert Rewards.load(own).weights.thumb_up == 2.5


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("thumb_up = 1.0", "thumbs_up = 1.0", "thumbs_up"),
        ("thumb_up = 1.0", "", "thumb_up"),
        ("watched = 0.7", "watched = 1.7", "watched"),
        ("version = 1", "version = ", "own.toml"),
    ],
)
def test_an_error_names_the_file_and_the_key(
    tmp_path: Path, old: str, new: str, named: str
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(SHIPPED.replace(old, new), "utf-8")
    with pytest.raises(ValueError, match=named) as raised:
        Rewards.load(own)
    assert "own.toml" in str(raised.value)
