"""The reward file: versioned data that says what is wrong with it."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import msgspec
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


def test_an_unknown_key_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(SHIPPED.replace("gap_minutes", "gap"), "utf-8")
    with pytest.raises(ValueError, match=r"no key 'gap' in \[session\]; there are gap_minutes"):
        Rewards.load(own)
    own.write_text(SHIPPED + "\n[sessions]\n", "utf-8")
    with pytest.raises(ValueError, match=r"no key 'sessions' in the file; .*session"):
        Rewards.load(own)


def test_rewards_are_chosen_by_version_or_by_path(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(SHIPPED.replace("version = 1", "version = 7"), "utf-8")
    assert [Rewards.chosen(name).version for name in ("v1", "v2")] == [1, 2]
    assert Rewards.chosen("own.toml", home=tmp_path).version == 7
    assert Rewards.chosen(str(tmp_path / "own.toml")).version == 7
    with pytest.raises(ValueError, match=r"no rewards called 'v9'; there are v1, v2, or a path"):
        Rewards.chosen("v9")
    with pytest.raises(ValueError, match=r"none\.toml cannot be read"):
        Rewards.chosen("none.toml", home=tmp_path)


def test_v2_adds_to_v1_and_changes_no_history_weight_of_it() -> None:
    one, two = (msgspec.to_builtins(Rewards.chosen(name)) for name in ("v1", "v2"))
    changed = {key for key in one["weights"] if one["weights"][key] != two["weights"][key]}
    assert changed == {"binge", "passed"}
    assert {key for key in one if one[key] != two[key]} == {"version", "weights", "duration"}
