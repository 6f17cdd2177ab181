"""Each damage that is planted is found, named and given a remedy; what is whole is left alone."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from matinee.cli.main import app
from matinee.service import Matinee, add_key
from matinee.stores import open_stores
from matinee.stores.folder import FolderBundles
from matinee.testing.stores_samples import event
from matinee.types import DAY_MS, AccountId, Moment, ProfileId
from served import now, trained_home


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained home with a key, a secret, and two bundles."""
    home = trained_home(tmp_path_factory.mktemp("doctor") / "home")
    home.chmod(0o700)
    Matinee.open(home).close()
    add_key(home, "tv", ["view"], now=now())
    with closing(sqlite3.connect(home / "matinee.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return home


@pytest.fixture
def home(healthy: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(healthy, tmp_path / "home"))


def examined(home: Path) -> tuple[int, list[dict[str, Any]]]:
    """Exit code and what is not well, but for what a checkout lacks: a site, room on the disk."""
    ran = CliRunner().invoke(app, ["doctor", "--home", str(home), "--json", "-"])
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    found = json.loads(ran.stdout)["findings"]
    assert all(one["ok"] == (one["remedy"] == "") for one in found)
    return ran.exit_code, [
        one for one in found if not one["ok"] and one["check"] not in ("site", "disk")
    ]


def bundle(home: Path) -> Path:
    live = FolderBundles(home / "bundles").live()
    assert live is not None
    return home / "bundles" / live


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def run(home: Path, *statements: str) -> None:
    with closing(sqlite3.connect(home / "matinee.db")) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def scribble(home: Path) -> None:
    with (home / "matinee.db").open("r+b") as file:
        file.seek(8 * 4096)
        file.write(b"\xff" * 4 * 4096)


def another_format(home: Path, number: int) -> None:
    file = bundle(home) / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"format": number}))


def segment(home: Path, content: bytes | None, said: bytes = b"a segment") -> None:
    """Name a segment in the manifest, and put another content in its place, or none."""
    from hashlib import blake2b

    digest = blake2b(said, digest_size=32).hexdigest()
    run(
        home,
        "INSERT INTO segments (name, kind, first, last, rows, received, lowest_profile,"
        " highest_profile, bytes, digest)"
        f" VALUES ('s-1.parquet', 'import', 900, 901, 2, 0, 0, 0, {len(said)}, '{digest}')",
    )
    (home / "segments").mkdir(exist_ok=True)
    if content is not None:
        (home / "segments" / "s-1.parquet").write_bytes(content)


def from_the_future(home: Path) -> None:
    later = Moment(now() + 366 * DAY_MS)
    with closing(open_stores(home)) as stores:
        ahead = event("ahead", profile_id="p0", title_id="t1", at=later)
        assert stores.log.append([ahead], now=later).count("stored") == 1


def left(home: Path, name: str) -> None:
    place = home / name
    place.parent.mkdir(exist_ok=True)
    place.write_text("half a f")


