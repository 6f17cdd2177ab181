"""A package outside the tree adds a source, a row and a metric, and is used like our own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

USE = """
import json, sys
from pathlib import Path
import numpy as np
from matinee.parts import load, names
from matinee.types import Ranked

def ranked(*titles):
    rows = np.array(titles, np.int32)
    return Ranked(rows, rows.astype(np.float32), rows.astype(np.int8), rows.astype(np.float32))

first = load("metric", "wanted_first")()
print(json.dumps({
    "names": {family: list(names(family)) for family in ("source", "row", "metric")},
    "judged": [first(ranked(3, 1), frozenset({3})), first(ranked(1, 3), frozenset({3}))],
    "from": load("source", "liked_together").__module__,
}))
"""
PAGE = """
import json, sys
from pathlib import Path
from matinee.cli.settings import configuration
from matinee.service import HomeQuery, Matinee, NewAccount, NewProfile
from matinee.training import train
from matinee.types import Account, Moment, Title
from matinee.types.event import Rate

home, now = Path(sys.argv[1]), Moment.parse("2026-06-01T12:00:00Z")
config = configuration(home)
opened = Matinee.open(home, config)
titles = [
    Title(
        title_id=f"t{n}", name=f"Film {n}", year=1950 + n, genres=("Drama",),
        runtime_s=60.0 * (80 if n % 2 else 140), maturity=6, maturity_source="label",
    )
    for n in range(60)
]
opened.put_titles(titles, now=now, request_id="r1")
opened.new_account(NewAccount(account_id="a"), now=now, seed=1)
events = []
for viewer in range(12):  # the first six like titles below 30, the others those above
    who = f"v{viewer}"
    opened.new_profile(NewProfile(profile_id=who, account_id="a", name=who), now=now, seed=viewer)
    events += [
        Rate(event_id=f"{who}-{n}", profile_id=who, title_id=f"t{n}", at=now, value=5.0)
        for n in range(60)
        if (n < 30) == (viewer < 6) and (n + viewer) % 3
    ]
opened.record(events, now=now, request_id="r2")
train(opened.stores, config.train, now=now, seed=3)
page = opened.home(HomeQuery(profile="v0", columns=8), now=now, seed=4)
opened.close()
opened = Matinee.open(home, config)
again = opened.home(HomeQuery(profile="v0", columns=8), now=now, seed=5)
opened.close()
shown = [
    [[row.kind, row.label, [tile.title_id for tile in row.titles]] for row in one.rows]
    for one in (page, again)
]
print(json.dumps({"bundle": page.bundle, "page": shown[0], "again": shown[1]}))
"""
SETTINGS = """
[engine]
rows = ["top_picks", { short_films = { minutes = 100 } }]

[train]
source = { blend = ["liked_together", "popular"] }
"""


@pytest.fixture(scope="module")
def installed(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which the plug-in is importable; ours stays untouched."""
    work = tmp_path_factory.mktemp("plugin")
    project, dist = repository / "examples" / "plugin", work / "dist"
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation"]
    subprocess.run([*build, "--outdir", dist, project], check=True, capture_output=True)
    (wheel,) = dist.glob("*.whl")
    install = [sys.executable, "-m", "pip", "install", "--no-index", "--no-deps", "--quiet"]
    subprocess.run([*install, "--target", work / "packages", wheel], check=True)
    return {**os.environ, "PYTHONPATH": str(work / "packages")}


def _run(environment: dict[str, str], *arguments: str | Path) -> str:
    ran = subprocess.run(
        [sys.executable, *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_its_parts_are_found_by_name_in_a_fresh_process(installed: dict[str, str]) -> None:
    said = json.loads(_run(installed, "-c", USE))
    assert "liked_together" in said["names"]["source"]
    assert "short_films" in said["names"]["row"]
    assert "wanted_first" in said["names"]["metric"]
    assert said["judged"] == [1.0, 0.0]
    assert said["from"] == "matinee_plugin_example.liked_together"


def test_its_parts_keep_the_contracts_that_ship(
    installed: dict[str, str], repository: Path
) -> None:
    tests = repository / "examples" / "plugin" / "tests"
    said = _run(installed, "-m", "pytest", "-q", "-c", os.devnull, "-p", "no:cacheprovider", tests)
    assert int(said.split(" passed")[0].split()[-1]) >= 20


def test_without_the_package_its_names_are_unknown(tmp_path: Path) -> None:
    (tmp_path / "matinee.toml").write_text(SETTINGS, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "matinee", "config", "check", "--home", tmp_path],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 2
    assert "liked_together" in ran.stderr


def test_a_page_is_made_of_its_source_and_its_row(
    installed: dict[str, str], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    _run(installed, "-m", "matinee", "init", "--home", home)
    (home / "matinee.toml").write_text(SETTINGS, encoding="utf-8")
    _run(installed, "-m", "matinee", "config", "check", "--home", home)
    said = json.loads(_run(installed, "-c", PAGE, home))
    rows = {kind: (label, titles) for kind, label, titles in said["page"]}
    label, short = rows["short_films"]
    assert said["bundle"] is not None
    assert label == "Films of at most 100 minutes"
    assert short
    assert all(int(title[1:]) % 2 for title in short)
    _, _, first = said["page"][0]
    assert {int(title[1:]) < 30 for title in first[:4]} == {True}, "of the camp of v0"
    assert said["again"] == said["page"], "a saved bundle finds the plug-in's model again"
