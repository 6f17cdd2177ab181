"""`matinee train` and `matinee models`: trained, described, promoted, held back, rolled back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from test_evaluate import ran


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ratings of 70 viewers in two camps, as a data folder."""
    folder = tmp_path_factory.mktemp("ratings")
    rng = np.random.default_rng(4)
    lines = ["userId,movieId,rating,timestamp"]
    for user in range(70):
        for place, film in enumerate(rng.choice(np.arange(user % 2, 30, 2), 9, replace=False)):
            lines.append(f"{user},{film},5.0,{1_000_000_000 + place * 86_400 * 30 + user}")
    (folder / "ratings.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    films = [f"{row},Film {row} (1999),Drama" for row in range(30)]
    (folder / "movies.csv").write_text("\n".join(["movieId,title,genres", *films]) + "\n")
    home = tmp_path_factory.mktemp("imported") / "home"
    ran("init", "--home", home)
    ran("import", folder, "--home", home)
    return home


@pytest.fixture
def home(imported: Path, tmp_path: Path) -> Path:
    """The same folder, with one bundle that was trained."""
    shutil.copytree(imported, tmp_path / "home")
    ran("train", "--home", tmp_path / "home")
    return tmp_path / "home"


def told(tmp_path: Path, *arguments: str | Path, code: int = 0) -> dict:
    file = tmp_path / "told.json"
    ran(*arguments, "--json", file, code=code)
    return json.loads(file.read_text(encoding="utf-8"))


def test_a_bundle_that_is_not_there_is_told_with_those_that_are(home: Path, tmp_path: Path) -> None:
    there = told(tmp_path, "models", "list", "--home", home)["live"]
    for words in (("promote", "nope"), ("describe", "nope"), ("card", "--bundle", "nope")):
        said = ran("models", *words, "--home", home, code=2)
        assert f"no bundle 'nope'; there are {there}" in said
    assert "has no model called 'nope'; there are" in ran(
        "models", "card", "nope", "--home", home, code=2
    )


def test_bundles_are_trained_promoted_rolled_back_and_explained(home: Path, tmp_path: Path) -> None:
    first = told(tmp_path, "models", "list", "--home", home)["live"]
    trained = told(tmp_path, "train", "--tune", "2", "--force", "--home", home)
    second = trained["bundle"]
    assert trained["live"]
    assert trained["search"]["trials"] == 2
    assert told(tmp_path, "models", "rollback", "--home", home) == {
        "matinee": trained["matinee"],
        "live": first,
        "before": second,
    }
    assert "no bundle was live before" in ran("models", "rollback", "--home", home, code=2)
    assert told(tmp_path, "models", "promote", second, "--force", "--home", home)["live"] == second
    listed = told(tmp_path, "models", "list", "--home", home)
    assert [one["bundle"] for one in listed["promotions"]] == [first, second, first, second]
    assert [one["rollback"] for one in listed["promotions"]] == [False, False, True, False]
    card = ran("models", "card", "ease", "--home", home)
    assert "# ease" in card
    assert "2 trials on the validation part" in card or "too few data" in card
    assert "there are" in ran("models", "card", "eaze", "--home", home, code=2)


def test_what_is_worse_is_held_back_with_exit_code_1(home: Path, tmp_path: Path) -> None:
    before = told(tmp_path, "models", "list", "--home", home)["live"]
    (home / "matinee.toml").write_text('[train]\nsource = "random"\nholdout = 0.2\n')
    told_it = told(tmp_path, "train", "--home", home, code=1)
    assert (told_it["live"], told_it["gate"]["passed"]) == (False, False)
    assert told(tmp_path, "models", "list", "--home", home)["live"] == before
    said = ran("models", "promote", told_it["bundle"], "--home", home, code=1)
    assert "is held back; --force makes it live" in said
    assert f"is worse than {before} by more than 0.002" in said