Damage = tuple[Callable[[Path], object], str, str, str]
DAMAGE: dict[str, Damage] = {
    "corrupt page": (scribble, "matinee.db", "matinee.db", "matinee restore"),
    "truncated database": (
        lambda home: cut(home / "matinee.db"),
        "matinee.db",
        "matinee.db",
        "matinee restore",
    ),
    "no database": (
        lambda home: (home / "matinee.db").unlink(),
        "matinee.db",
        "is missing",
        "matinee restore",
    ),
    "words for a database": (
        lambda home: (home / "decisions.db").write_text("words" * 100),
        "decisions.db",
        "not a database",
        "matinee restore",
    ),
    "newer schema": (
        lambda home: run(home, "PRAGMA user_version = 99"),
        "matinee.db",
        "schema version 99",
        "restore",
    ),
    "older schema": (
        lambda home: run(home, "PRAGMA user_version = 2"),
        "matinee.db",
        "schema version 2",
        "export",
    ),
    "another program's": (
        lambda home: run(home, "PRAGMA application_id = 7"),
        "matinee.db",
        "another program",
        "restore",
    ),
    "lost rows": (
        lambda home: run(home, "DELETE FROM titles WHERE title_id = 't1'"),
        "matinee.db",
        "rows that are not there",
        "restore",
    ),
    "unreadable title": (
        lambda home: run(home, "UPDATE titles SET body = X'c1' WHERE title_id = 't3'"),
        "matinee.db",
        "title t3",
        "restore",
    ),
    "unreadable event": (
        lambda home: run(home, "UPDATE events SET rest = X'c1' WHERE offset = 5"),
        "matinee.db",
        "event rate-",
        "restore",
    ),
    "truncated bundle file": (
        lambda home: cut(bundle(home) / "source.safetensors"),
        "bundle ",
        "source.safetensors",
        "matinee train",
    ),
    "no manifest": (
        lambda home: (bundle(home) / "manifest.json").unlink(),
        "bundle ",
        "manifest.json",
        "matinee train",
    ),
    "another bundle format": (
        lambda home: another_format(home, 0),
        "bundle ",
        "format 0",
        "matinee train",
    ),
    "live names no bundle": (
        lambda home: (home / "bundles" / "live").write_text("b-20200101-000000-abcd"),
        "models",
        "b-20200101-000000-abcd",
        "matinee train",
    ),
    "missing segment": (
        lambda home: segment(home, None),
        "segment s-1.parquet",
        "is missing",
        "matinee restore",
    ),
    "truncated segment": (
        lambda home: segment(home, b"a seg"),
        "segment s-1.parquet",
        "has 5 bytes, not 9",
        "matinee restore",
    ),
    "corrupt segment": (
        lambda home: segment(home, b"a sagment"),
        "segment s-1.parquet",
        "checksum differs",
        "matinee restore",
    ),
    "orphan segment": (
        lambda home: left(home, "segments/s-7.parquet"),
        "leftovers",
        "s-7.parquet",
        "rm -r",
    ),
    "part of a segment": (
        lambda home: left(home, "segments/s-8.parquet.part"),
        "leftovers",
        "s-8.parquet.part",
        "rm -r",
    ),
    "part of a restore": (
        lambda home: left(home, "../.home.part"),
        "leftovers",
        ".home.part",
        "rm -r",
    ),
    "part of a bundle": (
        lambda home: left(home, "bundles/.writing-x"),
        "leftovers",
        ".writing-x",
        "rm -r",
    ),
    "draft of a secret": (
        lambda home: left(home, "secret.key.12345678"),
        "leftovers",
        "secret.key.12345678",
        "rm -r",
    ),
    "a clock that jumped": (from_the_future, "clock", "366.0 days after", "set the clock"),
    "settings that do not hold": (
        lambda home: (home / "matinee.toml").write_text("[server]\nprt = 1\n"),
        "settings",
        "prt",
        "edit",
    ),
    "damaged keys": (
        lambda home: (home / "keys.toml").write_text("[["),
        "keys",
        "keys.toml is damaged",
        "mend",
    ),
    "secrets for all": (
        lambda home: (home / "secret.key").chmod(0o644),
        "private",
        "others can read",
        "chmod 600",
    ),
    "a file that its owner cannot write": (
        lambda home: (home / "matinee.db").chmod(0o400),
        "owner",
        "matinee.db",
        "chmod u+w",
    ),
    "a folder that all can write": (
        lambda home: home.chmod(0o777),
        "owner",
        "anyone may write",
        "chmod 700",
    ),
}


def test_a_healthy_folder_has_nothing_to_mend(home: Path) -> None:
    assert examined(home)[1] == []


@pytest.mark.parametrize("kind", DAMAGE)
def test_planted_damage_is_found_named_and_given_a_remedy(home: Path, kind: str) -> None:
    plant, check, words, remedy = DAMAGE[kind]
    plant(home)
    code, found = examined(home)
    told = [one for one in found if one["check"].startswith(check)]
    assert code == 1
    assert len(told) == 1, found
    assert words in told[0]["detail"]
    assert remedy in told[0]["remedy"]


def test_the_doctor_changes_nothing(home: Path) -> None:
    run(home, "PRAGMA user_version = 2")
    scratch = ("-wal", "-shm")
    before = {
        path.name: path.read_bytes() for path in home.iterdir() if not path.name.endswith(scratch)
        if path.is_file()
    }  # fmt: skip
    examined(home)
    after = {
        path.name: path.read_bytes() for path in home.iterdir() if not path.name.endswith(scratch)
        if path.is_file()
    }  # fmt: skip
    assert after == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_file_of_another_user_is_named(home: Path) -> None:
    os.chown(home / "matinee.db", 12345, -1)
    code, found = examined(home)
    assert (code, [one["check"] for one in found]) == (1, ["owner"])
    assert str(home / "matinee.db") in found[0]["detail"]


def test_a_folder_that_is_not_there_is_told_with_how_to_make_it(tmp_path: Path) -> None:
    code, found = examined(tmp_path / "none")
    assert (code, [one["check"] for one in found]) == (1, ["folder"])
    assert "matinee init" in found[0]["remedy"]


def test_the_exit_code_is_1_and_each_line_says_what_to_do(home: Path) -> None:
    (bundle(home) / "manifest.json").unlink()
    ran = subprocess.run(
        [sys.executable, "-m", "matinee", "doctor", "--home", home],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "BAD  bundle " in ran.stdout
    assert "→ matinee train" in ran.stdout


def test_a_folder_that_forgot_somebody_and_his_account_is_well(home: Path) -> None:
    _, before = examined(home)
    with closing(Matinee.open(home)) as matinee:
        people = matinee.stores.profiles.profiles(limit=200).profiles
        for number, person in enumerate(people):
            matinee.erase(ProfileId(person.profile_id), now=now(), seed=number)
        assert matinee.upkeep(now=now()).unfinished == 0
        assert matinee.stores.profiles.account(AccountId(people[0].account_id)) is None
    assert examined(home)[1] == before == []
