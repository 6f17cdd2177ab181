"""Folders of every version before this one: opened, brought up to date, and read as if new.

The dumps in `tests/older` were written by `tests/older/write.py` with each version's own code.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from matinee.cli.main import app
from matinee.features import Rewards, fold_one
from matinee.stores import Stores, open_stores
from matinee.stores.folder import FolderBundles
from matinee.stores.manifest import FORMAT
from matinee.stores.sqlite import MATINEE
from matinee.types import ProfileId
from older.write import NOW, PROFILES, events, fill
from served import now, served, trained_home, until

FOLDER = Path(__file__).parent.parent / "older"
VERSIONS = sorted(int(file.stem.removeprefix("v")) for file in FOLDER.glob("v*.sql"))


def older(version: int, home: Path) -> Path:
    """Lay a folder of that version out."""
    home.mkdir()
    with closing(sqlite3.connect(home / "matinee.db")) as database:
        database.executescript((FOLDER / f"v{version}.sql").read_text(encoding="utf-8"))
        assert database.execute("PRAGMA user_version").fetchone() == (version,)
    return home


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """The same acts on today's code."""
    stores = open_stores(tmp_path_factory.mktemp("fresh"))
    fill(stores)
    yield stores
    stores.close()


def histories(stores: Stores) -> dict[str, Any]:
    """What the fold of each profile's events says."""
    catalogue = stores.catalogue.snapshot()
    folds = {}
    for name in PROFILES:
        signals = stores.log.history(ProfileId(name))
        folded = fold_one(signals, catalogue=catalogue, rewards=Rewards.default())
        folds[name] = {
            field: np.nan_to_num(getattr(folded, field), nan=-9.0).tolist()
            for field in folded.__dataclass_fields__
        }
    return folds


def test_there_is_a_folder_of_every_version_before_this_one() -> None:
    assert list(range(1, VERSIONS[-1] + 1)) == VERSIONS
    assert VERSIONS[-1] >= len(MATINEE) - 1, (
        "the schema has grown: write the fixture of the version before with tests/older/write.py"
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_an_older_folder_says_the_same_once_it_is_brought_up_to_date(
    version: int, tmp_path: Path, fresh: Stores
) -> None:
    with closing(open_stores(older(version, tmp_path / "home"))) as stores:
        for name in PROFILES:
            profile = ProfileId(name)
            assert stores.log.events(profile) == fresh.log.events(profile)
            assert stores.profiles.profile(profile) == fresh.profiles.profile(profile)
        assert histories(stores) == histories(fresh)
        kept, new = stores.catalogue.snapshot(), fresh.catalogue.snapshot()
        assert (kept.titles, kept.version) == (new.titles, new.version)
        assert len(stores.catalogue.edits(kept.titles[2].title_id)) == 2
        assert stores.log.rejected() == fresh.log.rejected()
        whole, same = stores.log.tail(0).signals, fresh.log.tail(0).signals
        for column in ("offsets", "kinds", "at", "received", "sessions", "tiles", "unasked"):
            assert getattr(whole, column).tolist() == getattr(same, column).tolist()
    with closing(sqlite3.connect(tmp_path / "home" / "matinee.db")) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (len(MATINEE),)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("version", VERSIONS)
def test_ids_that_an_older_version_took_are_duplicates(
    version: int, tmp_path: Path, fresh: Stores
) -> None:
    said = [event for name in PROFILES for _, event in fresh.log.events(ProfileId(name))]
    with closing(open_stores(older(version, tmp_path / "home"))) as stores:
        from matinee.testing.stores_samples import sample

        again = stores.log.append([sample(one) for one in events()], now=NOW)
        assert again.count("duplicate") == len(said) == len(again.outcomes)
        head = stores.log.head()
        fresh_id = sample({**next(events()), "event_id": "after"})
        assert stores.log.append([fresh_id], now=NOW).count("stored") == 1
        assert stores.log.head() > head


def matinee(*arguments: object) -> tuple[int, str]:
    ran = CliRunner().invoke(app, [str(one) for one in arguments])
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    return ran.exit_code, ran.stdout


def test_the_doctor_names_the_older_version_and_looking_leaves_it(tmp_path: Path) -> None:
    home = older(VERSIONS[0], tmp_path / "home")
    code, said = matinee("doctor", "--home", home)
    assert (code, f"schema version {VERSIONS[0]};" in said) == (1, True)
    assert matinee("events", "count", "--home", home)[0] == 0
    assert "schema version" not in matinee("doctor", "--home", home)[1]


def test_an_older_export_is_restored_and_opens(tmp_path: Path) -> None:
    home = older(VERSIONS[0], tmp_path / "home")
    assert matinee("export", tmp_path / "copy.tar", "--home", home)[0] == 0
    assert matinee("restore", tmp_path / "copy.tar", "--home", tmp_path / "back")[0] == 0
    with closing(open_stores(tmp_path / "back")) as stores:
        assert stores.log.counts([ProfileId(PROFILES[0])])[0] > 20


def test_a_bundle_of_another_format_is_not_read_but_trained_anew(tmp_path: Path) -> None:
    home = trained_home(tmp_path / "home")
    live = FolderBundles(home / "bundles").live()
    assert live is not None
    manifest = home / "bundles" / live / "manifest.json"
    said = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(said | {"format": FORMAT + 1}))
    with served(home, "[server]\nworkers = 1\n") as server:
        connection = server.connect()
        status, ready = connection.ask("GET", "/readyz")
        assert (status, ready["ready"], ready["rung"]) == (503, False, "popular")
        assert f"format {FORMAT + 1}, this Matinee reads {FORMAT}" in ready["why"]
        assert connection.get("/v1/home?profile=p0")["rung"] == "popular"
        code, told = matinee("doctor", "--home", home)
        assert (code, live in told, "matinee train" in told) == (1, True, True)
        assert f"format {FORMAT + 1}" in matinee("models", "list", "--home", home)[1]
        assert matinee("train", "--home", home)[0] == 0

        def served_fresh() -> bool:
            return connection.get("/v1/home?profile=p0")["rung"] == "fresh"

        assert until(served_fresh)
        assert connection.get("/readyz")["ready"] is True


def test_an_event_of_a_newer_schema_is_refused_by_name_and_the_others_kept(
    tmp_path: Path,
) -> None:
    home = trained_home(tmp_path / "home")
    about = {"profile_id": "p0", "kind": "play_end", "title_id": "t1", "at": now().iso}
    newer = {**about, "event_id": "newer", "schema_version": 2, "mood": "calm"}
    with served(home, "[server]\nworkers = 1\n") as server:
        connection = server.connect()
        said = {"events": [newer, {**about, "event_id": "today", "schema_version": 1}]}
        status, answer = connection.ask("POST", "/v1/events", said)
        assert (status, answer["stored"], answer["rejected"]) == (200, 1, 1)
        assert (answer["errors"][0]["event_id"], answer["errors"][0]["code"]) == (
            "newer",
            "invalid",
        )
        assert "schema_version 2 is newer than 1" in answer["errors"][0]["detail"]
        status, answer = connection.ask("POST", "/v1/events", {"events": [newer]})
        assert status == 422
