"""A data folder is exported while it is served, restored, and exported again to the same bytes."""

from __future__ import annotations

import io
import json
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Event as Signal
from threading import Thread

import numpy as np
import pytest

from matinee.models.sources.popular import FittedPopular
from matinee.service import Matinee
from matinee.service.archive import MANIFEST, Contents
from matinee.service.exporting import export, gather_bundles, restore
from matinee.service.keys import add_key
from matinee.stores import open_stores
from matinee.stores.folder import FolderBundles
from matinee.testing.stores_samples import ANN, NOW, event
from matinee.testing.stores_samples import furnish as furnish_log
from matinee.types import ProfileId
from served import now, trained_home


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained home with settings, keys, a secret, art, and what need not be kept."""
    home = trained_home(tmp_path_factory.mktemp("export") / "home")
    Matinee.open(home).close()
    add_key(home, "tv", ["view"], now=NOW)
    (home / "matinee.toml").write_text("[server]\nworkers = 1\n")
    (home / "art" / "more").mkdir(parents=True)
    (home / "art" / "more" / "ü.svg").write_text("<svg/>")
    (home / "cache").mkdir()
    (home / "cache" / "large").write_bytes(bytes(1000))
    (home / "secret.key.1a2b3c4d").write_text("a draft of a secret")
    (home / "demo.json.new").write_text("a draft")
    return home


@pytest.fixture
def home(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "home"))


def matinee(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "matinee", *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


def tree(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def files(contents: Contents) -> set[str]:
    return {member.path for member in contents.files}


@pytest.mark.parametrize("name", ["copy", "copy.tar"])
def test_what_is_restored_is_exported_to_the_same_bytes(
    home: Path, tmp_path: Path, name: str
) -> None:
    first, again = tmp_path / name, tmp_path / f"again-{name}"
    assert matinee("export", first, "--secrets", "--home", home).returncode == 0
    assert matinee("restore", first, "--home", tmp_path / "back").returncode == 0
    with closing(open_stores(tmp_path / "back")) as stores:
        stores.log.head()
    assert matinee("export", again, "--secrets", "--home", tmp_path / "back").returncode == 0
    if first.is_dir():
        assert tree(first) == tree(again)
    else:
        assert first.read_bytes() == again.read_bytes()


def test_a_folder_that_is_used_again_is_the_same_as_before(home: Path, tmp_path: Path) -> None:
    export(home, tmp_path / "copy")
    restore(tmp_path / "copy", tmp_path / "back")
    with closing(Matinee.open(home)) as one, closing(Matinee.open(tmp_path / "back")) as other:
        assert one.readiness() == other.readiness()
        assert one.readiness().rung == "fresh"
        for name in ("p0", "p5", "child"):
            before = one.stores.log.events(ProfileId(name))
            assert before == other.stores.log.events(ProfileId(name))
            assert one.stores.profiles.profile(ProfileId(name)) == other.stores.profiles.profile(
                ProfileId(name)
            )
        head = one.stores.log.head()
        receipt = other.stores.log.append(
            [event("new", profile_id="p0", title_id="t1", at=now())], now=now()
        )
        assert receipt.count("stored") == 1
        assert other.stores.log.head() > head


def test_everything_is_in_it_but_secrets_and_what_can_be_had_again(
    home: Path, tmp_path: Path
) -> None:
    without = files(export(home, tmp_path / "without"))
    with_ = files(export(home, tmp_path / "with", secrets=True))
    assert with_ - without == {"secret.key", "keys.toml"}
    assert {"matinee.db", "decisions.db", "matinee.toml", "art/more/ü.svg"} <= without
    assert {"bundles/live"} < {path for path in without if path.startswith("bundles/")}
    assert {path for path in without if path.startswith(("cache", "secret", "demo.json"))} == set()
    assert {path for path in without if "lock" in path or "-wal" in path} == set()
    assert files(export(home, tmp_path / "again")) == without


def test_deleted_rows_are_not_in_it(home: Path, tmp_path: Path) -> None:
    with closing(open_stores(home)) as stores:
        marked = [
            event(f"traceable-{n}", profile_id="p0", title_id="t1", at=now()) for n in range(50)
        ]
        stores.log.append(marked, now=now())
        database = stores.log._database
        with database.writing() as connection:
            connection.execute("DELETE FROM events WHERE event_id LIKE 'traceable-%'")
            connection.execute("DELETE FROM seen WHERE event_id LIKE 'traceable-%'")
    export(home, tmp_path / "copy")
    assert b"traceable-7" not in (tmp_path / "copy" / "matinee.db").read_bytes()


def test_while_others_write_it_is_one_moment_with_all_that_was_acknowledged(tmp_path: Path) -> None:
    home, stop, done = tmp_path / "home", Signal(), []
    with closing(open_stores(home)) as stores:
        furnish_log(stores)

        def write() -> None:
            number = 0
            while not stop.is_set():
                batch = [event(f"e{number}-{k}") for k in range(10)]
                assert stores.log.append(batch, now=NOW).count("stored") == 10
                number += 1
                done.append(number)

        writer = Thread(target=write)
        writer.start()
        try:
            while len(done) < 5:
                pass
            acknowledged = done[-1]
            export(home, tmp_path / "copy")
        finally:
            stop.set()
            writer.join()
    restore(tmp_path / "copy", tmp_path / "back")
    with closing(open_stores(tmp_path / "back")) as stores:
        held = stores.log.counts([ANN])[0]
        assert held >= 10 * acknowledged
        assert held % 10 == 0
        again = stores.log.append([event(f"e{acknowledged - 1}-{k}") for k in range(10)], now=NOW)
        assert again.count("duplicate") == 10


def test_bundles_replaced_while_they_are_copied_are_those_of_before_or_after(
    home: Path, tmp_path: Path
) -> None:
    """As an erasure replaces them: saved anew, made live, the old one removed."""
    store = FolderBundles(home / "bundles")
    models = {"some": ("source", "popular", FittedPopular(np.ones(9, np.float32)))}
    left = [1, 1, 1]

    def copy(file: Path, target: Path) -> None:
        shutil.copyfile(file, target)
        if left:  # now that this file is copied, and before the next
            left.pop()
            old = store.live()
            assert old is not None
            store.promote(store.save(models, now=NOW, about={}))
            store.remove(old)

    gather_bundles(home / "bundles", tmp_path / "bundles", copy)
    assert left == []
    copied = FolderBundles(tmp_path / "bundles")
    assert (copied.live(), copied.all()) == (store.live(), store.all())
    assert [list(copied.load(one)) for one in copied.all()] == [["some"]]


def test_a_live_bundle_that_is_lost_keeps_nobody_from_exporting_the_rest(
    home: Path, tmp_path: Path
) -> None:
    (home / "bundles" / "live").write_text("b-20261122-180000-aaaa\n")
    export(home, tmp_path / "copy")
    copied = FolderBundles(tmp_path / "copy" / "bundles")
    assert copied.all() == FolderBundles(home / "bundles").all()
    assert copied.live() == "b-20261122-180000-aaaa"


def damaged(original: Path, target: Path, change: Callable[[Path], object]) -> Path:
    place = Path(shutil.copytree(original, target))
    change(place)
    return place


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _claim(folder: Path, **said: object) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | said))


def _escape(folder: Path) -> None:
    (folder.parent / "outside").write_text("x")
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"][0]["path"] = "../outside"
    (folder / MANIFEST).write_text(json.dumps(manifest))


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "flipped": (lambda place: _flip(place / "matinee.db"), "matinee.db is damaged"),
    "missing": (lambda place: (place / "bundles/live").unlink(), "bundles/live is missing"),
    "more": (lambda place: (place / "more").write_text("x"), "more is not named"),
    "no manifest": (lambda place: (place / MANIFEST).unlink(), "is no export"),
    "other format": (lambda place: _claim(place, format=9, matinee="9.1"), "Matinee that wrote it"),
    "no files": (lambda place: _claim(place, files=3), "is damaged"),
    "leads out": (_escape, "no path inside a data folder"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_export_is_named_and_leaves_no_folder(
    original: Path, tmp_path: Path, kind: str
) -> None:
    change, words = DAMAGE[kind]
    export(original, tmp_path / "good")
    bad = damaged(tmp_path / "good", tmp_path / "bad", change)
    with pytest.raises(ValueError, match=words):
        restore(bad, tmp_path / "back")
    assert {path.name for path in tmp_path.iterdir()} <= {"good", "bad", "outside"}


def test_a_tar_that_is_cut_short_or_altered_is_refused(original: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole.tar"
    export(original, whole)
    short = tmp_path / "short.tar"
    short.write_bytes(whole.read_bytes()[:-200_000])
    with pytest.raises(ValueError, match=r"short\.tar.*(cut short|missing|damaged)"):
        restore(short, tmp_path / "back")
    with tarfile.open(whole, "a") as tar:
        link = tarfile.TarInfo("art/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link, io.BytesIO())
    with pytest.raises(ValueError, match="art/link is not named"):
        restore(whole, tmp_path / "back")
    (tmp_path / "words.tar").write_text("no tar at all")
    with pytest.raises(ValueError, match=r"words\.tar is damaged"):
        restore(tmp_path / "words.tar", tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_nothing_is_restored_over_a_folder_that_holds_something(
    original: Path, home: Path, tmp_path: Path
) -> None:
    export(original, tmp_path / "copy")
    before = tree(home)
    ran = matinee("restore", tmp_path / "copy", "--home", home)
    assert (ran.returncode, len(ran.stderr.splitlines())) == (2, 1)
    assert "not empty" in ran.stderr
    assert tree(home) == before
    (tmp_path / "empty").mkdir()
    assert matinee("restore", tmp_path / "copy", "--home", tmp_path / "empty").returncode == 0
    assert (tmp_path / "empty" / "matinee.db").exists()


@pytest.mark.parametrize(
    ("target", "words"),
    [("home/inside", "outside of it"), ("taken", "is there already"), ("x.tar.gz", "end in .tar")],
)
def test_an_export_goes_to_a_new_place_outside(
    home: Path, tmp_path: Path, target: str, words: str
) -> None:
    (tmp_path / "taken").mkdir()
    ran = matinee("export", tmp_path / target, "--home", home)
    assert (ran.returncode, len(ran.stderr.splitlines())) == (2, 1)
    assert words in ran.stderr


def test_an_export_of_a_newer_database_is_refused_before_anything_is_there(
    home: Path, tmp_path: Path
) -> None:
    import sqlite3

    with closing(sqlite3.connect(home / "matinee.db")) as database:
        database.execute("PRAGMA user_version = 99")
    export(home, tmp_path / "copy")
    with pytest.raises(ValueError, match="schema version 99"):
        restore(tmp_path / "copy", tmp_path / "back")
    assert not (tmp_path / "back").exists()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_restore_that_is_cut_short_leaves_nothing_half(
    home: Path, tmp_path: Path, how: signal.Signals
) -> None:
    with (home / "art" / "large.jpg").open("wb") as file:
        file.truncate(60 * 2**20)
    export(home, tmp_path / "copy.tar")
    back, staged = tmp_path / "back", tmp_path / ".back.part" / "home"
    command = [sys.executable, "-m", "matinee", "restore", tmp_path / "copy.tar", "--home", back]
    with subprocess.Popen([*map(str, command)], stderr=subprocess.PIPE) as process:
        while not (staged / "art" / "large.jpg").exists():
            assert process.poll() is None
        process.send_signal(how)
        process.wait()
        assert process.returncode != 0
    assert not back.exists()
    restore(tmp_path / "copy.tar", back)
    assert not staged.parent.exists()
    assert (back / "art" / "large.jpg").stat().st_size == 60 * 2**20
    with closing(open_stores(back)) as restored, closing(open_stores(home)) as stores:
        assert restored.log.head() == stores.log.head() > 0
